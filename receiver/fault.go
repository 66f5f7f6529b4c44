package receiver

import (
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
	Transport Phase = "transport" // while the receiver is reached: on the connection, or instead of any response
	Pushes    Phase = "pushes"    // in which pushes it takes: odd ones it does not
	Responses Phase = "responses" // in its responses
	Calls     Phase = "calls"     // in whole calls, of which it takes every push by itself
	Memory    Phase = "memory"    // in what it thinks of its calls, which takes a look at their state to find
)

// Fault is one thing that the receiver does wrong, in everything else conforming. Faults that can be had at once may be combined.
type Fault struct {
	Name   string
	Says   string         // what the receiver does, as a sentence without subject and full stop
	Phase  Phase          // where it shows
	Breaks []string       // ids of the requirements that must be found not to be met
	May    []string       // ids of those that may be found as well, since they follow; or patterns as of path.Match, such as "push.*"
	Needs  scenarios.Kind // how a call must be steered for it to show; "" if it shows on every call
	Beside bool           // with Needs: it shows only beside calls that are let through, so one number has to be steered and not all

	Waits    bool // it shows only to who waits, for several seconds where Options.SlowFactor does not shorten them
	Often    bool // with Waits: it does so at every push, so that a run takes minutes
	Named    bool // it shows only to who reaches the receiver by a name that is not of this machine, as by --connect-to
	Login    bool // it shows only where the URL has credentials
	NeedsKey bool // it shows only where the receiver verifies signatures

	on        func(draft) bool         // the responses that are spoilt
	change    func(*draft)             // how
	queues    bool                     // it takes one push at a time
	spoil     func(*plan)              // what becomes of the connection
	distracts func(*guard)             // what becomes of the verification of signatures
	kills     func(*http.Request) bool // what it does not live through: no connection brings a response any more
	ends      func(*http.Request) bool // what its process ends of: nobody listens, and every connection is closed
	back      time.Duration            // when the process is started again after that; 0: never
	// recall is what the receiver makes of a push when it remembers it; false: nothing. It is asked as well, with nothing but a
	// callId, under which id it looks a call up.
	recall func(*calls, push.Push) (push.Push, bool)
}

// Faults lists all faults, those of the transport first. The slice is the caller's.
func Faults() []Fault {
	return slices.Concat(transportFaults(), pushFaults(), oddPushFaults(), responseFaults(), documentFaults(), actionFaults(), followingFaults(), callFaults(), wholeCallFaults(),
		signatureFaults(), stateFaults(), troubleFaults())
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

// shownBy reports whether calls are steered in the way that the fault needs. Of a steering of the user's own nobody knows.
func (f Fault) shownBy(steer map[string]Steering) bool {
	if f.Needs == "" {
		return true
	}
	for _, s := range steer {
		if s.Kind == "" || s.Kind == f.Needs || strings.HasPrefix(string(s.Kind), string(f.Needs)+"-") || f.Needs == scenarios.Reject && s.Kind == scenarios.Busy {
			return true
		}
	}
	return false
}

// Which responses a fault spoils.

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

// the picks the page of a path.
func the(page string) func(draft) bool {
	return func(d draft) bool { return d.page == page }
}
