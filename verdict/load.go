package verdict

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// Load is test traffic that was sent to a receiver, as it was measured. The parts of one load that several machines sent are put
// together by MergeLoads.
type Load struct {
	About
	Plan        LoadPlan
	Shards      []Shard // the parts that are in it, by number
	Started     time.Time
	Lasted      time.Duration // from the start to the end of the last push
	Interrupted bool
	Problems    []string // of the harness
	Stopped     []LoadStop
	Waived      map[string]string // requirements that the first call did not meet and a flag allows, with the flag
	LoadFigures
}

// LoadFigures is what was measured of a load.
type LoadFigures struct {
	Calls    LoadCalls
	Pushes   LoadPushes
	Events   map[push.Event]*LoadEvent   // after the ramp
	WarmUp   map[push.Event]*LoadEvent   // during the ramp
	Behind   map[Bottleneck]int          // pushes that were sent late, by what they waited for
	Findings []LoadFinding               // by requirement, in the order of the catalogue
	Failures map[LoadError][]LoadExample // the first LoadExamples of each kind of error, without a finding
	Rate     LoadRate
}

// LoadPlan is the load that the user asked for.
type LoadPlan struct {
	PerSecond   float64       // calls that begin per second; 0: Concurrency is given
	Concurrency int           // calls at a time
	For         time.Duration // how long calls begin; 0: until Count
	Count       int           // calls in all; 0: no limit but For
	Ramp        time.Duration // how long the rate rises at the beginning
	Words       string        // the plan in the words of the flags, such as "--calls 20/s --for 30s"
}

// Shard is part Number of Of disjoint parts of a load. A whole load is part 1 of 1.
type Shard struct{ Number, Of int }

// LoadStop is a part of a load that ended after its first call, because the receiver did not accept the newCall push.
type LoadStop struct {
	Shard  Shard
	Reason string // how the push went
}

// LoadCalls counts calls. The single call that is made first is not among them.
type LoadCalls struct {
	Begun     int // their first push was due
	Completed int // they came to their end
	Cut       int // they were still open when the load ended, and nothing more was sent
	Late      int // their first push was sent late, see Bottleneck
}

// LoadPushes counts pushes.
type LoadPushes struct {
	Sent     int // whole requests were written; each was Accepted or Refused
	Accepted int // responses came whole, with a 2xx status
	Refused  int
	NotSent  int                                 // no subscription, or see Reasons
	Waiting  int                                 // had no response yet when the load was ended; they are not counted as Sent
	Reasons  map[transcript.NotSentReason]int    // why pushes were not sent
	Details  map[transcript.NotSentReason]string // details of the first push that was not sent for a reason, with what to do; none if the reason is enough
}

// LoadEvent is what was measured for the pushes of one event.
type LoadEvent struct {
	Latency *hdrhistogram.Histogram // microseconds from the time the push was due to the end of the response, or until no more was waited for
	Errors  map[LoadError]int
}

// LoadError is a way in which a push failed that load can be the reason for.
type LoadError string

const (
	LoadTimeout     LoadError = "timeout" // no whole response in time
	LoadDropped     LoadError = "dropped" // the connection was closed or reset before the response was whole
	LoadUnconnected LoadError = "no connection"
	LoadLimited     LoadError = "status 429"
	LoadFailed      LoadError = "status 5xx"
	LoadInvalid     LoadError = "no valid response" // it is not HTTP, or its end did not come, and no requirement is about that alone
	LoadOtherKind   LoadError = "another kind"      // the response to newCall is of another kind than the first call's, such as an error page
)

// Bottleneck is what a push waited for that was sent late.
type Bottleneck string

const (
	ByStart       Bottleneck = "start"       // this part of the load began after the start that was wanted
	ByOpen        Bottleneck = "open"        // its call could not begin: as many calls as allowed were open
	ByConnections Bottleneck = "connections" // as many connections as allowed were waiting for responses
	ByMachine     Bottleneck = "machine"     // this machine had not enough time for it
)

// LoadFinding is a requirement that responses did not meet.
type LoadFinding struct {
	ID       string
	Count    int
	Examples []LoadExample // the first LoadExamples, by the number of their call
}

// LoadExamples is how many examples of a finding, or of a kind of error, are kept.
const LoadExamples = 3

// LoadExample is one exchange that broke a requirement, or that failed.
type LoadExample struct {
	Call     int    // the number of the call in the whole load, from 1
	Scenario string // its call scenario
	Finding  requirements.Finding
	Exchange transcript.Exchange
}

// LoadRate is how the load went over time.
type LoadRate struct {
	Width   time.Duration // of a window
	Windows []LoadWindow  // from the start on, without gaps
}

// LoadWindow is one part of the time.
type LoadWindow struct {
	Wanted  float64 // calls that were to begin in it
	Begun   int
	Open    int // calls at its end
	Errors  int
	Latency *hdrhistogram.Histogram // of all pushes that ended in it, microseconds
}

// LoadProgress is how a load goes while it runs.
type LoadProgress struct {
	Elapsed  time.Duration // since the start of the load
	Lasted   time.Duration // the last part of Elapsed, in which Measured was measured
	Measured LoadWindow
	Errors   int // since the start, as Load.Errors
	Findings int // since the start
}
