package requirements

import (
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
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

// Trait is something about a push, in the words of its name.
type Trait string

// What a push is. The first of these traits that it has decides for which requirement it counts.
const (
	divertedNewCall Trait = "newCall of a call that was diverted"
	outgoingNewCall Trait = "newCall of an outgoing call"
	plainNewCall    Trait = "newCall"
	namelessAnswer  Trait = "answer without the name of a user"
	plainAnswer     Trait = "answer"
	otherCause      Trait = "hangup with a documented cause other than normalClearing"
	unknownCause    Trait = "hangup with an undocumented cause"
	plainHangup     Trait = "hangup"
	noDigits        Trait = "dtmf without digits"
	plainDTMF       Trait = "dtmf"
)

// What else is unusual about it.
const (
	noUser          Trait = "newCall without users"
	severalUsers    Trait = "newCall with several users"
	emptyUser       Trait = "newCall with an empty user"
	noUserIDs       Trait = "newCall with a user without id"
	answerWithoutID Trait = "answer without user id"
	otherNumber     Trait = "answered at another number"
	diverted        Trait = "diverted"
	ofAnotherCall   Trait = "origCallId of another call"
)

// What excuses of the catalogue depend on.
const (
	followUp         Trait = "answer or hangup"
	outgoingFollowUp Trait = "answer or hangup of an outgoing call"
	neverAnswered    Trait = "hangup of a call that nobody answered"
)

// traits lists the traits that belong to requirements, in the order in which the requirements are named.
var traits = []Trait{
	divertedNewCall, outgoingNewCall, plainNewCall, namelessAnswer, plainAnswer, otherCause, unknownCause, plainHangup, noDigits, plainDTMF,
	noUser, severalUsers, emptyUser, noUserIDs, answerWithoutID, otherNumber, diverted, ofAnotherCall,
}

// of reports whether a push has the trait. A push of an unknown event is one of a new call.
func (t Trait) of(p push.Push) bool {
	followsUp := p.Event == push.Answer || p.Event == push.Hangup
	newCall := !followsUp && p.Event != push.DTMF
	switch t {
	case divertedNewCall:
		return newCall && p.Diversion != ""
	case outgoingNewCall:
		return newCall && p.Direction == push.Outgoing
	case plainNewCall:
		return newCall
	case namelessAnswer:
		return p.Event == push.Answer && strings.Join(p.Users, "") == ""
	case plainAnswer:
		return p.Event == push.Answer
	case otherCause:
		return p.Cause != push.NormalClearing && slices.Contains(push.Causes(), p.Cause) // only hangups have one
	case unknownCause:
		return p.Event == push.Hangup && !slices.Contains(push.Causes(), p.Cause)
	case plainHangup:
		return p.Event == push.Hangup
	case noDigits:
		return p.Event == push.DTMF && (p.Digits == nil || *p.Digits == "")
	case plainDTMF:
		return p.Event == push.DTMF
	case noUser:
		return p.Event == push.NewCall && len(p.Users) == 0
	case severalUsers:
		return len(p.Users) > 1 // only a newCall names more than one
	case emptyUser:
		return p.Event == push.NewCall && len(p.Users) == 1 && p.Users[0] == ""
	case noUserIDs:
		return p.Event == push.NewCall && len(p.Users) == 1 && p.Users[0] != "" && p.UserIDs == nil
	case answerWithoutID:
		return p.Event == push.Answer && p.UserIDs == nil
	case otherNumber:
		return followsUp && p.AnsweringNumber != p.To
	case diverted:
		return p.Diversion != ""
	case ofAnotherCall:
		return p.OrigCallID != "" && p.OrigCallID != p.CallID
	case followUp:
		return followsUp
	case outgoingFollowUp:
		return p.Direction == push.Outgoing && p.Event != push.NewCall
	case neverAnswered:
		return p.Cause != "" && p.Cause != push.NormalClearing && p.Cause != push.Forwarded
	}
	return false
}

// Occasion is what in a response gives an occasion to judge a requirement.
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

// occasions lists those that the response to a push gives, one for each time. Its body was read.
func occasions(x transcript.Exchange) []Occasion {
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
