package scenarios

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
)

func TestLoadReadsAllKeysOfAScenario(t *testing.T) {
	t.Parallel()
	keys := "042#"
	got, err := Load("menu.yaml", []byte(`# a menu
name: menu-2
title: "Jennifer: keys"
source: 'observed: nowhere'
story:
- who: Jennifer
  deed: calls
  to:
    - Doc
    - Marty
- {who: Jennifer, deed: presses, digits: "042#", after: 1m1.5s}
- {who: Jennifer, deed: presses, together: true}
- {who: Doc, deed: forwards, to: [voicemail]}
- {who: voicemail, deed: ends, cause: chanunavail, together: false}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := Scenario{Name: "menu-2", Title: "Jennifer: keys", Source: "observed: nowhere", Story: []Act{
		{Who: "Jennifer", Deed: Calls, To: []string{"Doc", "Marty"}},
		{Who: "Jennifer", Deed: Presses, Digits: &keys, After: 61500 * time.Millisecond},
		{Who: "Jennifer", Deed: Presses, Together: true},
		{Who: "Doc", Deed: Forwards, To: []string{Voicemail}, Cause: push.Forwarded},
		{Who: Voicemail, Deed: Ends, Cause: "chanunavail"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Load mismatch (-want +got):\n%s", diff)
	}
}

func TestLoadReportsThePositionOfAMistake(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"an empty file", "", "f.yaml:1:1: the file is empty, expected a scenario with name, title and story"},
		{"a comment only", "# nothing\n", "f.yaml:1:1: the file is empty, expected a scenario with name, title and story"},
		{"a list instead of a mapping", "- a\n- b\n", "f.yaml:1:1: a scenario is a list, expected the keys name, title, source, steered, story"},
		{"invalid YAML", "name: x\n  title: y\n", "f.yaml:1:7: mapping value is not allowed in this context, expected YAML"},
		{"a byte that is not UTF-8", "name: \xff", "f.yaml:1:1: the file is not UTF-8"},
		{"a file over the size limit", strings.Repeat("#", maxFileBytes+1), "f.yaml:1:1: the file has 16385 bytes, expected at most 16384"},
		{"two documents", "name: x\n---\nname: y\n", "f.yaml:3:1: a second YAML document, expected one in a file"},
		{"a line that is indented with a tab", "name: x\nstory:\n\t- x\n", "f.yaml:3:1: a tab indents this line, expected spaces"},
		{"a key twice", "name: x\nname: y\n", `f.yaml:2:1: mapping key "name" already defined at [1:1], expected YAML`},
		{"no key but name", "name: x\n", "f.yaml:1:1: no title, expected the key \"title\"\nf.yaml:1:1: no story, expected the key \"story\""},
		{"a misspelt key: one problem", "name: x\ntitel: y\nstory: [{who: Jennifer, deed: calls, to: Doc}]\n", `f.yaml:2:1: unknown key "titel", did you mean "title"?`},
		{"a name with capitals and a space", "name: Transfer Answered\ntitle: y\nstory: [{who: Jennifer, deed: calls, to: Doc}]\n",
			`f.yaml:1:7: name is "Transfer Answered", expected small letters, digits and hyphens, such as transfer-answered`},
		{"a name that is a number", "name: 1985\ntitle: y\nstory: [{who: Jennifer, deed: calls, to: Doc}]\n", "f.yaml:1:7: name is the number 1985, expected a text"},
		{"an empty story", "name: x\ntitle: y\nstory: []\n", "f.yaml:3:8: a story is an empty list, expected a list"},
		{"three mistakes: reported in the order of the file", "name: x\ntitle: y\nstory:\n  - {who: Jennifer, dead: calls, to: [Doc, 5]}\n  - Doc answers\n",
			"f.yaml:4:21: unknown key \"dead\", did you mean \"deed\"?\n" +
				"f.yaml:4:44: to holds the number 5, expected a name\n" +
				"f.yaml:5:5: an act is \"Doc answers\", expected the keys who, deed, to, how, shows, cause, digits, after, together"},
		{"a title of two lines", "name: x\ntitle: |\n  a\n  b\nstory: [{who: Jennifer, deed: calls, to: Doc}]\n", "f.yaml:2:8: title has several lines, expected one line"},
		{"an anchor", "name: &x x\ntitle: y\nstory: [{who: Jennifer, deed: calls, to: Doc}]\n", "f.yaml:1:7: name is a YAML anchor, alias or tag, expected a text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			checkLoadError(t, tt.text, tt.want)
		})
	}
}

// checkLoadError checks that Load returns an error with this text.
func checkLoadError(t *testing.T, text, want string) {
	t.Helper()
	s, err := Load("f.yaml", []byte(text))
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("Load = %+v, %v, want Problems", s, err)
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("Load mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Scenario{}, s); diff != "" {
		t.Errorf("scenario returned with the error mismatch (-want +got):\n%s", diff)
	}
}

// storyFile returns a scenario file with the acts. The first act is in line 4, column 5.
func storyFile(acts ...string) string {
	return "name: x\ntitle: y\nstory:\n  - " + strings.Join(acts, "\n  - ") + "\n"
}

const (
	jenniferCallsDoc = "{who: Jennifer, deed: calls, to: Doc}"
	docAnswers       = "{who: Doc, deed: answers}"
	docTransfers     = "{who: Doc, deed: transfers, to: Marty}"
	docForwards      = "{who: Doc, deed: forwards, to: Marty}"
	martyAnswers     = "{who: Marty, deed: answers}"
	docEnds          = "{who: Doc, deed: ends, cause: normalClearing}"
)

func TestLoadRefusesAStoryWithContradictions(t *testing.T) {
	t.Parallel()
	const group = "{who: Jennifer, deed: calls, to: [Doc, Marty]}"
	tests := []struct{ name, text, want string }{
		{"a story that begins with an answer", storyFile(docAnswers, docTransfers), `f.yaml:4:22: Doc answers, but nobody has called, expected the story to begin with "calls"`},
		{"an answer before ringing", storyFile(jenniferCallsDoc, martyAnswers), "f.yaml:5:24: Marty answers before ringing, expected a call, transfer or forward to Marty first"},
		{"an answer of the caller", storyFile(jenniferCallsDoc, "{who: Jennifer, deed: answers}"), "f.yaml:5:27: Jennifer answers before ringing, expected a call, transfer or forward to Jennifer first"},
		{"two answers of a person", storyFile(jenniferCallsDoc, docAnswers, docAnswers), "f.yaml:6:22: Doc answers, but Doc has answered already"},
		{"answers of two people in a group", storyFile(group, docAnswers, martyAnswers), "f.yaml:6:24: Marty answers, but Doc has answered already"},
		{"an answer after the end", storyFile(jenniferCallsDoc, docEnds, docAnswers), "f.yaml:6:22: Doc answers, but that leg is over"},
		{"a transfer before the answer", storyFile(jenniferCallsDoc, docTransfers, martyAnswers), `f.yaml:5:22: Doc transfers before answering, expected Doc to answer first, or "forwards"`},
		{"a transfer by a person of the group who has not answered", storyFile(group, docAnswers, "{who: Marty, deed: transfers, to: Lorraine}"), `f.yaml:6:24: Marty transfers before answering, expected Marty to answer first, or "forwards"`},
		{"a transfer by the caller", storyFile(jenniferCallsDoc, docAnswers, "{who: Jennifer, deed: transfers, to: Marty}"), "f.yaml:6:27: Jennifer transfers a call that never reached Jennifer, expected somebody who was called"},
		{"a transfer after the end", storyFile(jenniferCallsDoc, docAnswers, docEnds, docTransfers), "f.yaml:7:22: Doc transfers a call whose leg is over"},
		{"a transfer by a person outside the account", storyFile("{who: Doc, deed: calls, to: Jennifer}", "{who: Jennifer, deed: answers}", "{who: Jennifer, deed: transfers, to: Marty}"),
			"f.yaml:6:27: Jennifer is outside the account, and sipgate does not see what Jennifer transfers, expected a user of the account"},
		{"a transfer back to the caller", storyFile(jenniferCallsDoc, docAnswers, "{who: Doc, deed: transfers, to: Jennifer}"), "f.yaml:6:37: Jennifer is in the call already, expected a person who is not in the call"},
		{"two transfers to the same person", storyFile(jenniferCallsDoc, docAnswers, docTransfers, docTransfers), "f.yaml:7:37: Marty is in the call already, expected a person who is not in the call"},
		{"a forward after the answer", storyFile(jenniferCallsDoc, docAnswers, docForwards), `f.yaml:6:22: Doc forwards after answering, expected "transfers"`},
		{"two forwards by a person", storyFile(jenniferCallsDoc, docForwards, "{who: Doc, deed: forwards, to: Lorraine}"), "f.yaml:6:22: Doc forwards a call whose leg is over"},
		{"two ends of a leg", storyFile(jenniferCallsDoc, docEnds, docEnds), "f.yaml:6:22: Doc ends a leg that is over"},
		{"an end of a leg after its forward", storyFile(jenniferCallsDoc, docForwards, docEnds), "f.yaml:6:22: Doc ends a leg that is over"},
		{"an end by the caller after the call", storyFile(jenniferCallsDoc, docEnds, "{who: Jennifer, deed: ends, cause: cancel}"), "f.yaml:6:27: Jennifer ends a leg that is over"},
		{"an end by the caller, who is on two legs", storyFile(jenniferCallsDoc, docAnswers, docTransfers, "{who: Jennifer, deed: ends, cause: cancel}"),
			"f.yaml:7:11: Jennifer is on several legs, expected the person whose leg ends"},
		{"an end of a person who is not in the call", storyFile(jenniferCallsDoc, "{who: Marty, deed: ends, cause: cancel}"), "f.yaml:5:11: Marty is not in the call, expected the person whose leg ends"},
		{"an end of a person of the group who no longer rings", storyFile(group, docAnswers, "{who: Marty, deed: ends, cause: cancel}"), "f.yaml:6:11: Marty no longer rings: Doc has answered, expected Doc"},
		{"a second call", storyFile(jenniferCallsDoc, "{who: Biff, deed: calls, to: Marty}"), "f.yaml:5:23: a story is about one call, and here another begins, expected a scenario of its own"},
		{"a call between people outside the account", storyFile("{who: Jennifer, deed: calls, to: Biff}"), "f.yaml:4:38: Jennifer and somebody whom Jennifer calls are outside the account, and sipgate sends no pushes about such calls, expected a user of the account"},
		{"an outgoing call to two people outside the account", storyFile("{who: Doc, deed: calls, to: [Jennifer, Biff]}"), "f.yaml:4:33: somebody in the group is outside the account, expected users of the account, or one person only"},
		{"an emergency call by number", storyFile(`{who: Doc, deed: calls, to: "112"}`), "f.yaml:4:33: 112 is a number, expected a name: 112 is FireBrigade"},
		{"an emergency call by a person outside the account", storyFile("{who: Jennifer, deed: calls, to: Police}"), "f.yaml:4:38: Jennifer and somebody whom Jennifer calls are outside the account, and sipgate sends no pushes about such calls, expected a user of the account"},
		{"a transfer to an emergency number", storyFile(jenniferCallsDoc, docAnswers, "{who: Doc, deed: transfers, to: Police}"), "f.yaml:6:37: Police is an emergency call, about which sipgate sends no push, expected somebody else"},
		{"an end of the first leg while an attended transfer rings", storyFile(jenniferCallsDoc, docAnswers, "{who: Doc, deed: transfers, to: Marty, how: attended}", docEnds),
			"f.yaml:7:22: Doc leaves an attended transfer while it rings at Marty, expected Marty to answer, or the leg of Marty to end, or a blind transfer"},
		{"a second transfer after a blind transfer", storyFile(jenniferCallsDoc, docAnswers, "{who: Doc, deed: transfers, to: Marty, how: blind}", "{who: Marty, deed: ends, cause: busy}", "{who: Doc, deed: transfers, to: Lorraine}"),
			"f.yaml:8:22: Doc is out of the call after a blind transfer, expected the earlier transfer to be attended, or another person"},
		{"click-to-dial by a person outside the account", storyFile("{who: Jennifer, deed: calls, to: Doc, how: click}"), "f.yaml:4:48: Jennifer calls Doc by a click, expected a user of the account who calls somebody outside"},
		{"click-to-dial to a user of the account", storyFile("{who: Doc, deed: calls, to: Marty, how: click}"), "f.yaml:4:45: Doc calls Marty by a click, expected a user of the account who calls somebody outside"},
		{"click-to-dial: the called person answers before the caller", storyFile("{who: Doc, deed: calls, to: Jennifer, how: click}", "{who: Jennifer, deed: answers}"), "f.yaml:5:27: Jennifer answers before Doc has picked up the own phone, expected Doc to answer first"},
		{"an answer after the voicemail has answered", storyFile(jenniferCallsDoc, "{who: voicemail, deed: answers}", docAnswers), "f.yaml:6:22: Doc answers, but the voicemail has answered already"},
		{"an answer of the voicemail to an outgoing call", storyFile("{who: Doc, deed: calls, to: Jennifer}", "{who: voicemail, deed: answers}"), "f.yaml:5:28: the voicemail answers before ringing, expected a call, transfer or forward to the voicemail first"},
		{"a key press after the call", storyFile(jenniferCallsDoc, docEnds, `{who: Jennifer, deed: presses, digits: "1"}`), "f.yaml:6:27: Jennifer presses keys when the call is over"},
		{"a key press of a person who is not in the call", storyFile(jenniferCallsDoc, `{who: Biff, deed: presses, digits: "1"}`), "f.yaml:5:11: Biff presses keys, but is not in the call, expected a person who is in the call"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			checkLoadError(t, tt.text, tt.want)
		})
	}
}

func TestLoadRefusesAnInvalidAct(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, act, want string }{
		{"an unknown person", "{who: Dock, deed: answers}", `:11: unknown person "Dock", did you mean "Doc"?`},
		{"a person who is not in the cast", "{who: Clara, deed: answers}", `:11: unknown person "Clara", expected Biff, Doc, FireBrigade, George, Jennifer, Lorraine, Marty, Needles, Police or Strickland`},
		{"an unknown target", "{who: Doc, deed: forwards, to: Marti}", `:36: unknown person "Marti", did you mean "Marty"?`},
		{"an unknown deed", "{who: Doc, deed: forward, to: Marty}", `:22: unknown deed "forward", did you mean "forwards"?`},
		{"an act without a deed", "{who: Doc}", `:5: no deed, expected the key "deed"`},
		{"a transfer without a target", "{who: Doc, deed: transfers}", ":5: Doc transfers nobody, expected to: and a name"},
		{"a transfer to two people", "{who: Doc, deed: transfers, to: [Marty, George]}", ":37: Doc transfers to several, expected one name"},
		{"a forward to the same person", "{who: Doc, deed: forwards, to: Doc}", ":36: Doc forwards to themselves, expected somebody else"},
		{"a forward by the voicemail", "{who: voicemail, deed: forwards, to: Doc}", ":11: the voicemail can only answer and end, expected a person"},
		{"an answer with a target", "{who: Doc, deed: answers, to: Jennifer}", `:35: to does not go with "answers", expected it with "calls", "transfers" or "forwards" only`},
		{"an end without a cause", "{who: Doc, deed: ends}", ":5: the call ends without a cause, expected cause: and normalClearing, busy, cancel, noAnswer, congestion, notFound or forwarded"},
		{"a misspelt cause", "{who: Doc, deed: ends, cause: noanswer}", `:35: unknown cause "noanswer", did you mean "noAnswer"?`},
		{"an answer with a cause", "{who: Doc, deed: answers, cause: busy}", `:38: cause does not go with "answers", expected it with "ends" or "forwards" only`},
		{"an answer with digits", `{who: Doc, deed: answers, digits: "1"}`, `:39: digits do not go with "answers", expected them with "presses" only`},
		{"digits that are a YAML number", "{who: Doc, deed: presses, digits: 042}", `:39: digits are the number 042, expected keys of a phone in quotes, such as "042#"; left out if nothing is pressed`},
		{"digits with a letter that is no key", "{who: Doc, deed: presses, digits: 1x}", `:39: digits are "1x", expected keys of a phone in quotes, such as "042#"; left out if nothing is pressed`},
		{"a time without a unit", "{who: Doc, deed: answers, after: 5}", ":38: after is the number 5, expected a time with its unit, such as 98ms or 21.6s, above zero and at most 24h"},
		{"a time of zero", "{who: Doc, deed: answers, after: 0s}", `:38: after is "0s", expected a time with its unit, such as 98ms or 21.6s, above zero and at most 24h`},
		{"a time of more than a day", "{who: Doc, deed: answers, after: 25h}", `:38: after is "25h", expected a time with its unit, such as 98ms or 21.6s, above zero and at most 24h`},
		{"a time that overflows", "{who: Doc, deed: answers, after: 99999999999999999h}", `:38: after is "99999999999999999h", expected a time with its unit, such as 98ms or 21.6s, above zero and at most 24h`},
		{"a transfer with an unknown manner", "{who: Doc, deed: transfers, to: Marty, how: blindly}", `:49: Doc transfers in an unknown manner "blindly", did you mean "blind"?`},
		{"an answer with a manner", "{who: Doc, deed: answers, how: blind}", `:36: how does not go with "answers", expected it with "calls" or "transfers" only`},
		{"an answer with a caller id", "{who: Doc, deed: answers, shows: anonymous}", `:38: shows does not go with "answers", expected it with "calls" only`},
		{"a word instead of true or false for together", "{who: Doc, deed: answers, together: yes}", `:41: together is "yes", expected true or false`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			checkLoadError(t, storyFile(jenniferCallsDoc, tt.act), "f.yaml:5"+tt.want)
		})
	}
	t.Run("a first act that is together with the previous act", func(t *testing.T) {
		t.Parallel()
		checkLoadError(t, storyFile("{who: Jennifer, deed: calls, to: Doc, together: true}"), "f.yaml:4:53: no act is before the first act, expected the key together in a later act")
	})
	t.Run("a caller who shows a name instead of a number", func(t *testing.T) {
		t.Parallel()
		checkLoadError(t, storyFile("{who: Jennifer, deed: calls, to: Doc, shows: Jennifer}"), `f.yaml:4:50: the caller shows "Jennifer", expected anonymous, or a SIP id such as 1234567e0`)
	})
	t.Run("an unknown action that the scenario requires", func(t *testing.T) {
		t.Parallel()
		checkLoadError(t, "name: x\ntitle: y\nsteered: rejcet\nstory:\n  - "+jenniferCallsDoc+"\n", `f.yaml:3:10: unknown kind "rejcet" of steering, did you mean "reject"?`)
	})
	t.Run("a call to the voicemail", func(t *testing.T) {
		t.Parallel()
		checkLoadError(t, storyFile("{who: Jennifer, deed: calls, to: voicemail}"), "f.yaml:4:38: nobody calls the voicemail, expected a person, and a forward from there")
	})
	t.Run("a group with one person twice", func(t *testing.T) {
		t.Parallel()
		checkLoadError(t, storyFile("{who: Jennifer, deed: calls, to: [Doc, Doc]}"), "f.yaml:4:38: Doc is named twice, expected each name once")
	})
}

func TestLoadAcceptsUnusualStoriesThatCanHappen(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, why string }{
		{"an answered call with the cause cancel", storyFile(jenniferCallsDoc, docAnswers, "{who: Doc, deed: ends, cause: cancel}"), "observed: sipgate.io issue 109"},
		{"an unanswered call with the cause normalClearing", storyFile(jenniferCallsDoc, docEnds), "observed: sipgate.io issue 81: answers get lost"},
		{"an undocumented cause", storyFile(jenniferCallsDoc, "{who: Doc, deed: ends, cause: chanunavail}"), "observed: sipgate.io issue 55"},
		{"a call without an end", storyFile(jenniferCallsDoc, docAnswers), "observed: sipgate.io issue 45: hangups get lost"},
		{"an end by the caller", storyFile(jenniferCallsDoc, docAnswers, "{who: Jennifer, deed: ends, cause: normalClearing}"), "there is only one leg"},
		{"an internal call", storyFile("{who: Doc, deed: calls, to: Marty}", martyAnswers, "{who: Marty, deed: ends, cause: normalClearing}", "{who: Doc, deed: ends, cause: normalClearing}"), "an internal call has two legs"},
		{"an internal call that the called party ends twice", storyFile("{who: Doc, deed: calls, to: Marty}", martyAnswers, "{who: Marty, deed: ends, cause: normalClearing}", "{who: Marty, deed: ends, cause: normalClearing}"), "both legs ring Marty"},
		{"an internal call that the caller ends twice", storyFile("{who: Doc, deed: calls, to: Marty}", martyAnswers, docEnds, docEnds), "Doc is the caller on both legs"},
		{"a transferred call that is forwarded", storyFile(jenniferCallsDoc, docAnswers, docTransfers, "{who: Marty, deed: forwards, to: Biff}", "{who: Biff, deed: answers}"), ""},
		{"an emergency call", storyFile("{who: Doc, deed: calls, to: Police}", "{who: Police, deed: answers}"), "sipgate sends no pushes that an act could contradict"},
		{"a blind transfer that nobody picks up", storyFile(jenniferCallsDoc, docAnswers, "{who: Doc, deed: transfers, to: Marty, how: blind}", docEnds, "{who: Marty, deed: ends, cause: noAnswer}"), ""},
		{"a second transfer after the first failed", storyFile(jenniferCallsDoc, docAnswers, docTransfers, "{who: Marty, deed: ends, cause: busy}", "{who: Doc, deed: transfers, to: Lorraine}"), "Marty was busy"},
	}
	for _, tt := range tests {
		if _, err := Load("f.yaml", []byte(tt.text)); err != nil {
			t.Errorf("%s (%s): %v", tt.name, tt.why, err)
		}
	}
}

func TestCheckListsTheContradictionsOfAStory(t *testing.T) {
	t.Parallel()
	s := Scenario{Name: "mine", Story: []Act{
		{Who: "Jennifer", Deed: Calls, To: []string{"Doc"}},
		{Who: "Marty", Deed: Answers, After: -time.Second},
		{Who: "Clara", Deed: Answers},
	}}
	cast := Cast{"Jennifer": {Name: "Jennifer", IsOutside: true}, "Doc": {Name: "Doc", Number: "110"}, "Marty": {Name: "Marty"}}
	want := `checking story "mine": act 2 (Marty answers): after -1s, expected at most 24h0m0s
checking story "mine": act 3 (Clara answers): unknown person "Clara", expected Doc, Jennifer or Marty`
	err := s.Check(cast)
	if err == nil {
		t.Fatal("Check() = nil, want an error")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("Check mismatch (-want +got):\n%s", diff)
	}
	if err := (Scenario{Name: "mine"}).Check(cast); err == nil {
		t.Error("Check() of an empty story = nil, want an error")
	}
}
