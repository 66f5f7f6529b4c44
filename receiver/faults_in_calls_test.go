package receiver_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
)

// This test does not judge the receivers. The command pushcheck selftest checks that exactly the requirements that a fault breaks are
// reported.
func TestFaultRefusesAPushInACallThatTestsARequirementThatItBreaks(t *testing.T) {
	t.Parallel()
	pushesByCall := playedCalls(t)
	for _, fault := range receiver.Faults() {
		isInPushesOrCalls := fault.Phase == receiver.Pushes || fault.Phase == receiver.Calls
		if !isInPushesOrCalls || fault.NeedsKey || strings.HasPrefix(fault.Breaks[0], "trouble.") || fault.Breaks[0] == "call.concurrent" {
			continue // one call with plain or odd pushes does not show the fault
		}
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			var brokenScenarios []string // call scenarios of the requirements that the fault breaks
			for _, id := range fault.Breaks {
				r, _ := requirements.Find(id)
				brokenScenarios = append(brokenScenarios, r.Scenarios...)
			}
			var refused []string
			for _, name := range slices.Sorted(maps.Keys(pushesByCall)) {
				if refuses(t, fault, pushesByCall[name]) {
					refused = append(refused, name)
				}
			}
			isBrokenScenario := func(name string) bool { return slices.Contains(brokenScenarios, name) }
			switch {
			case len(refused) == 0:
				t.Error("it refuses no push of any call")
			case len(brokenScenarios) > 0 && !slices.ContainsFunc(refused, isBrokenScenario):
				t.Errorf("it refuses a push of %q, but of none of %q, the calls of the requirements that it breaks", refused, brokenScenarios)
			}
			for _, plain := range []string{"incoming-answered", "outgoing-answered", "menu-digits"} {
				if slices.Contains(refused, plain) && !isBrokenScenario(plain) && !slices.Contains(fault.Breaks, requirements.PushNewCall) {
					t.Errorf("it refuses a push of %q, which is no call of a requirement that it breaks", plain)
				}
			}
		})
	}
}

// refuses reports whether a receiver with a fault refuses at least one of the pushes.
func refuses(t *testing.T, fault receiver.Fault, pushes []string) bool {
	t.Helper()
	o := receiver.Options{Faults: []receiver.Fault{fault}}
	if fault.NeedsSteering != "" {
		o.Steering = parseSteering(t, string(fault.NeedsSteering)+"="+scenarios.DefaultCast()["Doc"].Number)
	}
	r := newReceiver(t, o)
	return slices.ContainsFunc(pushes, func(body string) bool { return post(r, body).Status >= http.StatusBadRequest })
}

// playedCalls returns the bodies of the pushes of each built-in call scenario, by the name of the scenario. For each kind of odd push, it
// also returns a plain call and a menu with that odd push.
func playedCalls(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, s := range scenarios.All() {
		out[s.Name] = pushesOf(t, s, experiment.Twist{})
	}
	for _, oddity := range experiment.Oddities() {
		clause := regexp.MustCompile("^" + oddity.Clause + "$")
		for _, word := range []string{"busy", "forwarded", "chanunavail", "0*#"} { // a word that does not fit the clause of the oddity is skipped
			twist := oddity.Twist(word)
			if twist.Kind != experiment.Odd || !clause.MatchString(string(twist.Variant)) {
				continue
			}
			for _, name := range []string{"incoming-answered", "menu-digits"} {
				s, _ := scenarios.Find(name)
				out[name+", but "+string(twist.Variant)] = pushesOf(t, s, twist)
			}
		}
	}
	return out
}

// pushesOf returns the bodies of the pushes of a call, changed by twist.
func pushesOf(t *testing.T, s scenarios.Scenario, twist experiment.Twist) []string {
	t.Helper()
	setting := experiment.Setting{Cast: scenarios.DefaultCast()}
	var bodies []string
	for _, step := range call.New(s, call.Options{Cast: setting.Cast, IDs: push.IDs{Seed: 1, Nonce: "test"}}).Rehearse() {
		form := twist.Form(setting, step, step.Push.Form(push.ObservedDialect()))
		wire := experiment.Request{Header: http.Header{}, Body: form.Encode(false)}
		if err := twist.Apply(setting, step, form, &wire); err != nil {
			t.Fatalf("%s, but %s: %v", s.Name, twist.Variant, err)
		}
		bodies = append(bodies, string(wire.Body))
	}
	return bodies
}
