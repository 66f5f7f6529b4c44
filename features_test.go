// Package pushcheck_test plays the conformance features, by `go test` and by `godog run`: at the reference receiver, or at
// the receiver that PUSHCHECK_URL names.
package pushcheck_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/cucumber/godog"

	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestTheReferenceReceiverMeetsTheFeatures(t *testing.T) {
	if named := os.Getenv("PUSHCHECK_URL"); named != "" {
		steps.Test(t, steps.Target{URL: named})
		return
	}
	reference, err := receiver.New(receiver.Options{})
	if err != nil {
		t.Fatalf("setting the reference receiver up: %v", err)
	}
	steps.Test(t, steps.Serve(t, reference))
}

// godogRun is the run of `godog run`, which calls the two functions below and leaves no other way from one to the other.
var godogRun *steps.Run

// InitializeTestSuite is called by `godog run`.
func InitializeTestSuite(sc *godog.TestSuiteContext) {
	var server *httptest.Server
	sc.BeforeSuite(func() {
		target := steps.Target{URL: os.Getenv("PUSHCHECK_URL")}
		if target.URL == "" {
			reference, err := receiver.New(receiver.Options{})
			check(err)
			server, target, err = steps.Listen(reference)
			check(err)
		}
		var err error
		godogRun, err = target.Run()
		check(err)
		godogRun.Probe(context.Background())
	})
	sc.AfterSuite(func() {
		v := godogRun.Verdict()
		fmt.Fprintf(os.Stderr, "\n%s\n", v.Why)
		if server != nil {
			server.Close()
		}
		// Red scenarios end godog with an exit code of its own, after its summary.
		if v.Exit != verdict.ExitConformant && !godogRun.Red() {
			os.Exit(v.Exit)
		}
	})
}

// InitializeScenario is called by `godog run`.
func InitializeScenario(sc *godog.ScenarioContext) { godogRun.InitializeScenario(sc) }

func check(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "pushcheck: %v\n", err)
		os.Exit(verdict.ExitNoVerdict)
	}
}
