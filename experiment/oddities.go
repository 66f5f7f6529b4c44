package experiment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// Oddity is a twist that a feature names in a But sentence.
type Oddity struct {
	Clause      string                 // the sentence after "But", as a regular expression with at most one group for a word that the feature chooses
	Description string                 // what is odd about the pushes, in sentences
	twist       Twist                  // the twist without its Variant; without its Edit if the clause has a group
	makeEdit    func(word string) Edit // makes the edit of the twist if the clause has a group
}

// Twist returns the twist of the clause. word is the word that the feature chose; "" if the clause has no group.
func (o Oddity) Twist(word string) Twist {
	t := o.twist
	t.Variant = transcript.Variant(o.Clause)
	if beginning, _, hasGroup := strings.Cut(o.Clause, "("); hasGroup {
		t.Variant, t.Edit = transcript.Variant(beginning+word), o.makeEdit(word)
	}
	return t
}

// Oddities returns all oddities: odd forms, forgeries and odd sequences.
func Oddities() []Oddity {
	return slices.Concat(oddForms(), forgeries(), sequences())
}

const (
	unknownEvent   = "somethingNew"
	sipID          = "1234567e0"
	otherCallID    = "54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5050"
	largeGroupSize = 25
	longIDLength   = 136 // number of characters, as in the ids of outgoing calls
)

// oddForms returns the oddities in which pushes have another form than a plain push. Each form is documented or was observed.
func oddForms() []Oddity {
	return []Oddity{
		{Clause: "the newCall names an empty user", Description: "user[] in the newCall and user in the answer are present and empty; there are no user ids.",
			twist: oddPush("", func(f push.Form) push.Form { return withoutUserIDs(emptyFields(f, push.FieldUsers, push.FieldUser)) })},
		{Clause: "the newCall names no user", Description: "The newCall has no user[], userId[] and fullUserId[]; the answer has no user, userId and fullUserId.",
			twist: oddPush("", func(f push.Form) push.Form {
				return withoutUserIDs(f).Without(push.FieldUsers).Without(push.FieldUser)
			})},
		{Clause: "the newCall names several users", Description: "user[], userId[] and fullUserId[] come three times each.",
			twist: Twist{Kind: Odd, Event: push.NewCall, Edit: setSeveralUsers}},
		{Clause: "the newCall names twenty-five users", Description: "user[], userId[] and fullUserId[] come twenty-five times each.",
			twist: Twist{Kind: Odd, Event: push.NewCall, Edit: setLargeGroup}},
		{Clause: "a name has umlauts, a plus sign and an ampersand", Description: "user[] in the newCall and user in the answer hold characters that have to be encoded.",
			twist: oddPush("", setNameToEncode)},
		{Clause: "the caller suppresses the number", Description: "from is anonymous, in every push of the call.", twist: withFieldInEveryPush(push.FieldFrom, "anonymous")},
		{Clause: "the caller's number is empty", Description: "from is present and empty, in every push of the call.", twist: withFieldInEveryPush(push.FieldFrom, "")},
		{Clause: "the caller is a SIP id", Description: "from is a SIP id, in every push of the call.", twist: withFieldInEveryPush(push.FieldFrom, sipID)},
		{Clause: "the called number begins with two zeros", Description: "to is written with an international prefix, in every push of the call.",
			twist: oddPush("", func(f push.Form) push.Form { return replaceField(f, push.FieldTo, "00"+f.Get(push.FieldTo)) })},
		{Clause: "the called number is an internal one", Description: "to has two digits, in every push of the call.", twist: withFieldInEveryPush(push.FieldTo, "12")},
		{Clause: "the called number is a SIP id", Description: "to is a SIP id, in every push of the call.", twist: withFieldInEveryPush(push.FieldTo, sipID)},
		{Clause: "the callIds have 136 characters", Description: "callId and origCallId are as long as those of outgoing calls, in every push of the call.", twist: oddPush("", lengthenIDs)},
		{Clause: "the pushes have no origCallId", Description: "origCallId is left out of every push of the call, as in early pushes.",
			twist: oddPush("", func(f push.Form) push.Form { return f.Without(push.FieldOrigCallID) })},
		{Clause: "the origCallId is empty", Description: "origCallId is present and empty.", twist: withField(push.NewCall, push.FieldOrigCallID, "")},
		{Clause: "the origCallId names another call", Description: "origCallId is not the callId, in every push of the call, as on the second leg of a transfer.", twist: withFieldInEveryPush(push.FieldOrigCallID, otherCallID)},
		{Clause: "the call has a diversion", Description: "diversion names the number that was dialled first, in every push of the call.", twist: Twist{Kind: Odd, Edit: addDiversion}},
		{Clause: "the fields come in another order", Description: "The same fields in reverse order, in every push of the call.",
			twist: oddPush("", func(f push.Form) push.Form {
				reversed := slices.Clone(f)
				slices.Reverse(reversed)
				return reversed
			})},
		{Clause: "the pushes have an unknown field", Description: "Every push of the call has one undocumented field.", twist: withField("", "futureField", "1")},
		{Clause: "the event is unknown", Description: "event is " + unknownEvent + ".", twist: withField(push.NewCall, push.FieldEvent, unknownEvent)},
		{Clause: "the brackets are not encoded", Description: "user[] is written as in the documentation's curl lines.",
			twist: Twist{Kind: Odd, Event: push.NewCall, RequestEdit: writeRawBrackets}},
		{Clause: capturedVariant, Description: "A push captured in 2021: body and signature byte for byte.", twist: CapturedPush()},

		{Clause: "the answer names an empty user", Description: "user is present and empty; there are no user ids.",
			twist: oddPush(push.Answer, func(f push.Form) push.Form { return withoutUserIDs(f).With(push.FieldUser, "") })},
		{Clause: "the answer names no user", Description: "user, userId and fullUserId are left out.",
			twist: oddPush(push.Answer, func(f push.Form) push.Form { return withoutUserIDs(f).Without(push.FieldUser) })},
		{Clause: "the voicemail answers", Description: "user is voicemail; there are no user ids.",
			twist: oddPush(push.Answer, func(f push.Form) push.Form { return withoutUserIDs(f).With(push.FieldUser, "voicemail") })},
		{Clause: "the answer has no answeringNumber", Description: "answeringNumber is left out.", twist: withoutField(push.Answer, push.FieldAnsweringNumber)},
		{Clause: "the hangup has no answeringNumber", Description: "answeringNumber is left out.", twist: withoutField(push.Hangup, push.FieldAnsweringNumber)},
		{Clause: "the call is answered at another number", Description: "answeringNumber is not the number that was called, as after a redirect.",
			twist: Twist{Kind: Odd, Event: push.Answer, Edit: func(s Setting, _ call.Step, f push.Form) push.Form {
				return f.With(push.FieldAnsweringNumber, s.Cast["Lorraine"].Number)
			}}},
		{Clause: `the hangup cause is (\w+)`, Description: "cause is that word, documented or not.",
			twist: Twist{Kind: Odd, Event: push.Hangup}, makeEdit: func(word string) Edit { return setField(push.FieldCause, word) }},

		{Clause: "the digits are left out", Description: "Nothing was pressed, and dtmf is left out, as one page of the documentation says.", twist: withoutField(push.DTMF, push.FieldDigits)},
		{Clause: "the digits are empty", Description: "Nothing was pressed, and dtmf is empty. The documentation says this in another place.", twist: withField(push.DTMF, push.FieldDigits, "")},
		{Clause: "the digits are ([0-9*#]+)", Description: "dtmf is what was pressed, with a leading zero if there is one.",
			twist: Twist{Kind: Odd, Event: push.DTMF}, makeEdit: func(word string) Edit { return setField(push.FieldDigits, word) }},
		{Clause: "the brackets are numbered", Description: "user[][0] instead of user[], as in another push that sipgate really signed.", twist: oddPush(push.NewCall, addIndexToBrackets)},
		{Clause: "the answer and the hangup belong to an unknown call", Description: "answer and hangup carry a callId that no newCall had.", twist: oddPush("", useUnknownCall)},
	}
}

