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
	Clause string // after "But"; a regular expression with at most one group, for a word that the feature chooses
	Says   string
	twist  Twist
	word   func(word string) Edit // makes the edit of the twist if the clause has a group
}

// Twist returns the twist of the clause with that word; "" if the clause has no group.
func (o Oddity) Twist(word string) Twist {
	t := o.twist
	t.Variant = transcript.Variant(o.Clause)
	if beginning, _, chosen := strings.Cut(o.Clause, "("); chosen {
		t.Variant, t.Edit = transcript.Variant(beginning+word), o.word(word)
	}
	return t
}

// Oddities lists all.
func Oddities() []Oddity {
	return slices.Concat(forms(), forgeries(), sequences())
}

const (
	futureEvent = "somethingNew"
	sipID       = "1234567e0"
	otherCall   = "54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5050"
	manyInGroup = 25
	longID      = 136 // characters, as in the ids of outgoing calls
)

// forms are the forms that pushes have besides the plain one, as documented or observed.
func forms() []Oddity {
	return []Oddity{
		{Clause: "the newCall names an empty user", Says: "user[] in the newCall and user in the answer are present and empty; there are no user ids.",
			twist: odd("", func(f push.Form) push.Form { return withoutIDs(emptied(f, push.FieldUsers, push.FieldUser)) })},
		{Clause: "the newCall names no user", Says: "The newCall has no user[], userId[] and fullUserId[]; the answer has no user, userId and fullUserId.",
			twist: odd("", func(f push.Form) push.Form {
				return withoutIDs(f).Without(push.FieldUsers).Without(push.FieldUser)
			})},
		{Clause: "the newCall names several users", Says: "user[], userId[] and fullUserId[] come three times each.",
			twist: Twist{Kind: Odd, Event: push.NewCall, Edit: severalUsers}},
		{Clause: "the newCall names twenty-five users", Says: "user[], userId[] and fullUserId[] come twenty-five times each.",
			twist: Twist{Kind: Odd, Event: push.NewCall, Edit: largeGroup}},
		{Clause: "a name has umlauts, a plus sign and an ampersand", Says: "user[] in the newCall and user in the answer hold characters that have to be encoded.",
			twist: odd("", longName)},
		{Clause: "the caller suppresses the number", Says: "from is anonymous, in every push of the call.", twist: always(push.FieldFrom, "anonymous")},
		{Clause: "the caller's number is empty", Says: "from is present and empty, in every push of the call.", twist: always(push.FieldFrom, "")},
		{Clause: "the caller is a SIP id", Says: "from is a SIP id, in every push of the call.", twist: always(push.FieldFrom, sipID)},
		{Clause: "the called number begins with two zeros", Says: "to is written with an international prefix, in every push of the call.",
			twist: odd("", func(f push.Form) push.Form { return replaced(f, push.FieldTo, "00"+f.Get(push.FieldTo)) })},
		{Clause: "the called number is an internal one", Says: "to has two digits, in every push of the call.", twist: always(push.FieldTo, "12")},
		{Clause: "the called number is a SIP id", Says: "to is a SIP id, in every push of the call.", twist: always(push.FieldTo, sipID)},
		{Clause: "the callIds have 136 characters", Says: "callId and origCallId are as long as those of outgoing calls, in every push of the call.", twist: odd("", longIDs)},
		{Clause: "the pushes have no origCallId", Says: "origCallId is left out of every push of the call, as in early pushes.",
			twist: odd("", func(f push.Form) push.Form { return f.Without(push.FieldOrigCallID) })},
		{Clause: "the origCallId is empty", Says: "origCallId is present and empty.", twist: with(push.NewCall, push.FieldOrigCallID, "")},
		{Clause: "the origCallId names another call", Says: "origCallId is not the callId, in every push of the call, as on the second leg of a transfer.", twist: always(push.FieldOrigCallID, otherCall)},
		{Clause: "the call has a diversion", Says: "diversion names the number that was dialled first, in every push of the call.", twist: Twist{Kind: Odd, Edit: diverted}},
		{Clause: "the fields come in another order", Says: "The same fields in reverse order, in every push of the call.",
			twist: odd("", func(f push.Form) push.Form {
				turned := slices.Clone(f)
				slices.Reverse(turned)
				return turned
			})},
		{Clause: "the pushes have an unknown field", Says: "Every push of the call has one undocumented field.", twist: with("", "futureField", "1")},
		{Clause: "the event is unknown", Says: "event is " + futureEvent + ".", twist: with(push.NewCall, push.FieldEvent, futureEvent)},
		{Clause: "the brackets are not encoded", Says: "user[] is written as in the documentation's curl lines.",
			twist: Twist{Kind: Odd, Event: push.NewCall, Write: rawBrackets}},
		{Clause: captured, Says: "A push captured in 2021: body and signature byte for byte.", twist: Captured()},

		{Clause: "the answer names an empty user", Says: "user is present and empty; there are no user ids.",
			twist: odd(push.Answer, func(f push.Form) push.Form { return withoutIDs(f).With(push.FieldUser, "") })},
		{Clause: "the answer names no user", Says: "user, userId and fullUserId are left out.",
			twist: odd(push.Answer, func(f push.Form) push.Form { return withoutIDs(f).Without(push.FieldUser) })},
		{Clause: "the voicemail answers", Says: "user is voicemail; there are no user ids.",
			twist: odd(push.Answer, func(f push.Form) push.Form { return withoutIDs(f).With(push.FieldUser, "voicemail") })},
		{Clause: "the answer has no answeringNumber", Says: "answeringNumber is left out.", twist: without(push.Answer, push.FieldAnsweringNumber)},
		{Clause: "the hangup has no answeringNumber", Says: "answeringNumber is left out.", twist: without(push.Hangup, push.FieldAnsweringNumber)},
		{Clause: "the call is answered at another number", Says: "answeringNumber is not the number that was called, as after a redirect.",
			twist: Twist{Kind: Odd, Event: push.Answer, Edit: func(s Setting, _ call.Step, f push.Form) push.Form {
				return f.With(push.FieldAnsweringNumber, s.Cast["Lorraine"].Number)
			}}},
		{Clause: `the hangup cause is (\w+)`, Says: "cause is that word, documented or not.",
			twist: Twist{Kind: Odd, Event: push.Hangup}, word: func(word string) Edit { return sets(push.FieldCause, word) }},

		{Clause: "the digits are left out", Says: "Nothing was pressed, and dtmf is left out, as one page of the documentation says.", twist: without(push.DTMF, push.FieldDigits)},
		{Clause: "the digits are empty", Says: "Nothing was pressed, and dtmf is empty. The documentation says this in another place.", twist: with(push.DTMF, push.FieldDigits, "")},
		{Clause: "the digits are ([0-9*#]+)", Says: "dtmf is what was pressed, with a leading zero if there is one.",
			twist: Twist{Kind: Odd, Event: push.DTMF}, word: func(word string) Edit { return sets(push.FieldDigits, word) }},
		{Clause: "the brackets are numbered", Says: "user[][0] instead of user[], as in another push that sipgate really signed.", twist: odd(push.NewCall, numbered)},
		{Clause: "the answer and the hangup belong to an unknown call", Says: "answer and hangup carry a callId that no newCall had.", twist: odd("", ofUnknownCall)},
	}
}

