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

const urlWithCredentials = "https://$USERINFO@receiver.example/push" // a transcript has this placeholder for credentials

func withCredentialsAsked(x *transcript.Exchange) {
	x.URL, x.CredentialsRequested = urlWithCredentials, true
}

func withChallenges(challenges ...string) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Header = http.Header{"Www-Authenticate": challenges} }
}

// In the names of this file, "asked for" and "accepted" mean the credentials in the URL.
func TestReceiverThatDoesNotAskForOrAcceptURLCredentialsIsAFinding(t *testing.T) {
	t.Parallel()
	tests := []judgedCall{
		{"asked for and accepted: met", callOf(exchange(push.NewCall, 200, "", "", withCredentialsAsked)), map[string]string{"push.newcall": "met", "transport.basic-auth": "met"}},
		{"asked for, then status 500: met, finding of the push", callOf(exchange(push.NewCall, 500, "", "", withCredentialsAsked)),
			map[string]string{"push.encoded-brackets": "must: status 500; want a 2xx status, as for the same push with raw brackets; only if push.raw-brackets | gap: the plain push was not accepted; because push.newcall", "push.newcall": "must: status 500" + wantResponse2xx, "transport.basic-auth": "met"}},
		{"asked for and not accepted: finding", callOf(exchange(push.NewCall, 401, "", "", withCredentialsAsked)),
			map[string]string{"push.newcall": "gap: the receiver did not accept the credentials of its URL; because transport.basic-auth", "transport.basic-auth": "must: status 401 with them; want the credentials of the URL accepted, once they were asked for"}},
		{"asked for, then status 403: finding", callOf(exchange(push.NewCall, 403, "", "", withCredentialsAsked)),
			map[string]string{"push.newcall": "gap: the receiver did not accept the credentials of its URL; because transport.basic-auth", "transport.basic-auth": "must: status 403 with them; want the credentials of the URL accepted, once they were asked for"}},
		{"refused because of its origin: gap", callOf(exchange(push.NewCall, 403, "", "IP address is not from sipgate", withURL(urlWithCredentials))), map[string]string{
			"push.newcall": `gap: the receiver checks where a push comes from and refuses this one: it says "IP address is not from sipgate"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`}},
		{"asked for and not accepted, by a follow-up URL: finding", callOf(exchange(push.Hangup, 403, "", "", withCredentialsAsked)),
			map[string]string{"following.reachable": "met", "push.hangup": "gap: the receiver did not accept the credentials of its URL; because transport.basic-auth", "transport.basic-auth": "must: status 403 with them; want the credentials of the URL accepted, once they were asked for"}},
		{"asked for and accepted, response never ended: met", callOf(endedExchange(push.Hangup, transcript.NeverEnded, withStatus(200), withCredentialsAsked)),
			map[string]string{"following.reachable": "met", "push.hangup": "met", "transport.basic-auth": "met"}},
		{"asked for, then dropped: not judged", callOf(endedExchange(push.Hangup, transcript.Dropped, withCredentialsAsked)),
			map[string]string{"following.reachable": "met", "push.hangup": "must: the receiver closed the connection without a response" + want2xx}},
		{"asked for, then not HTTP: not judged", callOf(endedExchange(push.Hangup, transcript.NotHTTP, withCredentialsAsked)),
			map[string]string{"push.hangup": "must: not HTTP" + want2xx}},
		{"asked for, then headers too long: not judged", callOf(endedExchange(push.Hangup, transcript.HeadersTooLong, withCredentialsAsked)),
			map[string]string{"push.hangup": "must: headers too long" + want2xx}},
		{"status 403 instead of a challenge: finding", callOf(exchange(push.NewCall, 403, "", "", withURL(urlWithCredentials))),
			map[string]string{"push.newcall": "gap: the receiver does not ask for the credentials of its URL as it should; because transport.basic-auth", "transport.basic-auth": "must: status 403; want status 401 with WWW-Authenticate: Basic"}},
		{"status 401 without a challenge: finding", callOf(exchange(push.NewCall, 401, "", "", withURL(urlWithCredentials))),
			map[string]string{"push.newcall": "gap: the receiver does not ask for the credentials of its URL as it should; because transport.basic-auth", "transport.basic-auth": "must: status 401 without WWW-Authenticate; want status 401 with WWW-Authenticate: Basic"}},
		{"Digest and Bearer challenges: finding", callOf(exchange(push.NewCall, 401, "", "", withURL(urlWithCredentials), withChallenges("Digest realm=x", "Bearer"))),
			map[string]string{"push.newcall": "gap: the receiver does not ask for the credentials of its URL as it should; because transport.basic-auth", "transport.basic-auth": "must: status 401 with WWW-Authenticate: Digest realm=x, Bearer; want status 401 with WWW-Authenticate: Basic"}},
		{"challenge, URL without credentials: finding of the push", callOf(exchange(push.NewCall, 401, "", "", withChallenges("Basic"))),
			map[string]string{"push.encoded-brackets": "gap: the plain push was not accepted; because push.newcall", "push.newcall": "must: status 401, and there are no credentials in the URL" + wantResponse2xx}},
		{"challenge, outgoing URL without credentials: finding of the push", callOf(exchange(push.NewCall, 401, "", "", withChallenges("Basic"), asOutgoing)),
			map[string]string{"push.outgoing": "must: status 401, and there are no credentials in the URL" + wantResponse2xx + "; unless push.newcall"}},
		{"challenge, follow-up URL without credentials: finding of the push", callOf(exchange(push.Hangup, 401, "", "", withChallenges("Basic"))),
			map[string]string{"following.reachable": "met", "push.hangup": "must: status 401, and there are no credentials in the URL" + wantResponse2xx}},
		{"status 403 with a challenge: not judged", callOf(exchange(push.NewCall, 403, "", "", withChallenges("Basic"), asOutgoing)),
			map[string]string{"push.outgoing": "must: status 403" + wantResponse2xx + "; unless push.newcall"}},
		{"odd push, asked for and not accepted: finding of the odd push", callFor("push.user-empty", exchange(push.NewCall, 401, "", "", withCredentialsAsked, asOdd)),
			map[string]string{"push.user-empty": "must: status 401" + wantResponse2xx + "; unless push.newcall"}},
		{"hangup of a whole call, asked for and not accepted: finding of the call", scenarioCall("incoming-busy", exchange(push.Hangup, 401, "", "", withCredentialsAsked, withCause(push.Busy))),
			map[string]string{"call.unanswered": "must: the hangup push on Doc's leg: status 401" + wantWholeCall + "; unless push.hangup-causes, push.hangup", "following.reachable": "met"}},
	}
	checkJudgements(t, receiver, tests)
}

