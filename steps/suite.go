package steps

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/cucumber/godog"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/transcript"
)

// Suite is a set of features to be played.
type Suite struct {
	Files    fs.FS
	Tags     string                       // a tag expression as godog reads it: && for and, a comma for or, ~ for not; "" for all
	Parallel int                          // scenarios at a time; default 1
	Own      func(*godog.ScenarioContext) // registers steps beside those of the language; one that fails is red, and no finding
	T        *testing.T                   // with it every scenario is a subtest; nil outside tests
}

// phase is a part of a run whose scenarios must not meet those of another part: godog queues all scenarios of one suite
// without a barrier, so that each phase is a suite of its own.
type phase struct {
	tags     string
	parallel int
}

// slowFactor is how many times as many scenarios are played at a time at a receiver that takes long over each push.
const slowFactor = 4

func (s Suite) phases(slow bool) []phase {
	parallel := max(s.Parallel, 1)
	if slow && parallel > 1 {
		parallel *= slowFactor
	}
	return []phase{
		{"~@alone && ~@deadly", parallel},
		{"@alone && ~@deadly", 1},
		{"@deadly", 1},
	}
}

// Play plays the features in the phases of a run: side by side, then what must be alone, then what may be deadly. What
// cannot be run at all is a problem of the harness in the verdict.
func (r *Run) Play(ctx context.Context, s Suite) {
	known, err := features.Index(s.Files)
	if err != nil {
		r.problem(err.Error())
		return
	}
	for _, p := range s.phases(r.slow()) {
		if ctx.Err() != nil || !anyTagged(known, p) {
			continue
		}
		r.phase(ctx, s, p)
	}
	r.note(ctx)
	r.farewell(ctx)
}

// farewell looks whether the receiver is still there, where the last call that was played met nobody or somebody who fell over.
func (r *Run) farewell(ctx context.Context) {
	played := slices.DeleteFunc(r.soFar(), func(c transcript.Call) bool { return len(c.Exchanges) == 0 })
	if len(played) == 0 || !slices.ContainsFunc(played[len(played)-1].Exchanges, broke) {
		return
	}
	err := r.sender.Await(ctx, r.opts.Sender.Incoming, r.opts.Sender.Limits.WithDefaults().Exchange/recovery)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.casualties.gone = err != nil && ctx.Err() == nil
}

// anyTagged tells whether a phase has scenarios at all: a suite without any is none to run.
func anyTagged(known []features.Scenario, p phase) bool {
	for _, sc := range known {
		tags := " " + strings.Join(sc.Tags, " ") + " "
		alone, deadly := strings.Contains(tags, " alone "), strings.Contains(tags, " deadly ")
		switch {
		case strings.HasPrefix(p.tags, "~"):
			if !alone && !deadly {
				return true
			}
		case p.tags == "@deadly":
			if deadly {
				return true
			}
		case alone && !deadly:
			return true
		}
	}
	return false
}

func (r *Run) phase(ctx context.Context, s Suite, p phase) {
	tags := p.tags
	if s.Tags != "" {
		tags = s.Tags + " && " + tags
	}
	suite := godog.TestSuite{
		Name: "pushcheck",
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			r.InitializeScenario(sc)
			if s.Own != nil {
				s.Own(sc)
			}
		},
		Options: &godog.Options{
			Format: "progress", Output: io.Discard, NoColors: true, Strict: true,
			FS: s.Files, Paths: []string{"."}, Tags: tags, Concurrency: p.parallel,
			DefaultContext: ctx, TestingT: s.T,
		},
	}
	const failed = 1
	if code := suite.Run(); code != 0 && code != failed {
		r.problem(fmt.Sprintf("the features could not be run (%d)", code))
	}
}
