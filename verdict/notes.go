package verdict

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// NumberWithoutEffect is an entry of --numbers that had no effect: the receiver treats the number in another way.
type NumberWithoutEffect struct {
	Entry     string // as given to --numbers
	Behaviour string // what the receiver does instead, as words that follow "the receiver"
}

// notes returns the notes of a verdict whose rows are complete.
func (f facts) notes(v Verdict) []Note {
	var out []Note
	add := func(about, text string) { out = append(out, Note{About: about, Text: text}) }
	for _, id := range v.PartlyJudged {
		add(id, "only some of its variants were tried: the receiver is so slow that trying all of them would take minutes")
	}
	for _, c := range v.Connections {
		for _, text := range c.Notes {
			add("transport", text)
		}
	}
	var replayed []transcript.Call
	for _, c := range v.Calls {
		if succeededOnReplay(c) {
			replayed = append(replayed, c)
		}
	}
	if len(replayed) > 0 {
		add("push", describeReplayed(replayed))
	}
	for _, n := range v.NumbersWithoutEffect {
		out = append(out, Note{About: "call", Flag: "--numbers", Text: fmt.Sprintf(
			"--numbers %s has no effect: for this number the receiver %s, so the named behaviour is not judged. Check the number: pushes have numbers with the country code, without + or 00", n.Entry, n.Behaviour)})
	}
	if v.RefusedCall != "" {
		add("call", fmt.Sprintf("The receiver accepts calls with the numbers that were named and refuses all others, such as the one %s: set the numbers that it knows with --numbers through=NUMBER or --cast", v.RefusedCall))
	}
	if v.acceptsUnsigned() {
		add("signature", "the receiver accepts unsigned pushes as well as signed ones, so signature.* is not applicable; if it should verify signatures, use --claim signature")
	}
	if v.Capabilities[requirements.CanSignature] != CapabilityAbsent && slices.ContainsFunc(v.Calls, requirements.IsForgeryEffectUnknown) {
		add("signature", "the receiver responds to forged answer and hangup pushes as to genuine ones. That is allowed: sipgate ignores these responses. "+
			"Only the application's call state shows whether forged pushes can end its calls: see --state-url")
	}
	if v.droppedUnsigned() {
		add("signature", "the receiver closed the connection on a push that is not signed; some receivers that verify signatures crash if there is none, "+
			"sipgate's own Node library among them: see --sign-key")
	}
	if anyExchange(v.Calls, requirements.AcceptsWithoutCredentials) {
		add("transport", "The URL has credentials, but the receiver accepts pushes without asking for them: "+
			"sipgate sends credentials only after a 401, so these protect nothing")
	}
	out = append(out, v.followUpNotes()...)
	if f.Loss != nil && !slices.ContainsFunc(v.Rows, f.showsLoss) {
		add("trouble", "At the end of the run: "+outcome.DescribeLoss(*f.Loss)+outcome.RestartAdvice(*f.Loss))
	}
	for _, id := range f.staleKnownFailures(v.Rows) {
		out = append(out, Note{About: "known failures", Flag: "--known", Text: id + " is listed as a known failure and passed: remove it from the list."})
	}
	return out
}

// followUpNotes returns the notes about follow-up URLs, without repetitions.
func (v Verdict) followUpNotes() []Note {
	var out []Note
	for _, c := range v.Calls {
		for _, u := range requirements.FollowUpURLs(c) {
			for _, text := range requirements.FollowUpNotes(u, v.Target) {
				if n := (Note{About: "following", Text: text}); !slices.Contains(out, n) {
					out = append(out, n)
				}
			}
		}
	}
	return out
}

// succeededOnReplay reports whether a call failed at first, and every push was accepted when the call was played again.
func succeededOnReplay(c transcript.Call) bool {
	isRefused := func(x transcript.Exchange) bool { return !x.Accepted() }
	return c.EarlierFailure != nil && c.Complete && !slices.ContainsFunc(c.Exchanges, isRefused)
}

// describeReplayed returns the text of the note about calls that succeeded only when they were played again.
func describeReplayed(calls []transcript.Call) string {
	first, attempt := calls[0], "at first"
	if first.Crowd > 0 {
		attempt = fmt.Sprintf("at first, of %d calls at once,", first.Crowd)
	}
	return fmt.Sprintf("%d of the calls went through only when played again alone. One is call %d, %s: %s %s",
		len(calls), first.ID, first.Scenario, attempt, outcome.DescribePush(*first.EarlierFailure))
}

// acceptsUnsigned reports whether the receiver accepts unsigned pushes although the run signs its pushes. It returns false if the user
// claims that the receiver verifies signatures, because that is then a finding.
func (v Verdict) acceptsUnsigned() bool {
	isUnsigned := func(x transcript.Exchange) bool { return x.Odd && !outcome.IsSigned(x) }
	isTried := slices.ContainsFunc(v.Calls, func(c transcript.Call) bool {
		return c.PlayedKind() == transcript.Forged && slices.ContainsFunc(c.Exchanges, isUnsigned)
	})
	return isTried && v.StopGap == nil && v.Capabilities[requirements.CanSignature] == CapabilityAbsent && findRefusalGap(v.Calls, v.Target) == nil
}

// droppedUnsigned reports whether the receiver closed the connection on an unsigned push and never responded to any push. Such a receiver
// may have crashed. Plain HTTP pushes to a TLS port do not count.
func (v Verdict) droppedUnsigned() bool {
	isDropped := func(x transcript.Exchange) bool {
		return x.End == transcript.Dropped && !outcome.MayExpectTLS(x)
	}
	isDroppedAtFirst := func(c transcript.Call) bool { return c.EarlierFailure != nil && isDropped(*c.EarlierFailure) }
	return !v.Target.PushesSigned && !hasResponse(v.Calls) && (slices.ContainsFunc(v.Calls, isDroppedAtFirst) || anyExchange(v.Calls, isDropped))
}

// showsLoss reports whether a row shows how the receiver was lost: its requirement is the cause and is not met, or it could not be judged
// because of the loss.
func (f facts) showsLoss(row Row) bool {
	isByLoss := func(g requirements.Gap) bool { return g.ByLoss }
	return row.isNotMet() && row.ID == f.Loss.Requirement ||
		row.Status == Undetermined && slices.ContainsFunc(f.judgements[row.ID].OpenGaps(), isByLoss)
}
