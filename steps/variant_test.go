package steps_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestTranscriptNamesTheVariantOfEachScenario(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"own.feature": {Data: []byte(`@push
Feature: Variants
  @push.hangup-causes
  Scenario: A cause
    Given Jennifer has called Doc, and Doc has answered
    When Jennifer hangs up
    But the hangup cause is forwarded
    Then the receiver still accepts every push

  @push.odd-caller
  Scenario: A caller
    Given Jennifer has called Doc, and Doc has answered
    When Jennifer hangs up
    But the caller is a SIP id
    Then the receiver still accepts every push

  @trouble.malformed-push
  Scenario: A stranger
    When a stranger sends a JSON document
    Then the receiver accepts the next call

  @call.concurrent
  Scenario: A crowd
    When 2 calls come in at once
    Then the receiver accepts every push
`)}}
	run := tlsRun(t, referenceReceiver(t, receiver.Options{}))
	playAndListErrors(t, run, files)
	var got []transcript.Variant
	for _, c := range run.Verdict().Calls {
		if c.RequirementID != "" {
			got = append(got, c.Variant)
		}
	}
	slices.Sort(got)
	want := []transcript.Variant{"2 calls come in at once", "a stranger sends a JSON document", "the caller is a SIP id", "the hangup cause is forwarded"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variants of calls mismatch (-want +got):\n%s", diff)
	}
}
