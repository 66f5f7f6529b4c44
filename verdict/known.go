package verdict

import (
	"slices"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/requirements"
)

// KnownFailure excuses a requirement that the receiver is known not to meet: until the entry expires, the status of the
// requirement is Known instead of Failed or Warned, and the run can be conformant. An expired entry excuses nothing.
type KnownFailure struct {
	ID      string
	Reason  string    // in the user's words, such as "issue 12"
	Expires time.Time // the last day in UTC on which the entry counts; zero if it never expires
}

// Expired reports whether the last day of the entry is over at now. The time zone of now does not matter.
func (k KnownFailure) Expired(now time.Time) bool {
	const day = 24 * time.Hour
	return !k.Expires.IsZero() && now.Truncate(day).After(k.Expires.Truncate(day)) // Truncate counts days in UTC
}

// knownFailure returns the entry of a requirement; a zero KnownFailure if there is none.
func (p Policy) knownFailure(id string) KnownFailure {
	return firstMatch(p.Known, func(k KnownFailure) bool { return k.ID == id })
}

// applyKnownFailure makes a row Known if its requirement is not met and listed as a known failure. If the entry has expired, the row keeps
// its status, and its reason names the last day.
func (f facts) applyKnownFailure(row *Row) {
	entry := f.knownFailure(row.ID)
	reason, lastDay := strings.TrimSpace(entry.Reason), entry.Expires.UTC().Format(time.DateOnly)
	switch {
	case entry.ID == "" || row.Status != Failed && row.Status != Warned && !f.IsFatal(*row):
	case entry.Expired(f.Now):
		row.Expired = true
		row.Reason = join("; ", row.Reason, "the entry in the list of known failures has expired: its last day was "+lastDay)
		if reason != "" {
			row.Reason += " (" + reason + ")"
		}
	case entry.Expires.IsZero():
		row.Status, row.Reason = Known, reason
	default:
		row.Status, row.Reason = Known, join(", ", reason, "until "+lastDay)
	}
}

// rootCause follows CauseID from an undetermined row to the first row that is not undetermined. It returns a zero Row if there is none, or
// if rows depend on each other in a circle.
func rootCause(rows []Row, row Row) Row {
	for range rows {
		if row.Status != Undetermined {
			return row
		}
		row = rowOf(rows, row.CauseID)
	}
	return Row{}
}

// markKnownCauses sets KnownCause of the rows that could not be judged because of a known failure, and names the known failure in their
// reasons.
func markKnownCauses(rows []Row) {
	for i := range rows {
		row := &rows[i]
		cause := rootCause(rows, *row)
		if row.Status != Undetermined || cause.Status != Known {
			continue
		}
		path := cause.ID
		if row.CauseID != cause.ID {
			path += ", through " + row.CauseID
		}
		row.KnownCause = cause.ID
		row.Reason = join(", ", row.Reason, "because of a known failure ("+path+")")
	}
}

// staleKnownFailures lists the requirements that passed and are listed as known failures.
func (p Policy) staleKnownFailures(rows []Row) []string {
	return idsOf(rows, func(row Row) bool { return row.Status == Passed && p.knownFailure(row.ID).ID != "" })
}

// basicKnownFailures lists the known failures because of which a run has no verdict: if newCall pushes are refused, no call can be
// judged, and if the connection breaks a must-level rule, no push can be sent safely.
func (p Policy) basicKnownFailures(rows []Row) []string {
	isFatalFinding := func(f requirements.Finding) bool {
		return f.Level == requirements.Must && (f.Waived == "" || p.NoWaivers)
	}
	return idsOf(rows, func(row Row) bool {
		isBasic := row.Area() == "transport" || row.ID == requirements.PlainNewCallRequirement()
		return isBasic && row.Status == Known && slices.ContainsFunc(row.Findings, isFatalFinding)
	})
}
