package verdict

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// Load is what was measured of test traffic. If several machines sent parts of one load, MergeLoads puts the parts together.
type Load struct {
	RunInfo
	Plan        LoadPlan
	Shards      []Shard // the parts that this Load contains, sorted by number
	Started     time.Time
	Duration    time.Duration // from the start to the end of the last push
	Interrupted bool
	Problems    []string // problems of the harness
	Stopped     []StoppedShard
	Waived      map[string]string // the flags that allow findings about the first call, by the id of the requirement
	LoadFigures
}

// LoadFigures is what was measured of a load.
type LoadFigures struct {
	Calls      LoadCalls
	Pushes     LoadPushes
	Events     map[push.Event]*LoadEvent   // after the ramp
	WarmUp     map[push.Event]*LoadEvent   // during the ramp
	LatePushes map[Bottleneck]int          // number of pushes that were sent late, by the reason
	Findings   []LoadFinding               // one for each requirement that was not met, in the order of the catalogue
	Failures   map[LoadError][]LoadExample // for each kind of error, the first MaxLoadExamples examples; their Finding is empty
	Timeline   LoadTimeline
}

// LoadPlan is the load that the user asked for.
type LoadPlan struct {
	PerSecond   float64       // calls that begin per second; 0: Concurrency is given
	Concurrency int           // calls that are open at the same time
	Duration    time.Duration // time in which calls begin; 0: until Count calls have begun
	Count       int           // number of calls; 0: as many as begin within Duration
	Ramp        time.Duration // how long the rate rises at the beginning
	Text        string        // the plan as flags, such as "--calls 20/s --for 30s"
}

// Shard is one of several parts of a load: part Number of Total. No call is in two parts. A whole load is part 1 of 1.
type Shard struct{ Number, Total int }

// StoppedShard is a part of a load that ended after its first call, because the receiver did not accept the newCall push.
type StoppedShard struct {
	Shard  Shard
	Reason string // why the push was not accepted
}

// LoadCalls counts calls, without the single call that is made before the load.
type LoadCalls struct {
	Started    int // calls whose first push was due, even if it was sent late or not at all
	Completed  int // calls that came to their end
	Unfinished int // calls that were open when the load ended
	Late       int // calls whose first push was sent late; Bottleneck lists the possible reasons
}

// LoadPushes counts pushes.
type LoadPushes struct {
	Sent     int                                 // pushes whose request was written completely; each is Accepted or Refused
	Accepted int                                 // pushes that got a complete response with a 2xx status
	Refused  int                                 // sent pushes that were not accepted
	NotSent  int                                 // pushes that were not sent, for any of the Reasons
	Waiting  int                                 // pushes without a response when the load ended; they do not count as Sent
	Reasons  map[transcript.NotSentReason]int    // number of pushes that were not sent, by the reason
	Details  map[transcript.NotSentReason]string // for each reason, details of the first push that was not sent, with advice; may be missing
}

// LoadEvent is what was measured for the pushes of one event.
type LoadEvent struct {
	Latency *hdrhistogram.Histogram // microseconds from when the push was due to the end of the response, or to the end of the wait for it
	Errors  map[LoadError]int       // number of pushes that failed, by the way in which they failed
}

// LoadError is a way in which a push can fail because of load.
type LoadError string

const (
	LoadTimeout     LoadError = "timeout" // no complete response in time
	LoadDropped     LoadError = "dropped" // the connection was closed or reset before the response was complete
	LoadUnconnected LoadError = "no connection"
	LoadLimited     LoadError = "status 429"
	LoadFailed      LoadError = "status 5xx"
	LoadInvalid     LoadError = "no valid response" // the response is not HTTP or does not end, and there is no finding about it
	LoadOtherKind   LoadError = "another kind"      // the response to a newCall push is of another kind than in the first call, such as an error page
)

// Bottleneck is the reason why a push was sent late.
type Bottleneck string

const (
	BottleneckStart       Bottleneck = "start"       // this part of the load began after the planned start
	BottleneckOpenCalls   Bottleneck = "open"        // the call of the push could not begin: as many calls as allowed were open
	BottleneckConnections Bottleneck = "connections" // all allowed connections were waiting for responses
	BottleneckMachine     Bottleneck = "machine"     // this machine was too slow
)

// LoadFinding is a requirement that responses did not meet.
type LoadFinding struct {
	ID       string
	Count    int           // number of findings about the requirement
	Examples []LoadExample // the first MaxLoadExamples, sorted by the number of their call
}

// MaxLoadExamples is the number of examples that are kept for each finding, and for each kind of error.
const MaxLoadExamples = 3

// LoadExample is one exchange that broke a requirement, or that failed.
type LoadExample struct {
	Call     int                  // the number of the call in the whole load, from 1; 0: the call that is made before the load
	Scenario string               // the call scenario
	Finding  requirements.Finding // empty if the push failed because of load
	Exchange transcript.Exchange
}

// LoadTimeline divides a load into windows of time.
type LoadTimeline struct {
	Width   time.Duration // width of each window
	Windows []LoadWindow  // without gaps; the first begins at the start of the load
}

// LoadWindow is what was measured in one window of time.
type LoadWindow struct {
	Due     float64                 // number of calls that should begin in the window according to the plan
	Started int                     // number of calls that began; fewer than Due if too many calls were open
	Open    int                     // number of open calls at the end of the window
	Errors  int                     // number of pushes that failed in the window, see Load.Errors
	Latency *hdrhistogram.Histogram // latencies in microseconds of all pushes that ended in the window
}

// LoadProgress is the progress of a running load.
type LoadProgress struct {
	Elapsed  time.Duration // time since the start of the load
	Interval time.Duration // width of Window
	Window   LoadWindow    // everything since the last report of progress, as one window
	Errors   int           // number of pushes that failed since the start of the load, see Load.Errors
	Findings int           // number of findings since the start of the load
}
