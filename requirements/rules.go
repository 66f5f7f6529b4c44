package requirements

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Rules are the part of judging a requirement that is data.
type Rules struct {
	Scenarios []string // the call scenarios that are about it; each is judged as a whole
	Whole     []Trait  // if a push of such a call has one of them, it counts only for the call
	Traits    []Trait  // if a push has one of them, it counts for the requirement
	Excuses   []Excuse // plainer requirements: if one of them is not met, this one is undetermined because of it
	Contrast  string   // id of a requirement: there is a finding only if that one was met, and this one never

	Occasion Occasion // what in a response gives an occasion to judge it; "" if it is judged in another way
	Unsent   []Unsent // what keeps a push from going out if it is not met
	Without  string   // why it does not apply if nothing gave an occasion to judge it; "": Without of its area

	LaterLeg bool // it can be judged only in a call that comes to its second leg
	Survival bool // a push may be refused, if the receiver responds in time and goes on working
	Watched  bool // the application is asked for the state of its calls
	Moves    bool // a finding becomes one of the plain push if no plainer push was judged by itself
}

// Excuse is a requirement that explains a finding of another one if it is not met.
type Excuse struct {
	ID      string
	If      Trait              // it explains only findings about pushes with this trait; "": about every push
	Variant transcript.Variant // only this form of it explains the finding; "": every form
}

// Unsent is why a push is not sent.
type Unsent struct {
	Reason transcript.NotSentReason
	Event  push.Event // only pushes of this event; "": every push
}

// CauseVariant is the variant of push.hangup-causes in which a hangup has this cause.
func CauseVariant(cause push.Cause) transcript.Variant {
	return "the hangup cause is " + transcript.Variant(cause)
}
