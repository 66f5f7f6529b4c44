package load

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// Mix lists the call scenarios that are played, with their weights.
type Mix []Share

// Share is one scenario of a mix.
type Share struct {
	Scenario scenarios.Scenario
	Weight   int    // how often the scenario is played, in proportion to the other weights
	Reason   string // why the scenario is in the mix; "" if the user chose it
}

const maxWeight = 1_000_000

const mixHint = "expected NAME=WEIGHT, such as incoming-answered=3,incoming-busy=1"

// EverydayMix returns the default mix. It contains every kind of call that a small company has every day. The weights are an assumption
// and not based on statistics.
func EverydayMix() Mix {
	var mix Mix
	for _, share := range []struct {
		name   string
		weight int
		reason string
	}{
		{"incoming-answered", 30, "most calls from outside are answered"},
		{"incoming-anonymous", 4, "some callers withhold their number"},
		{"incoming-cancelled", 8, "some callers give up while it rings"},
		{"incoming-no-answer", 6, "nobody is at the desk"},
		{"incoming-busy", 5, "somebody is already on the phone"},
		{"incoming-voicemail", 6, "the voicemail answers after hours"},
		{"group-answered", 12, "a call to a team rings several phones"},
		{"group-unanswered", 3, "the whole team is away"},
		{"outgoing-answered", 14, "the company calls its customers"},
		{"outgoing-no-answer", 3, "the customer is away"},
		{"outgoing-busy", 2, "the customer is already on the phone"},
		{"internal-answered", 2, "colleagues call each other, which makes two legs"},
		{"transfer-answered-both-ends", 3, "some calls are for a colleague, and are transferred"},
		{"transfer-blind-answered", 1, "some people transfer without waiting for the colleague"},
		{"transfer-unanswered-both-ends", 1, "the colleague does not answer the transferred call"},
	} {
		s, _ := scenarios.Find(share.name)
		mix = append(mix, Share{s, share.weight, share.reason})
	}
	return mix
}

// ParseMix parses a mix of built-in scenarios. If the text is empty, it returns the everyday mix. Every error is an ExpressionError.
func ParseMix(text string) (Mix, error) {
	if text == "" {
		return EverydayMix(), nil
	}
	builtIns := scenarios.All()
	var mix Mix
	position := 1
	for part := range strings.SplitSeq(text, ",") {
		share, err := parseShare(text, part, position, builtIns)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(mix, func(s Share) bool { return s.Scenario.Name == share.Scenario.Name }) {
			return nil, ExpressionError{text, position, fmt.Sprintf("%q is listed twice", share.Scenario.Name), "expected one weight for each scenario"}
		}
		mix = append(mix, share)
		position += len(part) + 1
	}
	return mix, nil
}

// parseShare parses one part of a mix. position is the position of the part in text.
func parseShare(text, part string, position int, builtIns []scenarios.Scenario) (Share, error) {
	name, number, found := strings.Cut(part, "=")
	i := slices.IndexFunc(builtIns, func(s scenarios.Scenario) bool { return s.Name == name })
	switch {
	case name == "":
		return Share{}, ExpressionError{text, position, "the name of a scenario is missing", mixHint}
	case i < 0:
		return Share{}, ExpressionError{text, position, fmt.Sprintf("there is no scenario %q", name), unknownScenarioHint(name, builtIns)}
	case push.IsEmergency(scenarios.DefaultCast()[builtIns[i].Story[0].To[0]].Number):
		return Share{}, ExpressionError{text, position, fmt.Sprintf("sipgate sends no push about %q", name), "expected another scenario"}
	case !found:
		return Share{}, ExpressionError{text, position + len(part), "the weight is missing", mixHint}
	}
	weight, err := parseWholeNumber(text, number, position+len(name)+1, maxWeight)
	return Share{Scenario: builtIns[i], Weight: weight}, err
}

// unknownScenarioHint returns the hint for an unknown scenario name. The hint lists similar names, or shows where to find all names.
func unknownScenarioHint(name string, builtIns []scenarios.Scenario) string {
	var names []string
	for _, s := range builtIns {
		names = append(names, s.Name)
	}
	if near, ok := suggest.Closest(name, names); ok {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if near := suggest.NamesSharingWords(name, names); len(near) > 0 {
		return "did you mean " + joinWithOr(near) + "?"
	}
	return "expected one that \"pushcheck list scenarios\" prints"
}

// draw chooses a random scenario and returns its index in the mix. It computes with integers only, so that all machines get the same
// result.
func (m Mix) draw(random *rand.Rand) int {
	total := 0
	for _, s := range m {
		total += s.Weight
	}
	remainingWeight := random.IntN(total)
	for i, s := range m {
		if remainingWeight -= s.Weight; remainingWeight < 0 {
			return i
		}
	}
	return len(m) - 1
}
