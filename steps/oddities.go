package steps

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// oddity is one respect in which a push differs from the plain one. Everything else about the call stays as it is, so that
// a receiver that takes the plain push and not this one is known by the difference.
type oddity struct {
	sentence string                               // after "But", a regular expression
	named    func(said string) transcript.Variant // names the variant if the sentence leaves a word open
	says     string
	event    push.Event // the push that is odd; "": every push of the call
	edit     func(s *ScenarioRun, form push.Form, said []string) push.Form
	raw      bool // brackets are written raw
	genuine  bool // the captured push is sent, bytes and signature
	wire     func(s *ScenarioRun, form push.Form, w *sender.Wire) error
	survives bool                        // a good push follows
	fate     func(call.Step) sender.Fate // what becomes of pushes on their way; nil: they arrive
	next     bool                        // the same people call again afterwards, without the oddity
}

const (
	futureEvent = "somethingNew"

	capturedSentence = "the newCall is one that sipgate really sent"

	sipID     = "1234567e0"
	otherCall = "54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5050"
)

// oddities are all that has been seen, or is documented, of pushes that are not plain.
func oddities() []oddity {
	set := func(name string, values ...string) func(*ScenarioRun, push.Form, []string) push.Form {
		return func(_ *ScenarioRun, f push.Form, _ []string) push.Form { return f.With(name, values...) }
	}
	// all changes a field of every push of the call that has it: a call is about the same people from its beginning to its end.
	all := func(name string, value func(string) string) func(*ScenarioRun, push.Form, []string) push.Form {
		return func(_ *ScenarioRun, f push.Form, _ []string) push.Form {
			if !f.Has(name) {
				return f
			}
			return f.With(name, value(f.Get(name)))
		}
	}
	is := func(value string) func(string) string { return func(string) string { return value } }
	withoutIDs := func(f push.Form) push.Form {
		return f.Without(push.FieldUserIDs).Without(push.FieldFullUserIDs).Without(push.FieldUserID).Without(push.FieldFullUserID)
	}
	return []oddity{
		{sentence: "the newCall names an empty user", says: "user[] is present and empty, and so is user when somebody answers; there are no user ids.",
			edit: func(_ *ScenarioRun, f push.Form, _ []string) push.Form {
				return withoutIDs(present(f, push.FieldUsers, push.FieldUser))
			}},
		{sentence: "the newCall names no user", says: "user[], userId[] and fullUserId[] are left out, and so are user and its ids when somebody answers.",
			edit: func(_ *ScenarioRun, f push.Form, _ []string) push.Form {
				return withoutIDs(f).Without(push.FieldUsers).Without(push.FieldUser)
			}},
		{sentence: "the newCall names several users", says: "user[], userId[] and fullUserId[] come three times each.", event: push.NewCall, edit: severalUsers},
		{sentence: "the newCall names twenty-five users", says: "user[], userId[] and fullUserId[] come twenty-five times each.", event: push.NewCall, edit: largeGroup},
		{sentence: "a name has umlauts, a plus sign and an ampersand", says: "user[] holds letters and signs that have to be encoded, and so does user when that user answers.",
			edit: func(_ *ScenarioRun, f push.Form, _ []string) push.Form {
				const name = "Jörg Müller + Söhne & Co. (50 % = ½)"
				switch push.Event(f.Get(push.FieldEvent)) {
				case push.NewCall:
					return f.With(push.FieldUsers, name)
				case push.Answer:
					return f.With(push.FieldUser, name) // it is the same user
				}
				return f
			}},
		{sentence: "the caller suppresses the number", says: "from is anonymous, in every push of the call.", edit: all(push.FieldFrom, is("anonymous"))},
		{sentence: "the caller's number is empty", says: "from is present and empty, in every push of the call.", edit: all(push.FieldFrom, is(""))},
		{sentence: "the caller is a SIP id", says: "from is a SIP id, in every push of the call.", edit: all(push.FieldFrom, is(sipID))},
		{sentence: "the called number begins with two zeros", says: "to is written with an international prefix, in every push of the call.",
			edit: all(push.FieldTo, func(number string) string { return "00" + number })},
		{sentence: "the called number is an internal one", says: "to has two digits, in every push of the call.", edit: all(push.FieldTo, is("12"))},
		{sentence: "the called number is a SIP id", says: "to is a SIP id, in every push of the call.", edit: all(push.FieldTo, is(sipID))},
		{sentence: "the callIds have 136 characters", says: "callId and origCallId are as long as those of outgoing calls, in every push of the call.", edit: longIDs},
		{sentence: "the pushes have no origCallId", says: "origCallId is left out of every push of the call, as years ago.",
			edit: func(_ *ScenarioRun, f push.Form, _ []string) push.Form { return f.Without(push.FieldOrigCallID) }},
		{sentence: "the origCallId is empty", says: "origCallId is present and empty.", event: push.NewCall, edit: set(push.FieldOrigCallID, "")},
		{sentence: "the origCallId names another call", says: "origCallId is not the callId, in every push of the call, as on the second leg of a transfer.", edit: all(push.FieldOrigCallID, is(otherCall))},
		{sentence: "the call has a diversion", says: "diversion names the number that was dialled first, in every push of the call.",
			edit: func(s *ScenarioRun, f push.Form, _ []string) push.Form {
				if f.Get(push.FieldEvent) == string(push.DTMF) {
					return f
				}
				return f.With(push.FieldDiversion, s.run.opts.Cast["Lorraine"].Number)
			}},
		{sentence: "the fields come in another order", says: "The same fields, the other way round, in every push of the call.",
			edit: func(_ *ScenarioRun, f push.Form, _ []string) push.Form {
				turned := slices.Clone(f)
				slices.Reverse(turned)
				return turned
			}},
		{sentence: "the pushes have a field that nobody knows", says: "One field more than is documented, in every push of the call.", edit: set("futureField", "1")},
		{sentence: "the event is one that nobody knows", says: "event is " + futureEvent + ".", event: push.NewCall, edit: set(push.FieldEvent, futureEvent)},
		{sentence: "the brackets are not encoded", says: "user[] is written as in the documentation's curl lines.", event: push.NewCall, raw: true},
		{sentence: capturedSentence, says: "A push captured in 2021: body and signature byte for byte.", event: push.NewCall, genuine: true},

		{sentence: "the answer names an empty user", says: "user is present and empty; there are no user ids.", event: push.Answer,
			edit: func(_ *ScenarioRun, f push.Form, _ []string) push.Form { return withoutIDs(f).With(push.FieldUser, "") }},
		{sentence: "the answer names no user", says: "user, userId and fullUserId are left out.", event: push.Answer,
			edit: func(_ *ScenarioRun, f push.Form, _ []string) push.Form { return withoutIDs(f).Without(push.FieldUser) }},
		{sentence: "the voicemail answers", says: "user is voicemail; there are no user ids.", event: push.Answer,
			edit: func(_ *ScenarioRun, f push.Form, _ []string) push.Form {
				return withoutIDs(f).With(push.FieldUser, "voicemail")
			}},
		{sentence: "the answer has no answeringNumber", says: "answeringNumber is left out.", event: push.Answer,
			edit: func(_ *ScenarioRun, f push.Form, _ []string) push.Form { return f.Without(push.FieldAnsweringNumber) }},
		{sentence: "the hangup has no answeringNumber", says: "answeringNumber is left out.", event: push.Hangup,
			edit: func(_ *ScenarioRun, f push.Form, _ []string) push.Form { return f.Without(push.FieldAnsweringNumber) }},
		{sentence: "somebody else has answered", says: "answeringNumber is not the number that was called, as after a redirect.", event: push.Answer,
			edit: func(s *ScenarioRun, f push.Form, _ []string) push.Form {
				return f.With(push.FieldAnsweringNumber, s.run.opts.Cast["Lorraine"].Number)
			}},
		{sentence: `the hangup cause is (\w+)`, says: "cause is that word, documented or not.", event: push.Hangup,
			named: func(said string) transcript.Variant { return requirements.CauseVariant(push.Cause(said)) },
			edit:  func(_ *ScenarioRun, f push.Form, said []string) push.Form { return f.With(push.FieldCause, said[0]) }},

		{sentence: "the digits are left out", says: "Nothing was pressed, and dtmf is left out, as one page of the documentation says.", event: push.DTMF,
			edit: func(_ *ScenarioRun, f push.Form, _ []string) push.Form { return f.Without(push.FieldDigits) }},
		{sentence: "the digits are empty", says: "Nothing was pressed, and dtmf is empty, as the same page says elsewhere.", event: push.DTMF, edit: set(push.FieldDigits, "")},
		{sentence: "the digits are ([0-9*#]+)", says: "dtmf is what was pressed, a leading zero included.", event: push.DTMF,
			named: func(said string) transcript.Variant { return "the digits are " + transcript.Variant(said) },
			edit:  func(_ *ScenarioRun, f push.Form, said []string) push.Form { return f.With(push.FieldDigits, said[0]) }},
	}
}