// oddPush returns a twist that edits the pushes of an event, or all pushes if event is "".
func oddPush(event push.Event, edit func(push.Form) push.Form) Twist {
	return Twist{Kind: Odd, Event: event, Edit: func(_ Setting, _ call.Step, f push.Form) push.Form { return edit(f) }}
}

func setField(field, value string) Edit {
	return func(_ Setting, _ call.Step, f push.Form) push.Form { return f.With(field, value) }
}

func withField(event push.Event, field, value string) Twist {
	return Twist{Kind: Odd, Event: event, Edit: setField(field, value)}
}

func withoutField(event push.Event, field string) Twist {
	return oddPush(event, func(f push.Form) push.Form { return f.Without(field) })
}

// withFieldInEveryPush returns a twist that changes a field in all pushes of a call that have the field, because the people of a call
// stay the same.
func withFieldInEveryPush(field, value string) Twist {
	return oddPush("", func(f push.Form) push.Form { return replaceField(f, field, value) })
}

// replaceField sets a field if the push has it.
func replaceField(f push.Form, field, value string) push.Form {
	if !f.Has(field) {
		return f
	}
	return f.With(field, value)
}

// emptyFields sets the named fields to "" if the push has them.
func emptyFields(f push.Form, names ...string) push.Form {
	for _, name := range names {
		f = replaceField(f, name, "")
	}
	return f
}

func withoutUserIDs(f push.Form) push.Form {
	return f.Without(push.FieldUserIDs).Without(push.FieldFullUserIDs).Without(push.FieldUserID).Without(push.FieldFullUserID)
}

