package receiver

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// Phase is when a fault shows.
type Phase string

const (
	Transport Phase = "transport" // on the connection, or instead of any response
	Pushes    Phase = "pushes"    // it refuses odd pushes
	Responses Phase = "responses" // in its responses
	Calls     Phase = "calls"     // in whole calls, although it accepts each of their pushes alone
	Memory    Phase = "memory"    // in the states of its calls; only somebody who reads them can find it
)

// Fault is one thing that the receiver does wrong while everything else conforms. Faults may be combined if they do not exclude each
// other.
type Fault struct {
	Name            string
	Summary         string         // what the receiver does, as a sentence without subject and full stop
	Phase           Phase          // where it shows
	Breaks          []string       // ids of the requirements for which findings must be reported
	MayBreak        []string       // ids of requirements for which findings may be reported as well, as a consequence; or patterns of path.Match, such as "push.*"
	NeedsSteering   scenarios.Kind // how a call must be steered so that the fault shows; "" if it shows on every call
	NeedsOtherCalls bool           // with Needs: it shows only if other calls are let through, so one number must be steered and not all

	Conditions

	on        func(draft) bool // the responses that are changed
	change    func(*draft)     // changes a response
	queues    bool             // it takes one push at a time
	spoil     func(*plan)      // changes the connection
	distracts func(*guard)     // changes the verification of signatures
	crash
	// recall changes a push before the receiver remembers it; false: it forgets the push. It is also called to look up a call, with
	// a push that has only the callId: the call is remembered under the callId of the result.
	recall func(*calls, push.Push) (push.Push, bool)
}

// Conditions says on which occasions only a fault shows. The zero Conditions: on any.
type Conditions struct {
	Slow             bool // it shows only to who waits, for several seconds where Options.SlowFactor does not shorten them
	AlwaysSlow       bool // with Waits: it does so at every push, so that a run takes minutes
	NeedsHostName    bool // it shows only if the receiver is reached by a name that is not of this machine, as by --connect-to
	NeedsCredentials bool // it shows only if the URL has credentials
	NeedsKey         bool // it shows only if the receiver verifies signatures
}

// crash is which requests the receiver does not survive.
type crash struct {
	kills func(*http.Request) bool // the requests after which it never responds again
	ends  func(*http.Request) bool // the requests that end its process: it stops listening, and every connection is closed
	back  time.Duration            // after what time the process is started again; 0: never
}

// Faults lists all faults, those of the transport first. The slice is the caller's.
func Faults() []Fault {
	return slices.Concat(transportFaults(), pushFaults(), oddPushFaults(), responseFaults(), documentFaults(), actionFaults(), followingFaults(), callFaults(), wholeCallFaults(),
		signatureFaults(), stateFaults(), troubleFaults())
}

// inPhase sets the phase of faults that have none.
func inPhase(phase Phase, faults []Fault) []Fault {
	for i := range faults {
		faults[i].Phase = cmp.Or(faults[i].Phase, phase)
	}
	return faults
}

// FindFault finds a fault by its name. The error for an unknown one suggests the nearest, or names with words in common.
func FindFault(name string) (Fault, error) {
	var names []string
	for _, f := range Faults() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	if near, ok := suggest.Closest(name, names); ok {
		return Fault{}, fmt.Errorf("unknown fault %q, did you mean %q?", name, near)
	}
	if near := suggest.Sharing(name, names); len(near) > 0 {
		return Fault{}, fmt.Errorf("unknown fault %q, similar names are %s", name, strings.Join(near, ", "))
	}
	return Fault{}, fmt.Errorf("unknown fault %q", name)
}

// shownBy reports whether calls are steered in the way that the fault needs. This is not known of a steering that the user wrote; it
// counts.
func (f Fault) shownBy(steer map[string]Steering) bool {
	if f.NeedsSteering == "" {
		return true
	}
	for _, s := range steer {
		if s.Kind == "" || s.Kind == f.NeedsSteering || strings.HasPrefix(string(s.Kind), string(f.NeedsSteering)+"-") || f.NeedsSteering == scenarios.Reject && s.Kind == scenarios.Busy {
			return true
		}
	}
	return false
}

// Conditions for the responses that a fault changes.

func to(event push.Event) func(draft) bool {
	return func(d draft) bool { return d.push.Event == event }
}

func toNewCall(d draft) bool { return d.push.Event == push.NewCall }

func toIncoming(d draft) bool {
	return d.push.Event == push.NewCall && d.push.Direction != push.Outgoing
}

func toOutgoing(d draft) bool {
	return d.push.Event == push.NewCall && d.push.Direction == push.Outgoing
}

func toFollowUp(d draft) bool { return d.push.Event == push.Answer || d.push.Event == push.Hangup }

func toDiverted(d draft) bool { return d.push.Event == push.NewCall && d.push.Diversion != "" }

// document reports whether a response to a push has a body.
func document(d draft) bool { return d.page == "" && len(d.body) > 0 }

// toPage picks the page of a path.
func toPage(page string) func(draft) bool {
	return func(d draft) bool { return d.page == page }
}
