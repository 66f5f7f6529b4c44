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

func TestDefaultsDoNotReplaceLimitsThatAreSet(t *testing.T) {
	t.Parallel()
	limits := Limits{1, 2, 3, 4, 5, 6, 7}
	if got := limits.WithDefaults(); got != limits {
		t.Errorf("WithDefaults() = %+v, want %+v", got, limits)
	}
	if got := limits.transcriptTime(2); got != 14 {
		t.Errorf("transcriptTime(2) = %d with Pace 7, want 14", got)
	}
}

// The receiver never responds, so every push takes its whole limit. Pace is 2, so the transcript has twice the real limit.
func TestPushTermsSetTheLimitAndTheConnection(t *testing.T) {
	t.Parallel()
	const limit = 10 * time.Second
	for name, tt := range map[string]struct {
		beforePush func(context.Context, call.Step) (PushTerms, bool)
		want       time.Duration // time limit in the transcript
		idleClosed int           // number of times that idle connections were closed
	}{
		"no BeforePush":    {nil, 2 * limit, 0},
		"zero PushTerms":   {func(context.Context, call.Step) (PushTerms, bool) { return PushTerms{}, true }, 2 * limit, 0},
		"shorter limit":    {func(context.Context, call.Step) (PushTerms, bool) { return PushTerms{Limit: time.Second}, true }, 2 * time.Second, 0},
		"usual limit":      {func(context.Context, call.Step) (PushTerms, bool) { return PushTerms{Limit: limit}, true }, 2 * limit, 0},
		"fresh connection": {func(context.Context, call.Step) (PushTerms, bool) { return PushTerms{FreshConnection: true}, true }, 2 * limit, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			rt := &scriptedRoundTripper{respond: func(_ int, r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}}
			s := New(Options{Incoming: mustParseURL(t, receiverURL), RoundTripper: rt, Limits: Limits{Exchange: limit, Pace: 2}})
			x := s.Play(t.Context(), CallToPlay{Call: callOfScenario(t, "incoming-answered"), BeforePush: tt.beforePush}).Exchanges[0]
			want := transcript.Exchange{Sent: transcript.Sent{TimeLimit: tt.want}, Twist: transcript.Twist{ShortTimeLimit: tt.want < 2*limit}, Outcome: transcript.Outcome{End: transcript.TimedOut, Duration: tt.want}}
			got := transcript.Exchange{Sent: transcript.Sent{TimeLimit: x.TimeLimit}, Twist: transcript.Twist{ShortTimeLimit: x.ShortTimeLimit}, Outcome: transcript.Outcome{End: x.End, Duration: x.Duration}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: exchange mismatch (-want +got):\n%s", name, diff)
			}
			if rt.closeIdleCount != tt.idleClosed {
				t.Errorf("%s: idle connections were closed %d times, want %d", name, rt.closeIdleCount, tt.idleClosed)
			}
		})
	}
}
