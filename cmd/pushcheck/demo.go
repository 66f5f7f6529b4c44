package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/internal/selftest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

// demoBugs names faults of three kinds: a wrong status, wrong XML, and a fault that shows only in a whole call.
var demoBugs = []string{"answer-500", "relative-hangup", "first-leg-only"}

// demoReceivers returns the receivers that the demo judges.
func demoReceivers() ([]selftest.Case, error) {
	good := selftest.Case{Name: "good", Behaviour: "A receiver that does what sipgate expects"}
	faulty := selftest.Case{Name: "faulty", Behaviour: "The same receiver with three bugs"}
	for _, name := range demoBugs {
		fault, err := receiver.FindFault(name)
		if err != nil {
			return nil, err
		}
		faulty.Faults = append(faulty.Faults, fault)
	}
	return []selftest.Case{good, faulty}, nil
}

const (
	demoScenario = "transfer-answered" // the call that is shown

	demoIntroduction = `pushcheck starts two receivers on this machine and sends them pushes about calls
over HTTPS, as sipgate would. In one call Jennifer calls Doc, and Doc transfers
her to Marty. Nothing leaves this machine.
`
	demoWaiverNote = `
transport.trusted-chain is waived because the demo made its certificates itself:
sipgate does not know their authority.
`
	demoConclusion = `
The first receiver conforms. The second does not: each of its bugs is shown
above, with its consequence and its fix. Next:

  pushcheck run https://example.org/push    judge your own receiver
  pushcheck explain following.every-leg     all about one of the requirements

If pushcheck is not installed: go run ./cmd/pushcheck run ...
`
)

func (a *app) demoCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Judge a good and a faulty receiver that pushcheck starts",
		Long: "Starts a good receiver and one with bugs on this machine, over HTTPS with certificates that it makes, and judges both as run does. " +
			"It needs no network and no configuration, and takes a second or two.\n\n" +
			"Exit codes:\n  0    the good receiver conforms, and the bugs of the other one were found\n  3    anything else\n  130  interrupted",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runDemo(cmd.Context()) },
	}
	a.registerColor(cmd.Flags())
	return cmd
}

// runDemo judges the two receivers at the same time. Then it prints the result of each, and one call of the good receiver.
func (a *app) runDemo(ctx context.Context) error {
	if _, err := fmt.Fprint(a.stdout, demoIntroduction); err != nil {
		return err
	}
	receivers, err := demoReceivers()
	if err != nil {
		return err
	}
	outcomes, err := selftest.Run(ctx, receivers, selftest.Options{Tool: tool(), Nonce: "demo", Parallel: len(receivers)})
	if ctx.Err() != nil {
		fmt.Fprintln(a.stderr, "pushcheck: interrupted before both receivers were judged")
		return verdictError(verdict.ExitInterrupted)
	}
	if err != nil {
		return err
	}
	for i, o := range outcomes {
		fmt.Fprintf(a.stdout, "\n%s\n\n", a.bold(fmt.Sprintf("%d. %s", i+1, o.Behaviour)))
		if err := a.showOutcome(o, i > 0); err != nil {
			return err
		}
		if i == 0 {
			fmt.Fprint(a.stdout, demoWaiverNote)
		}
	}
	for _, o := range outcomes {
		if !o.AsExpected() {
			return fmt.Errorf("judging the receivers of the demo: %s", outcomeLine(o))
		}
	}
	_, err = fmt.Fprint(a.stdout, demoConclusion)
	return err
}

// showOutcome prints the call demoScenario and the result with all requirements. If brief is true, it prints only what is wrong.
func (a *app) showOutcome(o selftest.Outcome, brief bool) error {
	term := report.NewTerminal(a.stdout, report.TerminalOptions{Color: a.usesColor(), Width: min(a.width, 80), ReceiverStopped: true, Quiet: brief})
	for _, c := range o.Verdict.Calls {
		if c.Scenario == demoScenario {
			term.PrintCall(c)
		}
	}
	term.PrintVerdict(o.Verdict, o.Duration)
	return term.Err()
}

func (a *app) bold(text string) string {
	if !a.usesColor() {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}
