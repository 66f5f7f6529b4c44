package receiver

import (
	"net/http"
	"strings"
)

func actionFaults() []Fault {
	return []Fault{
		{
			Name: "dial-nobody", Description: "redirects a call without naming a number",
			Phase: Responses, Breaks: []string{"dial.target"}, Needs: "redirect",
			appliesTo: hasBody, change: withContent("Dial", ""),
		},
		{
			Name: "dial-number-format", Description: "redirects a call to a number with a slash and without country",
			Phase: Responses, Breaks: []string{"dial.number-format"}, Needs: "redirect",
			appliesTo: hasBody, change: withContent("Number", "030/23125901"),
		},
		{
			Name: "dial-six", Description: "redirects a call to six numbers at once",
			Phase: Responses, Breaks: []string{"dial.max-five-targets"}, Needs: "redirect",
			appliesTo: hasBodyAndIsNotOutgoing, change: withContent("Dial", numberElements(6)),
		},
		{
			Name: "dial-outgoing-two", Description: "redirects an outgoing call to two numbers",
			Phase: Responses, Breaks: []string{"dial.outgoing-one-target"}, Needs: "redirect",
			appliesTo: isOutgoingCall, change: withContent("Dial", numberElements(2)),
		},
		{
			Name: "dial-caller-id", Description: "redirects a call with a name as callerId",
			Phase: Responses, Breaks: []string{"dial.caller-id-format"}, Needs: "redirect",
			appliesTo: hasBody, change: withAttribute("Dial", "callerId", "Doc"),
		},
		{
			Name: "dial-anonymous", Description: "redirects a call with anonymous=\"yes\"",
			Phase: Responses, Breaks: []string{"dial.anonymous-value"}, Needs: "redirect",
			appliesTo: hasBody, change: withAttribute("Dial", "anonymous", "yes"),
		},
		{
			Name: "play-relative", Description: "plays a sound without saying from which host",
			Phase: Responses, Breaks: []string{"play.url"}, Needs: "play",
			appliesTo: hasBody, change: withContent("Url", soundPath),
		},
		{
			Name: "play-stereo", Description: "plays a sound file with two channels",
			Phase: Responses, Breaks: []string{"play.wav-format"}, Needs: "play",
			appliesTo: isPage(soundPath), change: makeStereo,
		},
		{
			Name: "play-gone", Description: "plays a sound file that does not exist",
			Phase: Responses, Breaks: []string{"play.reachable"}, Needs: "play",
			appliesTo: isPage(soundPath), change: withStatusOnly(http.StatusNotFound),
		},
		{
			Name: "gather-nowhere", Description: "collects digits and does not say where they go",
			Phase: Responses, Breaks: []string{"gather.ondata"}, Needs: "gather",
			appliesTo: hasBody, change: withoutAttribute("Gather", "onData"),
		},
		{
			Name: "gather-no-digits", Description: "collects at most 0 digits",
			Phase: Responses, Breaks: []string{"gather.max-digits"}, Needs: "gather",
			appliesTo: hasBody, change: withAttribute("Gather", "maxDigits", "0"),
		},
		{
			Name: "gather-timeout", Description: "waits -1 milliseconds for digits",
			Phase: Responses, Breaks: []string{"gather.timeout"}, Needs: "gather",
			appliesTo: hasBody, change: withAttribute("Gather", "timeout", "-1"),
		},
		{
			Name: "gather-speech", Description: "collects speech",
			Phase: Responses, Breaks: []string{"gather.type"}, Needs: "gather",
			appliesTo: hasBody, change: withAttribute("Gather", "type", "speech"),
		},
		{
			Name: "gather-dial", Description: "redirects inside of a Gather",
			Phase: Responses, Breaks: []string{"gather.nesting"}, Needs: "gather",
			appliesTo: hasBody, change: withContent("Gather", "<Dial>"+numberElements(1)+"</Dial>"),
		},
		{
			Name: "reject-reason", Description: "rejects a call for a reason that does not exist",
			Phase: Responses, Breaks: []string{"reject.reason"}, Needs: "reject",
			appliesTo: hasBody, change: withAttribute("Reject", "reason", "occupied"),
		},
		{
			Name: "hangup-content", Description: "writes something into Hangup",
			Phase: Responses, Breaks: []string{"hangup.empty"}, Needs: "hangup",
			appliesTo: hasBody, change: withContent("Hangup", "Good bye"),
		},
	}
}

// hasBodyAndIsNotOutgoing leaves out outgoing calls, because for them more than one number is a finding by itself.
func hasBodyAndIsNotOutgoing(d draft) bool { return hasBody(d) && !isOutgoingCall(d) }

func numberElements(n int) string {
	var b strings.Builder
	for _, number := range redirectNumbers(n) {
		b.WriteString("<Number>" + number + "</Number>")
	}
	return b.String()
}

// makeStereo makes two channels of one: half as many samples, each twice as large.
func makeStereo(d *draft) {
	if len(d.body) < 34 {
		return
	}
	d.body[22], d.body[32] = 2, 4       // channels, bytes a sample of all of them
	d.body[28], d.body[29] = 0x00, 0x7d // 32,000 bytes a second
}
