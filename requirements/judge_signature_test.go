package requirements_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

const bad = `<Error message="Signature verification failed."/>`

// withSignature is an exchange whose push carried a signature.
func withSignature(x transcript.Exchange) transcript.Exchange {
	x.SentHeader = http.Header{push.SignatureHeader: {"$X_SIPGATE_SIGNATURE"}}
	return x
}

// strange is an exchange whose push was not plain.
func strange(x transcript.Exchange) transcript.Exchange {
	x.Odd = true
	return x
}

// about is a call with an odd push, and what came after it.
func about(id string, xs ...transcript.Exchange) transcript.Call {
	c := one(xs...)
	c.Stimulus = id
	return c
}

// signatureResults lists the judgements of a call about signatures: met, broken, gap or n/a.
func signatureResults(c transcript.Call) []string {
	signing := receiver
	signing.Signed = true
	var out []string
	for _, j := range requirements.JudgeCall(c, signing) {
		what := ""
		switch {
		case j.NotApplicable != "":
			what = "n/a"
		case len(j.Findings) > 0 && j.Findings[0].Level == requirements.Should:
			what = "milder"
		case len(j.Findings) > 0:
			what = "broken"
		case len(j.Gaps) > 0:
			what = "gap"
		case j.Judged > 0:
			what = "met"
		}
		if strings.HasPrefix(j.Requirement, "signature.") || j.Requirement == "push.golden-capture" {
			out = append(out, j.Requirement+" "+what)
		}
	}
	slices.Sort(out)
	return out
}

func TestAForgedPushHasToBeRefusedAndTheNextOneAccepted(t *testing.T) {
	t.Parallel()
	good := withSignature(says(push.NewCall, 200, xml, both))
	observed := withSignature(says(push.NewCall, 200, "", ""))
	tests := []struct {
		name, why string
		odd, next transcript.Exchange
		want      string
		shown     bool
		without   bool // no push follows
	}{
		{name: "forbidden", odd: says(push.NewCall, 403, "", ""), next: good, want: "met", shown: true},
		{name: "an error of any kind", why: "it was not taken", odd: says(push.NewCall, 500, "", ""), next: good, want: "met", shown: true},
		{name: "the library's document", odd: says(push.NewCall, 200, xml, bad), next: good, want: "met", shown: true},
		{name: "another document", odd: says(push.NewCall, 200, xml, `<Error message="no"/>`), next: good, want: "met", shown: true},
		{name: "a sentence", odd: says(push.NewCall, 200, "text/plain", "invalid signature"), next: good, want: "met", shown: true},
		{name: "a closed connection", odd: ended(push.NewCall, transcript.Dropped), next: good, want: "met", shown: true},
		{name: "passed over", why: "it takes part in the call of the good push only", odd: says(push.NewCall, 200, "", ""), next: good, want: "met", shown: true},
		{name: "passed over with an empty Response", odd: says(push.NewCall, 200, xml, "<Response/>"), next: good, want: "met", shown: true},
		{name: "accepted", odd: says(push.NewCall, 200, xml, both), next: good, want: "broken"},
		{name: "accepted by a receiver that takes part in no call", odd: says(push.NewCall, 200, "", ""), next: observed, want: "broken"},
		{name: "no response", why: "it was not taken, and that was not said", odd: ended(push.NewCall, transcript.TimedOut), next: good, want: "milder", shown: true},
		{name: "fallen over", odd: ended(push.NewCall, transcript.Dropped), next: withSignature(ended(push.NewCall, transcript.NotConnected)), want: "broken", shown: true},
		{name: "gone before", why: "the cause is unknown", odd: ended(push.NewCall, transcript.NotConnected), next: withSignature(ended(push.NewCall, transcript.NotConnected)), want: "gap"},
		{name: "nothing sent after it", odd: says(push.NewCall, 403, "", ""), without: true, want: "gap"},
		{name: "the good one refused as well", why: "it refuses everything", odd: says(push.NewCall, 403, "", ""), next: withSignature(says(push.NewCall, 403, "text/plain", "bad signature")), want: "gap"},
	}
	for _, test := range tests {
		for _, id := range []string{"signature.missing", "signature.forged"} {
			xs := []transcript.Exchange{strange(test.odd), test.next}
			if test.without {
				xs = xs[:1]
			}
			c := about(id, xs...)
			got := slices.DeleteFunc(signatureResults(c), func(s string) bool { return !strings.HasPrefix(s, id) })
			if diff := cmp.Diff([]string{id + " " + test.want}, got); diff != "" {
				t.Errorf("%s: %s: what is said of %s mismatch (-want +got):\n%s", test.name, test.why, id, diff)
			}
			if shown := slices.Contains(requirements.Shown(c), requirements.CanSignature); shown != test.shown {
				t.Errorf("%s: %s: the capability is shown: %t, want %t", test.name, test.why, shown, test.shown)
			}
		}
	}
}

func TestGoodPushAfterAForgedOneLeadsToNoOtherFinding(t *testing.T) {
	t.Parallel()
	c := about("signature.missing", strange(ended(push.NewCall, transcript.Dropped)), withSignature(ended(push.NewCall, transcript.Dropped)))
	for _, j := range requirements.JudgeCall(c, receiver) {
		if j.Requirement != "signature.missing" {
			t.Errorf("%+v, want nothing said but of signature.missing", j)
		}
	}
}

