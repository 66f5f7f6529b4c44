package requirements

import (
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
)

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
