package sender

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestSetLimitsAreNotReplacedByDefaults(t *testing.T) {
	t.Parallel()
	set := Limits{1, 2, 3, 4, 5, 6, 7}
	if got := set.WithDefaults(); got != set {
		t.Errorf("WithDefaults() = %+v, want %+v", got, set)
	}
	if got := set.transcriptTime(2); got != 14 {
		t.Errorf("transcriptTime(2) = %d at pace 7, want 14", got)
	}
}

// The receiver never responds, so every push takes its whole limit.
func TestTermsOfAPushOverrideTheLimit(t *testing.T) {
	t.Parallel()
	const limit = 10 * time.Second
	for name, tt := range map[string]struct {
		before func(context.Context, call.Step) (PushTerms, bool)
		want   time.Duration // as in the transcript
		closed int           // how often idle connections were closed
	}{
		"nobody is asked":    {nil, 2 * limit, 0},
		"usual terms":        {func(context.Context, call.Step) (PushTerms, bool) { return PushTerms{}, true }, 2 * limit, 0},
		"a shorter limit":    {func(context.Context, call.Step) (PushTerms, bool) { return PushTerms{Limit: time.Second}, true }, 2 * time.Second, 0},
		"the usual limit":    {func(context.Context, call.Step) (PushTerms, bool) { return PushTerms{Limit: limit}, true }, 2 * limit, 0},
		"a fresh connection": {func(context.Context, call.Step) (PushTerms, bool) { return PushTerms{FreshConnection: true}, true }, 2 * limit, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			rt := &scripted{play: func(_ int, r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}}
			s := New(Options{Incoming: parsed(t, receiverURL), RoundTripper: rt, Limits: Limits{Exchange: limit, Pace: 2}})
			x := s.Play(t.Context(), CallToPlay{Call: callFrom(t, "incoming-answered"), BeforePush: tt.before}).Exchanges[0]
			want := transcript.Exchange{Sent: transcript.Sent{TimeLimit: tt.want}, Twist: transcript.Twist{Hurried: tt.want < 2*limit}, Outcome: transcript.Outcome{End: transcript.TimedOut, Took: tt.want}}
			got := transcript.Exchange{Sent: transcript.Sent{TimeLimit: x.TimeLimit}, Twist: transcript.Twist{Hurried: x.Hurried}, Outcome: transcript.Outcome{End: x.End, Took: x.Took}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: exchange mismatch (-want +got):\n%s", name, diff)
			}
			if rt.closed != tt.closed {
				t.Errorf("%s: idle connections were closed %d times, want %d", name, rt.closed, tt.closed)
			}
		})
	}
}
