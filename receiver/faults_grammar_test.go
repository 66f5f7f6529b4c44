package receiver_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

// documentRequirements lists the requirements that package response checks in a document.
var documentRequirements = []string{
	"response.xml-or-nothing", "response.well-formed", "response.root", "response.known-elements", "response.known-attributes",
	"response.one-action", "response.readable-encoding", "response.reasonable-size",
	"dial.target", "dial.number-format", "dial.max-five-targets", "dial.outgoing-one-target", "dial.caller-id-format", "dial.anonymous-value",
	"play.url", "gather.ondata", "gather.max-digits", "gather.timeout", "gather.type", "gather.nesting", "reject.reason", "hangup.empty",
	"following.answer-url", "following.hangup-url",
}

// brokenRules lists the rules that the documents of a receiver break, each rule once.
func brokenRules(t *testing.T, r *receiver.Receiver) []string {
	t.Helper()
	var rules []string
	for _, situation := range situations[:len(situations)-1] { // the last response is a sound, not a document
		got := outcomeIn(t, situation, r)
		media, charset := response.ParseContentType(got.Type)
		document := response.Parse(response.Input{Body: []byte(got.Body), MediaType: media, Charset: charset, Outgoing: situation == "outgoing"})
		for _, problem := range document.Problems {
			if !slices.Contains(rules, problem.Rule) {
				rules = append(rules, problem.Rule)
			}
		}
	}
	return rules
}

func TestParseReportsTheRulesThatEachFaultBreaks(t *testing.T) {
	t.Parallel()
	for _, fault := range receiver.Faults() {
		if fault.NeedsKey {
			continue // these faults decide which pushes are accepted, and do not change documents
		}
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			var want []string
			for _, id := range fault.Breaks {
				// Package response gets the whole body after decompression, so it cannot find these two faults.
				if slices.Contains(documentRequirements, id) && fault.Name != "false-gzip" && fault.Name != "page-size" {
					want = append(want, id)
				}
			}
			o := receiver.Options{SlowFactor: 1e-9, Faults: []receiver.Fault{fault}}
			if fault.NeedsSteering != "" {
				o.Steering = parseSteering(t, string(fault.NeedsSteering)+"=*")
			}
			if diff := cmp.Diff(want, brokenRules(t, newReceiver(t, o)), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("rules that %s breaks mismatch (-want +got):\n%s", fault.Name, diff)
			}
		})
	}
}

func TestParseReportsNothingForAConformingReceiver(t *testing.T) {
	t.Parallel()
	for _, kind := range append(scenarios.Steerings(), "") {
		var o receiver.Options
		if kind != "" {
			o.Steering = parseSteering(t, string(kind)+"=*")
		}
		if diff := cmp.Diff([]string(nil), brokenRules(t, newReceiver(t, o))); diff != "" {
			t.Errorf("rules that a receiver with %q breaks mismatch (-want +got):\n%s", kind, diff)
		}
	}
}
