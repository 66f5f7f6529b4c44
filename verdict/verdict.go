// Package verdict judges a whole run: which capabilities the receiver showed, the status of every requirement, and
// whether the receiver conforms. It is the only place that chooses an exit code for a run, a single call or a load.
package verdict

import (
	"time"

	"github.com/pushcheck/pushcheck/requirements"
)

// Status of a requirement after a run.
type Status string

const (
	Passed        Status = "passed"         // judged, no finding
	Warned        Status = "warned"         // judged, only should-level findings
	Failed        Status = "failed"         // judged, a must-level finding
	Waived        Status = "waived"         // not met, allowed by a flag
	Known         Status = "known"          // not met, and listed as a known failure that has not expired
	NotApplicable Status = "not-applicable" // its capability is neither shown nor claimed
	Undetermined  Status = "undetermined"   // applies, and could not be judged
	Skipped       Status = "skipped"        // not selected
)

// Statuses in the order in which reports list them.
func Statuses() []Status {
	return []Status{Passed, Warned, Failed, Waived, Known, NotApplicable, Undetermined, Skipped}
}

// Conclusion is the verdict in one word.
type Conclusion string

const (
	Conformant    Conclusion = "conformant"
	NotConformant Conclusion = "not-conformant"
	NoVerdict     Conclusion = "undetermined"
)

// Row is one requirement with its status.
type Row struct {
	requirements.Requirement
	Status   Status
	Reason   string // why it was waived, known, skipped, not applicable or undetermined
	Fatal    bool   // it makes the run not conformant
	Expired  bool   // not met, and no longer excused, because its known failure has expired: see Reason
	FromHere bool   // undetermined, but only pushcheck could not judge it: the run still gets a verdict
	Because  string // undetermined: id of the requirement whose finding prevents judging
	Findings []requirements.Finding
	Judged   int // how often it was judged

	KnownCause string // undetermined: id of the known failure that is the cause, directly or through other requirements
}

// Shown is how a capability is known.
type Shown string

const (
	IsShown   Shown = "shown"
	IsClaimed Shown = "claimed"
	IsAbsent  Shown = "absent"
)

// Note is shown in reports, and never counted.
type Note struct {
	About, Text string
	Flag        string // the flag that had no effect, such as "--numbers"; "" if it is not about one
}

// Tool is the version of pushcheck and the root certificates that it used.
type Tool struct{ Version, Roots string }

// About holds which receiver is judged, and what is needed to play the run again.
type About struct {
	Incoming string // the receiver's URL for incoming calls as the user gave it, credentials replaced
	Outgoing string // for outgoing calls; "" if there is none

	Tool  Tool
	Seed  int64
	Nonce string   // part of every id; the same nonce and seed give the same ids
	Reach []string // arguments with which curl reaches the receiver as the run does

	Config string // the configuration file in use, as a path relative to the working directory; "" if there is none
}

// Verdict is a judged run.
type Verdict struct {
	About
	Evidence

	Conclusion   Conclusion
	Exit         int
	Why          string   // the conclusion in a sentence
	Rows         []Row    // every requirement of the catalogue, in its order
	Causes       []Common // that several requirements which are not met have in common
	Counts       map[Status]int
	Capabilities map[requirements.Capability]Shown
	Observer     bool // responds to every push and subscribes to nothing
	Notes        []Note

	Began time.Time     // when the run began; the command that plays it sets both
	Took  time.Duration // until everything was judged
}
