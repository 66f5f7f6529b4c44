// Package receiver holds a receiver that does what sipgate expects of one: it accepts every push about a call, subscribes to what
// happens next, and knows which calls ring, are answered or over. Each of its named faults is one thing that it does wrong, on
// purpose.
//
// Begin with New for an http.Handler, or with Start for a receiver that listens, with a certificate of its own. The package does not
// judge, and it prints nothing.
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

// Where the receiver's own URLs lead, below its base URL. Pushes are taken at every path.
const (
	answerPath = "/answer"
	hangupPath = "/hangup"
	dataPath   = "/digits"
	soundPath  = "/sound.wav"
	callsPath  = "/calls/"
)

// Options are the choices about a receiver. The zero value is a conforming receiver that subscribes to answer and hangup and lets every
// call through.
type Options struct {
	// BaseURL is what the receiver's own URLs start with, such as https://phone.example.com/hooks; for receivers behind a
	// proxy. "": taken from each request, which is https if it came over TLS, and from its Host header. The sender
	// chooses that header: if it is forged, the URLs lead to the host that it names.
	BaseURL string

	Steering   map[string]Steering // what to do with calls to a number; EveryNumber is for all others
	Faults     []Fault             // what to do wrong, in this order; faults of TLS and certificates show only with Start
	Quirks     []Quirk             // what to do in another way than usual, before the faults
	SlowFactor float64             // multiplies the waits of slow faults; 0 means 1
	VerifyKey  *rsa.PublicKey      // pushes without a valid signature by this key are refused; nil: signatures are ignored

	// Log is called with a line without line break for each push, never twice at once. nil: it is not called.
	Log func(string)

	// Save is called with each form that arrives, and its body, before anything is judged of it; never twice at once. nil: it is not
	// called.
	Save func(r *http.Request, body []byte)
}

// Receiver is an http.Handler that takes pushes. It may be used by several goroutines at once.
//
// A push that can be read is always responded to with status 200: a newCall with a Response that subscribes to answer and
// hangup, a dtmf of a call that it steers with the next Response, everything else with nothing. What cannot be read is
// refused: another method than POST with 405, another content type than a form with 415, a body over 256 KiB with 413, a
// form that is none or names no event, or a Host header from which no URL can be made, with 400. With a VerifyKey, a push that is not
// signed with its private half is refused with 403 and a sentence that gives the reason.
//
// A GET of /calls/ID returns the state of a call as JSON, {"callId":"…","state":"ringing"}, with 404 for an unknown one;
// /sound.wav is the sound that it plays.
type Receiver struct {
	options Options
	base    string // without slash at the end; "": from each request
	calls   *calls
	guard   guard
	pushes  atomic.Int64
	dead    atomic.Bool              // a fault made it stop responding
	end     func(back time.Duration) // ends the process that serves; nil: nothing ends
	queue   chan struct{}            // full while a push is handled, if it takes one at a time; nil: it takes many
	logging sync.Mutex               // held while Log or Save is called
}

// New makes a receiver. It is an error if BaseURL is no absolute http or https URL, or if a fault shows only on calls that
// are steered in a way that no entry of Steer steers, or only with a VerifyKey, if there is none.
func New(o Options) (*Receiver, error) {
	base, err := parseBase(o.BaseURL)
	if err != nil {
		return nil, err
	}
	for _, f := range o.Faults {
		if f.NeedsKey && o.VerifyKey == nil {
			return nil, fmt.Errorf("fault %q shows only where the receiver verifies signatures: give it a key", f.Name)
		}
		if !f.shownBy(o.Steering) {
			return nil, fmt.Errorf("fault %q shows only on calls that the receiver steers: steer a number with %s=NUMBER", f.Name, f.NeedsSteering)
		}
	}
	r := &Receiver{options: o, base: base, calls: newCalls(maxCalls), guard: guard{key: o.VerifyKey}}
	for _, f := range o.Faults {
		if f.distracts != nil {
			f.distracts(&r.guard)
		}
		if f.queues {
			r.queue = make(chan struct{}, 1)
		}
	}
	for _, m := range o.Quirks {
		if m.NeedsKey && o.VerifyKey == nil {
			return nil, fmt.Errorf("manner %q shows only where the receiver verifies signatures: give it a key", m.Name)
		}
		if m.distracts != nil {
			m.distracts(&r.guard)
		}
	}
	r.calls.curious = len(o.Faults) > 0
	return r, nil
}

// State is the state of a call as the receiver remembers it.
func (r *Receiver) State(callID string) push.CallState {
	sought, ok := r.recall(push.Push{CallID: callID})
	if !ok {
		return push.CallUnknown
	}
	return r.calls.state(sought.CallID)
}

// overLimit reports whether more requests arrived than a manner lets in.
func (r *Receiver) overLimit() bool {
	return slices.ContainsFunc(r.options.Quirks, func(m Quirk) bool { return m.most > 0 && r.Pushes() > m.most })
}

