package receiver

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
)

// oddPushFaults are those of receivers that take the plain pushes, and not those that differ from them in one respect.
func oddPushFaults() []Fault {
	refuses := func(name, says string, breaks []string, on func(answer) bool) Fault {
		return Fault{
			Name: name, Says: "answers " + says + " with status 500", Phase: Pushes, Breaks: breaks,
			on: on, change: nothing(http.StatusInternalServerError),
		}
	}
	one := func(id string) []string { return []string{id} }
	gathering := func(f Fault) Fault {
		f.Needs = "gather"
		return f
	}
	faults := []Fault{
		refuses("encoded-brackets", "a newCall whose brackets are percent-encoded, as all real ones are,",
			[]string{"push.encoded-brackets", "push.newcall"}, newCallWith(func(a answer) bool { return bytes.Contains(a.raw, []byte("user%5B%5D")) })),
		refuses("raw-brackets", "a newCall whose brackets are not percent-encoded", one("push.raw-brackets"),
			newCallWith(func(a answer) bool { return bytes.Contains(a.raw, []byte("user[]")) })),
		refuses("long-number", "a newCall to a number of 13 digits, such as that of a genuine push,", one("push.golden-capture"),
			newCallWith(func(a answer) bool { return len(a.push.To) == 13 })),
		refuses("empty-user", "a newCall that names an empty user", []string{"push.user-empty", "push.golden-capture"},
			newCallWith(func(a answer) bool { return slices.Contains(a.push.Users, "") })),
		refuses("no-user", "a newCall that names no user", one("push.user-absent"),
			newCallWith(func(a answer) bool { return len(a.push.Users) == 0 })),
		refuses("several-users", "a newCall that names several users", one("push.group-call"),
			newCallWith(func(a answer) bool { return len(a.push.Users) > 1 })),
		refuses("umlauts", "a newCall with letters beyond ASCII", one("push.utf8-names"),
			newCallWith(func(a answer) bool { return bytes.Contains(a.raw, []byte("%C3")) })),
		refuses("anonymous", "a newCall without a caller's number", one("push.anonymous-caller"),
			newCallWith(func(a answer) bool { return a.push.From == "anonymous" })),
		refuses("odd-caller", "a newCall from a SIP id", one("push.odd-caller"),
			newCallWith(func(a answer) bool { return a.push.From != "anonymous" && !digits(a.push.From) })),
		refuses("odd-callee", "a newCall to an internal number", one("push.odd-callee"),
			newCallWith(func(a answer) bool { return len(a.push.To) < 4 })),
		refuses("long-ids", "an incoming newCall whose callId has more than 128 characters", one("push.long-call-ids"),
			newCallWith(func(a answer) bool { return toIncoming(a) && len(a.push.CallID) > 128 })),
		refuses("no-orig-call-id", "a newCall without origCallId", one("push.orig-call-id"),
			newCallWith(func(a answer) bool { return !a.form.Has(push.FieldOrigCallID) })),
		refuses("diversion", "a newCall that was diverted", one("push.diversion"), toDiverted),
		refuses("field-order", "a newCall that does not begin with its event", one("push.any-field-order"),
			newCallWith(func(a answer) bool { return a.form[0].Name != push.FieldEvent })),
		refuses("new-field", "a newCall with a field that it does not know", one("push.unknown-field"),
			newCallWith(func(a answer) bool { return a.form.Has("futureField") })),
		refuses("new-event", "an event that it does not know", one("push.unknown-event"), unknownEvent),
		refuses("cause-busy", "a hangup with the cause busy", one("push.hangup-causes"),
			func(a answer) bool { return a.push.Cause == push.Busy }),
		refuses("new-cause", "a hangup with a cause that it does not know", one("push.unknown-cause"),
			func(a answer) bool { return a.push.Cause != "" && !slices.Contains(push.Causes(), a.push.Cause) }),
		refuses("answer-without-user", "an answer that names no user", one("push.answer-without-user"),
			func(a answer) bool {
				return to(push.Answer)(a) && a.push.Direction == push.Incoming && strings.Join(a.push.Users, "") == ""
			}),
		refuses("no-answering-number", "an answer without answeringNumber", one("push.answering-number"),
			func(a answer) bool {
				return to(push.Answer)(a) && a.push.Direction == push.Incoming && !a.form.Has(push.FieldAnsweringNumber)
			}),
		gathering(refuses("no-digits", "a dtmf push in which nothing was pressed", one("push.dtmf-nothing"),
			func(a answer) bool { return to(push.DTMF)(a) && a.form.Get(push.FieldDigits) == "" })),
		gathering(refuses("odd-keys", "a dtmf push with a star in it", one("push.dtmf-any-key"),
			func(a answer) bool { return strings.Contains(a.form.Get(push.FieldDigits), "*") })),
	}
	return faults
}

func newCallWith(odd func(answer) bool) func(answer) bool {
	return func(a answer) bool { return toNewCall(a) && odd(a) }
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
