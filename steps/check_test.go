package steps_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/steps"
)

// featureWith returns a feature file with one scenario, whose sentences begin in line 4.
func featureWith(tag string, sentences ...string) fstest.MapFS {
	return fstest.MapFS{"own.feature": {Data: []byte("Feature: F\n  " + tag + "\n  Scenario: S\n    " + strings.Join(sentences, "\n    ") + "\n")}}
}

func TestCheckRejectsUnplayableScenarios(t *testing.T) {
	t.Parallel()
	const docIsCalled, docHasAnswered = "Given Jennifer has called Doc", "Given Jennifer has called Doc, and Doc has answered"
	for name, test := range map[string]struct {
		files fstest.MapFS
		want  string // start of the error; "": the scenario can be played
	}{
		"valid scenario: no error":                                                   {featureWith("@push.anonymous-caller", docHasAnswered, "When Jennifer hangs up", "But the caller suppresses the number", "Then the receiver still accepts every push"), ""},
		"an undefined sentence":                                                      {featureWith("", docIsCalled, "Then the moon is full"), `own.feature:5:5: undefined sentence "the moon is full"`},
		"no steps":                                                                   {fstest.MapFS{"own.feature": {Data: []byte("Feature: F\n  Scenario: S\n")}}, `own.feature:2:3: the scenario "S" has no steps`},
		"no Then sentence":                                                           {featureWith("", docIsCalled), `own.feature:3:3: the scenario "S" has no Then sentence`},
		"a Then sentence without a call":                                             {featureWith("", "Then the receiver accepts every push"), "own.feature:4:5: the story has no call yet"},
		"a requirement that does not exist":                                          {featureWith("@push.newcal", docIsCalled, "Then the receiver accepts every push"), `own.feature:3:3: unknown requirement "push.newcal"`},
		"a person who does not exist":                                                {featureWith("", "Given Jennifer has called Griff", "Then the receiver accepts every push"), `own.feature:4:5: checking story "S": act 1 (Jennifer calls Griff): unknown person "Griff"`},
		"an answer of a person who is not called":                                    {featureWith("", docIsCalled, "And Marty answers", "Then the receiver accepts every push"), "own.feature:5:5: "},
		"a call scenario that does not exist":                                        {featureWith("", `Given the call scenario "nope" is played`, "Then the receiver accepts every push"), `own.feature:4:5: unknown call scenario "nope"`},
		"two But sentences":                                                          {featureWith("@push.anonymous-caller", docIsCalled, "But the caller suppresses the number", "But the caller's number is empty", "Then the receiver still accepts every push"), "own.feature:6:5: a scenario has one But sentence"},
		"a But sentence without a tag":                                               {featureWith("", docIsCalled, "But the caller suppresses the number", "Then the receiver still accepts every push"), "own.feature:5:5: a scenario with a But sentence needs one requirement as tag"},
		"'still accepts every push' without a But sentence":                          {featureWith("@push.newcall", docIsCalled, "Then the receiver still accepts every push"), `own.feature:5:5: "it" needs a But sentence before it`},
		"'survives it' without a But sentence or a stranger":                         {featureWith("@push.newcall", docIsCalled, "Then the receiver survives it"), `own.feature:5:5: "it" needs a But sentence or a stranger before it`},
		"'refuses it' without a forged push":                                         {featureWith("@push.anonymous-caller", docIsCalled, "But the caller suppresses the number", "Then the receiver refuses it and accepts the next push"), "own.feature:6:5: the story has no forged push"},
		"'refuses it' with a forged push: no error":                                  {featureWith("@signature.missing", docIsCalled, "But the newCall comes without a signature", "Then the receiver refuses it and accepts the next push"), ""},
		"'ignores it' with a forged newCall":                                         {featureWith("@signature.missing", docIsCalled, "But the newCall comes without a signature", "Then the receiver ignores it and accepts the next push"), "own.feature:6:5: the story has no forged answer or hangup"},
		"'ignores it' with a forged hangup: no error":                                {featureWith("@signature.missing", docHasAnswered, "When Jennifer hangs up", "But the hangup comes without a signature", "Then the receiver ignores it and accepts the next push"), ""},
		"'accepts the next call' without a stranger":                                 {featureWith("@push.newcall", docIsCalled, "Then the receiver accepts the next call"), "own.feature:5:5: the story has no next call"},
		"'accepts the next call' after a stranger: no error":                         {featureWith("@trouble.malformed-push", "When a stranger sends a GET", "Then the receiver accepts the next call"), ""},
		"'accepts the answer' of a call that is not answered":                        {featureWith("", docIsCalled, "Then the receiver accepts the answer"), "own.feature:5:5: the story has no answer push"},
		"'accepts the hangup' of a call that does not end":                           {featureWith("", docIsCalled, "Then the receiver accepts the hangup"), "own.feature:5:5: the story has no hangup push"},
		"'accepts the newCall of the outgoing call' without an outgoing call":        {featureWith("", docIsCalled, "Then the receiver accepts the newCall of the outgoing call"), "own.feature:5:5: the story has no outgoing call"},
		"'accepts the newCall of the outgoing call' with an outgoing call: no error": {featureWith("", "Given Doc has called Jennifer", "Then the receiver accepts the newCall of the outgoing call"), ""},
		"'accepts the digits' in a story without a pressed key":                      {featureWith("", docIsCalled, "Then the receiver accepts the digits that it gathers"), "own.feature:5:5: the story has no dtmf push"},
		"a state that contradicts the story":                                         {featureWith("@state.ended", docHasAnswered, "Then the application shows Doc's call as over"), "own.feature:5:5: the story leaves Doc's call answered, the sentence says over"},
		"a table with a wrong user":                                                  {featureWith("", docIsCalled, "Then sipgate pushes", "| event | user |", "| newCall | Marty |"), `own.feature:5:5: push 1 (newCall): user is "Doc", the table lists "Marty"`},
		"a table with too few pushes":                                                {featureWith("", docHasAnswered, "Then sipgate pushes", "| event |", "| newCall |"), "own.feature:5:5: the story has 2 pushes, the table lists 1"},
		"a table of a steered call: no error":                                        {featureWith("", "When Jennifer calls a number that is rejected", "Then sipgate pushes", "| event |", "| newCall |", "| hangup |"), ""},
		"a wrong table of a steered call":                                            {featureWith("", "When Jennifer calls a number that is rejected", "Then sipgate pushes", "| event |", "| newCall |", "| answer |"), "own.feature:5:5: push 2"},
		"an act after a call that is rejected":                                       {featureWith("", "When Jennifer calls a number that is rejected", "And Doc answers", "Then the receiver accepts every push"), `own.feature:5:5: checking story "S": act 4 (Doc answers): Doc answers, but that leg is over`},
		"an act after a call that is hung up on":                                     {featureWith("", "When Jennifer calls a number that is hung up on", "And the call is answered", "Then the receiver accepts every push"), `own.feature:5:5: checking story "S": act 4 (Doc answers): Doc answers, but that leg is over`},
		"an answer without a call":                                                   {featureWith("", "When the call is answered", "Then the receiver accepts every push"), "own.feature:4:5: the story has no call yet"},
		"an answer of a redirected call: no error":                                   {featureWith("", "When Jennifer calls a number that is redirected", "And the call is answered", "And Jennifer hangs up", "Then the receiver accepts every push"), ""},
		"a sentence without its table":                                               {featureWith("", docIsCalled, "Then sipgate pushes"), "own.feature:5:5: this sentence needs a table below it"},
		"a table below a sentence that takes no table":                               {featureWith("", docIsCalled, "| a |", "Then the receiver accepts every push"), "own.feature:4:5: this sentence takes no table or doc string, but has a table"},
		"pushes in a scenario that only connects":                                    {featureWith("", "When sipgate connects to the receiver", "Then the receiver accepts every push"), "own.feature:5:5: sipgate only connects in this scenario"},
		"a table in a scenario that sends more than one call":                        {featureWith("@signature.missing", docIsCalled, "But the newCall comes without a signature", "Then sipgate pushes", "| event |", "| newCall |"), "own.feature:6:5: the table lists the pushes of one call"},
		"a response in a scenario that only connects":                                {featureWith("", "When sipgate connects to the receiver", "Then the status of the response is 200"), "own.feature:5:5: sipgate only connects in this scenario"},
		"'meets' with a requirement that the story has no push for":                  {featureWith("", docIsCalled, `Then the receiver meets "push.hangup"`), "own.feature:5:5: the story has no hangup push"},
		"a feature without a scenario":                                               {fstest.MapFS{"own.feature": {Data: []byte("Feature: F\n  Scenari: S\n")}}, "own.feature: there is no scenario in this feature file"},
		"a file that is not Gherkin":                                                 {fstest.MapFS{"own.feature": {Data: []byte("Scenario without a feature\n")}}, "own.feature"},
	} {
		err := steps.Check(run.New(run.Options{}), steps.Suite{Files: test.files, HasOwnFeatures: true})
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v, want no error", name, err)
		case test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), test.want) && !(name == "a file that is not Gherkin" && strings.Contains(err.Error(), test.want))):
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
}

