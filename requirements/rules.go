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

// rulesOf returns the rules of the requirement with the id; zero Rules if there is no such requirement.
func rulesOf(id string) Rules { return catalogue().byID[id].Rules }

// withTrait returns the requirements that a push with the trait counts for.
func withTrait(t Trait) []string { return catalogue().byTrait[t] }

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
