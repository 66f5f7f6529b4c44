package outcome

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/transcript"
)

// DescribeLoss describes what a lost receiver no longer does, and since which calls.
func DescribeLoss(l transcript.Loss) string {
	if l.GaveUp {
		return stoppedWaiting
	}
	state := "the receiver has accepted no connection"
	if l.Silent {
		state = "the receiver accepts connections and has accepted no push"
	}
	switch names := suspectedRequirements(l); {
	case l.Requirement != "":
		return fmt.Sprintf("%s since the call for %s", state, l.Requirement)
	case len(l.Suspects) == 0:
		return DescribeLostState(l) + ", and it is not known why"
	case len(l.Suspects) == 1:
		return fmt.Sprintf("%s since the call for %s", state, names[0])
	default:
		return fmt.Sprintf("%s since the calls for %s, which were under way at the same time", state, wording.List(names, "and"))
	}
}

// NameCallsOfLoss names the calls in which the receiver was lost. The result is shorter than that of DescribeLoss, and is printed below
// that sentence.
func NameCallsOfLoss(l transcript.Loss) string {
	names := suspectedRequirements(l)
	if l.Requirement != "" {
		names = []string{l.Requirement}
	}
	switch len(names) {
	case 0:
		return "the receiver was lost, and it is not known why"
	case 1:
		return "the receiver was lost in the call for " + names[0]
	}
	return "the receiver was lost in one of the calls for " + wording.List(names, "or")
}

const stoppedWaiting = "the receiver stopped again and again, and the run no longer waited for it to accept connections"

// DescribeLostState describes what a lost receiver no longer accepts.
func DescribeLostState(l transcript.Loss) string {
	if l.GaveUp {
		return stoppedWaiting
	}
	if l.Silent {
		return "the receiver accepts connections but no push"
	}
	return "the receiver no longer accepts connections"
}

// suspectedRequirements lists the requirements whose calls may have crashed the receiver, without repeats.
func suspectedRequirements(l transcript.Loss) []string {
	var out []string
	for _, id := range l.Suspects {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// RestartAdvice explains how to find the call that crashed the receiver, as a clause after DescribeLoss. It returns "" if no call is
// suspected.
func RestartAdvice(l transcript.Loss) string {
	switch names := suspectedRequirements(l); len(names) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("; start it again, and use --only %s to see whether that call is the reason", names[0])
	}
	return "; start it again, and play each of them alone with --only ID to see which one crashes it"
}