// variant names the oddity as the feature does, with the word that it leaves open.
func (o oddity) variant(said []string) transcript.Variant {
	if o.named != nil {
		return o.named(said[0])
	}
	return transcript.Variant(o.sentence)
}

// present empties the fields that a push has.
func present(f push.Form, names ...string) push.Form {
	for _, name := range names {
		if f.Has(name) {
			f = f.With(name, "")
		}
	}
	return f
}

func severalUsers(s *ScenarioRun, f push.Form, _ []string) push.Form {
	var names, ids, full []string
	for _, who := range []string{"Doc", "Marty", "Lorraine"} {
		p := s.run.opts.Cast[who]
		names, ids, full = append(names, p.Name), append(ids, p.UserID), append(full, p.FullID)
	}
	return f.With(push.FieldUsers, names...).With(push.FieldUserIDs, ids...).With(push.FieldFullUserIDs, full...)
}

// largeGroup names users whom the cast does not have: each is another one, as in a real group.
func largeGroup(s *ScenarioRun, f push.Form, _ []string) push.Form {
	const size = 25
	doc := s.run.opts.Cast["Doc"]
	names, ids, full := []string{doc.Name}, []string{doc.UserID}, []string{doc.FullID}
	account := strings.TrimSuffix(doc.FullID, doc.UserID)
	for i := 2; i <= size; i++ {
		id := fmt.Sprintf("w%d", 100+i)
		names, ids, full = append(names, fmt.Sprintf("%s %d", doc.Name, i)), append(ids, id), append(full, account+id)
	}
	return f.With(push.FieldUsers, names...).With(push.FieldUserIDs, ids...).With(push.FieldFullUserIDs, full...)
}

