package requirements_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

const guarded = "https://$USERINFO@receiver.example/push" // a URL with credentials, as a transcript has it

func asked(x *transcript.Exchange) { x.URL, x.AskedCredentials = guarded, true }

func challenges(with ...string) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Header = http.Header{"Www-Authenticate": with} }
}

func TestReceiverHasToAskForBasicCredentialsAndAcceptThem(t *testing.T) {
	t.Parallel()
	tests := []judgedCall{
		{"asked for and accepted", one(says(push.NewCall, 200, "", "", asked)), map[string]string{"push.newcall": "met", "transport.basic-auth": "met"}},
		{"asked for and accepted, and the call refused", one(says(push.NewCall, 500, "", "", asked)),
			map[string]string{"push.encoded-brackets": "must: status 500; want a 2xx status, as for the same push with raw brackets; only if push.raw-brackets | gap: the plain push was not accepted; because push.newcall", "push.newcall": "must: status 500" + read2xx, "transport.basic-auth": "met"}},
		{"asked for and not accepted", one(says(push.NewCall, 401, "", "", asked)),
			map[string]string{"push.newcall": "gap: the receiver did not accept the credentials of its URL; because transport.basic-auth", "transport.basic-auth": "must: status 401 with them; want the credentials of the URL accepted, once they were asked for"}},
		{"asked for and not accepted, by a follow-up URL", one(says(push.Hangup, 403, "", "", asked)),
			map[string]string{"following.reachable": "met", "push.hangup": "gap: the receiver did not accept the credentials of its URL; because transport.basic-auth", "transport.basic-auth": "must: status 403 with them; want the credentials of the URL accepted, once they were asked for"}},
		{"asked for by a follow-up URL that never ends its response", one(ended(push.Hangup, transcript.NeverEnded, status(200), asked)),
			map[string]string{"following.reachable": "met", "push.hangup": "met", "transport.basic-auth": "met"}},
		{"asked for, then dropped: unknown if accepted", one(ended(push.Hangup, transcript.Dropped, asked)),
			map[string]string{"following.reachable": "met", "push.hangup": "must: the receiver closed the connection without a response" + any2xx}},
		{"asked for, and then another protocol", one(ended(push.Hangup, transcript.NotHTTP, asked)),
			map[string]string{"push.hangup": "must: not HTTP" + any2xx}},
		{"asked for, and then endless headers", one(ended(push.Hangup, transcript.HeadersTooLong, asked)),
			map[string]string{"push.hangup": "must: headers too long" + any2xx}},
		{"403 in place of a challenge", one(says(push.NewCall, 403, "", "", to(guarded))),
			map[string]string{"push.newcall": "gap: the receiver does not ask for the credentials of its URL as it should; because transport.basic-auth", "transport.basic-auth": "must: status 403; want status 401 with WWW-Authenticate: Basic"}},
		{"401 without a challenge", one(says(push.NewCall, 401, "", "", to(guarded))),
			map[string]string{"push.newcall": "gap: the receiver does not ask for the credentials of its URL as it should; because transport.basic-auth", "transport.basic-auth": "must: status 401 without WWW-Authenticate; want status 401 with WWW-Authenticate: Basic"}},
		{"challenges that sipgate cannot answer", one(says(push.NewCall, 401, "", "", to(guarded), challenges("Digest realm=x", "Bearer"))),
			map[string]string{"push.newcall": "gap: the receiver does not ask for the credentials of its URL as it should; because transport.basic-auth", "transport.basic-auth": "must: status 401 with WWW-Authenticate: Digest realm=x, Bearer; want status 401 with WWW-Authenticate: Basic"}},
		{"a challenge, but the URL has no credentials", one(says(push.NewCall, 401, "", "", challenges("Basic"))),
			map[string]string{"push.encoded-brackets": "gap: the plain push was not accepted; because push.newcall", "push.newcall": "must: status 401, and there are no credentials in the URL" + read2xx}},
		{"a challenge, but the outgoing URL has none", one(says(push.NewCall, 401, "", "", challenges("Basic"), outgoing)),
			map[string]string{"push.outgoing": "must: status 401, and there are no credentials in the URL" + read2xx + "; unless push.newcall"}},
		{"a challenge, but the follow-up URL has none", one(says(push.Hangup, 401, "", "", challenges("Basic"))),
			map[string]string{"following.reachable": "met", "push.hangup": "must: status 401, and there are no credentials in the URL" + read2xx}},
		{"a 403 with a challenge is none", one(says(push.NewCall, 403, "", "", challenges("Basic"), outgoing)),
			map[string]string{"push.outgoing": "must: status 403" + read2xx + "; unless push.newcall"}},
		{"an odd push is judged by its difference from the plain one", about("push.user-empty", says(push.NewCall, 401, "", "", asked, odd)),
			map[string]string{"push.user-empty": "must: status 401" + read2xx + "; unless push.newcall"}},
		{"the hangup of a call that is judged as a whole", in("incoming-busy", says(push.Hangup, 401, "", "", asked, endsBy(push.Busy))),
			map[string]string{"call.unanswered": "must: the hangup push on Doc's leg: status 401" + byItself + "; unless push.hangup-causes, push.hangup", "following.reachable": "met"}},
	}
	checkInWords(t, receiver, tests)
}

