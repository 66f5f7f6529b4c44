package outcome_test

import (
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	droppedText   = "the receiver closed the connection without a response"
	crashedText   = droppedText + " and has accepted no connection since"
	hungText      = "no response within 10 s; since then it accepts connections but does not respond"
	restartedText = droppedText + "; it accepted connections again 0.4 s later"
)

func TestDescriptionOfAPushNamesItsEndAndTheLaterStateOfTheReceiver(t *testing.T) {
	t.Parallel()
	withDetailText := func(text string) func(*transcript.Exchange) { return func(x *transcript.Exchange) { x.Detail = text } }
	withConnectionRefused := func(x *transcript.Exchange) { x.Failure = endpoint.ConnectionRefused }
	newCall := func(end transcript.End, change ...func(*transcript.Exchange)) transcript.Exchange {
		return endedExchange(push.NewCall, end, change...)
	}
	for name, test := range map[string]struct {
		x    transcript.Exchange
		want string
	}{
		"dropped":                       {newCall(transcript.Dropped), droppedText},
		"dropped with the detail EOF":   {newCall(transcript.Dropped, withDetailText("EOF")), droppedText},
		"dropped with the detail reset": {newCall(transcript.Dropped, withDetailText("read: connection reset by peer")), droppedText},
		"dropped with a TLS alert":      {newCall(transcript.Dropped, withDetailText("tls: certificate required"), func(x *transcript.Exchange) { x.EndedByTLS = true }), droppedText + " (tls: certificate required)"},
		"dropped, then gone":            {newCall(transcript.Dropped, thenGone), crashedText},
		"dropped, and the run gave up":  {newCall(transcript.Dropped, thenGone, thenGivenUp), droppedText},
		"dropped, then silent":          {newCall(transcript.Dropped, thenSilent), droppedText + "; since then it accepts connections but no push"},
		"dropped, then away":            {newCall(transcript.Dropped, thenAway(400*time.Millisecond)), restartedText},
		"dropped, then away for 1 ms":   {newCall(transcript.Dropped, thenAway(time.Millisecond)), droppedText + "; it accepted connections again 0.01 s later"},
		"dropped, then away for 40 ms":  {newCall(transcript.Dropped, thenAway(40*time.Millisecond)), droppedText + "; it accepted connections again 0.04 s later"},
		"dropped, then away for 440 ms": {newCall(transcript.Dropped, thenAway(440*time.Millisecond)), restartedText},
		"dropped, then away for 12 s":   {newCall(transcript.Dropped, thenAway(12340*time.Millisecond)), droppedText + "; it accepted connections again 12.3 s later"},
		"timed out":                     {newCall(transcript.TimedOut), "no response within 10 s"},
		"timed out, short limit":        {newCall(transcript.TimedOut, withTimes(2*time.Second, 1500*time.Millisecond)), "no response within 1.5 s"},
		"timed out, unknown limit":      {newCall(transcript.TimedOut, withTimes(2*time.Second, 0)), "no response within 2 s"},
		"timed out, then silent":        {newCall(transcript.TimedOut, thenSilent), hungText},
		"timed out, then gone":          {newCall(transcript.TimedOut, thenGone), "no response within 10 s; the receiver has accepted no connection since"},
		"refused connection":            {newCall(transcript.NotConnected, withConnectionRefused), "no connection: connection refused"},
		"status 500":                    {exchange(push.NewCall, 500, "", ""), "status 500"},
		"status 500, then gone":         {exchange(push.NewCall, 500, "", "", thenGone), "status 500; the receiver has accepted no connection since"},
		"status 500, then silent":       {exchange(push.NewCall, 500, "", "", thenSilent), "status 500; since then the receiver accepts connections but no push"},
		"status 500, then away":         {exchange(push.NewCall, 500, "", "", thenAway(400*time.Millisecond)), "status 500; after it the receiver accepted no push for 0.4 s"},
		"status 200 after 12 s":         {exchange(push.NewCall, 200, "", "", withTimes(12*time.Second, 30*time.Second)), "status 200 after 12.0 s"},
		"truncated after a status":      {newCall(transcript.Truncated, withStatus(500)), "status 500, truncated"},
		"incomplete, then silent":       {newCall(transcript.Late, thenSilent), "incomplete in time; since then the receiver accepts connections but no push"},
	} {
		want := "the newCall push on Doc's leg: " + test.want
		if got := outcome.DescribePush(test.x); got != want {
			t.Errorf("%s: DescribePush() = %q, want %q", name, got, want)
		}
	}
}
