package requirements

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Rules state how a requirement is judged.
type Rules struct {
	Scenarios       []string // the call scenarios that are played for the requirement; each is judged as a whole call
	WholeCallTraits []Trait  // a push of these scenarios with one of these traits is judged only as part of the whole call
	Traits          []Trait  // a push with one of these traits counts for the requirement
	Excuses         []Excuse // plainer requirements; if one of them is not met, this requirement is undetermined because of it
	Contrast        string   // id of another requirement; there is a finding only if that requirement was met, and this requirement was never met

	Occasion            Occasion       // what a response must contain before the requirement can be judged by the response; "" if it is judged in another way
	PreventedPushes     []UnsentPushes // pushes that cannot be sent if the requirement is not met
	NotApplicableReason string         // why the requirement does not apply if no call contained what it judges; "": NotApplicableReason of its area

	NeedsSecondLeg   bool // the requirement can be judged only in a call that gets to its second leg
	MayBeRefused     bool // the receiver may refuse the push, but has to respond in time and go on working
	StatesJudged     bool // the requirement is judged by the call states that the application shows in the calls for the requirement
	MovesToPlainPush bool // if no plain push of the event was judged, findings count for the requirement about that plain push instead
}

// Excuse is a plainer requirement. If it is not met, that explains a finding of another requirement.
type Excuse struct {
	ID      string
	Trait   Trait              // the excuse explains only findings about pushes with this trait; "": about every push
	Variant transcript.Variant // the excuse counts only if the requirement ID was not met in this variant; "": in any variant
}

// UnsentPushes describes pushes that were not sent because a requirement is not met.
type UnsentPushes struct {
	Reason transcript.NotSentReason
	Event  push.Event // only pushes of this event; "": every push
}

// CauseVariant returns the variant of push.hangup-causes for a hangup cause.
func CauseVariant(cause push.Cause) transcript.Variant {
	return "the hangup cause is " + transcript.Variant(cause)
}
