package receiver

import (
	"net/http"
	"strings"
)

func actionFaults() []Fault {
	return []Fault{
		{
			Name: "dial-nobody", Description: "redirects a call without naming a number",
			Phase: Responses, Breaks: []string{"dial.target"}, NeedsSteering: "redirect",
			applies: hasDocument, change: setContent("Dial", ""),
		},
		{
			Name: "dial-number-format", Description: "redirects a call to a number with a slash and without country",
			Phase: Responses, Breaks: []string{"dial.number-format"}, NeedsSteering: "redirect",
			applies: hasDocument, change: setContent("Number", "030/23125901"),
		},
		{
			Name: "dial-six", Description: "redirects a call to six numbers at once",
			Phase: Responses, Breaks: []string{"dial.max-five-targets"}, NeedsSteering: "redirect",
			applies: isDocumentForIncoming, change: setContent("Dial", numberElements(6)),
		},
		{
			Name: "dial-outgoing-two", Description: "redirects an outgoing call to two numbers",
			Phase: Responses, Breaks: []string{"dial.outgoing-one-target"}, NeedsSteering: "redirect",
			applies: isOutgoingNewCall, change: setContent("Dial", numberElements(2)),
		},
		{
			Name: "dial-caller-id", Description: "redirects a call with a name as callerId",
			Phase: Responses, Breaks: []string{"dial.caller-id-format"}, NeedsSteering: "redirect",
			applies: hasDocument, change: setAttribute("Dial", "callerId", "Doc"),
		},
		{
			Name: "dial-anonymous", Description: "redirects a call with anonymous=\"yes\"",
			Phase: Responses, Breaks: []string{"dial.anonymous-value"}, NeedsSteering: "redirect",
			applies: hasDocument, change: setAttribute("Dial", "anonymous", "yes"),
		},
		{
			Name: "play-relative", Description: "plays a sound without saying from which host",
			Phase: Responses, Breaks: []string{"play.url"}, NeedsSteering: "play",
			applies: hasDocument, change: setContent("Url", soundPath),
		},
		{
			Name: "play-stereo", Description: "plays a sound file with two channels",
			Phase: Responses, Breaks: []string{"play.wav-format"}, NeedsSteering: "play",
			applies: pageIs(soundPath), change: makeStereo,
		},
		{
			Name: "play-gone", Description: "plays a sound file that does not exist",
			Phase: Responses, Breaks: []string{"play.reachable"}, NeedsSteering: "play",
			applies: pageIs(soundPath), change: respondEmpty(http.StatusNotFound),
		},
		{
			Name: "gather-nowhere", Description: "collects digits and does not say where they go",
			Phase: Responses, Breaks: []string{"gather.ondata"}, NeedsSteering: "gather",
			applies: hasDocument, change: removeAttribute("Gather", "onData"),
		},
		{
			Name: "gather-no-digits", Description: "collects at most 0 digits",
			Phase: Responses, Breaks: []string{"gather.max-digits"}, NeedsSteering: "gather",
			applies: hasDocument, change: setAttribute("Gather", "maxDigits", "0"),
		},
		{
			Name: "gather-timeout", Description: "waits -1 milliseconds for digits",
			Phase: Responses, Breaks: []string{"gather.timeout"}, NeedsSteering: "gather",
			applies: hasDocument, change: setAttribute("Gather", "timeout", "-1"),
		},
		{
			Name: "gather-speech", Description: "collects speech",
			Phase: Responses, Breaks: []string{"gather.type"}, NeedsSteering: "gather",
			applies: hasDocument, change: setAttribute("Gather", "type", "speech"),
		},
		{
			Name: "gather-dial", Description: "redirects inside of a Gather",
			Phase: Responses, Breaks: []string{"gather.nesting"}, NeedsSteering: "gather",
			applies: hasDocument, change: setContent("Gather", "<Dial>"+numberElements(1)+"</Dial>"),
		},
		{
			Name: "reject-reason", Description: "rejects a call for a reason that does not exist",
			Phase: Responses, Breaks: []string{"reject.reason"}, NeedsSteering: "reject",
			applies: hasDocument, change: setAttribute("Reject", "reason", "occupied"),
		},
		{
			Name: "hangup-content", Description: "writes something into Hangup",
			Phase: Responses, Breaks: []string{"hangup.empty"}, NeedsSteering: "hangup",
			applies: hasDocument, change: setContent("Hangup", "Good bye"),
		},
	}
}

// isDocumentForIncoming reports whether a draft is a document and not the response to an outgoing newCall. dial-six needs this, because
// redirecting an outgoing call to six numbers would also break dial.outgoing-one-target.
func isDocumentForIncoming(d draft) bool { return hasDocument(d) && !isOutgoingNewCall(d) }

func numberElements(n int) string {
	var b strings.Builder
	for _, number := range numbers(n) {
		b.WriteString("<Number>" + number + "</Number>")
	}
	return b.String()
}

// makeStereo changes the header of a mono sound file to two channels, and leaves the samples unchanged.
func makeStereo(d *draft) {
	if len(d.body) < 34 {
		return
	}
	d.body[22], d.body[32] = 2, 4       // channels, bytes per sample of all channels
	d.body[28], d.body[29] = 0x00, 0x7d // 32,000 bytes per second
}
