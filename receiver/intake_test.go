package receiver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/receiver"
)

func TestOddPushesAreAcceptedAndMalformedRequestsAreRefused(t *testing.T) {
	t.Parallel()
	empty200 := reply{200, "", ""}
	tests := []struct {
		name   string
		method string // default: POST
		media  string // Content-Type; default: the content type of a form; "none": no header
		body   string
		want   reply
		why    string
	}{
		{name: "unknown event", body: "event=futureEvent&callId=1", want: empty200},
		{name: "event that is a JavaScript property name", body: "event=__proto__&callId=1", want: empty200},
		{name: "event in another letter case", body: "event=NewCall&callId=1", want: empty200, why: "names are case-sensitive"},
		{name: "answer of an unknown call", body: "event=answer&callId=404&user=Doc", want: empty200},
		{name: "hangup of an unknown call", body: "event=hangup&callId=404&cause=busy", want: empty200},
		{name: "dtmf of an unknown call", body: "event=dtmf&callId=404&dtmf=", want: empty200},
		{name: "unknown cause", body: "event=hangup&callId=1&cause=chanunavail", want: empty200},
		{name: "no callId", body: "event=newCall&from=1&to=2&direction=in", want: reply{200, "application/xml", subscribingDocument}},
		{name: "empty fields", body: "event=newCall&from=&to=&callId=&origCallId=&user%5B%5D=&direction=", want: reply{200, "application/xml", subscribingDocument}},
		{name: "repeated fields", body: "event=newCall&event=hangup&from=1&from=2&to=3&to=4&callId=5&callId=6&direction=in", want: reply{200, "application/xml", subscribingDocument}, why: "the first value of a field counts"},
		{name: "unknown fields", body: incomingNewCall + "&flux=1.21", want: reply{200, "application/xml", subscribingDocument}},
		{name: "raw brackets", body: "event=newCall&direction=in&from=1&to=2&callId=3&user[]=Doc&userId[]=w0", want: reply{200, "application/xml", subscribingDocument}},
		{name: "callId that is not UTF-8", body: "event=newCall&callId=%FF%00%0A&from=1&to=2", want: reply{200, "application/xml", subscribingDocument}},
		{name: "GET", method: "GET", want: reply{405, "", ""}},
		{name: "HEAD", method: "HEAD", want: reply{405, "", ""}},
		{name: "PUT of a push", method: "PUT", body: incomingNewCall, want: reply{405, "", ""}},
		{name: "unknown method", method: "FLUX", body: incomingNewCall, want: reply{405, "", ""}},
		{name: "JSON", media: "application/json", body: `{"event":"newCall"}`, want: reply{415, "", ""}},
		{name: "plain text", media: "text/plain", body: incomingNewCall, want: reply{415, "", ""}},
		{name: "multipart", media: "multipart/form-data; boundary=x", body: "--x--", want: reply{415, "", ""}},
		{name: "no content type", media: "none", body: incomingNewCall, want: reply{415, "", ""}},
		{name: "content type in capitals with broken parameters", media: "APPLICATION/X-WWW-FORM-URLENCODED ; charset=utf-8; charset", body: hangupPush, want: empty200},
		{name: "empty body", want: reply{400, "", ""}},
		{name: "no event", body: "callId=1&from=2&to=3", want: reply{400, "", ""}},
		{name: "empty event", body: "event=&callId=1", want: reply{400, "", ""}},
		{name: "broken percent-encoding", body: "event=newCall&from=%zz", want: reply{400, "", ""}},
		{name: "truncated percent-encoding", body: "event=newCall&from=%4", want: reply{400, "", ""}},
		{name: "text that is not a form", body: "Great Scott", want: reply{400, "", ""}},
		{name: "only ampersands", body: "&&&&", want: reply{400, "", ""}},
		{name: "body of 256 KiB", body: "event=futureEvent&x=" + strings.Repeat("x", 256<<10-20), want: empty200},
		{name: "body of 256 KiB and 1 byte", body: "event=futureEvent&x=" + strings.Repeat("x", 256<<10-19), want: reply{413, "", ""}},
		{name: "body of 4 MiB", body: incomingNewCall + strings.Repeat("&x=y", 1<<20), want: reply{413, "", ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			method, media := test.method, test.media
			if method == "" {
				method = "POST"
			}
			switch media {
			case "":
				media = formType
			case "none":
				media = ""
			}
			r := newReceiver(t, receiver.Options{})
			if diff := cmp.Diff(test.want, send(r, request(method, "/", media, test.body))); diff != "" {
				t.Errorf("%s mismatch (-want +got), %s:\n%s", method, test.why, diff)
			}
			if diff := cmp.Diff(reply{200, "application/xml", subscribingDocument}, post(r, incomingNewCall)); diff != "" {
				t.Errorf("response to a valid push afterwards mismatch (-want +got):\n%s", diff)
			}
			if got := r.PushCount(); got != 2 {
				t.Errorf("PushCount() = %d, want 2", got)
			}
		})
	}
}

func TestTheLogHasOneLineForEachPush(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, method, form, want string }{
		{"incoming newCall", "POST", incomingNewCall, "newCall 12111955 from 491713920011 to 493023125001"},
		{"outgoing newCall", "POST", outgoingNewCall, "newCall 26101985 from 493023125001 to 491713920011 (outgoing)"},
		{"hangup", "POST", hangupPush, "hangup 12111955 from 491713920011 to 493023125001"},
		{"dtmf", "POST", dtmfPush, "dtmf 12111955"},
		{"empty field: quoted", "POST", "event=newCall&callId=1&from=&to=12&direction=in", `newCall 1 from "" to 12`},
		{"control characters: quoted", "POST", "event=%1B%5B2J%0Ax&callId=%C3%BC&from=a+b&to=1", `"\x1b[2J\nx" "ü" from "a b" to 1`},
		{"callId of 300 characters: cut", "POST", "event=e&callId=" + strings.Repeat("1", 300) + "&from=1&to=2", `e "` + strings.Repeat("1", 200) + `…" from 1 to 2`},
		{"GET: refused", "GET", "", "refused: method GET"},
		{"malformed form: refused", "POST", "%", "refused: a malformed form"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			r := newReceiver(t, receiver.Options{Log: func(line string) { got = append(got, line) }})
			send(r, request(test.method, "/", formType, test.form))
			if diff := cmp.Diff([]string{test.want}, got); diff != "" {
				t.Errorf("log of %q mismatch (-want +got):\n%s", test.form, diff)
			}
		})
	}
}
