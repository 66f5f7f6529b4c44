package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/push"
)

// maxPause is the longest time between two acts, so that no sum of them overflows.
const maxPause = 24 * time.Hour

// fault is a contradiction in a story, without a place in a file.
type fault struct {
	act      int    // index in the story
	key      string // the wrong field: who, deed, to, how, shows, cause, digits, after or together; "story" if there is no act
	wrong    string
	expected string
}

// Check returns the contradictions in a story, such as an answer before the phone rings, and the people who are not in the cast. Load has
// already done it with the default cast. It is for stories that were made in other ways.
func (s Scenario) Check(cast Cast) error {
	var errs []error
	for _, f := range findFaults(s.Story, cast) {
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

// findFaults lists what is wrong with a story. Names and fields are checked first. The order of the acts is checked only if these are right.
func findFaults(story []Act, cast Cast) []fault {
	if len(story) == 0 {
		return []fault{{key: "story", wrong: "the story has no acts", expected: "expected somebody to call somebody"}}
	}
	var found []fault
	for i, a := range story {
		for _, f := range slices.Concat(actFaults(a, cast), mannerFaults(a), timeFaults(a, i)) {
			f.act = i
			found = append(found, f)
		}
	}
	if len(found) > 0 {
		return found
	}
	p := storyline{cast: cast}
	for i, a := range story {
		if f, ok := p.play(a, i == 0); !ok {
			f.act = i
			found = append(found, f)
			if i == 0 {
				break // without a call nothing else makes sense
			}
		}
	}
	return found
}

// actFaults lists what is wrong with an act by itself: unknown names, and fields that do not belong to the deed.
func actFaults(a Act, cast Cast) []fault {
	if !slices.Contains(Deeds(), a.Deed) {
		return []fault{{key: "deed", wrong: fmt.Sprintf("unknown deed %q", a.Deed), expected: suggestion(string(a.Deed), deedNames())}}
	}
	var found []fault
	add := func(key, wrong, expected string) {
		found = append(found, fault{key: key, wrong: wrong, expected: expected})
	}
	onward := a.Deed == Transfers || a.Deed == Forwards

	voicemail := a.Who == Voicemail && (a.Deed == Answers || a.Deed == Ends)
	if _, known := cast[a.Who]; !known && !voicemail {
		if a.Who == Voicemail {
			add("who", "the voicemail can only answer and end", "expected a person")
		} else {
			add("who", fmt.Sprintf("unknown person %q", a.Who), suggestion(a.Who, cast.Names()))
		}
	}
	switch {
	case len(a.To) > 0 && a.Deed != Calls && !onward:
		add("to", fmt.Sprintf("to does not go with %q", a.Deed), `expected it with "calls", "transfers" or "forwards" only`)
	case len(a.To) == 0 && (a.Deed == Calls || onward):
		add("to", fmt.Sprintf("%s %s nobody", a.Who, a.Deed), "expected to: and a name")
	case len(a.To) > 1 && onward:
		add("to", fmt.Sprintf("%s %s to several", a.Who, a.Deed), "expected one name")
	}
	for i, name := range a.To {
		p, known := cast[name]
		switch {
		case !known && push.IsEmergency(name):
			add("to", fmt.Sprintf("%s is a number", name), fmt.Sprintf("expected a name: %s is %s", name, emergencyName(name, cast)))
		case known && push.IsEmergency(p.Number) && a.Deed != Calls:
			add("to", fmt.Sprintf("%s is an emergency call, about which sipgate sends no push", name), "expected somebody else")
		case name == Voicemail && a.Deed == Calls:
			add("to", "nobody calls the voicemail", "expected a person, and a forward from there")
		case !known && name != Voicemail:
			add("to", fmt.Sprintf("unknown person %q", name), suggestion(name, cast.Names()))
		case name == a.Who:
			add("to", fmt.Sprintf("%s %s to themselves", name, a.Deed), "expected somebody else")
		case slices.Contains(a.To[:i], name):
			add("to", fmt.Sprintf("%s is named twice", name), "expected each name once")
		}
	}
	switch near, ok := suggest.Closest(string(a.Cause), causeNames()); {
	case a.Cause != "" && a.Deed != Ends && a.Deed != Forwards:
		add("cause", fmt.Sprintf("cause does not go with %q", a.Deed), `expected it with "ends" or "forwards" only`)
	case a.Cause == "" && a.Deed == Ends:
		add("cause", "the call ends without a cause", "expected cause: and "+joinWithOr(causeNames()))
	case ok && near != string(a.Cause):
		add("cause", fmt.Sprintf("unknown cause %q", a.Cause), fmt.Sprintf("did you mean %q?", near))
	}
	if a.Digits != nil && a.Deed != Presses {
		add("digits", fmt.Sprintf("digits do not go with %q", a.Deed), `expected them with "presses" only`)
	}
	return found
}

// timeFaults lists what is wrong with the time of an act. index is its place in the story.
func timeFaults(a Act, index int) []fault {
	var found []fault
	if a.After < 0 || a.After > maxPause {
		found = append(found, fault{key: "after", wrong: fmt.Sprintf("after %s", a.After), expected: fmt.Sprintf("expected at most %s", maxPause)})
	}
	if a.Together && index == 0 {
		found = append(found, fault{key: "together", wrong: "the first act has nothing to happen together with", expected: "expected together in a later act"})
	}
	return found
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

// emergencyName names who has an emergency number.
func emergencyName(number string, cast Cast) string {
	for _, name := range cast.Names() {
		if cast[name].Number == number {
			return name
		}
	}
	return "nobody in the cast"
}
