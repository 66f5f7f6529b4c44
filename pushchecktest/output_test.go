package pushchecktest_test

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cucumber/godog"
	"go.uber.org/goleak"

	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/verdict"
)

// childTestVariable names the environment variable that selects one of childTests. The selected test runs in a child process, because it
// may fail.
const childTestVariable = "PUSHCHECKTEST_CHILD"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestTheReceiver runs one of childTests. TestOutputForEachKindOfReceiver starts it in child processes.
func TestTheReceiver(t *testing.T) { childTests[cmp.Or(os.Getenv(childTestVariable), "good")](t) }

// childTests holds tests of receivers, written as users write them.
var childTests = map[string]func(*testing.T){
	"empty handler": func(t *testing.T) {
		pushchecktest.Test(t, pushchecktest.Serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	},
	"empty handler that claims to subscribe": func(t *testing.T) {
		target := pushchecktest.Serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		target.Claims = []requirements.Capability{requirements.CanHangup}
		pushchecktest.Test(t, target)
	},
	"good": func(t *testing.T) { pushchecktest.Test(t, pushchecktest.Serve(t, receiverWithFaults(t))) },
	"relative hangup URL": func(t *testing.T) {
		pushchecktest.Test(t, pushchecktest.Serve(t, receiverWithFaults(t, "relative-hangup")))
	},
	"relative hangup URL as a known failure": func(t *testing.T) {
		target := pushchecktest.Serve(t, receiverWithFaults(t, "relative-hangup"))
		target.Known = []verdict.KnownFailure{{ID: "following.hangup-url", Reason: "issue 12", Expires: time.Now().AddDate(1, 0, 0)}}
		pushchecktest.Test(t, target)
	},
	"warning": func(t *testing.T) {
		pushchecktest.Test(t, pushchecktest.Serve(t, receiverWithFaults(t, "unknown-attribute")))
	},
	"warning with Strict": func(t *testing.T) {
		target := pushchecktest.Serve(t, receiverWithFaults(t, "unknown-attribute"))
		target.Strict = true
		pushchecktest.Test(t, target)
	},
	"sentence that contradicts the story": func(t *testing.T) {
		pushchecktest.Test(t, pushchecktest.Serve(t, receiverWithFaults(t)), suiteOf("the receiver meets \"reject.reason\"", "the receiver refuses it and accepts the next push"))
	},
	"own step fails": func(t *testing.T) {
		app := newOffice(t)
		suite := suiteOf("Jennifer's screen has rung")
		suite.Steps = app.screens
		pushchecktest.Test(t, pushchecktest.Serve(t, app), suite)
	},
	"after hook fails": func(t *testing.T) {
		suite := suiteOf("the receiver accepts every push")
		suite.Steps = func(sc *godog.ScenarioContext) {
			sc.After(func(ctx context.Context, _ *godog.Scenario, _ error) (context.Context, error) {
				return ctx, errors.New("the office is on fire")
			})
		}
		pushchecktest.Test(t, pushchecktest.Serve(t, receiverWithFaults(t)), suite)
	},
	"before hook skips": func(t *testing.T) {
		suite := suiteOf("the receiver accepts every push")
		suite.Steps = func(sc *godog.ScenarioContext) {
			sc.Before(func(ctx context.Context, _ *godog.Scenario) (context.Context, error) { return ctx, godog.ErrSkip })
		}
		pushchecktest.Test(t, pushchecktest.Serve(t, receiverWithFaults(t)), suite)
	},
	"own step skips": func(t *testing.T) {
		suite := suiteOf("it is Sunday")
		suite.Steps = func(sc *godog.ScenarioContext) {
			sc.Step(`^it is Sunday$`, func() error { return godog.ErrSkip })
		}
		pushchecktest.Test(t, pushchecktest.Serve(t, receiverWithFaults(t)), suite)
	},
	"suite without files": func(t *testing.T) {
		pushchecktest.Test(t, pushchecktest.Serve(t, receiverWithFaults(t)), pushchecktest.Suite{})
	},
	"suite without scenarios": func(t *testing.T) {
		pushchecktest.Test(t, pushchecktest.Serve(t, receiverWithFaults(t)), pushchecktest.Suite{Files: fstest.MapFS{"own.feature": {Data: []byte("Feature: F\n  Scenari: S\n")}}})
	},
	"suite without features": func(t *testing.T) {
		pushchecktest.Test(t, pushchecktest.Serve(t, receiverWithFaults(t)), pushchecktest.Suite{Files: fstest.MapFS{}})
	},
	"own step is unknown": func(t *testing.T) {
		app := newOffice(t)
		suite := suiteOf("the moon is full")
		suite.Steps = app.screens
		pushchecktest.Test(t, pushchecktest.Serve(t, app), suite)
	},
}

// suiteOf returns a suite with one feature. The feature has one scenario for each sentence, and the scenario ends with the sentence.
func suiteOf(sentences ...string) pushchecktest.Suite {
	text := "Feature: Own\n"
	for _, s := range sentences {
		text += "  Scenario: " + s + "\n    Given Jennifer has called Doc\n    Then " + s + "\n"
	}
	return pushchecktest.Suite{Files: fstest.MapFS{"own.feature": {Data: []byte(text)}}}
}

func receiverWithFaults(t *testing.T, faults ...string) http.Handler {
	t.Helper()
	var o receiver.Options
	for _, name := range faults {
		f, err := receiver.FindFault(name)
		if err != nil {
			t.Fatal(err)
		}
		o.Faults = append(o.Faults, f)
	}
	r, err := receiver.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNewRunNamesTheInvalidFieldOfATarget(t *testing.T) {
	t.Parallel()
	const url = "https://receiver.example/"
	for name, test := range map[string]struct {
		target pushchecktest.Target
		want   string // part of the error; "": no error
	}{
		"valid target: no error":        {pushchecktest.Target{URL: url, Claims: []requirements.Capability{requirements.CanHangup}, Cast: scenarios.Cast{"Doc": {Name: "Emmett"}}}, ""},
		"no URL":                        {pushchecktest.Target{}, "no host"},
		"malformed URL":                 {pushchecktest.Target{URL: "https://%"}, "reading the receiver's URL"},
		"unknown claim":                 {pushchecktest.Target{URL: url, Claims: []requirements.Capability{"fly"}}, `unknown capability "fly"`},
		"unknown id of a known failure": {pushchecktest.Target{URL: url, Known: []verdict.KnownFailure{{ID: "push.hangu"}}}, `did you mean "push.hangup"?`},
		"unknown person in the cast":    {pushchecktest.Target{URL: url, Cast: scenarios.Cast{"Dok": {}}}, `unknown person "Dok"`},
	} {
		_, err := test.target.NewRun()
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

func TestSubtestsCanBeSelectedByTheRunFlagOfGoTest(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run=^TestTheReceiver$/^The_receiver_accepts_the_newCall_of_an_(incoming|outgoing)_call$")
	cmd.Env = append(os.Environ(), childTestVariable+"=good")
	output, err := cmd.CombinedOutput()
	if err != nil || strings.Count(string(output), "--- PASS: TestTheReceiver/") != 2 || strings.Contains(string(output), "SKIP") {
		t.Errorf("error %v, want two passed subtests and nothing else:\n%s", err, output)
	}
}

func TestOutputForEachKindOfReceiver(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fails    bool     // the test of the receiver fails
		patterns []string // regular expressions that the output has to match
		unwanted []string // texts that the output must not contain
	}{
		"empty handler": {false,
			[]string{
				`--- SKIP: TestTheReceiver/The_receiver_accepts_the_hangup_of_a_call `, `push\.hangup is not applicable: `,
				`--- SKIP: TestTheReceiver/The_receiver_refuses_a_push_without_a_signature `,
				`--- PASS: TestTheReceiver/The_receiver_accepts_the_newCall_of_an_incoming_call `,
				`--- SKIP: TestTheReceiver/The_receiver's_certificate_leads_to_a_public_authority `, `transport\.trusted-chain is waived: `,
				`conformant as an observer: it subscribes to nothing`,
			},
			[]string{`--- FAIL`, `--- PASS: TestTheReceiver/The_receiver_accepts_the_hangup_of_a_call`, `--- PASS: TestTheReceiver/The_receiver_refuses`},
		},
		"empty handler that claims to subscribe": {true,
			[]string{`--- FAIL: TestTheReceiver/The_receiver_accepts_the_hangup_of_a_call `, `failed  push\.hangup  must`, `fix  `}, nil},
		"good": {false, []string{`--- PASS: TestTheReceiver/The_receiver_accepts_the_hangup_of_a_call `, `: conformant: \d+ requirements met`}, []string{`--- FAIL`}},
		"relative hangup URL": {true,
			[]string{
				`--- FAIL: TestTheReceiver/The_receiver_subscribes_to_the_hangup_by_an_absolute_URL `, `failed  following\.hangup-url  must`,
				`got +the relative URL`, `(?m)^ +\^$`, `fix +Write the whole URL`, `: not conformant: following\.hangup-url is not met`,
			}, []string{`curl`}},
		"relative hangup URL as a known failure": {false, []string{`--- SKIP: TestTheReceiver/The_receiver_subscribes_to_the_hangup_by_an_absolute_URL `, `following\.hangup-url is known: issue 12`}, []string{`--- FAIL`}},
		"warning":                                {false, []string{`warned  response\.known-attributes  should`}, []string{`--- FAIL`}},
		"warning with Strict":                    {true, []string{`--- FAIL: TestTheReceiver/The_receiver_uses_documented_attributes_only`}, nil},
		"sentence that contradicts the story":    {true, []string{`own\.feature:7:5: the story has no forged push`}, []string{`--- PASS`}},
		"own step fails": {true,
			[]string{`--- FAIL: TestTheReceiver/Jennifer's_screen_has_rung `, `want +Jennifer's screen has rung`, `got +Jennifer's screen stayed dark`, `: not conformant: `},
			[]string{`no verdict`}},
		"after hook fails":        {true, []string{`--- FAIL: TestTheReceiver/the_receiver_accepts_every_push `, `got +the office is on fire`, `: not conformant: the scenario own.feature:2 failed`}, []string{`no verdict`}},
		"before hook skips":       {false, []string{`--- SKIP: TestTheReceiver/the_receiver_accepts_every_push `}, []string{`--- FAIL`, `--- PASS: TestTheReceiver/the_receiver_accepts_every_push`}},
		"own step skips":          {false, []string{`--- SKIP: TestTheReceiver/it_is_Sunday `, `it is Sunday was skipped`}, []string{`--- FAIL`}},
		"suite without files":     {true, []string{`it has no Files`}, []string{`--- PASS`}},
		"suite without scenarios": {true, []string{`own.feature: there is no scenario in this feature file`}, []string{`--- PASS`}},
		"suite without features":  {true, []string{`there is no feature file`}, []string{`--- PASS`}},
		"own step is unknown":     {true, []string{`--- FAIL: TestTheReceiver/the_moon_is_full `, `the moon is full`, `no verdict: `}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run=^TestTheReceiver$")
			cmd.Env = append(os.Environ(), childTestVariable+"="+name)
			data, err := cmd.CombinedOutput()
			output := string(data)
			if fails := err != nil; fails != test.fails {
				t.Errorf("the test fails: %t, want %t", fails, test.fails)
			}
			for _, expr := range test.patterns {
				if !regexp.MustCompile(expr).MatchString(output) {
					t.Errorf("the output has no %s", expr)
				}
			}
			for _, text := range test.unwanted {
				if strings.Contains(output, text) {
					t.Errorf("the output has %q", text)
				}
			}
			if t.Failed() {
				t.Log(output)
			}
		})
	}
}