func TestRefusalOfACorrectSignatureIsAFindingOfTheVerification(t *testing.T) {
	t.Parallel()
	refused := func(event push.Event) transcript.Exchange {
		return withSignature(says(event, 403, "text/plain", "invalid signature"))
	}
	silent := withSignature(says(push.NewCall, 403, "", ""))
	broken := withSignature(says(push.NewCall, 400, "text/plain", "no user"))
	genuine := refused(push.NewCall)
	genuine.Body, _ = push.GenuinePush()
	fresh := withSignature(says(push.NewCall, 200, xml, both))
	fresh.Body = []byte("event=newCall")
	taken := fresh
	taken.Body = genuine.Body
	tests := []struct {
		name string
		c    transcript.Call
		want []string
	}{
		{"a plain push", one(refused(push.NewCall)), []string{"signature.valid broken"}},
		{"an answer push", one(withSignature(says(push.NewCall, 200, xml, both)), refused(push.Answer)), []string{"signature.valid broken"}},
		{"accepted", one(withSignature(says(push.NewCall, 200, xml, both))), []string{"signature.valid met"}},
		{"an odd push", about("push.any-field-order", strange(refused(push.NewCall))), []string{"signature.any-body broken"}},
		{"another encoding", about("signature.any-body", strange(refused(push.NewCall))), []string{"signature.any-body broken"}},
		{"another encoding, refused without a word", about("signature.any-body", strange(silent)), []string{"signature.any-body broken"}},
		{"another encoding, refused for something else", about("signature.any-body", strange(broken)), nil},
		{"another encoding, accepted", about("signature.any-body", strange(fresh)), []string{"signature.any-body met"}},
		{"two proxies", about("signature.any-proxy", strange(refused(push.NewCall))), []string{"signature.any-proxy milder"}},
		{"where it comes from", one(withSignature(says(push.NewCall, 403, "text/plain", "IP address not allowed"))), nil},
		{"sipgate's own signature refused", about("push.golden-capture", strange(genuine)), []string{"push.golden-capture n/a"}},
		{"its copy accepted", about("push.golden-capture", strange(fresh)), []string{"push.golden-capture n/a"}},
		{"sipgate's own signature accepted", about("push.golden-capture", strange(taken)), []string{"push.golden-capture met"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, signatureResults(test.c)); diff != "" {
			t.Errorf("%s: what is said mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestReasonOfARefusalNamesTheCheckAndWhatToDo(t *testing.T) {
	t.Parallel()
	forwarded := says(push.NewCall, 403, "text/plain", "IP address not allowed")
	forwarded.SentHeader = http.Header{"X-Forwarded-For": {"217.116.118.254"}}
	tests := []struct {
		name   string
		x      transcript.Exchange
		signed bool
		want   requirements.Gap
	}{
		{"unsigned", says(push.NewCall, 200, xml, bad), false, requirements.Gap{Reason: `the receiver checks signatures and refuses a push without one: it says "Signature verification failed."; ` +
			"give it a public key of yours, and pushcheck the private half with --sign-key"}},
		{"signed", withSignature(says(push.NewCall, 200, xml, bad)), true, requirements.Gap{Because: "signature.valid",
			Reason: `the receiver checks signatures and refuses this one: it says "Signature verification failed."; does it have the public half of --sign-key?`}},
		{"from elsewhere", says(push.NewCall, 200, "", `<?xml version="1.0"?><Error message="Caution! IP address is not from sipgate" />`), false, requirements.Gap{
			Reason: `the receiver checks where a push comes from and refuses this one: it says "Caution! IP address is not from sipgate"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`}},
		{"from elsewhere by its address", forwarded, false, requirements.Gap{Reason: `the receiver checks where a push comes from and refuses this one, with X-Forwarded-For "217.116.118.254": ` +
			`it says "IP address not allowed"; let it accept pushes from here while it is judged`}},
		{"an answer from elsewhere", says(push.Answer, 200, "", `<Error message="Caution! IP address is not from sipgate" />`), false, requirements.Gap{
			Reason: `the receiver checks where a push comes from and refuses this one: it says "Caution! IP address is not from sipgate"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`}},
	}
	for _, test := range tests {
		got, ok := requirements.TurnedAway(test.x, requirements.Target{Signed: test.signed})
		if diff := cmp.Diff(test.want, got); diff != "" || !ok {
			t.Errorf("%s: TurnedAway() = %t, mismatch (-want +got):\n%s", test.name, ok, diff)
		}
	}
	if _, ok := requirements.TurnedAway(says(push.NewCall, 403, "text/html", "CSRF verification failed"), requirements.Target{}); ok {
		t.Error("a page about CSRF is taken for a check of the push")
	}
}

func TestABareRefusalHintsAtTheKey(t *testing.T) {
	t.Parallel()
	fix := func(x transcript.Exchange) string {
		for _, j := range requirements.JudgeCall(one(x), receiver) {
			for _, f := range j.Findings {
				return f.Fix
			}
		}
		return ""
	}
	for status, hints := range map[int]bool{401: true, 403: true, 404: false, 500: false} {
		if got := strings.Contains(fix(says(push.NewCall, status, "", "")), "--sign-key"); got != hints {
			t.Errorf("the remedy for status %d names --sign-key: %t, want %t", status, got, hints)
		}
	}
}

func TestOddFollowUpThatNamesTheSignatureIsAGapOfItsOwnRequirement(t *testing.T) {
	t.Parallel()
	c := about("push.answer-without-user", says(push.NewCall, 200, xml, both), says(push.Answer, 403, "text/plain", "invalid signature", odd))
	got := exceptMet(requirements.JudgeCall(c, receiver))
	if diff := cmp.Diff(map[string]string{"push.answer-without-user": "gap"}, got); diff != "" {
		t.Errorf("JudgeCall mismatch (-want +got):\n%s", diff)
	}
}