// longIDs makes ids as long as those of outgoing calls by repeating their end.
func longIDs(_ *ScenarioRun, f push.Form, _ []string) push.Form {
	const length = 136
	for _, name := range []string{push.FieldCallID, push.FieldOrigCallID} {
		if id := f.Get(name); id != "" && len(id) < length {
			f = f.With(name, (id + strings.Repeat(id[len(id)-60:], 2))[:length])
		}
	}
	return f
}

// but makes the story's pushes odd. The scenario's tag says which requirement that is about.
func (s *ScenarioRun) but(o oddity, said []string) error {
	if s.stimulus != "" {
		return fmt.Errorf("a scenario has one But sentence, and this is the second: %q", o.sentence)
	}
	if len(s.tags) != 1 {
		return fmt.Errorf("a scenario with a But sentence needs one requirement as tag, such as @push.newcall; this one has %d", len(s.tags))
	}
	s.stimulus, s.variant = s.tags[0], o.variant(said)
	s.odd, s.fate, s.next = o.event, o.fate, o.next
	s.survives, s.watch = o.survives, o.survives && o.event != push.NewCall
	fits := func(step call.Step) bool { return o.event == "" || step.Push.Event == o.event }
	if o.edit != nil {
		s.edit = func(step call.Step, form push.Form) push.Form {
			if !fits(step) {
				return form
			}
			return o.edit(s, form, said)
		}
	}
	switch {
	case o.raw:
		s.write = func(step call.Step, form push.Form, w *sender.Wire) {
			if fits(step) {
				w.Body = form.Encode(true)
			}
		}
	case o.wire != nil:
		s.write = func(step call.Step, form push.Form, w *sender.Wire) {
			if !fits(step) {
				return
			}
			if err := o.wire(s, form, w); err != nil {
				s.run.problem(err.Error())
			}
		}
	case o.genuine:
		s.edit, s.write = genuineCall, insteadOfNewCall(push.Genuine)
	}
	return nil
}

// genuineCall lets the pushes after the captured one speak of its call.
func genuineCall(step call.Step, form push.Form) push.Form {
	if step.Push.Event == push.NewCall {
		return form
	}
	body, _ := push.Genuine()
	captured, err := push.ParseForm(body)
	if err != nil {
		return form
	}
	for i, field := range form {
		if captured.Has(field.Name) && field.Name != push.FieldEvent {
			form = form.With(form[i].Name, captured.Get(field.Name))
		}
	}
	return present(form, push.FieldUser).Without(push.FieldUserID).Without(push.FieldFullUserID)
}

// freshCall is genuineCall with the ids of a new call.
func freshCall(step call.Step, form push.Form) push.Form {
	return genuineCall(step, form).With(push.FieldCallID, step.Push.CallID).With(push.FieldOrigCallID, step.Push.OrigCallID)
}

// insteadOfNewCall returns a function that sends a captured push, such as push.Genuine, in place of the newCall.
func insteadOfNewCall(captured func() (body []byte, signature string)) func(call.Step, push.Form, *sender.Wire) {
	return func(step call.Step, _ push.Form, w *sender.Wire) {
		if step.Push.Event != push.NewCall {
			return
		}
		body, signature := captured()
		w.Body = body
		w.Header.Set(push.SignatureHeader, signature)
	}
}

// freshIDs sends the captured push with the ids of a new call: a receiver may rightly refuse a callId that it has seen.
// The signature stays, although no longer true: every real push has one. A key of the user's own signs anew.
func (r *Run) freshIDs(step call.Step, _ push.Form, w *sender.Wire) {
	if step.Push.Event != push.NewCall {
		return
	}
	body, signature := push.Genuine()
	form, err := push.ParseForm(body)
	if err != nil {
		return
	}
	w.Body = form.With(push.FieldCallID, step.Push.CallID).With(push.FieldOrigCallID, step.Push.OrigCallID).Encode(false)
	if r.opts.Sender.SignKey == nil {
		w.Header.Set("X-Sipgate-Signature", signature)
	}
}
