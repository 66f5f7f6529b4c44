package requirements

import (
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// Rules say, as data, how a requirement is judged.
type Rules struct {
	Scenarios []string // the call scenarios that are played for it; each is judged as a whole call
	Whole     []Trait  // a push of such a call counts only for the whole call if it has one of these traits
	Traits    []Trait  // a push with one of these traits counts for the requirement
	Excuses   []Excuse // plainer requirements; if one of them is not met, this requirement is undetermined because of it
	Contrast  string   // id of a requirement; there is a finding only if that requirement was met and this one never was

	Occasion Occasion // what a response must contain before it is judged by this requirement; "" if it is judged in another way
	Unsent   []Unsent // pushes that cannot be sent if the requirement is not met
	Without  string   // why it does not apply if no call had an occasion to judge it; "": Without of its area

	LaterLeg bool // it can be judged only in a call that gets to its second leg
	Survival bool // the receiver may refuse the push, but has to respond in time and go on working
	Watched  bool // the states that the application shows of the calls for it are judged
	Moves    bool // a finding is moved to the plain push of its event if that push was never judged by itself
}

// Excuse is a plainer requirement. If the receiver does not meet it, it explains a finding of another requirement.
type Excuse struct {
	ID      string
	If      Trait              // it explains only findings about pushes with this trait; "": about every push
	Variant transcript.Variant // it explains a finding only if it was not met in this variant; "": in any variant
}

// Unsent describes pushes that were not sent because a requirement is not met.
type Unsent struct {
	Reason transcript.NotSentReason
	Event  push.Event // only pushes of this event; "": every push
}

// CauseVariant returns the variant of push.hangup-causes for a hangup cause.
func CauseVariant(cause push.Cause) transcript.Variant {
	return "the hangup cause is " + transcript.Variant(cause)
}

// Trait is a property of a push. Its text describes it.
type Trait string

// Traits by event. The first of them that a push has decides for which requirement it counts.
const (
	divertedNewCall        Trait = "newCall of a call that was diverted"
	outgoingNewCall        Trait = "newCall of an outgoing call"
	plainNewCall           Trait = "newCall"
	answerWithoutUser      Trait = "answer without the name of a user"
	plainAnswer            Trait = "answer"
	hangupWithOtherCause   Trait = "hangup with a documented cause other than normalClearing"
	hangupWithUnknownCause Trait = "hangup with an undocumented cause"
	plainHangup            Trait = "hangup"
	dtmfWithoutDigits      Trait = "dtmf without digits"
	plainDTMF              Trait = "dtmf"
)

// Traits that a push can have besides. It counts for their requirements as well.
const (
	newCallWithoutUser      Trait = "newCall without users"
	newCallWithSeveralUsers Trait = "newCall with several users"
	newCallWithEmptyUser    Trait = "newCall with an empty user"
	newCallWithoutUserID    Trait = "newCall with a user without id"
	answerWithoutUserID     Trait = "answer without user id"
	answeredAtOtherNumber   Trait = "answered at another number"
	divertedPush            Trait = "diverted"
	origCallIDOfAnotherCall Trait = "origCallId of another call"
)

// Traits that belong to no requirement. Rules.Whole and Excuse.If name them.
const (
	answerOrHangup         Trait = "answer or hangup"
	outgoingAnswerOrHangup Trait = "answer or hangup of an outgoing call"
	hangupOfUnansweredCall Trait = "hangup of a call that nobody answered"
)

// traits lists the traits that belong to requirements. The requirements of a push are listed in this order.
var traits = []Trait{
	divertedNewCall, outgoingNewCall, plainNewCall, answerWithoutUser, plainAnswer, hangupWithOtherCause, hangupWithUnknownCause, plainHangup, dtmfWithoutDigits, plainDTMF,
	newCallWithoutUser, newCallWithSeveralUsers, newCallWithEmptyUser, newCallWithoutUserID, answerWithoutUserID, answeredAtOtherNumber, divertedPush, origCallIDOfAnotherCall,
}

// appliesTo reports whether a push has the trait. A push of an unknown event counts as a newCall push.
func (t Trait) appliesTo(p push.Push) bool {
	isAnswerOrHangup := p.Event == push.Answer || p.Event == push.Hangup
	isNewCall := !isAnswerOrHangup && p.Event != push.DTMF
	switch t {
	case divertedNewCall:
		return isNewCall && p.Diversion != ""
	case outgoingNewCall:
		return isNewCall && p.Direction == push.Outgoing
	case plainNewCall:
		return isNewCall
	case answerWithoutUser:
		return p.Event == push.Answer && strings.Join(p.Users, "") == ""
	case plainAnswer:
		return p.Event == push.Answer
	case hangupWithOtherCause:
		return p.Cause != push.NormalClearing && slices.Contains(push.Causes(), p.Cause) // only hangup pushes have a cause
	case hangupWithUnknownCause:
		return p.Event == push.Hangup && !slices.Contains(push.Causes(), p.Cause)
	case plainHangup:
		return p.Event == push.Hangup
	case dtmfWithoutDigits:
		return p.Event == push.DTMF && (p.Digits == nil || *p.Digits == "")
	case plainDTMF:
		return p.Event == push.DTMF
	case newCallWithoutUser:
		return p.Event == push.NewCall && len(p.Users) == 0
	case newCallWithSeveralUsers:
		return len(p.Users) > 1 // only newCall pushes name several users
	case newCallWithEmptyUser:
		return p.Event == push.NewCall && len(p.Users) == 1 && p.Users[0] == ""
	case newCallWithoutUserID:
		return p.Event == push.NewCall && len(p.Users) == 1 && p.Users[0] != "" && p.UserIDs == nil
	case answerWithoutUserID:
		return p.Event == push.Answer && p.UserIDs == nil
	case answeredAtOtherNumber:
		return isAnswerOrHangup && p.AnsweringNumber != p.To
	case divertedPush:
		return p.Diversion != ""
	case origCallIDOfAnotherCall:
		return p.OrigCallID != "" && p.OrigCallID != p.CallID
	case answerOrHangup:
		return isAnswerOrHangup
	case outgoingAnswerOrHangup:
		return p.Direction == push.Outgoing && p.Event != push.NewCall
	case hangupOfUnansweredCall:
		return p.Cause != "" && p.Cause != push.NormalClearing && p.Cause != push.Forwarded
	}
	return false
}

// Occasion is what a response must contain before a requirement can be judged by it.
type Occasion string

const (
	OnBody               Occasion = "a body that was read"
	OnRoot               Occasion = "a root element"
	OnResponse           Occasion = "a Response that was read"
	OnAnswerSubscription Occasion = "onAnswer"
	OnHangupSubscription Occasion = "onHangup"
	OnDial               Occasion = "a Dial"
	OnOutgoingDial       Occasion = "a Dial for an outgoing call"
	OnPlay               Occasion = "a Play"
	OnGather             Occasion = "a Gather"
	OnReject             Occasion = "a Reject"
	OnHangup             Occasion = "a Hangup"
)

// occasionsOf lists the occasions in a response whose body was read. It lists an occasion once for each time that the response contains it.
func occasionsOf(x transcript.Exchange) []Occasion {
	out := []Occasion{OnBody}
	if x.Document.Root != "" {
		out = append(out, OnRoot)
	}
	if x.Document.Response == nil {
		return out
	}
	for _, o := range append([]Occasion{OnResponse}, contentsOf(*x.Document.Response)...) {
		if out = append(out, o); o == OnDial && x.Push.Direction == push.Outgoing {
			out = append(out, OnOutgoingDial)
		}
	}
	return out
}

// contentsOf lists the subscriptions and actions of a response.
func contentsOf(r response.Response) []Occasion {
	var out []Occasion
	if r.OnAnswer != nil {
		out = append(out, OnAnswerSubscription)
	}
	if r.OnHangup != nil {
		out = append(out, OnHangupSubscription)
	}
	for _, action := range r.Actions {
		switch a := action.(type) {
		case response.Dial:
			out = append(out, OnDial)
		case response.Play:
			out = append(out, OnPlay)
		case response.Gather:
			if out = append(out, OnGather); a.Play != nil {
				out = append(out, OnPlay)
			}
		case response.Reject:
			out = append(out, OnReject)
		case response.Hangup:
			out = append(out, OnHangup)
		}
	}
	return out
}
