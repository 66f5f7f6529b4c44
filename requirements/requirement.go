// Package requirements holds what a receiver of sipgate.io pushes has to do: each requirement with its source, its consequence and its fix.
// Its functions read in a transcript whether the receiver met the requirements. It plays no call.
//
// All and Find read the catalogue. JudgeCall judges a played call, JudgeConnection a connection, and JudgeFollowUpURL a URL in a response.
// A judgement is that a requirement is met, a finding (it is not met), or a gap (it could not be judged).
//
// These words have one meaning each:
//
//   - A plain push is a push as sipgate usually sends it. An odd push differs from a plain push on purpose, such as by an empty user.
//   - A follow-up push is an answer, hangup or dtmf push. It goes to a URL that an earlier response named, the follow-up URL.
//   - A trait is a property of a push, such as an answer without a user. Traits decide for which requirements a push counts.
//   - A whole call is a call of a scenario that has a requirement of its own: all its pushes have to be accepted, to the end of the call.
//   - A steered call went another way than its scenario, because the receiver rejected, redirected or ended it, or gathered digits.
//   - A sequence is a call with pushes that are lost, sent twice or sent in another order. A crowd is several calls at once.
//   - A forged push is a push that sipgate did not send: its signature is missing or wrong. A good push follows it, and shows whether the
//     receiver still works.
//   - A provocation is a call with a stimulus: a request that is not a push, such as a JSON document. Good pushes are sent after it, or
//     beside it.
//   - The captured push is a push that sipgate sent and signed in 2021. In the altered captured push one digit is changed, so its signature
//     is wrong.
//   - The probe consists of the first calls of a run. These calls show which capabilities the receiver has.
//   - A verification refusal is a response that refuses a push because of its signature, or because of the address that sent it.
//   - A variant is one of several forms in which a requirement is tried, such as a push with one of the hangup causes.
//   - An occasion is what a response must contain before a requirement can be judged by the response, such as a Dial.
//   - An excuse of a finding is a plainer requirement. If it is not met, that explains the finding, and the finding becomes a gap.
//   - A contrast is a requirement that has to be met before there is a finding of another requirement.
//   - The receiver is lost if it stops accepting connections or pushes during the run. This is its loss.
package requirements

import (
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/internal/wording"
)

// Level is the severity of a requirement.
type Level string

const (
	Must   Level = "must"   // a finding makes the run not conformant
	Should Level = "should" // a finding is a warning
)

// Capability is something that a receiver may do but does not have to do.
type Capability string

const (
	CanAnswer    Capability = "answer"        // subscribes to answer pushes
	CanHangup    Capability = "hangup"        // subscribes to hangup pushes
	CanDial      Capability = "dial"          // redirects calls
	CanPlay      Capability = "play"          // plays a sound file
	CanGather    Capability = "gather"        // collects digits
	CanReject    Capability = "reject"        // rejects calls
	CanEndCalls  Capability = "hangup-action" // ends calls by Hangup
	CanSignature Capability = "signature"     // verifies X-Sipgate-Signature
	CanBasicAuth Capability = "basic-auth"    // asks for credentials
	CanState     Capability = "state"         // shows the state of its calls
	CanOutgoing  Capability = "outgoing"      // accepts pushes of outgoing calls
)

// Needs are the capabilities that a receiver must have before a requirement applies to it: at least one of each inner list.
type Needs [][]Capability

// Requirement is one thing that a receiver has to do.
type Requirement struct {
	ID          string // area.slug, stable, never reused
	Level       Level
	Needs       Needs  // nil: applies to every receiver
	Statement   string // one sentence, with the receiver as subject
	Sentence    string // the sentence of a feature file that states the requirement; "" if no sentence is about this requirement alone
	Source      string // documentation, API reference or observation from which the requirement is taken, with issue numbers of sipgate's public tracker
	Consequence string // what happens at sipgate or to the caller if the requirement is not met
	Fix         string // how to meet the requirement, one or two lines
	Notes       string // how the requirement is judged if that is not obvious: exceptions, milder cases, what waives it; "" if it is obvious
	Rules
}

// Area returns the part of the id before the dot.
func (r Requirement) Area() string {
	area, _, _ := strings.Cut(r.ID, ".")
	return area
}

// areaOf returns the part of an id before the dot.
func areaOf(id string) string { return Requirement{ID: id}.Area() }

// MetBy reports whether a receiver has the needed capabilities. hasCapability reports whether the receiver has a given capability. If
// capabilities are missing, MetBy also describes them, such as "the receiver does not subscribe to hangup pushes". Nil needs and empty
// inner lists are always met.
func (n Needs) MetBy(hasCapability func(Capability) bool) (ok bool, missing string) {
	var missingNeeds []string
	for _, alternatives := range n {
		if len(alternatives) > 0 && !slices.ContainsFunc(alternatives, hasCapability) {
			missingNeeds = append(missingNeeds, "does not "+wording.List(activities(alternatives), "or"))
		}
	}
	if len(missingNeeds) == 0 {
		return true, ""
	}
	return false, "the receiver " + wording.List(missingNeeds, "and")
}

// String writes the needs as an expression, such as "(reject or dial) and hangup"; "" for nil needs.
func (n Needs) String() string {
	var terms []string
	for _, alternatives := range n {
		var names []string
		for _, c := range alternatives {
			names = append(names, string(c))
		}
		term := strings.Join(names, " or ")
		if len(names) > 1 && len(n) > 1 {
			term = "(" + term + ")"
		}
		if term != "" {
			terms = append(terms, term)
		}
	}
	return strings.Join(terms, " and ")
}

// activities returns, for each capability, what a receiver with the capability does.
func activities(alternatives []Capability) []string {
	out := make([]string, len(alternatives))
	for i, c := range alternatives {
		out[i] = c.row().activity
	}
	return out
}
