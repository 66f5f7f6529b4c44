package receiver

import (
	"net/http"
	"strings"
)

func actionFaults() []Fault {
	return []Fault{
		{
			Name: "dial-nobody", Summary: "redirects a call without naming a number",
			Phase: Responses, Breaks: []string{"dial.target"}, NeedsSteering: "redirect",
			on: document, change: content("Dial", ""),
		},
		{
			Name: "dial-number-format", Summary: "redirects a call to a number with a slash and without country",
			Phase: Responses, Breaks: []string{"dial.number-format"}, NeedsSteering: "redirect",
			on: document, change: content("Number", "030/23125901"),
		},
		{
			Name: "dial-six", Summary: "redirects a call to six numbers at once",
			Phase: Responses, Breaks: []string{"dial.max-five-targets"}, NeedsSteering: "redirect",
			on: ringsIn, change: content("Dial", numberElements(6)),
		},
		{
			Name: "dial-outgoing-two", Summary: "redirects an outgoing call to two numbers",
			Phase: Responses, Breaks: []string{"dial.outgoing-one-target"}, NeedsSteering: "redirect",
			on: toOutgoing, change: content("Dial", numberElements(2)),
		},
		{
			Name: "dial-caller-id", Summary: "redirects a call with a name as callerId",
			Phase: Responses, Breaks: []string{"dial.caller-id-format"}, NeedsSteering: "redirect",
			on: document, change: attribute("Dial", "callerId", "Doc"),
		},
		{
			Name: "dial-anonymous", Summary: "redirects a call with anonymous=\"yes\"",
			Phase: Responses, Breaks: []string{"dial.anonymous-value"}, NeedsSteering: "redirect",
			on: document, change: attribute("Dial", "anonymous", "yes"),
		},
		{
			Name: "play-relative", Summary: "plays a sound without saying from which host",
			Phase: Responses, Breaks: []string{"play.url"}, NeedsSteering: "play",
			on: document, change: content("Url", soundPath),
		},
		{
			Name: "play-stereo", Summary: "plays a sound file with two channels",
			Phase: Responses, Breaks: []string{"play.wav-format"}, NeedsSteering: "play",
			on: toPage(soundPath), change: stereo,
		},
		{
			Name: "play-gone", Summary: "plays a sound file that does not exist",
			Phase: Responses, Breaks: []string{"play.reachable"}, NeedsSteering: "play",
			on: toPage(soundPath), change: nothing(http.StatusNotFound),
		},
		{
			Name: "gather-nowhere", Summary: "collects digits and does not say where they go",
			Phase: Responses, Breaks: []string{"gather.ondata"}, NeedsSteering: "gather",
			on: document, change: without("Gather", "onData"),
		},
		{
			Name: "gather-no-digits", Summary: "collects at most 0 digits",
			Phase: Responses, Breaks: []string{"gather.max-digits"}, NeedsSteering: "gather",
			on: document, change: attribute("Gather", "maxDigits", "0"),
		},
		{
			Name: "gather-timeout", Summary: "waits -1 milliseconds for digits",
			Phase: Responses, Breaks: []string{"gather.timeout"}, NeedsSteering: "gather",
			on: document, change: attribute("Gather", "timeout", "-1"),
		},
		{
			Name: "gather-speech", Summary: "collects speech",
			Phase: Responses, Breaks: []string{"gather.type"}, NeedsSteering: "gather",
			on: document, change: attribute("Gather", "type", "speech"),
		},
		{
			Name: "gather-dial", Summary: "redirects inside of a Gather",
			Phase: Responses, Breaks: []string{"gather.nesting"}, NeedsSteering: "gather",
			on: document, change: content("Gather", "<Dial>"+numberElements(1)+"</Dial>"),
		},
		{
			Name: "reject-reason", Summary: "rejects a call for a reason that does not exist",
			Phase: Responses, Breaks: []string{"reject.reason"}, NeedsSteering: "reject",
			on: document, change: attribute("Reject", "reason", "occupied"),
		},
		{
			Name: "hangup-content", Summary: "writes something into Hangup",
			Phase: Responses, Breaks: []string{"hangup.empty"}, NeedsSteering: "hangup",
			on: document, change: content("Hangup", "Good bye"),
		},
	}
}

// ringsIn leaves out outgoing calls, because for them more than one number is a finding by itself.
func ringsIn(d draft) bool { return document(d) && !toOutgoing(d) }

func numberElements(n int) string {
	var b strings.Builder
	for _, number := range numbers(n) {
		b.WriteString("<Number>" + number + "</Number>")
	}
	return b.String()
}

// stereo makes two channels of one: half as many samples, each twice as large.
func stereo(d *draft) {
	if len(d.body) < 34 {
		return
	}
	d.body[22], d.body[32] = 2, 4       // channels, bytes a sample of all of them
	d.body[28], d.body[29] = 0x00, 0x7d // 32,000 bytes a second
}
