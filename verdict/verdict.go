// Package verdict judges a whole run: which capabilities the receiver showed, the status of every requirement, and whether the receiver
// conforms. It is the only place that chooses an exit code for a run, a single call or a load.
package verdict

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/requirements"
)

// Status is the result of a requirement after a run.
type Status string

const (
	Passed        Status = "passed"         // judged, no finding
	Warned        Status = "warned"         // judged, only should-level findings
	Failed        Status = "failed"         // judged, a must-level finding
	Waived        Status = "waived"         // not met, allowed by a flag
	Known         Status = "known"          // not met, and listed as a known failure that has not expired
	NotApplicable Status = "not-applicable" // the receiver does not do what the requirement is about
	Undetermined  Status = "undetermined"   // applies, and could not be judged
	Skipped       Status = "skipped"        // not selected
)

// Statuses returns all statuses in the order in which reports list them.
func Statuses() []Status {
	return []Status{Passed, Warned, Failed, Waived, Known, NotApplicable, Undetermined, Skipped}
}

// bySeverity compares statuses: Failed comes first, Passed last.
func bySeverity(a, b Status) int {
	order := []Status{Failed, Known, Warned, Undetermined, Waived, NotApplicable, Passed}
	return cmp.Compare(slices.Index(order, a), slices.Index(order, b))
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
	Status      Status
	Reason      string // why it was waived, known, skipped, not applicable or undetermined
	Fatal       bool   // the row makes the run not conformant
	Expired     bool   // not met, and its known failure has expired, see Reason
	OnlyLocal   bool   // undetermined, but only pushcheck could not judge it: the run still gets a verdict
	CauseID     string // if Status is Undetermined because of the finding of another requirement: id of that requirement; otherwise ""
	Findings    []requirements.Finding
	TimesJudged int // how often the requirement was met or not met

	KnownCause string // if Status is Undetermined because of a known failure, directly or through other requirements: its id; otherwise ""
}

// rowOf returns the row of a requirement; a zero Row if there is none.
func rowOf(rows []Row, id string) Row {
	return firstMatch(rows, func(r Row) bool { return r.ID == id })
}

// idsOf lists the ids of the rows for which matches returns true.
func idsOf(rows []Row, matches func(Row) bool) []string {
	var out []string
	for _, row := range rows {
		if matches(row) {
			out = append(out, row.ID)
		}
	}
	return out
}

// firstMatch returns the first element for which matches returns true; the zero value if there is none.
func firstMatch[T any](list []T, matches func(T) bool) (element T) {
	if i := slices.IndexFunc(list, matches); i >= 0 {
		return list[i]
	}
	return element
}

// join joins the texts that are not empty.
func join(separator string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), separator)
}

// isNotMet reports whether the requirement is not met, and no flag allows that.
func (r Row) isNotMet() bool { return r.Status == Failed || r.Status == Warned || r.Status == Known }

// setGap makes a gap the reason of the row.
func (r *Row) setGap(g requirements.Gap) {
	r.Reason, r.CauseID, r.OnlyLocal = g.Reason, g.CauseID, g.OnlyLocal
}

// CapabilityState states whether the receiver has a capability, and how the run knows.
type CapabilityState string

const (
	CapabilityShown   CapabilityState = "shown"
	CapabilityClaimed CapabilityState = "claimed"
	CapabilityAbsent  CapabilityState = "absent"
)

// Note is a hint in reports that does not affect the verdict.
type Note struct {
	About, Text string // reports write "About: Text"
	Flag        string // the flag that had no effect, such as "--numbers"; "" if the note is about no flag
}

// Tool is the version of pushcheck, and a description of the root certificates that it used.
type Tool struct{ Version, Roots string }

// RunInfo names the receiver, and holds what is needed to play the run again.
type RunInfo struct {
	Incoming string // the receiver's URL for incoming calls as the user gave it, with a placeholder for credentials
	Outgoing string // the URL for outgoing calls, written in the same way; "" if there is none

	Tool          Tool
	Seed          int64    // seed of the random values of the run
	Nonce         string   // part of every id; the same nonce and seed give the same ids
	CurlArguments []string // arguments with which curl connects to the receiver as the run does

	Config string // the configuration file in use, as a path relative to the working directory; "" if there is none
}

// Verdict is a judged run.
type Verdict struct {
	RunInfo
	Evidence

	Conclusion   Conclusion
	Exit         int
	Summary      string         // the conclusion in a sentence
	Rows         []Row          // every requirement, in the order of the catalogue
	Causes       []SharedCause  // causes that findings of several requirements share
	Counts       map[Status]int // number of rows by their status
	Capabilities map[requirements.Capability]CapabilityState
	Observer     bool // the receiver accepts newCall pushes and its responses show no capability
	Notes        []Note

	Began time.Time     // start of the run; the command that plays the run sets Began and Took
	Took  time.Duration // from Began until the rows were judged
}
