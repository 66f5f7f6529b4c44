package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// exhibit is a receiver that the demo judges.
type exhibit struct {
	title string
	bugs  []string // names of faults of the reference receiver; none: it is to conform
}

// exhibits have bugs that show in different ways: in a status, in the XML, and in how a whole call goes on.
func exhibits() []exhibit {
	return []exhibit{
		{title: "A receiver that does what sipgate expects"},
		{title: "The same receiver with three bugs", bugs: []string{"answer-500", "relative-hangup", "first-leg-only"}},
	}
}

const (
	demoStory = "transfer-answered" // the call that is shown in full

	demoBegins = `Jennifer calls Doc, and Doc transfers her to Marty: of that, and of other calls,
two receivers on this machine are told by pushes, over HTTPS, as sipgate would.
Nothing leaves this machine.
`
	demoWaived = `
Waived is transport.trusted-chain: the demo made its certificates itself, and
sipgate would not know their authority.
`
	demoEnds = `
The first receiver conforms. The second does not: above stands each of its bugs,
with what it costs and how to mend it. Next:

  pushcheck run https://example.org/push    judge your own receiver
  pushcheck explain following.every-leg     all about one of the requirements

Without an installed pushcheck write: go run ./cmd/pushcheck run ...
`
)

func (a *app) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Judge two receivers that pushcheck starts itself, a good one and one with bugs",
		Long: "Starts two receivers on this machine, over HTTPS with certificates that it makes, and judges both as run does.\n" +
			"It needs no network and no configuration, and takes a second or two.\n\n" +
			"Exit codes: 0 the good one conforms and the bugs of the other one were found, 3 anything else, 130 interrupted.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context()) },
	}
}

// demo judges the exhibits side by side, and then shows of each the one call, what was found and the verdict.
func (a *app) demo(ctx context.Context) error {
	authority, err := certs.NewAuthority("pushcheck demo", time.Now())
	if err != nil {
		return err
	}
	if _, err := fmt.Fprint(a.stdout, demoBegins); err != nil {
		return err
	}
	shown := exhibits()
	verdicts := make([]verdict.Verdict, len(shown))
	wrong := make([]error, len(shown))
	var judging sync.WaitGroup
	for i, e := range shown {
		judging.Go(func() { verdicts[i], wrong[i] = e.judge(ctx, authority) })
	}
	judging.Wait()
	if ctx.Err() != nil {
		return verdictError(verdict.ExitInterrupted)
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	for i, e := range shown {
		fmt.Fprintf(a.stdout, "\n%s\n", a.bold(fmt.Sprintf("%d. %s", i+1, e.title)))
		if err := a.show(verdicts[i]); err != nil {
			return err
		}
		if i == 0 {
			fmt.Fprint(a.stdout, demoWaived)
		}
		wrong[i] = e.unexpected(verdicts[i])
	}
	if err := errors.Join(wrong...); err != nil {
		return fmt.Errorf("judging the receivers of the demo: %w", err)
	}
	_, err = fmt.Fprint(a.stdout, demoEnds)
	return err
}

// show prints the one call, the findings and the verdict.
func (a *app) show(v verdict.Verdict) error {
	looks := report.TerminalOptions{Color: a.color(), Width: min(a.width, 120), Gone: true}
	played := report.NewTerminal(a.stdout, looks)
	for _, c := range v.Calls {
		if c.Scenario == demoStory {
			played.Call(c)
		}
	}
	looks.Quiet = true
	told := report.NewTerminal(a.stdout, looks)
	told.Verdict(v)
	return errors.Join(played.Err(), told.Err())
}

// judge starts a receiver, judges it as run does, and stops it.
func (e exhibit) judge(ctx context.Context, authority *certs.Authority) (verdict.Verdict, error) {
	var none verdict.Verdict
	c := receiver.Config{Authority: authority}
	for _, name := range e.bugs {
		fault, err := receiver.FindFault(name)
		if err != nil {
			return none, err
		}
		c.Options.Faults = append(c.Options.Faults, fault)
	}
	served, err := receiver.Start(ctx, c)
	if err != nil {
		return none, err
	}
	defer func() { _ = served.Close() }()
	u, err := url.Parse(served.URL)
	if err != nil {
		return none, err
	}
	r := steps.NewRun(steps.Options{
		Sender: sender.Options{Incoming: u, Outgoing: u, CAs: []*x509.Certificate{authority.Root}, Dialect: push.Observed()},
		Seed:   1, Nonce: "demo", Tool: tool(),
	})
	r.Probe(ctx)
	r.Play(ctx, steps.Suite{Files: features.FS}) // one at a time, so that every demo shows the same
	return r.Verdict(), nil
}

// unexpected says how the verdict differs from what the bugs lead one to expect: all that they break is not met, and nothing
// else but what may follow from them.
func (e exhibit) unexpected(v verdict.Verdict) error {
	want := verdict.Conformant
	if len(e.bugs) > 0 {
		want = verdict.NotConformant
	}
	if v.Conclusion != want {
		return fmt.Errorf("%q: %s", e.title, v.Why)
	}
	for _, row := range v.Rows {
		must, may := e.breaks(row.ID)
		if failed := row.Status == verdict.Failed; must && !failed || failed && !must && !may {
			return fmt.Errorf("%q: %s is %s", e.title, row.ID, row.Status)
		}
	}
	return nil
}

// breaks tells whether the bugs break a requirement, or may do so.
func (e exhibit) breaks(id string) (must, may bool) {
	for _, name := range e.bugs {
		fault, err := receiver.FindFault(name)
		if err != nil {
			continue // then it was not started either
		}
		must = must || slices.Contains(fault.Breaks, id)
		may = may || slices.ContainsFunc(fault.May, func(pattern string) bool {
			ok, err := path.Match(pattern, id)
			return ok && err == nil
		})
	}
	return must, may
}

func (a *app) bold(text string) string {
	if !a.color() {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}
