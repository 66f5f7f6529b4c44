package run

import (
	"net/url"
	"testing"

	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestFailFastStopsOnlyIfTheFindingRemainsWhenTheCallsUnderWayHaveEnded(t *testing.T) {
	t.Parallel()
	options := Options{FailFast: true, Sender: sender.Options{Incoming: &url.URL{Scheme: "https", Host: "receiver.example"}}}
	r := New(options)
	if why := r.StopReason(func() { t.Error("StopReason waits without a finding") }); why != "" {
		t.Errorf("a run without a finding is stopped: %s", why)
	}
	r.AddScenario(verdict.Scenario{Status: verdict.Failed})
	if why := r.StopReason(func() { r.withLock(func() { r.scenarios = nil }) }); why != "" {
		t.Errorf("the run is stopped by a finding that is gone after the wait: %s", why)
	}
	r.AddScenario(verdict.Scenario{Status: verdict.Failed})
	if why := r.StopReason(func() {}); why != failFastReason {
		t.Errorf("the run is stopped because of %q, want %q", why, failFastReason)
	}
	r.withLock(func() { r.scenarios = nil })
	if why := r.StopReason(func() { t.Error("StopReason waits although the run is stopped") }); why != failFastReason {
		t.Errorf("the run goes on after it was stopped: %q", why)
	}
	r = New(Options{Sender: options.Sender})
	r.AddScenario(verdict.Scenario{Status: verdict.Failed})
	if why := r.StopReason(func() { t.Error("StopReason waits without FailFast") }); why != "" {
		t.Errorf("a run without FailFast is stopped: %s", why)
	}
}
