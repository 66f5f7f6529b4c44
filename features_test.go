// Package pushcheck_test plays the conformance features, by `go test` and by `godog run`: at the reference receiver, or at
// the receiver that PUSHCHECK_URL names.
package pushcheck_test

// go generate . writes every file that follows from the catalogue, the features, the call scenarios and the faults.
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
	if named, ok, err := named(); err != nil {
		t.Fatal(err)
	} else if ok {
		pushchecktest.Test(t, named)
		return
	}
	reference, err := receiver.New(receiver.Options{})
	if err != nil {
		t.Fatalf("setting the reference receiver up: %v", err)
	}
	pushchecktest.Test(t, pushchecktest.Serve(t, reference))
}

// godogRun is the run of `godog run`, and godogRed whether a scenario of it failed. They are variables because godog calls the two
// functions below and passes nothing on.
var (
	godogRun *run.Run
	godogRed atomic.Bool
)

// InitializeTestSuite is called by `godog run`.
func InitializeTestSuite(sc *godog.TestSuiteContext) {
	var server *httptest.Server
	sc.BeforeSuite(func() {
		target, ok, err := named()
		check(err)
		if !ok {
			reference, err := receiver.New(receiver.Options{})
			check(err)
			server, target, err = pushchecktest.Listen(reference)
			check(err)
		}
		godogRun, err = target.NewRun()
		check(err)
		godogRun.Probe(context.Background())
	})
	sc.AfterSuite(func() {
		v := godogRun.Verdict()
		fmt.Fprintf(os.Stderr, "\n%s\n", v.Summary)
		if server != nil {
			server.Close()
		}
		// Red scenarios end godog with an exit code of its own, after its summary.
		if v.Exit != verdict.ExitConformant && !godogRed.Load() {
			os.Exit(v.Exit)
		}
	})
}

// InitializeScenario is called by `godog run`.
func InitializeScenario(sc *godog.ScenarioContext) {
	pushchecktest.Register(sc, godogRun, steps.Suite{Files: features.FS, AfterScenario: func(o steps.Outcome) {
		if o.Err != nil {
			godogRed.Store(true)
		}
	}}, nil)
}

// named returns the receiver and the authorities that the environment names; false if it names no receiver.
func named() (pushchecktest.Target, bool, error) {
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

func check(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "pushcheck: %v\n", err)
		os.Exit(verdict.ExitNoVerdict)
	}
}
