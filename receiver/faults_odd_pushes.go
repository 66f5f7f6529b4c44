package receiver

import (
	"bytes"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// oddPushFaults lists the faults of receivers that accept plain pushes, but refuse pushes that differ in one respect.
func oddPushFaults() []Fault {
	return []Fault{
		refusalFault("encoded-brackets", "a newCall whose brackets are percent-encoded, as all real ones are",
			[]string{"push.encoded-brackets", "push.newcall"}, isNewCallWith(func(d draft) bool { return bytes.Contains(d.raw, []byte("user%5B%5D")) })),
		refusalFault("raw-brackets", "a newCall whose brackets are not percent-encoded", []string{"push.raw-brackets"},
			isNewCallWith(func(d draft) bool { return bytes.Contains(d.raw, []byte("user[]")) })),
		refusalFault("long-number", "a newCall to a number of 13 digits, such as that of a genuine push", []string{"push.golden-capture"},
			isNewCallWith(func(d draft) bool { return len(d.push.To) == 13 })),
		refusalFault("empty-user", "a newCall that names an empty user", []string{"push.user-empty", "push.golden-capture"},
			isNewCallWith(func(d draft) bool { return slices.Contains(d.push.Users, "") })),
		refusalFault("no-user", "a newCall that names no user", []string{"push.user-absent"},
			isNewCallWith(func(d draft) bool { return len(d.push.Users) == 0 })),
		refusalFault("several-users", "a newCall that names several users", []string{"push.group-call"},
			isNewCallWith(func(d draft) bool { return len(d.push.Users) > 1 })),
		refusalFault("large-group", "a newCall that names more than twenty users", []string{"push.group-call"},
			isNewCallWith(func(d draft) bool { return len(d.push.Users) > 20 })),
		refusalFault("umlauts", "a newCall with letters beyond ASCII", []string{"push.utf8-names"},
			isNewCallWith(func(d draft) bool { return bytes.Contains(d.raw, []byte("%C3")) })),
		refusalFault("empty-fields", "a push in which a field has no value",
			[]string{"push.golden-capture", "push.user-empty", "push.odd-caller", "push.orig-call-id", "push.answer-without-user"},
			func(d draft) bool {
				return slices.ContainsFunc(d.form, func(f push.Field) bool { return f.Value == "" })
			}),
		refusalFault("user-ids", "an incoming newCall or answer that names no user id",
			[]string{"push.golden-capture", "push.user-empty", "push.user-absent", "push.answer-without-user"},
			func(d draft) bool {
				isNewCallOrAnswer := isNewCall(d) || eventIs(push.Answer)(d)
				return isNewCallOrAnswer && d.push.Direction == push.Incoming && len(d.push.UserIDs) == 0
			}),
		refusalFault("anonymous", "a newCall without a caller's number", []string{"push.anonymous-caller"},
			isNewCallWith(func(d draft) bool { return d.push.From == "anonymous" })),
		refusalFault("odd-caller", "a newCall from a SIP id", []string{"push.odd-caller"},
			isNewCallWith(func(d draft) bool { return d.push.From != "anonymous" && !isOnlyDigits(d.push.From) })),
		refusalFault("odd-callee", "a newCall to an internal number", []string{"push.odd-callee"},
			isNewCallWith(func(d draft) bool { return len(d.push.To) < 4 })),
		refusalFault("long-ids", "an incoming newCall whose callId has more than 128 characters", []string{"push.long-call-ids"},
			isNewCallWith(func(d draft) bool { return isIncomingNewCall(d) && len(d.push.CallID) > 128 })),
		refusalFault("no-orig-call-id", "a newCall without origCallId", []string{"push.orig-call-id"},
			isNewCallWith(func(d draft) bool { return !d.form.Has(push.FieldOrigCallID) })),
		refusalFault("diversion", "a newCall that was diverted", []string{"push.diversion"}, isDivertedNewCall),
		refusalFault("field-order", "a newCall that does not begin with its event", []string{"push.any-field-order"},
			isNewCallWith(func(d draft) bool { return d.form[0].Name != push.FieldEvent })),
		refusalFault("new-field", "a newCall with a field that it does not know", []string{"push.unknown-field"},
			isNewCallWith(func(d draft) bool { return d.form.Has("futureField") })),
		refusalFault("new-event", "an event that it does not know", []string{"push.unknown-event"}, isUnknownEvent),
		refusalFault("cause-busy", "a hangup with the cause busy", []string{"push.hangup-causes"},
			func(d draft) bool { return d.push.Cause == push.Busy }),
		onlyIfSteered("reject", refusalFault("rejected-forwarded", "a hangup with the cause forwarded, which a rejected call never has", []string{"push.hangup-causes"},
			func(d draft) bool { return d.push.Cause == push.Forwarded })),
		refusalFault("new-cause", "a hangup with a cause that it does not know", []string{"push.unknown-cause"},
			func(d draft) bool { return d.push.Cause != "" && !slices.Contains(push.Causes(), d.push.Cause) }),
		refusalFault("answer-without-user", "an answer that names no user", []string{"push.answer-without-user"},
			func(d draft) bool {
				return eventIs(push.Answer)(d) && d.push.Direction == push.Incoming && strings.Join(d.push.Users, "") == ""
			}),
		refusalFault("no-answering-number", "an answer without answeringNumber", []string{"push.answering-number"},
			func(d draft) bool {
				return eventIs(push.Answer)(d) && d.push.Direction == push.Incoming && !d.form.Has(push.FieldAnsweringNumber)
			}),
		onlyIfSteered("gather", refusalFault("no-digits", "a dtmf push in which nothing was pressed", []string{"push.dtmf-nothing"},
			func(d draft) bool { return eventIs(push.DTMF)(d) && d.form.Get(push.FieldDigits) == "" })),
		onlyIfSteered("gather", refusalFault("odd-keys", "a dtmf push with a star in it", []string{"push.dtmf-any-key"},
			func(d draft) bool { return strings.Contains(d.form.Get(push.FieldDigits), "*") })),
	}
}

// refusalFault returns a fault that responds with status 500 to the pushes for which applies returns true. The argument pushes names these
// pushes in the description.
func refusalFault(name, pushes string, breaks []string, applies func(draft) bool) Fault {
	return Fault{Name: name, Description: "responds with status 500 to " + pushes, Phase: Pushes, Breaks: breaks, applies: applies, change: respondStatus500}
}

// onlyIfSteered returns a fault that is visible only if calls are steered in a certain way.
func onlyIfSteered(kind scenarios.Kind, f Fault) Fault {
	f.NeedsSteering = kind
	return f
}

func isNewCallWith(matches func(draft) bool) func(draft) bool {
	return func(d draft) bool { return isNewCall(d) && matches(d) }
}

func isOnlyDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
