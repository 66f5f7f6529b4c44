package sender_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// subscribingReceiver is a receiver that accepts every push and subscribes to answer and hangup.
type subscribingReceiver struct{}

func (subscribingReceiver) RoundTrip(r *http.Request) (*http.Response, error) {
	const document = `<Response onAnswer="https://receiver.example/" onHangup="https://receiver.example/"/>`
	return &http.Response{StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, Header: http.Header{"Content-Type": {"application/xml"}},
		ContentLength: int64(len(document)), Body: io.NopCloser(strings.NewReader(document)), Request: r}, nil
}

func TestTwistCanLoseRepeatOrReorderPushes(t *testing.T) {
	t.Parallel()
	fateIf := func(f experiment.Fate, matches func(call.Step) bool) func(call.Step) experiment.Fate {
		return func(s call.Step) experiment.Fate {
			if matches(s) {
				return f
			}
			return experiment.Delivered
		}
	}
	isHangupOf := func(leg string) func(call.Step) bool {
		return func(s call.Step) bool { return s.Push.Event == push.Hangup && s.Leg == leg }
	}
	tests := []struct {
		name, scenario string
		fate           func(call.Step) experiment.Fate
		want           string
	}{
		{"no twist", "transfer-answered-both-ends", nil, "newCall Doc, answer Doc, newCall Marty, answer Marty, hangup Doc, hangup Marty"},
		{"the answer is lost", "incoming-answered", fateIf(experiment.Lost, func(s call.Step) bool { return s.Push.Event == push.Answer }), "newCall Doc, hangup Doc; lost answer Doc"},
		{"every push is sent twice", "incoming-cancelled", fateIf(experiment.Duplicated, func(call.Step) bool { return true }), "newCall Doc, newCall Doc copy, hangup Doc, hangup Doc copy"},
		{"a hangup is overtaken by another hangup", "transfer-answered-both-ends", fateIf(experiment.Overtaken, isHangupOf("Doc")), "newCall Doc, answer Doc, newCall Marty, answer Marty, hangup Marty, hangup Doc"},
		{"a hangup is overtaken by a newCall", "forward-busy", fateIf(experiment.Overtaken, isHangupOf("Doc")), "newCall Doc, newCall Marty, hangup Doc, answer Marty, hangup Marty"},
		{"the last push should be overtaken, but no push follows", "incoming-answered", fateIf(experiment.Overtaken, isHangupOf("Doc")), "newCall Doc, answer Doc, hangup Doc"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			u := &url.URL{Scheme: "https", Host: "receiver.example", Path: "/"}
			story, ok := scenarios.Find(test.scenario)
			if !ok {
				t.Fatalf("there is no scenario %q", test.scenario)
			}
			s := sender.New(sender.Options{Incoming: u, RoundTripper: subscribingReceiver{}})
			out := s.Play(t.Context(), sender.CallToPlay{
				Call: call.New(story, call.Options{Incoming: u.String(), Cast: scenarios.DefaultCast()}), Twist: experiment.Twist{Fate: test.fate},
			})
			var sentLines, lostLines []string
			for _, x := range out.Exchanges {
				line := string(x.Push.Event) + " " + x.Leg
				if x.Duplicate {
					line += " copy"
				}
				sentLines = append(sentLines, line)
			}
			for _, n := range out.NotSent {
				if n.Reason == transcript.LeftOut {
					lostLines = append(lostLines, "; lost "+string(n.Push.Event)+" "+n.Leg)
				}
			}
			if diff := cmp.Diff(test.want, strings.Join(sentLines, ", ")+strings.Join(lostLines, "")); diff != "" {
				t.Errorf("sent and lost pushes mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
