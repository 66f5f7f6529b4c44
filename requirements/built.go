package requirements

import (
	"slices"
	"sync"
)

// Unbuilt lists the requirements that no judge covers yet. They are reported as undetermined, never as passed, and never
// change the exit code.
func Unbuilt() []string { return slices.Clone(unbuilt()) }

var unbuilt = sync.OnceValue(func() []string {
	var out []string
	for _, r := range All() {
		if !slices.Contains(built(), r.ID) {
			out = append(out, r.ID)
		}
	}
	return out
})

func built() []string {
	return []string{
		"transport.https", "transport.not-self-signed", "transport.trusted-chain", "transport.complete-chain",
		"transport.name-matches", "transport.in-date", "transport.expires-later", "transport.server-certificate",
		"transport.strong-keys", "transport.tls-version", "transport.handshake", "transport.reachable", "transport.no-redirect",
		"push.newcall", "push.answer", "push.hangup", "push.dtmf", "push.outgoing", "push.diversion",
		"push.encoded-brackets", "push.raw-brackets", "push.golden-capture", "push.user-empty", "push.user-absent",
		"push.group-call", "push.utf8-names", "push.anonymous-caller", "push.odd-caller", "push.odd-callee",
		"push.long-call-ids", "push.orig-call-id", "push.any-field-order", "push.unknown-field", "push.unknown-event",
		"push.hangup-causes", "push.unknown-cause", "push.answer-without-user", "push.answering-number",
		"push.dtmf-nothing", "push.dtmf-any-key",
		"response.status", "response.content-type", "response.well-formed", "response.xml-or-nothing", "response.root",
		"response.known-elements", "response.known-attributes", "response.one-action", "response.in-time",
		"response.prompt", "response.ends", "response.readable-encoding", "response.reasonable-size",
		"dial.target", "dial.number-format", "dial.max-five-targets", "dial.outgoing-one-target", "dial.caller-id-format",
		"dial.anonymous-value", "play.url", "play.wav-format", "play.reachable", "gather.ondata", "gather.max-digits", "gather.timeout", "gather.type",
		"gather.nesting", "reject.reason", "hangup.empty",
		"following.answer-url", "following.hangup-url", "following.https", "following.reachable",
		"following.reach-from-outside", "following.hangup-too", "following.every-leg",
		"call.transfer-answered", "call.transfer-unanswered", "call.forward-busy", "call.answered", "call.unanswered",
	}
}
