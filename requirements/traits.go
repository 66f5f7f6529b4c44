package requirements

import (
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
)

// Trait is a property of a push. The text of the trait describes the property.
type Trait string

// The first of these traits that a push has decides for which requirement the push counts.
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

// Traits that a push can have in addition. The push counts for the requirements of these traits too.
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

// Traits that belong to no requirement. Rules.WholeCallTraits and Excuse.Trait name them.
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
