// Package receiver holds a receiver that does what sipgate expects: it accepts every push about a call, subscribes to the answer and the
// hangup, and remembers whether each call rings, is answered or is over. Each of its named faults is one deliberate mistake.
//
// Begin with New for an http.Handler, or with Start for a receiver that listens and has a certificate. The package does not judge, and it
// prints nothing.
package receiver

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
)

// Paths of the receiver's own URLs, below its base URL. Pushes are accepted at every path.
const (
	answerPath = "/answer"
	hangupPath = "/hangup"
	digitsPath = "/digits"
	soundPath  = "/sound.wav"
	callsPath  = "/calls/"
)

// Options configure a receiver. With the zero value the receiver conforms, subscribes to answer and hangup, and lets every call through.
type Options struct {
	// BaseURL is the base of the receiver's own URLs, such as https://phone.example.com/hooks. A receiver behind a proxy needs it. If it
	// is empty, the base is made from the Host header of each request, with https if the request came over TLS. The sender chooses that
	// header. If the header is forged, the URLs point to the host in the header.
	BaseURL string

	Steering   map[string]Steering // what to do with calls to a number; AnyOtherNumber stands for all other numbers
	Faults     []Fault             // applied in this order; faults of TLS and certificates are visible only with Start
	Quirks     []Quirk             // applied before the faults
	SlowFactor float64             // multiplies the delays of slow faults; 0 means 1
	VerifyKey  *rsa.PublicKey      // pushes without a valid signature for this key are refused; nil: signatures are ignored

	// Log, if not nil, is called with one line for each push, without a line break. It is never called by two goroutines at once.
	Log func(string)

	// Save, if not nil, is called with each request that carries a form, and with its body, before the form is checked. It is never called
	// by two goroutines at once.
	Save func(r *http.Request, body []byte)
}

// Receiver is an http.Handler that accepts pushes. It may be used by several goroutines at once.
//
// The response to a valid push has status 200. For a newCall it is a document that subscribes to answer and hangup. For a dtmf of a
// steered call it is a document with the next action. For other pushes the body is empty. Other requests are refused: a method other than
// POST with 405, a content type other than a form with 415, a body over 256 KiB with 413, and a malformed form, a form without an event or
// an invalid Host header with 400. With a VerifyKey, a push without a valid signature is refused with 403 and a sentence that gives the
// reason.
//
// A GET of /calls/ID returns the state of a call as JSON, {"callId":"…","state":"ringing"}, with 404 if the call is unknown. A GET of
// /sound.wav returns the sound that the receiver plays.
type Receiver struct {
	options           Options
	baseURL           string // without a slash at the end; "": made from each request
	calls             *callStore
	guard             guard
	pushCount         atomic.Int64
	stoppedResponding atomic.Bool                      // a fault made the receiver stop responding
	stopProcess       func(restartAfter time.Duration) // stops the current process, and starts another unless restartAfter is 0; nil: there is no process to stop
	slot              chan struct{}                    // holds its only value while a push is handled, so that the next push waits; nil: pushes do not wait for each other
	callbackMutex     sync.Mutex                       // held while Log or Save is called
}

// New makes a receiver. It returns an error in three cases: BaseURL is not an absolute http or https URL; a fault or a quirk needs a
// VerifyKey, and there is none; a fault is visible only on calls that are steered in a certain way, and no entry of Steering does that.
func New(o Options) (*Receiver, error) {
	base, err := parseBaseURL(o.BaseURL)
	if err != nil {
		return nil, err
	}
	for _, f := range o.Faults {
		if f.NeedsKey && o.VerifyKey == nil {
			return nil, fmt.Errorf("fault %q is visible only if the receiver verifies signatures: give it a key", f.Name)
		}
		if !f.isVisibleWith(o.Steering) {
			return nil, fmt.Errorf("fault %q shows only on calls that the receiver steers: steer a number with %s=NUMBER", f.Name, f.NeedsSteering)
		}
	}
	r := &Receiver{options: o, baseURL: base, calls: makeCallStore(maxCalls), guard: guard{key: o.VerifyKey}}
	for _, f := range o.Faults {
		if f.changeGuard != nil {
			f.changeGuard(&r.guard)
		}
		if f.onePushAtATime {
			r.slot = make(chan struct{}, 1)
		}
	}
	for _, q := range o.Quirks {
		if q.NeedsKey && o.VerifyKey == nil {
			return nil, fmt.Errorf("quirk %q is visible only if the receiver verifies signatures: give it a key", q.Name)
		}
		if q.changeGuard != nil {
			q.changeGuard(&r.guard)
		}
	}
	r.calls.usesOtherCalls = len(o.Faults) > 0
	return r, nil
}

// State returns the state of a call as the receiver remembers it.
func (r *Receiver) State(callID string) push.CallState {
	rewritten, ok := r.rewritePush(push.Push{CallID: callID})
	if !ok {
		return push.CallUnknown
	}
	return r.calls.state(rewritten.CallID)
}

// isOverLimit reports whether more requests arrived than a quirk allows.
func (r *Receiver) isOverLimit() bool {
	return slices.ContainsFunc(r.options.Quirks, func(q Quirk) bool { return q.maxPushes > 0 && r.PushCount() > q.maxPushes })
}

// rewritePush returns the push that the receiver remembers after all faults have changed it. It returns false if a fault makes the receiver
// ignore the push.
func (r *Receiver) rewritePush(p push.Push) (push.Push, bool) {
	for _, f := range r.options.Faults {
		if f.rewritePush == nil {
			continue
		}
		ok := true
		if p, ok = f.rewritePush(r.calls, p); !ok {
			return p, false
		}
	}
	return p, true
}

