package receiver

import (
	"bytes"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// oddPushFaults are faults of receivers that accept plain pushes, but refuse pushes that differ from them in one respect.
func oddPushFaults() []Fault {
	return []Fault{
		refuses("encoded-brackets", "a newCall whose brackets are percent-encoded, as all real ones are",
			[]string{"push.encoded-brackets", "push.newcall"}, newCallWith(func(d draft) bool { return bytes.Contains(d.raw, []byte("user%5B%5D")) })),
		refuses("raw-brackets", "a newCall whose brackets are not percent-encoded", []string{"push.raw-brackets"},
			newCallWith(func(d draft) bool { return bytes.Contains(d.raw, []byte("user[]")) })),
		refuses("long-number", "a newCall to a number of 13 digits, such as that of a genuine push", []string{"push.golden-capture"},
			newCallWith(func(d draft) bool { return len(d.push.To) == 13 })),
		refuses("empty-user", "a newCall that names an empty user", []string{"push.user-empty", "push.golden-capture"},
			newCallWith(func(d draft) bool { return slices.Contains(d.push.Users, "") })),
		refuses("no-user", "a newCall that names no user", []string{"push.user-absent"},
			newCallWith(func(d draft) bool { return len(d.push.Users) == 0 })),
		refuses("several-users", "a newCall that names several users", []string{"push.group-call"},
			newCallWith(func(d draft) bool { return len(d.push.Users) > 1 })),
		refuses("large-group", "a newCall that names more than twenty users", []string{"push.group-call"},
			newCallWith(func(d draft) bool { return len(d.push.Users) > 20 })),
		refuses("umlauts", "a newCall with letters beyond ASCII", []string{"push.utf8-names"},
			newCallWith(func(d draft) bool { return bytes.Contains(d.raw, []byte("%C3")) })),
		refuses("empty-fields", "a push in which a field has no value",
			[]string{"push.golden-capture", "push.user-empty", "push.odd-caller", "push.orig-call-id", "push.answer-without-user"},
			func(d draft) bool {
				return slices.ContainsFunc(d.form, func(f push.Field) bool { return f.Value == "" })
			}),
		refuses("user-ids", "an incoming newCall or answer that names no user id",
			[]string{"push.golden-capture", "push.user-empty", "push.user-absent", "push.answer-without-user"},
			func(d draft) bool {
				event := to(push.Answer)(d) || toNewCall(d)
				return event && d.push.Direction == push.Incoming && len(d.push.UserIDs) == 0
			}),
		refuses("anonymous", "a newCall without a caller's number", []string{"push.anonymous-caller"},
			newCallWith(func(d draft) bool { return d.push.From == "anonymous" })),
		refuses("odd-caller", "a newCall from a SIP id", []string{"push.odd-caller"},
			newCallWith(func(d draft) bool { return d.push.From != "anonymous" && !digits(d.push.From) })),
		refuses("odd-callee", "a newCall to an internal number", []string{"push.odd-callee"},
			newCallWith(func(d draft) bool { return len(d.push.To) < 4 })),
		refuses("long-ids", "an incoming newCall whose callId has more than 128 characters", []string{"push.long-call-ids"},
			newCallWith(func(d draft) bool { return toIncoming(d) && len(d.push.CallID) > 128 })),
		refuses("no-orig-call-id", "a newCall without origCallId", []string{"push.orig-call-id"},
			newCallWith(func(d draft) bool { return !d.form.Has(push.FieldOrigCallID) })),
		refuses("diversion", "a newCall that was diverted", []string{"push.diversion"}, toDiverted),
		refuses("field-order", "a newCall that does not begin with its event", []string{"push.any-field-order"},
			newCallWith(func(d draft) bool { return d.form[0].Name != push.FieldEvent })),
		refuses("new-field", "a newCall with a field that it does not know", []string{"push.unknown-field"},
			newCallWith(func(d draft) bool { return d.form.Has("futureField") })),
		refuses("new-event", "an event that it does not know", []string{"push.unknown-event"}, unknownEvent),
		refuses("cause-busy", "a hangup with the cause busy", []string{"push.hangup-causes"},
			func(d draft) bool { return d.push.Cause == push.Busy }),
		steering("reject", refuses("rejected-forwarded", "a hangup with the cause forwarded, which a rejected call never has", []string{"push.hangup-causes"},
			func(d draft) bool { return d.push.Cause == push.Forwarded })),
		refuses("new-cause", "a hangup with a cause that it does not know", []string{"push.unknown-cause"},
			func(d draft) bool { return d.push.Cause != "" && !slices.Contains(push.Causes(), d.push.Cause) }),
		refuses("answer-without-user", "an answer that names no user", []string{"push.answer-without-user"},
			func(d draft) bool {
				return to(push.Answer)(d) && d.push.Direction == push.Incoming && strings.Join(d.push.Users, "") == ""
			}),
		refuses("no-answering-number", "an answer without answeringNumber", []string{"push.answering-number"},
			func(d draft) bool {
				return to(push.Answer)(d) && d.push.Direction == push.Incoming && !d.form.Has(push.FieldAnsweringNumber)
			}),
		steering("gather", refuses("no-digits", "a dtmf push in which nothing was pressed", []string{"push.dtmf-nothing"},
			func(d draft) bool { return to(push.DTMF)(d) && d.form.Get(push.FieldDigits) == "" })),
		steering("gather", refuses("odd-keys", "a dtmf push with a star in it", []string{"push.dtmf-any-key"},
			func(d draft) bool { return strings.Contains(d.form.Get(push.FieldDigits), "*") })),
	}
}

// refuses makes a fault of refusing some pushes.
func refuses(name, says string, breaks []string, on func(draft) bool) Fault {
	return Fault{Name: name, Summary: "responds with status 500 to " + says, Phase: Pushes, Breaks: breaks, on: on, change: broken}
}

// steering makes a fault one that shows only if calls are steered in a way.
func steering(kind scenarios.Kind, f Fault) Fault {
	f.NeedsSteering = kind
	return f
}

func newCallWith(odd func(draft) bool) func(draft) bool {
	return func(d draft) bool { return toNewCall(d) && odd(d) }
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
