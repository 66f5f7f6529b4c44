package sender

import (
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestTimeThatOverlapsIsWastedOnce(t *testing.T) {
	t.Parallel()
	start := time.Now()
	var p patience
	for _, tt := range []struct{ took, ended, want time.Duration }{
		{10, 10, 10}, {10, 10, 10}, {8, 12, 12}, {5, 20, 17}, {8, 28, 25},
	} {
		if p.wait(tt.took, start.Add(tt.ended)); p.wasted != tt.want {
			t.Errorf("after %d that ended at %d: %d wasted, want %d", tt.took, tt.ended, p.wasted, tt.want)
		}
	}
}

func TestARunLosesItsPatienceWhenItHasWaitedForNothingTwice(t *testing.T) {
	t.Parallel()
	const limit = time.Second
	const edge = 2*limit - limit/10
	s := New(Options{Incoming: parsed(t, receiverURL), Limits: Limits{Exchange: limit, Pace: 3}})
	for wasted, want := range map[time.Duration]bool{0: false, edge: false, edge + 1: true} {
		s.patience.wasted = wasted
		if got := s.Impatient(); got != want {
			t.Errorf("Impatient() = %v after %v", got, wasted)
		}
		short := limit
		if want {
			short = limit / 20
		}
		if got := s.limits(false).Exchange; got != short || s.limits(true).Exchange != limit {
			t.Errorf("after %v the limit is %v, of a patient one %v", wasted, got, s.limits(true).Exchange)
		}
		for event, impatient := range map[push.Event]bool{push.NewCall: false, push.Hangup: want} {
			for silences := range 4 {
				s.silences[event] = silences
				if got := s.tiredOf(call.Step{Push: push.Push{Event: event}}); got != (impatient && silences > 1) {
					t.Errorf("tiredOf(%s) = %v after %d silences and %v", event, got, silences, wasted)
				}
			}
		}
	}
}

func TestWhatWasGivenUpOnEarlyIsToldFromWhatWasWaitedFor(t *testing.T) {
	t.Parallel()
	const limit = 3 * time.Second // a second of the receiver's
	s := New(Options{Incoming: parsed(t, receiverURL), Limits: Limits{Exchange: time.Second, Pace: 3}})
	for _, tt := range []struct {
		end         transcript.End
		limit, took time.Duration
		hasty       bool
		fruitless   bool
	}{
		{transcript.TimedOut, limit, limit, false, true},
		{transcript.TimedOut, limit - 1, limit, true, true},
		{transcript.TimedOut, limit, limit / 2, false, false},
		{transcript.TimedOut, limit, limit/2 + 1, false, true},
		{transcript.Late, limit / 20, limit, false, true},
		{transcript.NeverEnded, limit, limit, false, true},
		{transcript.NeverEnded, limit, limit / 3, false, false},
		{transcript.Complete, limit, limit, false, false},
		{transcript.Dropped, limit / 20, limit, false, false},
	} {
		x := transcript.Exchange{End: tt.end, TimeLimit: tt.limit, Took: tt.took}
		s.patience = patience{}
		s.wasted(x)
		if s.Hasty(x) != tt.hasty || fruitless(x) != tt.fruitless || (s.patience.wasted == tt.took/3) != tt.fruitless {
			t.Errorf("%+v: Hasty %v, fruitless %v, %v wasted", tt, s.Hasty(x), fruitless(x), s.patience.wasted)
		}
	}
}

func TestALimitThatIsSetIsNotTheDefault(t *testing.T) {
	t.Parallel()
	set := Limits{1, 2, 3, 4, 5, 6, 7}
	if got := set.WithDefaults(); got != set {
		t.Errorf("WithDefaults() = %+v, want %+v", got, set)
	}
	if got := set.told(2); got != 14 {
		t.Errorf("told(2) = %d at pace 7, want 14", got)
	}
}

func TestAnEventIsSentNoMoreAfterThreeSilences(t *testing.T) {
	t.Parallel()
	timed := transcript.Exchange{Push: push.Push{Event: push.NewCall}, Alone: true, End: transcript.TimedOut, Took: 10 * time.Second, TimeLimit: 10 * time.Second}
	with := func(change func(*transcript.Exchange)) transcript.Exchange {
		x := timed
		change(&x)
		return x
	}
	for _, tt := range []struct {
		name string
		x    transcript.Exchange
		want bool
	}{
		{"waited for", timed, true},
		{"an odd one", with(func(x *transcript.Exchange) { x.Odd = true }), false},
		{"a response", with(func(x *transcript.Exchange) { x.End, x.Status = transcript.Complete, 200 }), false},
		{"beside others", with(func(x *transcript.Exchange) { x.Alone = false }), false},
		{"beside others, given up on early", with(func(x *transcript.Exchange) { x.Alone, x.TimeLimit = false, time.Second }), true},
		{"interrupted", with(func(x *transcript.Exchange) { x.End = transcript.Interrupted }), false},
		{"blocked", with(func(x *transcript.Exchange) { x.End = transcript.BlockedEnd }), false},
		{"a newCall that is dropped at once", with(func(x *transcript.Exchange) { x.End, x.Took = transcript.Dropped, 0 }), true},
		{"a follow-up that is dropped at once", with(func(x *transcript.Exchange) { x.End, x.Took, x.Push.Event = transcript.Dropped, 0, push.Hangup }), false},
		{"a follow-up that is waited for", with(func(x *transcript.Exchange) { x.Push.Event = push.Hangup }), true},
	} {
		s := New(Options{Incoming: parsed(t, receiverURL)})
		for n := range 4 {
			if got := s.givenUp(tt.x.Push.Event); got != (tt.want && n >= maxSilences) {
				t.Errorf("%s: given up is %v after %d", tt.name, got, n)
			}
			s.note(tt.x)
		}
		if s.Unresponsive() != (tt.want && tt.x.Push.Event == push.NewCall) {
			t.Errorf("%s: Unresponsive() = %v", tt.name, s.Unresponsive())
		}
		s.note(transcript.Exchange{Push: tt.x.Push, End: transcript.Complete, Status: 200})
		if s.givenUp(tt.x.Push.Event) {
			t.Errorf("%s: given up although a response came since", tt.name)
		}
	}
}
