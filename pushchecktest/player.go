package pushchecktest

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"testing"

	"github.com/cucumber/godog"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// player plays each scenario of a suite with godog, as a subtest.
type player struct {
	t     *testing.T
	run   *run.Run
	suite steps.Suite
	steps func(*godog.ScenarioContext) // registers the user's steps and hooks; nil: there are none

	mu    sync.Mutex
	shown map[string]bool // ids of requirements whose findings a subtest has shown
}

// play plays a scenario of the suite as a subtest.
func (p *player) play(ctx context.Context, sc features.Scenario) error {
	return playScenario(ctx, p.suite.Files, sc, func(registry *godog.ScenarioContext) {
		sub := &subtest{player: p, outcome: make(chan steps.Outcome), done: make(chan struct{})}
		suite := p.suite
		suite.BeforeScenario, suite.AfterScenario = sub.begin, sub.end
		Register(registry, p.run, suite, p.steps)
	})
}

// playScenario plays a scenario with godog. It returns an error only if godog cannot run the scenario. A failed scenario is no error.
func playScenario(ctx context.Context, files fs.FS, sc features.Scenario, initialize func(*godog.ScenarioContext)) error {
	single, err := features.SingleScenarioFile(files, sc)
	if err != nil {
		return err
	}
	suite := godog.TestSuite{
		ScenarioInitializer: initialize,
		Options: &godog.Options{
			Format: "progress", Output: io.Discard, NoColors: true, Strict: true, FeatureContents: []godog.Feature{{Name: sc.File, Contents: single}},
			DefaultContext: ctx,
		},
	}
	const failed = 1 // godog's exit code if the scenario failed; the subtest shows the failure
	if code := suite.Run(); code != 0 && code != failed {
		return fmt.Errorf("godog could not run %s:%d (exit code %d)", sc.File, sc.Line, code)
	}
	return nil
}

// subtest shows a scenario as a subtest. The subtests of godog itself would pass if a scenario is skipped.
type subtest struct {
	player  *player
	outcome chan steps.Outcome // receives the outcome of the scenario
	done    chan struct{}      // closed when the subtest is over
}

// begin starts the subtest. It reports whether -run of go test selected the subtest.
func (s *subtest) begin(sc features.Scenario) bool {
	isSelected := make(chan bool, 1)
	go func() {
		defer close(s.done)
		s.player.t.Run(sc.Name, func(t *testing.T) {
			isSelected <- true
			s.player.show(t, <-s.outcome)
		})
		select {
		case isSelected <- false: // go test did not select the subtest
		default:
		}
	}()
	return <-isSelected
}

// end passes the outcome to the subtest, and waits until the subtest is over.
func (s *subtest) end(out steps.Outcome) {
	select {
	case s.outcome <- out:
		<-s.done
	case <-s.done:
	}
}

// show reports the outcome of a scenario in its subtest.
func (p *player) show(t *testing.T, out steps.Outcome) {
	for _, row := range out.Rows {
		if row.Status != verdict.Failed && row.Status != verdict.Warned {
			continue
		}
		p.mu.Lock()
		p.shown[row.ID] = true
		p.mu.Unlock()
		t.Log("\n" + report.Block(verdict.Verdict{Evidence: verdict.Evidence{Calls: out.Calls}}, row))
	}
	switch {
	case out.Status == verdict.Failed:
		t.Fail()
	case out.Err != nil:
		t.Error(report.Inert(out.Err.Error()))
	case out.Status != verdict.Passed && out.Status != verdict.Warned:
		t.Skip(report.Inert(out.Reason))
	}
}

// conclude shows the findings that no subtest has shown, and then the verdict.
func (p *player) conclude(v verdict.Verdict) {
	p.t.Helper()
	for _, row := range v.Rows {
		if !p.shown[row.ID] && (row.Status == verdict.Failed || row.Status == verdict.Warned) {
			p.t.Log("\n" + report.Block(v, row))
		}
	}
	for _, n := range v.Notes {
		p.t.Log(report.Inert("note: " + n.About + ": " + n.Text))
	}
	if v.Exit != verdict.ExitConformant {
		p.t.Error(report.Inert(v.Summary))
		return
	}
	p.t.Log(report.Inert(v.Summary))
}