func TestCheckReportsEveryUnplayableScenario(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"own.feature": {Data: []byte("Feature: F\n  Scenario: A\n    Given Jennifer has called Doc\n  Scenario: B\n    Then the moon is full\n")}}
	err := steps.Check(run.New(run.Options{}), steps.Suite{Files: files})
	if err == nil || strings.Count(err.Error(), "own.feature:") != 2 {
		t.Errorf("Check = %v, want both scenarios", err)
	}
	files["own.feature"].Data = []byte("Feature: F\n  Scenario: B\n    Given Jennifer has called Doc\n    Then the moon is full\n")
	if err := steps.Check(run.New(run.Options{}), steps.Suite{Files: files, HasOwnSteps: true}); err != nil {
		t.Errorf("Check with steps of the user = %v, want no error", err)
	}
}

func TestCheckAcceptsEveryBuiltInFeature(t *testing.T) {
	t.Parallel()
	if err := steps.Check(run.New(run.Options{}), steps.Suite{Files: features.FS}); err != nil {
		t.Error(err)
	}
}

func TestCheckListsEveryMistake(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"own.feature": {Data: []byte("Feature: F\n  @push.newcal @push.hangp\n  Scenario: S\n    Given the moon is full\n    When it rains\n    Then the receiver accepts every push\n" +
		"  Scenario: T\n    Then it snows\n")}}
	err := steps.Check(run.New(run.Options{}), steps.Suite{Files: files, HasOwnFeatures: true})
	for _, want := range []string{"own.feature:3:3: unknown requirement \"push.newcal\"", "own.feature:3:3: unknown requirement \"push.hangp\"", "own.feature:4:5: ", "own.feature:5:5: ", "own.feature:8:5: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check() = %v, want %q in it", err, want)
		}
	}
}