// CallCount returns how many calls the receiver remembers, including calls that are over; at most 10,000.
func (r *Receiver) CallCount() int { return r.calls.count() }

// PushCount returns how many requests arrived, accepted or not. Requests for a state or for the sound do not count.
func (r *Receiver) PushCount() int { return int(r.pushCount.Load()) }

// ServeHTTP handles one request.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if d, ok := r.pageFor(req); ok {
		d.userAgent = req.UserAgent()
		r.send(w, req, r.applyFaults(d))
		return
	}
	r.pushCount.Add(1)
	if r.stopRespondingIfFault(req) || r.endProcessIfFault(req) {
		panic(http.ErrAbortHandler)
	}
	if r.slot != nil {
		r.slot <- struct{}{}
		defer func() { <-r.slot }()
		req = withServingContext(req)
	}
	accepted, refusal := r.parsePush(w, req)
	if r.isOverLimit() {
		refusal = &draft{status: http.StatusTooManyRequests, header: http.Header{}, reason: "over the limit"}
	}
	base, ok := r.baseURLFor(req)
	if refusal == nil && !ok {
		refusal = &draft{status: http.StatusBadRequest, reason: "an invalid Host header"}
	}
	if refusal != nil {
		r.log("refused: " + refusal.reason)
		r.send(w, req, *refusal)
		return
	}
	r.log(logLine(accepted.push))
	d := r.applyFaults(r.respond(accepted, base))
	if d.push.Event == push.NewCall && d.status/100 == 5 {
		r.calls.markOver(d.push.CallID) // a receiver drops a call whose newCall it refused
	}
	r.send(w, req, d)
}

// respond drafts the response of a conforming receiver to a push.
func (r *Receiver) respond(accepted acceptedPush, base string) draft {
	p := accepted.push
	d := draft{acceptedPush: accepted, memory: memory{stateBefore: r.State(p.CallID)}, baseURL: base, status: http.StatusOK, header: http.Header{}}
	if p.OrigCallID != "" && p.OrigCallID != p.CallID {
		d.firstLegStateBefore = r.State(p.OrigCallID)
	}
	steering, steered := r.steeringOf(p)
	d.prior = r.calls.priorState(p)
	if rewritten, ok := r.rewritePush(p); ok {
		r.calls.update(rewritten)
	}
	d.record, d.steered = r.calls.find(p.CallID), steered
	if p.Event != push.NewCall && (p.Event != push.DTMF || !steered) {
		return d
	}
	doc := response.Response{
		OnAnswer: &response.URL{Text: base + answerPath, Usable: true},
		OnHangup: &response.URL{Text: base + hangupPath, Usable: true},
	}
	if steered {
		doc.Actions = steering.Actions(SteeringInput{Push: p, OnDataURL: base + digitsPath, SoundURL: base + soundPath})
	}
	d.header.Set("Content-Type", "application/xml")
	d.body = doc.XML()
	return d
}

// steeringOf returns how the call of a push is steered; false if it is not steered. The called number decides. A dtmf has no called
// number, so the called number of the call's newCall decides.
func (r *Receiver) steeringOf(p push.Push) (Steering, bool) {
	to := p.To
	if p.Event == push.DTMF {
		known := false
		if to, known = r.calls.calledNumber(p.CallID); !known {
			return Steering{}, false
		}
	}
	if s, ok := r.options.Steering[to]; ok {
		return s, true
	}
	s, ok := r.options.Steering[AnyOtherNumber]
	return s, ok
}

// applyFaults applies every quirk and every fault to a response.
func (r *Receiver) applyFaults(d draft) draft {
	for _, q := range r.options.Quirks {
		if q.applies != nil && q.applies(d) {
			q.change(&d)
		}
	}
	for _, f := range r.options.Faults {
		if f.applies != nil && f.applies(d) {
			f.change(&d)
		}
	}
	return d
}

// logLine describes a push in one line.
func logLine(p push.Push) string {
	text := logText(string(p.Event)) + " " + logText(p.CallID)
	if p.Event == push.DTMF {
		return text
	}
	text += " from " + logText(p.From) + " to " + logText(p.To)
	if p.Direction == push.Outgoing {
		text += " (outgoing)"
	}
	return text
}

func (r *Receiver) save(req *http.Request, body []byte) {
	if r.options.Save == nil {
		return
	}
	r.callbackMutex.Lock()
	defer r.callbackMutex.Unlock()
	r.options.Save(req, body)
}

func (r *Receiver) log(text string) {
	if r.options.Log == nil {
		return
	}
	r.callbackMutex.Lock()
	defer r.callbackMutex.Unlock()
	r.options.Log(text)
}

func parseBaseURL(base string) (string, error) {
	if base == "" {
		return "", nil
	}
	u, err := url.Parse(base)
	if err != nil {
		return "", errors.New("base URL: it cannot be parsed") // the cause can repeat a password
	}
	if strings.Contains(base, "@") { // the URL is not shown, because it can contain a password
		return "", errors.New("base URL: it must not have credentials")
	}
	if u.Scheme != "https" && u.Scheme != "http" || !isValidHost(u.Host) || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("base URL %q: not an absolute http or https URL without credentials, query and fragment", base)
	}
	return trimSlash(u.String()), nil
}
