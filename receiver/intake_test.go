package receiver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/receiver"
)

func TestGarbageIsSurvived(t *testing.T) {
	t.Parallel()
	odd := reply{200, "", ""}
	tests := []struct {
		name   string
		method string // default POST
		media  string // default that of a form
		body   string
		want   reply
		why    string
	}{
		{name: "unknown event", body: "event=futureEvent&callId=1", want: odd},
		{name: "event of JavaScript", body: "event=__proto__&callId=1", want: odd},
		{name: "event in another letter case", body: "event=NewCall&callId=1", want: odd, why: "names are case-sensitive"},
		{name: "answer of an unknown call", body: "event=answer&callId=404&user=Doc", want: odd},
		{name: "hangup of an unknown call", body: "event=hangup&callId=404&cause=busy", want: odd},
		{name: "dtmf of an unknown call", body: "event=dtmf&callId=404&dtmf=", want: odd},
		{name: "unknown cause", body: "event=hangup&callId=1&cause=chanunavail", want: odd},
		{name: "no callId", body: "event=newCall&from=1&to=2&direction=in", want: reply{200, "application/xml", subscribe}},
		{name: "empty fields", body: "event=newCall&from=&to=&callId=&origCallId=&user%5B%5D=&direction=", want: reply{200, "application/xml", subscribe}},
		{name: "repeated fields", body: "event=newCall&event=hangup&from=1&from=2&to=3&to=4&callId=5&callId=6&direction=in", want: reply{200, "application/xml", subscribe}, why: "the first counts"},
		{name: "unknown fields", body: incoming + "&flux=1.21", want: reply{200, "application/xml", subscribe}},
		{name: "raw brackets", body: "event=newCall&direction=in&from=1&to=2&callId=3&user[]=Doc&userId[]=w0", want: reply{200, "application/xml", subscribe}},
		{name: "a call id that is no UTF-8", body: "event=newCall&callId=%FF%00%0A&from=1&to=2", want: reply{200, "application/xml", subscribe}},
		{name: "a GET", method: "GET", want: reply{405, "", ""}},
		{name: "a HEAD", method: "HEAD", want: reply{405, "", ""}},
		{name: "a PUT of a push", method: "PUT", body: incoming, want: reply{405, "", ""}},
		{name: "an unknown method", method: "FLUX", body: incoming, want: reply{405, "", ""}},
		{name: "JSON", media: "application/json", body: `{"event":"newCall"}`, want: reply{415, "", ""}},
		{name: "text", media: "text/plain", body: incoming, want: reply{415, "", ""}},
		{name: "multipart", media: "multipart/form-data; boundary=x", body: "--x--", want: reply{415, "", ""}},
		{name: "no content type", media: "none", body: incoming, want: reply{415, "", ""}},
		{name: "content type in capitals with broken parameters", media: "APPLICATION/X-WWW-FORM-URLENCODED ; charset=utf-8; charset", body: hungUp, want: odd},
		{name: "empty body", want: reply{400, "", ""}},
		{name: "no event", body: "callId=1&from=2&to=3", want: reply{400, "", ""}},
		{name: "empty event", body: "event=&callId=1", want: reply{400, "", ""}},
		{name: "broken percent-encoding", body: "event=newCall&from=%zz", want: reply{400, "", ""}},
		{name: "half a percent-encoding", body: "event=newCall&from=%4", want: reply{400, "", ""}},
		{name: "no form", body: "Great Scott", want: reply{400, "", ""}},
		{name: "only ampersands", body: "&&&&", want: reply{400, "", ""}},
		{name: "as large as may be", body: "event=futureEvent&x=" + strings.Repeat("x", 256<<10-20), want: odd},
		{name: "a byte too large", body: "event=futureEvent&x=" + strings.Repeat("x", 256<<10-19), want: reply{413, "", ""}},
		{name: "much too large", body: incoming + strings.Repeat("&x=y", 1<<20), want: reply{413, "", ""}},
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
			if diff := cmp.Diff(reply{200, "application/xml", subscribe}, post(r, incoming)); diff != "" {
				t.Errorf("good push afterwards mismatch (-want +got):\n%s", diff)
			}
			if got := r.Pushes(); got != 2 {
				t.Errorf("Pushes() = %d, want 2", got)
			}
		})
	}
}

func TestTheLogHasOneLineForEachPush(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, method, form, want string }{
		{"incoming", "POST", incoming, "newCall 12111955 from 491713920011 to 493023125001"},
		{"outgoing", "POST", outgoing, "newCall 26101985 from 493023125001 to 491713920011 (outgoing)"},
		{"hangup", "POST", hungUp, "hangup 12111955 from 491713920011 to 493023125001"},
		{"dtmf", "POST", pressed, "dtmf 12111955"},
		{"empty fields", "POST", "event=newCall&callId=1&from=&to=12&direction=in", `newCall 1 from "" to 12`},
		{"control characters", "POST", "event=%1B%5B2J%0Ax&callId=%C3%BC&from=a+b&to=1", `"\x1b[2J\nx" "ü" from "a b" to 1`},
		{"very long", "POST", "event=e&callId=" + strings.Repeat("1", 300) + "&from=1&to=2", `e "` + strings.Repeat("1", 200) + `…" from 1 to 2`},
		{"a GET", "GET", "", "refused: method GET"},
		{"no form", "POST", "%", "refused: a form that is none"},
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
