package verdict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/requirements"
)

// KnownFailure excuses a requirement that the receiver is known not to meet: until the entry expires, the status of the
// requirement is Known instead of Failed or Warned, and it is not fatal. An expired entry excuses nothing.
type KnownFailure struct {
	ID      string
	Reason  string    // in the user's words, such as "issue 12"
	Expires time.Time // the last day, in UTC, on which it excuses; zero means that it never expires
}

// Expired reports whether the last day of the entry is over at now. The time zone of now does not matter.
func (k KnownFailure) Expired(now time.Time) bool {
	return !k.Expires.IsZero() && !now.Before(midnight(k.Expires).AddDate(0, 0, 1))
}

func midnight(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// reason returns the reason of a row that the entry excuses.
func (k KnownFailure) reason() string {
	reason := strings.TrimSpace(k.Reason)
	if k.Expires.IsZero() {
		return reason
	}
	until := "until " + k.Expires.UTC().Format(time.DateOnly)
	if reason == "" {
		return until
	}
	return reason + ", " + until
}

// expiredReason returns the reason of a row that the entry no longer excuses.
func (k KnownFailure) expiredReason() string {
	text := "the entry in the list of known failures has expired: its last day was " + k.Expires.UTC().Format(time.DateOnly)
	if reason := strings.TrimSpace(k.Reason); reason != "" {
		text += " (" + reason + ")"
	}
	return text
}

// known returns the entry of a requirement, if there is one.
func (r Run) known(id string) (KnownFailure, bool) {
	for _, k := range r.Known {
		if k.ID == id {
			return k, true
		}
	}
	return KnownFailure{}, false
}

// excuse makes a row Known if its requirement is not met and has an entry. If the entry has expired, the row keeps its status,
// and its reason names the date.
func (r Run) excuse(row *Row) {
	k, ok := r.known(row.ID)
	switch {
	case !ok || row.Status != Failed && row.Status != Warned && !r.Fatal(*row):
	case k.Expired(r.Now):
		row.Expired = true
		row.Reason = strings.TrimPrefix(row.Reason+"; "+k.expiredReason(), "; ")
	default:
		row.Status, row.Reason = Known, k.reason()
	}
}

// attribute marks the rows that could not be judged because of a known failure, and adds that to their reasons.
func attribute(rows []Row) {
	causes := causesOf(rows)
	for i := range rows {
		row := &rows[i]
		cause := causes[row.ID]
		if cause.Status != Known {
			continue
		}
		path := cause.ID
		if row.Because != cause.ID {
			path += ", through " + row.Because
		}
		row.KnownCause = cause.ID
		row.Reason = strings.TrimPrefix(row.Reason+", because of a known failure ("+path+")", ", ")
	}
}

// stale lists the requirements that passed and have an entry.
func (r Run) stale(rows []Row) []string {
	var out []string
	for _, row := range rows {
		if _, ok := r.known(row.ID); ok && row.Status == Passed {
			out = append(out, row.ID)
		}
	}
	return out
}

// knownNotes returns a note for each stale entry.
func (r Run) knownNotes(rows []Row) []Note {
	var out []Note
	for _, id := range r.stale(rows) {
		out = append(out, Note{About: "known failures", Flag: "--known", Text: fmt.Sprintf("%s is listed as a known failure and passed: remove it from the list.", id)})
	}
	return out
}

// inexcusable lists the known failures that leave a run without a verdict: if newCall pushes are refused, nothing can be
// judged, and if the connection breaks a must-level rule, nothing can be sent safely.
func (r Run) inexcusable(rows []Row) []string {
	must := func(f requirements.Finding) bool {
		return f.Level == requirements.Must && (f.Waived == "" || r.NoWaivers)
	}
	var out []string
	for _, row := range rows {
		basic := row.Area() == "transport" || row.ID == requirements.Basic()
		if basic && row.Status == Known && slices.ContainsFunc(row.Findings, must) {
			out = append(out, row.ID)
		}
	}
	return out
}
