package requirements

import (
	"cmp"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Rules say how a requirement is judged, as far as that is data.
type Rules struct {
	Scenarios []string // the call scenarios that are about it; each is judged as a whole
	Whole     []Trait  // a push of such a call that has one of them counts for the call alone, not for itself
	Traits    []Trait  // a push that has one of them counts for it
	Excuses   []Excuse // plainer requirements: if one of them is not met, this one is undetermined because of it
	Contrast  string   // id of a requirement: a finding stands only if that one was met, and this one never

	Occasion Occasion // what in a response gives an occasion to judge it; "" if it is judged in another way
	Unsent   []Unsent // what keeps a push from going out if it is not met
	Without  string   // why it does not apply if nothing gave an occasion to judge it; "": what its area says

	LaterLeg bool // it can be judged only in a call that comes to its second leg
	Survival bool // a push may be refused, if the receiver responds in time and goes on working
	Watched  bool // the application is asked for the state of its calls
	Moves    bool // a finding is one of the plain push instead, if no plainer push was judged by itself
}

// Excuse is a requirement that explains a finding of another one if it is not met.
type Excuse struct {
	ID      string
	If      Trait              // it explains only findings about pushes with this trait; "": about every push
	Variant transcript.Variant // only this form of it explains the finding; "": every form
}

// Unsent is why a push does not go out.
type Unsent struct {
	Reason transcript.NotSentReason
	Event  push.Event // only pushes of this event; "": every push
}

// rulesOf returns the rules of the requirement with the id; zero Rules if there is no such requirement.
func rulesOf(id string) Rules { return catalogue().byID[id].Rules }

// Basic returns the requirement without which nothing of a call can be judged.
func Basic() string { return withTrait(plainNewCall)[0] }

// withTrait returns the requirements that a push with the trait counts for.
func withTrait(t Trait) []string { return catalogue().byTrait[t] }

// missing returns the requirement that explains, if it is not met, that a push was not sent; "" if none does.
func missing(n transcript.NotSent) string {
	for _, r := range catalogue().all {
		if slices.ContainsFunc(r.Unsent, func(u Unsent) bool { return u.Reason == n.Reason && (u.Event == "" || u.Event == n.Push.Event) }) {
			return r.ID
		}
	}
	return ""
}

// storyOf returns the requirement that a call scenario is about; "" if it is about none.
func storyOf(scenario string) string { return catalogue().byScenario[scenario] }

// About returns the requirement that a call is played for.
func About(c transcript.Call) string { return cmp.Or(c.Stimulus, storyOf(c.Scenario), PushNewCall) }

// wholeOnly reports whether the push counts only for its call as a whole: it differs from a plain push in more than one respect, or the
// calls around it do.
func (e evidence) wholeOnly() bool {
	p := e.exchange.Push
	has := func(t Trait) bool { return t.of(p) }
	switch {
	case !judged(e.call):
		return false
	case slices.ContainsFunc(rulesOf(storyOf(e.call.Scenario)).Whole, has):
		return true
	case !followUp.of(p):
		return divertedNewCall.of(p) || severalUsers.of(p)
	case outgoingFollowUp.of(p), p.Cause != "" && p.Cause != push.NormalClearing: // such a call is not as plain ones are
		return true
	}
	return slices.ContainsFunc(e.call.Exchanges[:e.index+1], func(x transcript.Exchange) bool { return x.Push.Diversion != "" })
}
