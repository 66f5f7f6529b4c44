// Package pushcheck_test plays the built-in features at the receiver that PUSHCHECK_URL names, or at the reference receiver. Both `go test`
// and `godog run` run it.
package pushcheck_test

// `go generate .` writes every generated file. These files are made from the catalogue, the features, the call scenarios and the faults.
//go:generate go test ./call ./experiment ./report -count=1 -update
//go:generate go test ./cmd/pushcheck -count=1 -update -run ^Test(OutputsOfCommandLinesMatchTheFiles|SentRequestsMatchTheFiles|.*IsUpToDate)$

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"

	"github.com/cucumber/godog"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestTheReferenceReceiverMeetsTheFeatures(t *testing.T) {
	if target, ok, err := environmentTarget(); err != nil {
		t.Fatal(err)
	} else if ok {
		pushchecktest.Test(t, target)
		return
	}
	reference, err := receiver.New(receiver.Options{})
	if err != nil {
		t.Fatalf("setting the reference receiver up: %v", err)
	}
	pushchecktest.Test(t, pushchecktest.Serve(t, reference))
}

// These are variables because godog calls the two functions below, and does not pass values between them.
var (
	godogRun       *run.Run    // the run of `godog run`
	scenarioFailed atomic.Bool // a scenario of that run failed
)

// InitializeTestSuite is called by `godog run`.
func InitializeTestSuite(sc *godog.TestSuiteContext) {
	var server *httptest.Server
	sc.BeforeSuite(func() {
		target, ok, err := environmentTarget()
		exitIfError(err)
		if !ok {
			reference, err := receiver.New(receiver.Options{})
			exitIfError(err)
			server, target, err = pushchecktest.Listen(reference)
			exitIfError(err)
		}
		godogRun, err = target.NewRun()
		exitIfError(err)
		godogRun.Probe(context.Background())
	})
	sc.AfterSuite(func() {
		v := godogRun.Verdict()
		fmt.Fprintf(os.Stderr, "\n%s\n", v.Summary)
		if server != nil {
			server.Close()
		}
		// If a scenario failed, godog prints its summary after this function and ends with an exit code of its own.
		if v.Exit != verdict.ExitConformant && !scenarioFailed.Load() {
			os.Exit(v.Exit)
		}
	})
}

// InitializeScenario is called by `godog run`.
func InitializeScenario(sc *godog.ScenarioContext) {
	pushchecktest.Register(sc, godogRun, steps.Suite{Files: features.FS, AfterScenario: func(o steps.Outcome) {
		if o.Err != nil {
			scenarioFailed.Store(true)
		}
	}}, nil)
}

// environmentTarget returns the receiver that PUSHCHECK_URL names, with the authorities in the file that PUSHCHECK_CA_FILE names. It
// returns false if PUSHCHECK_URL is not set.
func environmentTarget() (pushchecktest.Target, bool, error) {
	target := pushchecktest.Target{URL: os.Getenv("PUSHCHECK_URL")}
	file := os.Getenv("PUSHCHECK_CA_FILE")
	if target.URL == "" || file == "" {
		return target, target.URL != "", nil
	}
	rest, err := os.ReadFile(file)
	if err != nil {
		return target, true, fmt.Errorf("reading PUSHCHECK_CA_FILE: %w", err)
	}
	for block, more := pem.Decode(rest); block != nil; block, more = pem.Decode(more) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return target, true, fmt.Errorf("reading PUSHCHECK_CA_FILE: %w", err)
		}
		target.CAs = append(target.CAs, c)
	}
	return target, true, nil
}

// exitIfError prints an error and ends the program. It does nothing if err is nil.
func exitIfError(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "pushcheck: %v\n", err)
		os.Exit(verdict.ExitNoVerdict)
	}
}
