package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/derive"
	"github.com/pushcheck/pushcheck/internal/pseudonym"
	"github.com/pushcheck/pushcheck/internal/relay"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/sender"
)

// responseEnding is the file name extension of the response to a captured push.
const responseEnding = ".response"

// recording writes the files and lines of the command record. It is safe for concurrent use.
type recording struct {
	folder    string
	names     *pseudonym.Names        // pseudonyms for numbers, names and ids; nil: no values are replaced
	lines     io.Writer               // gets a line for each push and each call
	notes     io.Writer               // gets notes for people
	fail      context.CancelCauseFunc // ends the command record with an error
	startedAt time.Time

	mu             sync.Mutex
	requestCount   int // number of requests, including those that are no push
	pushCount      int // number of saved pushes
	scenarioCount  int // number of written scenarios
	calls          recordedCalls
	hasNotedBypass bool // the note that pushes may go past the recorder was printed
}

func newRecording(folder string, out, notes io.Writer, fail context.CancelCauseFunc) *recording {
	return &recording{folder: folder, lines: out, notes: notes, fail: fail, startedAt: time.Now(), calls: recordedCalls{byID: map[string]*recordedCall{}}}
}

// beginExchange counts a request. The caller has to call finish when the exchange has ended.
func (r *recording) beginExchange() (finish func(relay.Exchange)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requestCount++
	number := r.requestCount
	return func(x relay.Exchange) { r.finishExchange(number, x) }
}

// finishExchange saves a push and its response, adds the push to its call, and prints a line. It does not save a request that is no push.
func (r *recording) finishExchange(number int, x relay.Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	form, err := push.ParseForm(x.Body)
	p, notPushErr := push.FromForm(form)
	if err != nil || notPushErr != nil || !x.IsBodyComplete {
		r.printf("%s %.60s  %s, no push, not saved", safeWord(x.Request.Method, 10), r.newReplacer(nil).replace(x.Request.RequestURI), describeOutcome(x))
		return
	}
	w := r.newReplacer(form)
	if w.form != nil {
		p, _ = push.FromForm(w.form) // this cannot fail, because the form still has an event
	}
	if err := r.save(number, x, w); err != nil {
		r.fail(fmt.Errorf("saving a push: %w", err))
		return
	}
	r.pushCount++
	r.printf("%-7s %s  %s", safeWord(string(p.Event), 20), describePush(p), describeOutcome(x))
	doc := effectiveDocument(p, x)
	c := r.calls.add(number, derive.RecordedPush{Push: p, ReceivedAt: x.StartedAt.Sub(r.startedAt), Document: doc})
	for _, u := range followUpURLs(doc) {
		if !isSameOrigin(u, x.Request.Host) {
			c.mayBypass = true
			if !r.hasNotedBypass {
				r.hasNotedBypass = true
				fmt.Fprintf(r.notes, "note: the receiver names %s for the next pushes, and this one came to %s; unless that leads here, they go past the recorder\n",
					endpoint.Origin(u), hostText(x.Request.Host))
			}
		}
	}
	c.startTimer(func() { r.finishCall(c) })
	if oldest := r.calls.removeOldest(); oldest != nil {
		r.writeScenario(oldest) // if its hangup pushes went past the recorder, the call never counted as over
	}
}

// printf prints a line that begins with the time.
func (r *recording) printf(text string, args ...any) {
	if _, err := fmt.Fprintf(r.lines, "%s  %s\n", time.Now().Format("15:04:05.000"), fmt.Sprintf(text, args...)); err != nil {
		r.fail(fmt.Errorf("writing to standard output: %w", err))
	}
}

// describeOutcome describes how an exchange ended.
func describeOutcome(x relay.Exchange) string {
	took := milliseconds(x.Took)
	switch {
	case errors.Is(x.Err, context.Canceled):
		return fmt.Sprintf("no response from the receiver in %s, then the sender closed the connection", took)
	case x.Err != nil:
		return fmt.Sprintf("no response from the receiver in %s: %s", took, errorText(x.Err))
	case x.Response == nil:
		return "no response from the receiver in " + took
	case !x.IsResponseComplete:
		return fmt.Sprintf("%d in %s, not whole", x.Response.StatusCode, took)
	}
	return fmt.Sprintf("%d in %s", x.Response.StatusCode, took)
}