func setSeveralUsers(s Setting, _ call.Step, f push.Form) push.Form {
	return setUsers(f, s.Cast["Doc"], s.Cast["Marty"], s.Cast["Lorraine"])
}

// setLargeGroup sets many users. The cast has too few people, so setLargeGroup makes up names and ids, which are unique as in a real group.
func setLargeGroup(s Setting, _ call.Step, f push.Form) push.Form {
	doc := s.Cast["Doc"]
	group, account := []scenarios.Person{doc}, strings.TrimSuffix(doc.FullUserID, doc.UserID)
	for i := 2; i <= largeGroupSize; i++ {
		id := fmt.Sprintf("w%d", 100+i)
		group = append(group, scenarios.Person{Name: fmt.Sprintf("%s %d", doc.Name, i), UserID: id, FullUserID: account + id})
	}
	return setUsers(f, group...)
}

func setUsers(f push.Form, people ...scenarios.Person) push.Form {
	var names, ids, fullIDs []string
	for _, p := range people {
		names, ids, fullIDs = append(names, p.Name), append(ids, p.UserID), append(fullIDs, p.FullUserID)
	}
	return f.With(push.FieldUsers, names...).With(push.FieldUserIDs, ids...).With(push.FieldFullUserIDs, fullIDs...)
}

// setNameToEncode sets a user name with characters that have to be encoded.
func setNameToEncode(f push.Form) push.Form {
	const name = "Jörg Müller + Söhne & Co. (50 % = ½)"
	switch push.Event(f.Get(push.FieldEvent)) {
	case push.NewCall:
		return f.With(push.FieldUsers, name)
	case push.Answer:
		return f.With(push.FieldUser, name) // the answer names the same user as the newCall
	}
	return f
}

// lengthenIDs makes ids longer: it repeats their last characters.
func lengthenIDs(f push.Form) push.Form {
	for _, name := range []string{push.FieldCallID, push.FieldOrigCallID} {
		if id := f.Get(name); id != "" {
			f = f.With(name, (id + strings.Repeat(id[len(id)-60:], 2))[:longIDLength])
		}
	}
	return f
}

func addDiversion(s Setting, step call.Step, f push.Form) push.Form {
	if step.Push.Event == push.DTMF {
		return f
	}
	return f.With(push.FieldDiversion, s.Cast["Lorraine"].Number)
}

func writeRawBrackets(_ Setting, _ call.Step, f push.Form, w *Request) error {
	w.Body = f.Encode(true)
	return nil
}

// addIndexToBrackets writes user[] as user[][0].
func addIndexToBrackets(f push.Form) push.Form {
	for _, name := range []string{push.FieldUsers, push.FieldUserIDs, push.FieldFullUserIDs} {
		f = f.Without(name).With(name+"[0]", f.Values(name)...)
	}
	return f
}

// useUnknownCall replaces the ids of answer and hangup pushes by ids of the same form that no call has.
func useUnknownCall(f push.Form) push.Form {
	if event := push.Event(f.Get(push.FieldEvent)); event != push.Answer && event != push.Hangup {
		return f
	}
	for _, name := range []string{push.FieldCallID, push.FieldOrigCallID} {
		f = replaceField(f, name, unknownID(f.Get(name)))
	}
	return f
}

// unknownID returns an id that no call has. It replaces each hexadecimal digit of id by another digit, because nothing is known about the
// meaning of the digits.
func unknownID(id string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case '0' <= r && r <= '4', 'A' <= r && r <= 'C':
			return r + 3
		case '5' <= r && r <= '7':
			return r - 5
		}
		return r
	}, id)
}

// SameIDBeginning returns the twist of two calls whose callIds have their first 128 characters in common. secondCallee is the called party
// of the second call.
func SameIDBeginning(secondCallee string) Twist {
	return Twist{Kind: Odd, Variant: "a second call has almost the same callId", Edit: func(_ Setting, step call.Step, f push.Form) push.Form {
		return useSameIDBeginning(step, f, step.Leg == secondCallee)
	}}
}

func useSameIDBeginning(step call.Step, f push.Form, isSecondCall bool) push.Form {
	const sharedLength = 128
	sharedBeginning := strings.Repeat(strings.ToUpper(step.Push.XCID), sharedLength/len(step.Push.XCID)+1)[:sharedLength]
	id := sharedBeginning + step.Push.CallID[len(step.Push.CallID)-(longIDLength-sharedLength):]
	f = replaceField(replaceField(f, push.FieldCallID, id), push.FieldOrigCallID, id)
	if isSecondCall { // the calls are separate, so they have different xcids
		letters := []byte(step.Push.XCID)
		slices.Reverse(letters)
		f = replaceField(f, push.FieldXCID, string(letters))
	}
	return f
}
