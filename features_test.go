// Package pushcheck_test plays the conformance features, by `go test` and by `godog run`: at the reference receiver, or at
// the receiver that PUSHCHECK_URL names.
package pushcheck_test

import (
	"net/url"
	"os"
	"testing"

	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/steps"
)

func TestFeatures(t *testing.T) {
	if named := os.Getenv("PUSHCHECK_URL"); named != "" {
		if _, err := url.Parse(named); err != nil {
			t.Fatalf("reading PUSHCHECK_URL: %v", err)
		}
		steps.Test(t, steps.Target{URL: named})
		return
	}
	reference, err := receiver.New(receiver.Options{})
	if err != nil {
		t.Fatalf("setting the reference receiver up: %v", err)
	}
	steps.Test(t, steps.Serve(t, reference))
}
