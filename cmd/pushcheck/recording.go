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

// responseEnding is the ending of the name of a file with the response to a captured push.
const responseEnding = ".response"

// recording writes the files and lines of the command record. It is safe for concurrent use.
type recording struct {
	folder string
	names  *pseudonym.Names // nil: values are not replaced
	lines  io.Writer        // gets a line for each push and each call
	notes  io.Writer
	fail   context.CancelCauseFunc
	start  time.Time

	mu            sync.Mutex
	requestCount  int // requests
	savedCount    int // pushes
	scenarioCount int
	calls         recordedCalls
	bypassNoted   bool // the note that pushes may go past the recorder was printed
}

func newRecording(folder string, out, notes io.Writer, fail context.CancelCauseFunc) *recording {
	return &recording{folder: folder, lines: out, notes: notes, fail: fail, start: time.Now(), calls: recordedCalls{byID: map[string]*recordedCall{}}}
}

// beginExchange counts a request. The caller has to call over when the exchange has ended.
func (r *recording) beginExchange() (over func(relay.Exchange)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requestCount++
	number := r.requestCount
	return func(x relay.Exchange) { r.finishExchange(number, x) }
}

// finishExchange saves a push and its response.
func (r *recording) finishExchange(number int, x relay.Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	form, err := push.ParseForm(x.Body)
	sent, noPush := push.FromForm(form)
	if err != nil || noPush != nil || !x.BodyComplete {
		r.printf("%s %.60s  %s, no push, not saved", fileWord(x.Request.Method, 10), r.newReplacer(nil).text(x.Request.RequestURI), describeOutcome(x))
		return
	}
	w := r.newReplacer(form)
	if w.form != nil {
		sent, _ = push.FromForm(w.form) // this cannot fail, because the form still has an event
	}
	if err := r.save(number, x, w); err != nil {
		r.fail(fmt.Errorf("saving a push: %w", err))
		return
	}
	r.savedCount++
	r.printf("%-7s %s  %s", fileWord(string(sent.Event), 20), describePush(sent), describeOutcome(x))
	doc := effectiveDocument(sent, x)
	c := r.calls.add(number, derive.RecordedPush{Push: sent, ReceivedAt: x.StartedAt.Sub(r.start), Document: doc})
	for _, u := range followUps(doc) {
		if !sameOrigin(u, x.Request.Host) {
			c.mayBypass = true
			if !r.bypassNoted {
				r.bypassNoted = true
				fmt.Fprintf(r.notes, "note: the receiver names %s for the next pushes, and this one came to %s; unless that leads here, they go past the recorder\n",
					endpoint.Origin(u), hostText(x.Request.Host))
			}
		}
	}
	c.startTimer(func() { r.finishCall(c) })
	if oldest := r.calls.removeOldest(); oldest != nil {
		r.writeScenario(oldest) // its last pushes may have gone past the recorder
	}
}

// printf prints a line with the time.
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
	case !x.ResponseComplete:
		return fmt.Sprintf("%d in %s, not whole", x.Response.StatusCode, took)
	}
	return fmt.Sprintf("%d in %s", x.Response.StatusCode, took)
}

// describePush describes a push in a few words.
func describePush(p push.Push) string {
	const tailLength = 6
	text := fileWord(p.CallID, 200)
	if len(text) > 2*tailLength {
		text = ".." + text[len(text)-tailLength:]
	}
	switch p.Event {
	case push.NewCall:
		text += fmt.Sprintf(" from %s to %s", orEmpty(p.From), orEmpty(p.To))
	case push.Hangup:
		text += " " + fileWord(string(p.Cause), 20)
	}
	return text
}

// orEmpty formats a number for people.
func orEmpty(number string) string {
	if number == "" {
		return "(empty)"
	}
	return fileWord(number, 40)
}

// errorText formats an error for people. It escapes invisible characters, because the error may contain text of the receiver.
func errorText(err error) string {
	quoted := fmt.Sprintf("%.200q", err.Error())
	return quoted[1 : len(quoted)-1]
}

// hostText formats a Host header for people.
func hostText(host string) string { return fmt.Sprintf("%.100q", host) }

// save writes a push, and its response if there is one.
func (r *recording) save(number int, x relay.Exchange, w replacer) error {
	body := x.Body
	request := x.Request.Clone(context.Background())
	request.RequestURI = w.text(request.RequestURI)
	w.header(request.Header)
	if w.form != nil {
		body = w.form.Encode(bytes.Contains(x.Body, []byte("[]=")))
		request.Header.Del(push.SignatureHeader)
	}
	name := filepath.Join(r.folder, captureName(x.StartedAt, number, body))
	if err := writeNew(name, 0o600, capture(request, body)); err != nil || x.Response == nil {
		return err
	}
	return writeNew(strings.TrimSuffix(name, captureEnding)+responseEnding, 0o600, w.response(x))
}

// effectiveDocument returns the document in a response that sipgate would act on; nil if there is none.
func effectiveDocument(p push.Push, x relay.Exchange) *response.Document {
	if x.Response == nil || !x.ResponseComplete {
		return nil
	}
	again := *x.Response
	again.Body = io.NopCloser(bytes.NewReader(x.ResponseBody))
	return sender.ReadDocument(p, p.Direction == push.Outgoing, &again, x.Took)
}

// followUps returns the usable URLs that a document names for the next pushes.
func followUps(d *response.Document) []*url.URL {
	if d == nil || d.Response == nil {
		return nil
	}
	var out []*url.URL
	add := func(t *response.URL) {
		if t == nil || !t.Usable {
			return
		}
		if u, err := url.Parse(t.Text); err == nil {
			out = append(out, u)
		}
	}
	add(d.Response.OnAnswer)
	add(d.Response.OnHangup)
	for _, action := range d.Response.Actions {
		if g, ok := action.(response.Gather); ok {
			add(&g.OnData)
		}
	}
	return out
}

// finishCall writes the scenario of a call that is over, or prints why there is no scenario.
func (r *recording) finishCall(c *recordedCall) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writeScenario(c)
}

func (r *recording) writeScenario(c *recordedCall) {
	if c.isConcluded {
		return
	}
	name := fmt.Sprintf("call-%d", c.number)
	file := filepath.Join(r.folder, name+".yaml")
	if c.hasScenario { // a push came after the call seemed to be over
		r.scenarioCount--
		_ = os.Remove(file) // the file is written again; if this fails, that fails too
	}
	c.isConcluded, c.hasScenario = true, false
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

// finish writes the scenarios of all calls and prints the summary.
func (r *recording) finish() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.calls.calls {
		c.stopTimer()
		r.writeScenario(c)
	}
	_, err := fmt.Fprintf(r.lines, "recorded %s of %s in %s, %s\n", wording.Count(r.savedCount, "push"), wording.Count(r.calls.count, "call"), r.folder, wording.Count(r.scenarioCount, "scenario"))
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
