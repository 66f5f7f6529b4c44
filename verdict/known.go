package verdict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/requirements"
)

// KnownFailure is a requirement that the receiver is known not to meet: its row is then known instead of failed or warned, and
// not fatal.
type KnownFailure struct {
	ID      string
	Reason  string    // in the user's words, such as "issue 12"
	Expires time.Time // the last day, in UTC, on which it excuses; the zero value: it never expires
}

// Expired tells whether the last day of the entry is over.
func (k KnownFailure) Expired(now time.Time) bool {
	return !k.Expires.IsZero() && !now.Before(midnight(k.Expires).AddDate(0, 0, 1))
}

func midnight(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// reason is what a row says that the entry excuses.
func (k KnownFailure) reason(now time.Time) string {
	reason := strings.TrimSpace(k.Reason)
	if k.Expires.IsZero() {
		return reason
	}
	until := "until " + k.Expires.UTC().Format(time.DateOnly)
	if k.Expired(now) {
		until = "expired, was known " + until
	}
	if reason == "" {
		return until
	}
	return reason + ", " + until
}

// known finds the entry of a requirement.
func (r Run) known(id string) (KnownFailure, bool) {
	for _, k := range r.Known {
		if k.ID == id {
			return k, true
		}
	}
	return KnownFailure{}, false
}

// excuse turns a row that is not met and is known not to be into a known one. In a strict run an entry that has expired excuses
// nothing.
func (r Run) excuse(row *Row) {
	k, ok := r.known(row.ID)
	if !ok || row.Status != Failed && row.Status != Warned || r.Strict && k.Expired(r.Now) {
		return
	}
	row.Status, row.Reason = Known, k.reason(r.Now)
}

// unexpected lists the requirements that are known not to be met and passed.
func (r Run) unexpected(rows []Row) []string {
	var out []string
	for _, row := range rows {
		if _, ok := r.known(row.ID); ok && row.Status == Passed {
			out = append(out, row.ID)
		}
	}
	return out
}

// knownNotes tell what is out of date about the known failures.
func (r Run) knownNotes(rows []Row) []Note {
	var out []Note
	note := func(format string, args ...any) {
		out = append(out, Note{About: "known failures", Text: fmt.Sprintf(format, args...)})
	}
	for _, row := range rows {
		k, ok := r.known(row.ID)
		switch {
		case !ok:
		case row.Status == Passed:
			note("%s is listed as a known failure and passed: take it out of the list.", row.ID)
		case k.Expired(r.Now) && len(row.Findings) > 0:
			note("%s was to be a known failure until %s and is still not met.", row.ID, k.Expires.UTC().Format(time.DateOnly))
		}
	}
	return out
}

// inexcusable lists the known failures on which everything else hangs: while the receiver cannot be reached, or refuses every
// newCall, hardly anything is judged, so that excusing it must not make the run green.
func inexcusable(rows []Row) []string {
	var out []string
	for _, row := range rows {
		hangs := row.Area() == "transport" || row.ID == "push.newcall"
		if row.Status == Known && hangs && slices.ContainsFunc(row.Findings, func(f requirements.Finding) bool { return f.Level == requirements.Must }) {
			out = append(out, row.ID)
		}
	}
	return out
}
