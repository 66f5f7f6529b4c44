package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/push"
)

// maxPause is the longest time between two acts. The limit prevents an overflow of the sum of all times.
const maxPause = 24 * time.Hour

// contradiction is a mistake in a story, without its position in a file.
type contradiction struct {
	act      int    // index of the act in the story
	key      string // the YAML key of the wrong value, such as "deed"; "story" if the story has no acts
	wrong    string // what is wrong
	expected string // what was expected, or "did you mean …?"; "" if wrong says everything
}

// Check returns an error that lists the contradictions in a story, such as an answer before the phone rings, and the people who are not in
// the cast. Load checks stories with the default cast. Check is for other casts, and for stories that are made in Go.
func (s Scenario) Check(cast Cast) error {
	var errs []error
	for _, f := range findContradictions(s.Story, cast) {
		if len(s.Story) > 0 {
			f.wrong = fmt.Sprintf("act %d (%s): %s", f.act+1, s.Story[f.act].Sentence(), f.wrong)
		}
		if f.expected != "" {
			f.wrong += ", " + f.expected
		}
		errs = append(errs, fmt.Errorf("checking story %q: %s", s.Name, f.wrong))
	}
	return errors.Join(errs...)
}

// findContradictions lists the contradictions in a story. The order of the acts is checked only if the names and fields of all acts are
// correct.
func findContradictions(story []Act, cast Cast) []contradiction {
	if len(story) == 0 {
		return []contradiction{{key: "story", wrong: "the story has no acts", expected: "expected somebody to call somebody"}}
	}
	var contradictions []contradiction
	for i, a := range story {
		for _, f := range slices.Concat(actContradictions(a, cast), mannerContradictions(a), timeContradictions(a, i)) {
			f.act = i
			contradictions = append(contradictions, f)
		}
	}
	if len(contradictions) > 0 {
		return contradictions
	}
	player := storyline{cast: cast}
	for i, a := range story {
		if f, ok := player.play(a, i == 0); !ok {
			f.act = i
			contradictions = append(contradictions, f)
			if i == 0 {
				break // without a call, every other act is a contradiction too
			}
		}
	}
	return contradictions
}

// actContradictions lists the mistakes in an act that do not depend on other acts: unknown names, and fields that do not belong to its
// deed.
func actContradictions(a Act, cast Cast) []contradiction {
	if !slices.Contains(Deeds(), a.Deed) {
		return []contradiction{{key: "deed", wrong: fmt.Sprintf("unknown deed %q", a.Deed), expected: suggestion(string(a.Deed), deedNames())}}
	}
	var contradictions []contradiction
	add := func(key, wrong, expected string) {
		contradictions = append(contradictions, contradiction{key: key, wrong: wrong, expected: expected})
	}
	isTransferOrForward := a.Deed == Transfers || a.Deed == Forwards

	isAllowedForVoicemail := a.Who == Voicemail && (a.Deed == Answers || a.Deed == Ends)
	if _, isKnown := cast[a.Who]; !isKnown && !isAllowedForVoicemail {
		if a.Who == Voicemail {
			add("who", "the voicemail can only answer and end", "expected a person")
		} else {
			add("who", fmt.Sprintf("unknown person %q", a.Who), suggestion(a.Who, cast.Names()))
		}
	}
	switch {
	case len(a.To) > 0 && a.Deed != Calls && !isTransferOrForward:
		add("to", fmt.Sprintf("to does not go with %q", a.Deed), `expected it with "calls", "transfers" or "forwards" only`)
	case len(a.To) == 0 && (a.Deed == Calls || isTransferOrForward):
		add("to", fmt.Sprintf("%s %s nobody", a.Who, a.Deed), "expected to: and a name")
	case len(a.To) > 1 && isTransferOrForward:
		add("to", fmt.Sprintf("%s %s to several", a.Who, a.Deed), "expected one name")
	}
	for i, name := range a.To {
		p, isKnown := cast[name]
		switch {
		case !isKnown && push.IsEmergency(name):
			add("to", fmt.Sprintf("%s is a number", name), fmt.Sprintf("expected a name: %s is %s", name, emergencyName(name, cast)))
		case isKnown && push.IsEmergency(p.Number) && a.Deed != Calls:
			add("to", fmt.Sprintf("%s is an emergency call, about which sipgate sends no push", name), "expected somebody else")
		case name == Voicemail && a.Deed == Calls:
			add("to", "nobody calls the voicemail", "expected a person, and a forward from there")
		case !isKnown && name != Voicemail:
			add("to", fmt.Sprintf("unknown person %q", name), suggestion(name, cast.Names()))
		case name == a.Who:
			add("to", fmt.Sprintf("%s %s to themselves", name, a.Deed), "expected somebody else")
		case slices.Contains(a.To[:i], name):
			add("to", fmt.Sprintf("%s is named twice", name), "expected each name once")
		}
	}
	switch closest, ok := suggest.Closest(string(a.Cause), causeNames()); {
	case a.Cause != "" && a.Deed != Ends && a.Deed != Forwards:
		add("cause", fmt.Sprintf("cause does not go with %q", a.Deed), `expected it with "ends" or "forwards" only`)
	case a.Cause == "" && a.Deed == Ends:
		add("cause", "the call ends without a cause", "expected cause: and "+joinWithOr(causeNames()))
	case ok && closest != string(a.Cause):
		add("cause", fmt.Sprintf("unknown cause %q", a.Cause), fmt.Sprintf("did you mean %q?", closest))
	}
	if a.Digits != nil && a.Deed != Presses {
		add("digits", fmt.Sprintf("digits do not go with %q", a.Deed), `expected them with "presses" only`)
	}
	return contradictions
}

// timeContradictions lists the mistakes in the fields After and Together of an act. index is the index of the act in the story.
func timeContradictions(a Act, index int) []contradiction {
	var contradictions []contradiction
	if a.After < 0 || a.After > maxPause {
		contradictions = append(contradictions, contradiction{key: "after", wrong: fmt.Sprintf("after %s", a.After), expected: fmt.Sprintf("expected at most %s", maxPause)})
	}
	if a.Together && index == 0 {
		contradictions = append(contradictions, contradiction{key: "together", wrong: "no act is before the first act", expected: "expected the key together in a later act"})
	}
	return contradictions
}

func deedNames() []string {
	var names []string
	for _, d := range Deeds() {
		names = append(names, string(d))
	}
	return names
}

func causeNames() []string {
	var names []string
	for _, c := range push.Causes() {
		names = append(names, string(c))
	}
	return names
}

// emergencyName returns the name of the person in the cast who has this emergency number, or "nobody in the cast".
func emergencyName(number string, cast Cast) string {
	for _, name := range cast.Names() {
		if cast[name].Number == number {
			return name
		}
	}
	return "nobody in the cast"
}