// recall is a push as the receiver will remember it; false if it will not remember it.
func (r *Receiver) recall(p push.Push) (push.Push, bool) {
	for _, f := range r.options.Faults {
		if f.recall == nil {
			continue
		}
		ok := true
		if p, ok = f.recall(r.calls, p); !ok {
			return p, false
		}
	}
	return p, true
}

// Calls is how many calls the receiver remembers, over or not; at most 10,000.
func (r *Receiver) Calls() int { return r.calls.len() }

// Pushes counts the requests that arrived, accepted or not, without those that fetched a state or the sound.
func (r *Receiver) Pushes() int { return int(r.pushes.Load()) }

// ServeHTTP takes one request.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if d, ok := r.page(req); ok {
		d.agent = req.UserAgent()
		r.send(w, req, r.spoil(d))
		return
	}
	r.pushes.Add(1)
	if r.unresponsive(req) || r.ended(req) {
		panic(http.ErrAbortHandler)
	}
	if r.queue != nil {
		r.queue <- struct{}{}
		defer func() { <-r.queue }()
		req = whileServing(req)
	}
	t, refusal := r.read(w, req)
	if r.overLimit() {
		refusal = &draft{status: http.StatusTooManyRequests, header: http.Header{}, reason: "over the limit"}
	}
	base, ok := r.baseOf(req)
	if refusal == nil && !ok {
		refusal = &draft{status: http.StatusBadRequest, reason: "a Host header that is none"}
	}
	if refusal != nil {
		r.log("refused: " + refusal.reason)
		r.send(w, req, *refusal)
		return
	}
	r.log(line(t.push))
	d := r.spoil(r.respond(t, base))
	if d.push.Event == push.NewCall && d.status/100 == 5 {
		r.calls.drop(d.push.CallID) // the receiver does not follow a call that it refused
	}
	r.send(w, req, d)
}

// respond drafts the response of a conforming receiver to a push.
func (r *Receiver) respond(t taken, base string) draft {
	p := t.push
	d := draft{taken: t, memory: memory{was: r.State(p.CallID)}, base: base, status: http.StatusOK, header: http.Header{}}
	if p.OrigCallID != "" && p.OrigCallID != p.CallID {
		d.first = r.State(p.OrigCallID)
	}
	steering, steered := r.steering(p)
	d.seen = r.calls.before(p)
	if heard, ok := r.recall(p); ok {
		r.calls.take(heard)
	}
	d.call, d.steered = r.calls.find(p.CallID), steered
	if p.Event != push.NewCall && (p.Event != push.DTMF || !steered) {
		return d
	}
	say := response.Response{
		OnAnswer: &response.Target{URL: base + answerPath, Usable: true},
		OnHangup: &response.Target{URL: base + hangupPath, Usable: true},
	}
	if steered {
		say.Actions = steering.Actions(SteeringInput{Push: p, OnDataURL: base + dataPath, SoundURL: base + soundPath})
	}
	d.header.Set("Content-Type", "application/xml")
	d.body = say.XML()
	return d
}

// steering returns how a call is steered: a newCall by the called number, a dtmf by the called number of its newCall.
func (r *Receiver) steering(p push.Push) (Steering, bool) {
	to := p.To
	if p.Event == push.DTMF {
		known := false
		if to, known = r.calls.called(p.CallID); !known {
			return Steering{}, false
		}
	}
	if s, ok := r.options.Steering[to]; ok {
		return s, true
	}
	s, ok := r.options.Steering[AnyOtherNumber]
	return s, ok
}

// spoil applies every manner and every fault to a response.
func (r *Receiver) spoil(d draft) draft {
	for _, m := range r.options.Quirks {
		if m.on != nil && m.on(d) {
			m.change(&d)
		}
	}
	for _, f := range r.options.Faults {
		if f.on != nil && f.on(d) {
			f.change(&d)
		}
	}
	return d
}

// line describes a push on one line for a log.
func line(p push.Push) string {
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
	r.logging.Lock()
	defer r.logging.Unlock()
	r.options.Save(req, body)
}

func (r *Receiver) log(text string) {
	if r.options.Log == nil {
		return
	}
	r.logging.Lock()
	defer r.logging.Unlock()
	r.options.Log(text)
}

func parseBase(base string) (string, error) {
	if base == "" {
		return "", nil
	}
	u, err := url.Parse(base)
	if err != nil {
		return "", errors.New("base URL: it cannot be parsed") // the cause can repeat a password
	}
	if strings.Contains(base, "@") { // not shown: it can be a password
		return "", errors.New("base URL: it has credentials, and is wanted without")
	}
	if u.Scheme != "https" && u.Scheme != "http" || !validHost(u.Host) || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("base URL %q: not an absolute http or https URL without credentials, query and fragment", base)
	}
	return withoutSlash(u.String()), nil
}
