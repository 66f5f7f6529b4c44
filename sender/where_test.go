package sender

import (
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestWhereAPushGoesOrWhyItDoesNot(t *testing.T) {
	t.Parallel()
	const unsubscribed = "1 hangup not subscribed: no response that sipgate acts on named a URL for it"
	const silent = "1 hangup stopped: the receiver left the pushes before it without a response"
	all := func(f Fate) func(call.Step) Fate { return func(call.Step) Fate { return f } }
	hangup := func(f Fate) func(call.Step) Fate {
		return func(s call.Step) Fate {
			if s.Push.Event == push.Hangup {
				return f
			}
			return Arrives
		}
	}
	silences := func(e push.Event, n int) func(*Sender) { return func(s *Sender) { s.silences[e] = n } }
	for _, tt := range []struct {
		name   string
		story  string // default incoming-cancelled
		says   string
		opts   Options
		fate   func(call.Step) Fate
		before func(*Sender) // the hangup
		heard  string
		want   []string
	}{
		{name: "subscribed", says: subscribes, heard: "newCall /push hangup /h", want: []string{"1 hangup complete"}},
		{name: "not subscribed", says: "<Response/>", heard: "newCall /push", want: []string{unsubscribed}},
		{name: "not subscribed, and lost", says: "<Response/>", fate: all(Lost), heard: "", want: []string{"0 newCall lost: it is left out on purpose", unsubscribed}},
		{name: "not subscribed, and overtaken", story: "incoming-answered", says: "<Response/>", fate: func(s call.Step) Fate {
			if s.Push.Event == push.Answer {
				return Overtaken
			}
			return Arrives
		}, heard: "newCall /push", want: []string{"1 answer not subscribed: no response that sipgate acts on named a URL for it", "2 hangup not subscribed: no response that sipgate acts on named a URL for it"}},
		{name: "an unusable URL", says: `<Response onHangup="/h"/>`, heard: "newCall /push", want: []string{"1 hangup unusable URL: the receiver named \"/h\""}},
		{name: "always, and not subscribed", says: "<Response/>", opts: Options{FollowAlways: true}, heard: "newCall /push hangup /push", want: []string{"1 hangup complete"}},
		{name: "always, and subscribed", says: subscribes, opts: Options{FollowAlways: true}, heard: "newCall /push hangup /h", want: []string{"1 hangup complete"}},
		{name: "another host", says: `<Response onHangup="https://other.example/h"/>`, heard: "newCall /push",
			want: []string{`1 hangup not allowed: "other.example" is another host than the push URL's; --follow other.example allows it`}},
		{name: "two silences, and patience", says: subscribes, before: silences(push.Hangup, 2), heard: "newCall /push hangup /h", want: []string{"1 hangup complete"}},
		{name: "two silences, and none", says: subscribes, before: func(s *Sender) { s.silences[push.Hangup], s.patience.wasted = 2, time.Hour }, heard: "newCall /push", want: []string{silent}},
		{name: "three silences", says: subscribes, before: silences(push.Hangup, 3), heard: "newCall /push", want: []string{silent}},
		{name: "three silences of newCall", says: subscribes, before: silences(push.NewCall, 3), heard: "newCall /push", want: []string{silent}},
		{name: "three silences, and overtaken", says: subscribes, before: silences(push.Hangup, 3), fate: hangup(Overtaken), heard: "newCall /push", want: []string{silent}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			at := &stage{says: func(int, string) string { return tt.says }}
			var s *Sender
			if tt.before != nil {
				tt.opts.Observe = func(transcript.Call, transcript.Exchange) {
					s.mu.Lock()
					defer s.mu.Unlock()
					tt.before(s)
				}
			}
			s = at.sender(t, tt.opts)
			if tt.story == "" {
				tt.story = "incoming-cancelled"
			}
			out := s.Play(t.Context(), Played{Call: told(t, tt.story), Fate: tt.fate})
			var heard []string
			for _, h := range at.heard {
				heard = append(heard, strings.Fields(h)[:2]...)
			}
			if got := strings.Join(heard, " "); got != tt.heard {
				t.Errorf("heard %q, want %q", got, tt.heard)
			}
			want := append(tt.want, "complete")
			if len(tt.heard) > 0 {
				want = append([]string{"0 newCall complete"}, want...)
			}
			if diff := cmp.Diff(want, summary(out)); diff != "" {
				t.Errorf("transcript mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAPushWithoutAPlaceToGoSaysWhy(t *testing.T) {
	t.Parallel()
	gone := listen(t, func(net.Conn) int { return 0 })
	gone.close()
	u := gone.url(t, "http", "127.0.0.1")
	p := push.Push{Event: push.NewCall}
	for to, want := range map[string]string{
		"":                  "0 newCall no outgoing URL: there is no URL for outgoing calls",
		"https://%zz/?x=1":  "0 newCall unusable URL: the receiver named ",
		u.String():          "0 newCall not reached: http://" + u.Host + ": connection refused",
		"http://127.0.0.2/": "0 newCall not reached: http://127.0.0.2: ",
	} {
		got := summary(New(Options{Incoming: u, AllowHTTP: true}).Play(t.Context(), Played{Call: call.Single(p, "Doc", to)}))
		if len(got) == 0 || !strings.HasPrefix(got[0], want) {
			t.Errorf("to %q: %q, want %q", to, got, want)
		}
	}
	// The user's own URLs are no follow-ups, which may not lead everywhere.
	at := &stage{}
	own := parsed(t, "https://169.254.0.1/push")
	if got := summary(New(Options{Incoming: own, RoundTripper: at}).Play(t.Context(), Played{Call: call.Single(p, "Doc", own.String())})); got[0] != "0 newCall complete" {
		t.Errorf("to the push URL at a link-local address: %q", got)
	}
}

func TestAnOvertakenPushThatHasNowhereToGoAnyMoreIsToldAsNotSent(t *testing.T) {
	t.Parallel()
	at := &stage{}
	var s *Sender
	s = at.sender(t, Options{Observe: func(_ transcript.Call, x transcript.Exchange) {
		if x.Step > 0 {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.silences[push.Hangup] = 3
		}
	}})
	out := s.Play(t.Context(), Played{Call: told(t, "forward-busy"), Fate: func(s call.Step) Fate {
		if s.Push.Event == push.Hangup && s.Leg == "Doc" {
			return Overtaken
		}
		return Arrives
	}})
	const silent = " hangup stopped: the receiver left the pushes before it without a response"
	got := summary(out)
	slices.Sort(got)
	if diff := cmp.Diff([]string{"0 newCall complete", "1" + silent, "2 newCall complete", "3 answer complete", "4" + silent, "complete"}, got); diff != "" {
		t.Errorf("transcript mismatch (-want +got):\n%s", diff)
	}
}
