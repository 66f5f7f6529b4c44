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

// recording is what record writes. It is safe for concurrent use.
type recording struct {
	folder string
	names  *pseudonym.Names // nil: values are not replaced
	out    io.Writer        // gets a line for each push and each call
	notes  io.Writer
	fail   context.CancelCauseFunc
	start  time.Time

	mu        sync.Mutex
	came      int // requests
	saved     int // pushes
	scenarios int
	calls     recordedCalls
	past      bool // the note that pushes may go past the recorder was printed
}

func newRecording(folder string, out, notes io.Writer, fail context.CancelCauseFunc) *recording {
	return &recording{folder: folder, out: out, notes: notes, fail: fail, start: time.Now(), calls: recordedCalls{byID: map[string]*recordedCall{}}}
}

// begin records that a request has come.
func (r *recording) begin() (over func(relay.Exchange)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.came++
	number := r.came
	return func(x relay.Exchange) { r.finishExchange(number, x) }
}

// finishExchange saves a push and its response.
func (r *recording) finishExchange(number int, x relay.Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	form, err := push.ParseForm(x.Body)
	sent, noPush := push.FromForm(form)
	if err != nil || noPush != nil || !x.Whole {
		r.printf("%s %.60s  %s, no push, not saved", fileWord(x.Request.Method, 10), r.disguise(nil).text(x.Request.RequestURI), outcomeOf(x))
		return
	}
	w := r.disguise(form)
	if w.form != nil {
		sent, _ = push.FromForm(w.form) // this cannot fail, because the form still has an event
	}
	if err := r.save(number, x, w); err != nil {
		r.fail(fmt.Errorf("saving a push: %w", err))
		return
	}
	r.saved++
	r.printf("%-7s %s  %s", fileWord(string(sent.Event), 20), about(sent), outcomeOf(x))
	doc := documentOf(sent, x)
	c := r.calls.add(number, derive.Recorded{Push: sent, At: x.Began.Sub(r.start), Document: doc})
	for _, u := range followUps(doc) {
		if !sameOrigin(u, x.Request.Host) {
			c.past = true
			if !r.past {
				r.past = true
				fmt.Fprintf(r.notes, "note: the receiver names %s for the next pushes, and this one came to %s; unless that leads here, they go past the recorder\n",
					endpoint.Origin(u), fileHost(x.Request.Host))
			}
		}
	}
	c.wait(func() { r.finish(c) })
	if oldest := r.calls.forget(); oldest != nil {
		r.conclude(oldest) // its last pushes may have gone past the recorder
	}
}

// printf prints a line with the time.
func (r *recording) printf(text string, args ...any) {
	if _, err := fmt.Fprintf(r.out, "%s  %s\n", time.Now().Format("15:04:05.000"), fmt.Sprintf(text, args...)); err != nil {
		r.fail(fmt.Errorf("writing to standard output: %w", err))
	}
}

// outcomeOf describes how an exchange ended.
func outcomeOf(x relay.Exchange) string {
	took := milliseconds(x.Took)
	switch {
	case errors.Is(x.Err, context.Canceled):
		return fmt.Sprintf("no response from the receiver in %s, then the sender closed the connection", took)
	case x.Err != nil:
		return fmt.Sprintf("no response from the receiver in %s: %s", took, fileText(x.Err))
	case x.Response == nil:
		return "no response from the receiver in " + took
	case !x.ResponseDone:
		return fmt.Sprintf("%d in %s, not whole", x.Response.StatusCode, took)
	}
	return fmt.Sprintf("%d in %s", x.Response.StatusCode, took)
}

// about summarises a push in a few words.
func about(p push.Push) string {
	const most = 6
	text := fileWord(p.CallID, 200)
	if len(text) > 2*most {
		text = ".." + text[len(text)-most:]
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

// fileText formats an error for people. It may have text of the receiver in it.
func fileText(err error) string {
	quoted := fmt.Sprintf("%.200q", err.Error())
	return quoted[1 : len(quoted)-1]
}

// fileHost formats a Host header for people.
func fileHost(host string) string { return fmt.Sprintf("%.100q", host) }

// save writes a push, and its response if there is one.
func (r *recording) save(number int, x relay.Exchange, w disguise) error {
	body := x.Body
	request := x.Request.Clone(context.Background())
	request.RequestURI = w.text(request.RequestURI)
	w.header(request.Header)
	if w.form != nil {
		body = w.form.Encode(bytes.Contains(x.Body, []byte("[]=")))
		request.Header.Del(push.SignatureHeader)
	}
	name := filepath.Join(r.folder, captureName(x.Began, number, body))
	if err := writeNew(name, 0o600, capture(request, body)); err != nil || x.Response == nil {
		return err
	}
	return writeNew(strings.TrimSuffix(name, captureEnding)+responseEnding, 0o600, w.response(x))
}

// documentOf returns the document in a response that sipgate acts on; nil if there is none.
func documentOf(p push.Push, x relay.Exchange) *response.Document {
	if x.Response == nil || !x.ResponseDone {
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

// finish writes the scenario of a call that is over, or prints why no scenario makes the same pushes.
func (r *recording) finish(c *recordedCall) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conclude(c)
}

func (r *recording) conclude(c *recordedCall) {
	if c.concluded {
		return
	}
	name := fmt.Sprintf("call-%d", c.number)
	file := filepath.Join(r.folder, name+".yaml")
	if c.written { // a push came after the call seemed to be over
		r.scenarios--
		_ = os.Remove(file) // the file is written again; if this fails, that fails too
	}
	c.concluded, c.written = true, false
	s, err := derive.Scenario(name, c.inOrder())
	switch {
	case err != nil && c.past:
		r.printf("call %d: no scenario: %v; some pushes may have gone past the recorder", c.number, err)
	case err != nil:
		r.printf("call %d: no scenario: %v", c.number, err)
	default:
		if err := writeNew(file, 0o644, s.YAML()); err != nil {
			r.fail(fmt.Errorf("writing the scenario: %w", err))
			return
		}
		r.scenarios++
		c.written = true
		r.printf("call %d: scenario %s", c.number, file)
	}
}

// end concludes all calls and prints the summary.
func (r *recording) end() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.calls.recent {
		c.stop()
		r.conclude(c)
	}
	_, err := fmt.Fprintf(r.out, "recorded %s of %s in %s, %s\n", wording.Count(r.saved, "push"), wording.Count(r.calls.count, "call"), r.folder, wording.Count(r.scenarios, "scenario"))
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
