package verdict

import (
	"time"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// Run is a run that ended, with everything that its verdict depends on.
type Run struct {
	RunInfo
	Scope
	Policy
	Evidence
}

// Evidence holds what a run recorded.
type Evidence struct {
	Interrupted          bool
	NumbersWithoutEffect []NumberWithoutEffect     // entries of --numbers that had no effect
	RefusedCall          string                    // the numbers of a refused call if the receiver accepted only calls with numbers in --numbers; else ""
	PartlyJudged         []string                  // ids of requirements for which the run left out some stimuli, because the receiver is slow
	OtherCapabilities    []requirements.Capability // capabilities that the receiver showed outside Calls
	OtherCalls           []transcript.Call         // calls that are not judged, but may explain findings in Calls
	Now                  time.Time                 // the time at which known failures are checked for expiry

	Target      requirements.Target
	Scenarios   []Scenario        // results of the user's own scenarios, in any order
	Loss        *transcript.Loss  // how the receiver was lost; nil if it was not lost at the end of the run
	StopGap     *requirements.Gap // why the run stopped sending before its end; nil if it did not stop
	Problems    []string          // problems of the harness
	Connections []transcript.Connection
	Calls       []transcript.Call
}

// Policy holds how strictly a run is judged.
type Policy struct {
	Strict    bool           // warnings, and known failures that passed, make a run not conformant
	NoWaivers bool           // waived findings make a run not conformant
	Known     []KnownFailure // at most one entry for each requirement
}

// Scope selects what is judged.
type Scope struct {
	Selected         func(id string) bool      // reports whether a requirement is judged; nil: every requirement is
	Claims           []requirements.Capability // capabilities that the user claims for the receiver
	ConnectOnly      bool                      // the run only connects, so only requirements about connections are judged
	OnlyWithEvidence bool                      // a requirement is selected only if there is evidence about it
}