func TestFixOfAFindingAboutCredentialsShowsHowToWriteThem(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		x    transcript.Exchange
		want string
	}{
		{"credentials not accepted: how to decode them", exchange(push.NewCall, 401, "", "", withCredentialsAsked), "percent-decoded"},
		{"no credentials in the URL: where to write them", exchange(push.NewCall, 401, "", "", withChallenges("Basic")), "https://user:password@example.com/push"},
	}
	for _, test := range tests {
		for _, j := range requirements.JudgeCall(callOf(test.x), receiver) {
			for _, f := range j.Findings {
				if !strings.Contains(f.Fix, test.want) {
					t.Errorf("%s: the fix of %s is %q, want it to contain %q", test.name, f.Requirement, f.Fix, test.want)
				}
			}
		}
	}
}

func TestReceiverShowsBasicAuthIfItAsksForOrDeniesURLCredentials(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		x    transcript.Exchange
		want bool
	}{
		{"asked for: shown", exchange(push.NewCall, 200, "", "", withCredentialsAsked), true},
		{"status 403: shown", exchange(push.NewCall, 403, "", "", withURL(urlWithCredentials)), true},
		{"status 401, truncated: shown", endedExchange(push.NewCall, transcript.Truncated, withStatus(401), withURL(urlWithCredentials)), true},
		{"status 401, URL without credentials: not shown", exchange(push.NewCall, 401, "", ""), false},
		{"refused because of its origin: not shown", exchange(push.NewCall, 403, "", "IP address is not from sipgate", withURL(urlWithCredentials)), false},
		{"accepted without credentials: not shown", exchange(push.NewCall, 200, "", "", withURL(urlWithCredentials)), false},
		{"dropped: not shown", endedExchange(push.NewCall, transcript.Dropped, withURL(urlWithCredentials)), false},
	}
	for _, test := range tests {
		if got := slices.Contains(requirements.CapabilitiesShownBy(callOf(test.x)), requirements.CanBasicAuth); got != test.want {
			t.Errorf("%s: shows that it asks for credentials: %t, want %t", test.name, got, test.want)
		}
	}
}

func TestReceiverAcceptsWithoutCredentialsIfItDoesNotAskForThoseOfItsURL(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		x    transcript.Exchange
		want bool
	}{
		{"accepted without credentials: true", exchange(push.NewCall, 200, "", "", withURL(urlWithCredentials)), true},
		{"status 401: false", exchange(push.NewCall, 401, "", "", withURL(urlWithCredentials)), false},
		{"asked for: false", exchange(push.NewCall, 200, "", "", withCredentialsAsked), false},
		{"no credentials in the URL: false", exchange(push.NewCall, 200, "", ""), false},
		{"request that is not a push: false", exchange(push.NewCall, 200, "", "", withURL(urlWithCredentials), func(x *transcript.Exchange) { x.ForeignName = "a GET" }), false},
	}
	for _, test := range tests {
		if got := requirements.AcceptsWithoutCredentials(test.x); got != test.want {
			t.Errorf("%s: AcceptsWithoutCredentials() = %t, want %t", test.name, got, test.want)
		}
	}
}
