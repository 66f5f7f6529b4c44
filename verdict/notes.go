package verdict

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// notes returns the notes that reports show but do not count.
func (r Run) notes() []Note {
	var out []Note
	for _, id := range r.LeftOut {
		out = append(out, Note{About: id, Text: "only some of its variants were tried: the receiver is so slow that trying all of them would take minutes"})
	}
	for _, c := range r.Connections {
		for _, n := range c.Notes {
			out = append(out, Note{About: "transport", Text: n})
		}
	}
	out = append(out, unsteady(r.Calls)...)
	out = append(out, r.misnumbered()...)
	out = append(out, r.unverifying()...)
	out = append(out, r.unwatched()...)
	out = append(out, r.droppedUnsigned()...)
	out = append(out, unguarded(r.Calls)...)
	seen := map[string]bool{}
	for _, c := range r.Calls {
		for _, u := range requirements.FollowUpURLs(c) {
			for _, n := range requirements.FollowUpNotes(u, r.Target) {
				if !seen[n] {
					seen[n] = true
					out = append(out, Note{About: "following", Text: n})
				}
			}
		}
	}
	return out
}

// Vain is an entry of --numbers that no call confirmed.
type Vain struct {
	Entry string // as given to --numbers
	Did   string // what the receiver does instead, as words that follow "the receiver"
}

// misnumbered returns notes about numbers that may be mistyped, and about those that the receiver does not know.
func (r Run) misnumbered() []Note {
	var out []Note
	for _, v := range r.Vain {
		out = append(out, Note{About: "call", Flag: "--numbers", Text: fmt.Sprintf(
			"--numbers %s has no effect: for this number the receiver %s, so the named behaviour is not judged. Check the number: pushes have numbers with the country code, without + or 00", v.Entry, v.Did)})
	}
	if r.Strangers != "" {
		out = append(out, Note{About: "call", Text: fmt.Sprintf(
			"The receiver accepts calls with the numbers that were named and refuses all others, such as the one %s: set the numbers that it knows with --numbers through=NUMBER or --cast", r.Strangers)})
	}
	return out
}

// unsteady returns a note about calls that succeeded only when they were played again. That is no finding, but worth a look.
func unsteady(calls []transcript.Call) []Note {
	refused := func(x transcript.Exchange) bool { return !x.Accepted() }
	var again []transcript.Call
	for _, c := range calls {
		if c.EarlierFailure != nil && c.Complete && !slices.ContainsFunc(c.Exchanges, refused) {
			again = append(again, c)
		}
	}
	if len(again) == 0 {
		return nil
	}
	first := again[0]
	at := "at first"
	if first.Crowd > 0 {
		at = fmt.Sprintf("at first, of %d calls at once,", first.Crowd)
	}
	return []Note{{About: "push", Text: fmt.Sprintf(
		"%d of the calls went through only when played again alone. One is call %d, %s: %s %s",
		len(again), first.ID, first.Scenario, at, requirements.HowPushWent(*first.EarlierFailure))}}
}

// unguarded returns a note about a URL whose credentials the receiver does not ask for.
func unguarded(calls []transcript.Call) []Note {
	if !slices.ContainsFunc(calls, func(c transcript.Call) bool { return slices.ContainsFunc(c.Exchanges, requirements.Unguarded) }) {
		return nil
	}
	return []Note{{About: "transport", Text: "The URL has credentials, but the receiver accepts pushes without asking for them: " +
		"sipgate sends credentials only after a 401, so these protect nothing"}}
}