// odd is a twist in which the pushes of an event, or all of them, have another form.
func odd(event push.Event, edit func(push.Form) push.Form) Twist {
	return Twist{Kind: Odd, Event: event, Edit: func(_ Setting, _ call.Step, f push.Form) push.Form { return edit(f) }}
}

func sets(field, value string) Edit {
	return func(_ Setting, _ call.Step, f push.Form) push.Form { return f.With(field, value) }
}

func with(event push.Event, field, value string) Twist {
	return Twist{Kind: Odd, Event: event, Edit: sets(field, value)}
}

func without(event push.Event, field string) Twist {
	return odd(event, func(f push.Form) push.Form { return f.Without(field) })
}

// always changes a field of every push that has it: a call is about the same people from its beginning to its end.
func always(field, value string) Twist {
	return odd("", func(f push.Form) push.Form { return replaced(f, field, value) })
}

// replaced changes a field if a push has it.
func replaced(f push.Form, field, value string) push.Form {
	if !f.Has(field) {
		return f
	}
	return f.With(field, value)
}

// emptied empties the fields that a push has.
func emptied(f push.Form, names ...string) push.Form {
	for _, name := range names {
		f = replaced(f, name, "")
	}
	return f
}

func withoutIDs(f push.Form) push.Form {
	return f.Without(push.FieldUserIDs).Without(push.FieldFullUserIDs).Without(push.FieldUserID).Without(push.FieldFullUserID)
}

