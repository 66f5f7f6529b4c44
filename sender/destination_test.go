package sender

import (
	"context"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
)

func TestStepIsSentToItsURLOrTheTranscriptHasAReason(t *testing.T) {
	t.Parallel()
	const notSubscribedLine = "1 hangup not subscribed: no response that sipgate acts on named a URL for it"
	const stoppedLine = "1 hangup stopped: the run had stopped sending such pushes"
	fateOfEveryPush := func(f experiment.Fate) func(call.Step) experiment.Fate {
		return func(call.Step) experiment.Fate { return f }
	}
	fateOfHangup := func(f experiment.Fate) func(call.Step) experiment.Fate {
		return func(s call.Step) experiment.Fate {
			if s.Push.Event == push.Hangup {
				return f
			}
			return experiment.Delivered
		}
	}
	isNotHangup := func(s call.Step) bool { return s.Push.Event != push.Hangup }
	for _, tt := range []struct {
		name      string
		scenario  string // default incoming-cancelled
		document  string // response to each push
		opts      Options
		fate      func(call.Step) experiment.Fate
		sendsPush func(call.Step) bool // second result of BeforePush; nil: every push is sent
		wantPaths string               // event and URL path of each push that the receiver got
		want      []string             // lines of summary, without "0 newCall complete" and "complete"
	}{
		{name: "hangup subscribed", document: subscribingDocument, wantPaths: "newCall /push hangup /h", want: []string{"1 hangup complete"}},
		{name: "hangup not subscribed", document: "<Response/>", wantPaths: "newCall /push", want: []string{notSubscribedLine}},
		{name: "hangup not subscribed, and a twist loses every push", document: "<Response/>", fate: fateOfEveryPush(experiment.Lost), wantPaths: "", want: []string{"0 newCall lost: pushcheck left it out on purpose", notSubscribedLine}},
		{name: "answer and hangup not subscribed, and a twist reorders pushes", scenario: "incoming-answered", document: "<Response/>", fate: func(s call.Step) experiment.Fate {
			if s.Push.Event == push.Answer {
				return experiment.Overtaken
			}
			return experiment.Delivered
		}, wantPaths: "newCall /push", want: []string{"1 answer not subscribed: no response that sipgate acts on named a URL for it", "2 hangup not subscribed: no response that sipgate acts on named a URL for it"}},
		{name: "subscription with an unusable URL", document: `<Response onHangup="/h"/>`, wantPaths: "newCall /push", want: []string{"1 hangup unusable URL: the receiver named \"/h\""}},
		{name: "hangup not subscribed, but FollowAlways is set", document: "<Response/>", opts: Options{FollowAlways: true}, wantPaths: "newCall /push hangup /push", want: []string{"1 hangup complete"}},
		{name: "hangup subscribed, and FollowAlways is set", document: subscribingDocument, opts: Options{FollowAlways: true}, wantPaths: "newCall /push hangup /h", want: []string{"1 hangup complete"}},
		{name: "subscription at another host", document: `<Response onHangup="https://other.example/h"/>`, wantPaths: "newCall /push",
			want: []string{`1 hangup not allowed: the receiver named "https://other.example/h": "other.example" is another host than the push URL's; correct the URLs in your responses, or allow it with --follow other.example if it is yours`}},
		{name: "BeforePush forbids the hangup", document: subscribingDocument, sendsPush: isNotHangup, wantPaths: "newCall /push", want: []string{stoppedLine}},
		{name: "BeforePush forbids a hangup that was overtaken", document: subscribingDocument, sendsPush: isNotHangup, fate: fateOfHangup(experiment.Overtaken), wantPaths: "newCall /push", want: []string{stoppedLine}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			receiver := &memoryReceiver{respond: func(int, string) string { return tt.document }}
			if tt.scenario == "" {
				tt.scenario = "incoming-cancelled"
			}
			p := CallToPlay{Call: callOfScenario(t, tt.scenario), Twist: experiment.Twist{Fate: tt.fate}}
			if tt.sendsPush != nil {
				p.BeforePush = func(_ context.Context, s call.Step) (PushTerms, bool) { return PushTerms{}, tt.sendsPush(s) }
			}
			out := receiver.sender(t, tt.opts).Play(t.Context(), p)
			var paths []string
			for _, h := range receiver.pushes {
				paths = append(paths, strings.Fields(h)[:2]...)
			}
			if got := strings.Join(paths, " "); got != tt.wantPaths {
				t.Errorf("the receiver got %q, want %q", got, tt.wantPaths)
			}
			want := append(tt.want, "complete")
			if len(tt.wantPaths) > 0 {
				want = append([]string{"0 newCall complete"}, want...)
			}
			if diff := cmp.Diff(want, summary(out)); diff != "" {
				t.Errorf("transcript mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPushIsNotSentIfItsURLIsMissingUnusableOrUnreachable(t *testing.T) {
	t.Parallel()
	closedReceiver := listen(t, func(net.Conn) int { return 0 })
	closedReceiver.close()
	u := closedReceiver.url(t, "http", "127.0.0.1")
	p := push.Push{Event: push.NewCall}
	for urlText, want := range map[string]string{
		"":                  "0 newCall no outgoing URL: there is no URL for outgoing calls",
		"https://%zz/?x=1":  "0 newCall unusable URL: the receiver named ",
		u.String():          "0 newCall not reached: http://" + u.Host + ": connection refused",
		"http://127.0.0.2/": "0 newCall not reached: http://127.0.0.2: ",
	} {
		got := summary(New(Options{Incoming: u, Trust: endpoint.Trust{AllowHTTP: true}}).Play(t.Context(), CallToPlay{Call: call.SinglePush(p, "Doc", urlText)}))
		if len(got) == 0 || !strings.HasPrefix(got[0], want) {
			t.Errorf("to %q: %q, want %q", urlText, got, want)
		}
	}
	// The policy for follow-up URLs does not apply to the URLs of the user.
	receiver := &memoryReceiver{}
	linkLocalURL := mustParseURL(t, "https://169.254.0.1/push")
	if got := summary(New(Options{Incoming: linkLocalURL, RoundTripper: receiver}).Play(t.Context(), CallToPlay{Call: call.SinglePush(p, "Doc", linkLocalURL.String())})); got[0] != "0 newCall complete" {
		t.Errorf("to the push URL at a link-local address: %q", got)
	}
}

func TestOvertakenPushIsRecordedAsNotSentIfTheRunHasStopped(t *testing.T) {
	t.Parallel()
	receiver := &memoryReceiver{}
	out := receiver.sender(t, Options{}).Play(t.Context(), CallToPlay{
		Call: callOfScenario(t, "forward-busy"),
		Twist: experiment.Twist{Fate: func(s call.Step) experiment.Fate {
			if s.Push.Event == push.Hangup && s.Leg == "Doc" {
				return experiment.Overtaken
			}
			return experiment.Delivered
		}},
		BeforePush: func(_ context.Context, s call.Step) (PushTerms, bool) {
			return PushTerms{}, s.Push.Event != push.Hangup
		},
	})
	const stopped = " hangup stopped: the run had stopped sending such pushes"
	got := summary(out)
	slices.Sort(got)
	if diff := cmp.Diff([]string{"0 newCall complete", "1" + stopped, "2 newCall complete", "3 answer complete", "4" + stopped, "complete"}, got); diff != "" {
		t.Errorf("transcript mismatch (-want +got):\n%s", diff)
	}
}