func TestFixOfAFindingAboutCredentials(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		x    transcript.Exchange
		want string
	}{
		{"not accepted", says(push.NewCall, 401, "", "", asked), "percent-decoded"},
		{"none in the URL", says(push.NewCall, 401, "", "", challenges("Basic")), "https://user:password@example.com/push"},
	}
	for _, test := range tests {
		for _, j := range requirements.JudgeCall(one(test.x), receiver) {
			for _, f := range j.Findings {
				if !strings.Contains(f.Fix, test.want) {
					t.Errorf("%s: the fix of %s is %q, want it to contain %q", test.name, f.Requirement, f.Fix, test.want)
				}
			}
		}
	}
}

func TestReceiverThatAsksForCredentialsOrRefusesShowsBasicAuth(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		x    transcript.Exchange
		want bool
	}{
		{"asked for", says(push.NewCall, 200, "", "", asked), true},
		{"forbidden", says(push.NewCall, 403, "", "", to(guarded)), true},
		{"denied in a response that is cut off", ended(push.NewCall, transcript.Truncated, status(401), to(guarded)), true},
		{"denied, but the URL has none", says(push.NewCall, 401, "", ""), false},
		{"accepted without", says(push.NewCall, 200, "", "", to(guarded)), false},
		{"no response", ended(push.NewCall, transcript.Dropped, to(guarded)), false},
	}
	for _, test := range tests {
		if got := slices.Contains(requirements.Shown(one(test.x)), requirements.CanBasicAuth); got != test.want {
			t.Errorf("%s: shows that it asks for credentials: %t, want %t", test.name, got, test.want)
		}
	}
}

func TestURLIsUnguardedIfAPushWithoutItsCredentialsIsAccepted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		x    transcript.Exchange
		want bool
	}{
		{"accepted without", says(push.NewCall, 200, "", "", to(guarded)), true},
		{"refused", says(push.NewCall, 401, "", "", to(guarded)), false},
		{"asked for", says(push.NewCall, 200, "", "", asked), false},
		{"no credentials in the URL", says(push.NewCall, 200, "", ""), false},
		{"no push, but something else", says(push.NewCall, 200, "", "", to(guarded), func(x *transcript.Exchange) { x.ForeignName = "a GET" }), false},
	}
	for _, test := range tests {
		if got := requirements.Unguarded(test.x); got != test.want {
			t.Errorf("%s: Unguarded() = %t, want %t", test.name, got, test.want)
		}
	}
}