// describePush describes a push in a few words: the end of its callId, and its phone numbers or its hangup cause.
func describePush(p push.Push) string {
	const tailLength = 6
	text := safeWord(p.CallID, 200)
	if len(text) > 2*tailLength {
		text = ".." + text[len(text)-tailLength:]
	}
	switch p.Event {
	case push.NewCall:
		text += fmt.Sprintf(" from %s to %s", numberText(p.From), numberText(p.To))
	case push.Hangup:
		text += " " + safeWord(string(p.Cause), 20)
	}
	return text
}

// numberText formats a phone number for people.
func numberText(number string) string {
	if number == "" {
		return "(empty)"
	}
	return safeWord(number, 40)
}

// errorText formats an error for people. It escapes invisible characters, because the error may contain text of the receiver.
func errorText(err error) string {
	quoted := fmt.Sprintf("%.200q", err.Error())
	return quoted[1 : len(quoted)-1]
}

// hostText formats a Host header for people.
func hostText(host string) string { return fmt.Sprintf("%.100q", host) }

// save writes the files of a push, and of its response if there is one.
func (r *recording) save(number int, x relay.Exchange, w replacer) error {
	body := x.Body
	request := x.Request.Clone(context.Background())
	request.RequestURI = w.replace(request.RequestURI)
	w.replaceHeaders(request.Header)
	if w.form != nil {
		body = w.form.Encode(bytes.Contains(x.Body, []byte("[]=")))
		request.Header.Del(push.SignatureHeader)
	}
	name := filepath.Join(r.folder, captureName(x.StartedAt, number, body))
	if err := writeNew(name, 0o600, captureText(request, body)); err != nil || x.Response == nil {
		return err
	}
	return writeNew(strings.TrimSuffix(name, captureEnding)+responseEnding, 0o600, w.responseText(x))
}

// effectiveDocument returns the document that sipgate would act on, from the response of an exchange; nil if there is none.
func effectiveDocument(p push.Push, x relay.Exchange) *response.Document {
	if x.Response == nil || !x.IsResponseComplete {
		return nil
	}
	unread := *x.Response
	unread.Body = io.NopCloser(bytes.NewReader(x.ResponseBody))
	return sender.ReadDocument(p, p.Direction == push.Outgoing, &unread, x.Took)
}

// followUpURLs returns the usable URLs that a document names for the next pushes.
func followUpURLs(d *response.Document) []*url.URL {
	if d == nil || d.Response == nil {
		return nil
	}
	var out []*url.URL
	addURL := func(t *response.URL) {
		if t == nil || !t.Usable {
			return
		}
		if u, err := url.Parse(t.Text); err == nil {
			out = append(out, u)
		}
	}
	addURL(d.Response.OnAnswer)
	addURL(d.Response.OnHangup)
	for _, action := range d.Response.Actions {
		if g, ok := action.(response.Gather); ok {
			addURL(&g.OnData)
		}
	}
	return out
}

// finishCall is called when a call counts as over.
func (r *recording) finishCall(c *recordedCall) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writeScenario(c)
}

// writeScenario writes the scenario of a call, or prints why there is no scenario. It does nothing if this was already done after the last
// push of the call.
func (r *recording) writeScenario(c *recordedCall) {
	if c.isReported {
		return
	}
	name := fmt.Sprintf("call-%d", c.number)
	file := filepath.Join(r.folder, name+".yaml")
	if c.hasScenario { // a push came after the call seemed to be over
		r.scenarioCount--
		_ = os.Remove(file) // the file is written again below; if it cannot be removed, writing fails too
	}
	c.isReported, c.hasScenario = true, false
	s, err := derive.Scenario(name, c.sortedPushes())
	switch {
	case err != nil && c.mayBypass:
		r.printf("call %d: no scenario: %v; some pushes may have gone past the recorder", c.number, err)
	case err != nil:
		r.printf("call %d: no scenario: %v", c.number, err)
	default:
		if err := writeNew(file, 0o644, s.YAML()); err != nil {
			r.fail(fmt.Errorf("writing the scenario: %w", err))
			return
		}
		r.scenarioCount++
		c.hasScenario = true
		r.printf("call %d: scenario %s", c.number, file)
	}
}

// finish writes the scenarios of the calls that are still in memory, and prints the summary.
func (r *recording) finish() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.calls.calls {
		c.stopTimer()
		r.writeScenario(c)
	}
	_, err := fmt.Fprintf(r.lines, "recorded %s of %s in %s, %s\n", wording.Count(r.pushCount, "push"), wording.Count(r.calls.count, "call"), r.folder, wording.Count(r.scenarioCount, "scenario"))
	if err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
	}
	return nil
}

func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	if ms < 10 {
		return fmt.Sprintf("%.1f ms", ms)
	}
	return fmt.Sprintf("%.0f ms", ms)
}