func severalUsers(s Setting, _ call.Step, f push.Form) push.Form {
	return naming(f, s.Cast["Doc"], s.Cast["Marty"], s.Cast["Lorraine"])
}

// largeGroup names users that the cast does not have: each is another one, as in a real group.
func largeGroup(s Setting, _ call.Step, f push.Form) push.Form {
	doc := s.Cast["Doc"]
	group, account := []scenarios.Person{doc}, strings.TrimSuffix(doc.FullID, doc.UserID)
	for i := 2; i <= manyInGroup; i++ {
		id := fmt.Sprintf("w%d", 100+i)
		group = append(group, scenarios.Person{Name: fmt.Sprintf("%s %d", doc.Name, i), UserID: id, FullID: account + id})
	}
	return naming(f, group...)
}

func naming(f push.Form, people ...scenarios.Person) push.Form {
	var names, ids, full []string
	for _, p := range people {
		names, ids, full = append(names, p.Name), append(ids, p.UserID), append(full, p.FullID)
	}
	return f.With(push.FieldUsers, names...).With(push.FieldUserIDs, ids...).With(push.FieldFullUserIDs, full...)
}

func longName(f push.Form) push.Form {
	const name = "Jörg Müller + Söhne & Co. (50 % = ½)"
	switch push.Event(f.Get(push.FieldEvent)) {
	case push.NewCall:
		return f.With(push.FieldUsers, name)
	case push.Answer:
		return f.With(push.FieldUser, name) // it is the same user
	}
	return f
}

// longIDs makes ids longer by repeating their end.
func longIDs(f push.Form) push.Form {
	for _, name := range []string{push.FieldCallID, push.FieldOrigCallID} {
		if id := f.Get(name); id != "" {
			f = f.With(name, (id + strings.Repeat(id[len(id)-60:], 2))[:longID])
		}
	}
	return f
}

func diverted(s Setting, step call.Step, f push.Form) push.Form {
	if step.Push.Event == push.DTMF {
		return f
	}
	return f.With(push.FieldDiversion, s.Cast["Lorraine"].Number)
}

func rawBrackets(_ Setting, _ call.Step, f push.Form, w *Wire) error {
	w.Body = f.Encode(true)
	return nil
}

// numbered writes user[] as user[][0].
func numbered(f push.Form) push.Form {
	for _, name := range []string{push.FieldUsers, push.FieldUserIDs, push.FieldFullUserIDs} {
		f = f.Without(name).With(name+"[0]", f.Values(name)...)
	}
	return f
}

// ofUnknownCall gives follow-up pushes ids of the same form that name another call.
func ofUnknownCall(f push.Form) push.Form {
	if event := push.Event(f.Get(push.FieldEvent)); event != push.Answer && event != push.Hangup {
		return f
	}
	for _, name := range []string{push.FieldCallID, push.FieldOrigCallID} {
		f = replaced(f, name, unknown(f.Get(name)))
	}
	return f
}

// unknown changes the hexadecimal digits of an id, which have no known meaning.
func unknown(id string) string {
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

// SameBeginning is the twist of two calls whose callIds have their first 128 characters in common. second is who the second
// call rings.
func SameBeginning(second string) Twist {
	return Twist{Kind: Odd, Variant: "a second call has almost the same callId", Edit: func(_ Setting, step call.Step, f push.Form) push.Form {
		return sameBeginning(step, f, step.Leg == second)
	}}
}

func sameBeginning(step call.Step, f push.Form, second bool) push.Form {
	const shared = 128
	common := strings.Repeat(strings.ToUpper(step.Push.XCID), shared/len(step.Push.XCID)+1)[:shared]
	id := common + step.Push.CallID[len(step.Push.CallID)-(longID-shared):]
	f = replaced(replaced(f, push.FieldCallID, id), push.FieldOrigCallID, id)
	if second { // besides that it is a call of its own
		letters := []byte(step.Push.XCID)
		slices.Reverse(letters)
		f = replaced(f, push.FieldXCID, string(letters))
	}
	return f
}
