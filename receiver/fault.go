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

// Phase is the part of a run in which a fault is visible.
type Phase string

const (
	Transport Phase = "transport" // the connection is wrong, or there is no response
	Pushes    Phase = "pushes"    // the receiver refuses some pushes of a call, or accepts pushes that it should refuse
	Responses Phase = "responses" // responses are wrong
	Calls     Phase = "calls"     // the receiver fails in whole calls, although it accepts each of the pushes alone
	Memory    Phase = "memory"    // the states of calls are wrong; a sender that does not read the states cannot find the fault
)

// Fault is one mistake of a receiver that conforms in everything else. Faults may be combined if they do not exclude each other.
type Fault struct {
	Name            string
	Description     string         // what the receiver does, as a sentence without subject and full stop
	Phase           Phase          // where the fault is visible
	Breaks          []string       // ids of the requirements for which findings must be reported
	MayBreak        []string       // ids of requirements for which findings may be reported as a consequence; or patterns of path.Match, such as "push.*"
	NeedsSteering   scenarios.Kind // how a call must be steered so that the fault is visible; "" if it is visible on every call
	NeedsOtherCalls bool           // with NeedsSteering: only some calls may be steered, because the fault is visible only if other calls are let through

	Conditions

	applies        func(draft) bool // reports whether the fault changes this response
	change         func(*draft)     // changes a response
	onePushAtATime bool             // the receiver handles one push at a time
	changePlan     func(*plan)      // changes how the receiver is served
	changeGuard    func(*guard)     // changes the verification of signatures
	crash
	// rewritePush changes a push before the receiver remembers it. If it returns false, the receiver does not remember it. Receiver.State
	// calls rewritePush with a push that has only a callId, and looks up the callId of the result.
	rewritePush func(*callStore, push.Push) (push.Push, bool)
}

// Conditions are what a run needs to find a fault. With the zero Conditions, every run finds the fault.
type Conditions struct {
	Slow             bool // the sender has to wait for several seconds, unless Options.SlowFactor is small
	AlwaysSlow       bool // with Slow: the sender has to wait at every push, so that a run takes minutes
	NeedsHostName    bool // the push URL has to have a host name, but not a local name such as localhost; --connect-to makes that possible
	NeedsCredentials bool // the push URL has to have credentials
	NeedsKey         bool // the receiver has to verify signatures
}

// crash describes the requests that stop the receiver.
type crash struct {
	stopsResponding func(*http.Request) bool // after such a request the receiver never responds again
	endsProcess     func(*http.Request) bool // such a request ends the process: the process stops listening and closes every connection
	restartAfter    time.Duration            // time after which the process is started again; 0: never
}

// Faults lists all faults; transport faults come first. The caller may change the slice.
func Faults() []Fault {
	return slices.Concat(transportFaults(), pushFaults(), oddPushFaults(), responseFaults(), documentFaults(), actionFaults(), followingFaults(), callFaults(), wholeCallFaults(),
		signatureFaults(), stateFaults(), troubleFaults())
}

// setPhase sets the phase of faults without a phase.
func setPhase(phase Phase, faults []Fault) []Fault {
	for i := range faults {
		faults[i].Phase = cmp.Or(faults[i].Phase, phase)
	}
	return faults
}

// FindFault finds a fault by its name. The error for an unknown name suggests the nearest name, or names with words in common.
func FindFault(name string) (Fault, error) {
	var names []string
	for _, f := range Faults() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	if closest, ok := suggest.Closest(name, names); ok {
		return Fault{}, fmt.Errorf("unknown fault %q, did you mean %q?", name, closest)
	}
	if similar := suggest.NamesSharingWords(name, names); len(similar) > 0 {
		return Fault{}, fmt.Errorf("unknown fault %q, similar names are %s", name, strings.Join(similar, ", "))
	}
	return Fault{}, fmt.Errorf("unknown fault %q", name)
}

// isVisibleWith reports whether calls are steered in the way that the fault needs. A Steering without a kind may do anything, so the fault
// counts as visible with it.
func (f Fault) isVisibleWith(steering map[string]Steering) bool {
	if f.NeedsSteering == "" {
		return true
	}
	for _, s := range steering {
		if s.Kind == "" || s.Kind == f.NeedsSteering || strings.HasPrefix(string(s.Kind), string(f.NeedsSteering)+"-") || f.NeedsSteering == scenarios.Reject && s.Kind == scenarios.Busy {
			return true
		}
	}
	return false
}

// The following functions select the drafts that a fault or a quirk changes.

func eventIs(event push.Event) func(draft) bool {
	return func(d draft) bool { return d.push.Event == event }
}

func isNewCall(d draft) bool { return d.push.Event == push.NewCall }

func isIncomingNewCall(d draft) bool {
	return d.push.Event == push.NewCall && d.push.Direction != push.Outgoing
}

func isOutgoingNewCall(d draft) bool {
	return d.push.Event == push.NewCall && d.push.Direction == push.Outgoing
}

func isFollowUp(d draft) bool { return d.push.Event == push.Answer || d.push.Event == push.Hangup }

func isDivertedNewCall(d draft) bool { return d.push.Event == push.NewCall && d.push.Diversion != "" }

// hasDocument reports whether a response to a push has a body.
func hasDocument(d draft) bool { return d.pagePath == "" && len(d.body) > 0 }

// pageIs selects the page at a path.
func pageIs(page string) func(draft) bool {
	return func(d draft) bool { return d.pagePath == page }
}
