// Command pushcheck judges receivers of sipgate.io pushes, and sends them test pushes.
package main

import (
	"context"
	"crypto/fips140"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/pushcheck/pushcheck/internal/child"
	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/verdict"
)

func main() {
	if command, ok := child.GuardedCommand(os.Args); ok {
		os.Exit(child.Guard(command, os.Stdin, os.Stdout, os.Stderr))
	}
	if godebug := os.Getenv("GODEBUG"); godebug != "" {
		_ = os.Setenv("GODEBUG", harmlessSettings(godebug)) // Go reads the variable again at once
	}
	signal.Ignore(syscall.SIGPIPE) // writing to a closed pipe then returns an error, and the reports are still written
	log.SetOutput(io.Discard)      // net/http logs mistakes of receivers, which are in the transcript anyway
	if fips140.Enabled() {
		fmt.Fprintln(os.Stderr, "pushcheck: with GODEBUG=fips140, pushcheck cannot use TLS settings that receivers may have, and can give no verdict\nhint: leave that setting out")
		os.Exit(verdict.ExitUsage)
	}
	ctx, stop := signal.NotifyContext(context.Background(), endSignals()...)
	go func() {
		<-ctx.Done()
		time.Sleep(signalRepeatWindow)
		stop() // a second Ctrl-C ends the program at once
	}()
	a := &app{stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, environ: os.Environ}
	if w, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		a.isTerminal, a.width = true, w
	}
	a.showProgress(os.Stdout, os.Stderr)
	os.Exit(a.run(ctx, os.Args[1:]))
}

// signalRepeatWindow is the time after a signal in which a second signal is ignored. The command timeout(1) sends a signal twice: to the
// program, and to its whole process group. The second signal must not stop the writing of the reports.
const signalRepeatWindow = time.Second

// app is the program with its streams, its environment and its terminal.
type app struct {
	stdout, stderr   io.Writer         // for text that people read; run wraps both in an inertWriter, and stdout also in a pipeWriter
	stdoutWithErrors io.Writer         // like stdout, but it returns an error if its pipe is closed
	unfiltered       unfilteredStreams // for reports and commands to a CI system
	getenv           func(string) string
	environ          func() []string // returns all variables as NAME=VALUE; nil: there are none
	isTerminal       bool            // standard output is a terminal
	width            int             // columns of the terminal; 0: there is none
	progress         *progress       // progress line on standard error; nil: standard error is no terminal
	colors           colorChoice
	config           config // settings from a file, for flags that the command line and the environment do not set
}

// run runs one command line and returns the exit code.
func (a *app) run(ctx context.Context, args []string) int {
	a.unfiltered = unfilteredStreams{a.stdout, a.stderr}
	a.stdoutWithErrors, a.stdout, a.stderr = inertWriter{a.stdout}, inertWriter{pipeWriter{a.stdout}}, inertWriter{a.stderr}
	root := a.root()
	root.SetArgs(args)
	return a.printError(root.ExecuteContext(ctx))
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "pushcheck",
		Short: "Judge receivers of sipgate.io pushes",
		Long: "pushcheck plays phone calls at a receiver of sipgate.io pushes, does what its responses ask for, and judges them requirement by requirement. " +
			"It is not affiliated with sipgate and sends nothing to sipgate.",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          unknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.checkVariables(cmd); err != nil {
				return err
			}
			if err := a.applyEnvironment(cmd); err != nil {
				return err
			}
			return a.applyConfigFile(cmd)
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(flagMistake(err), "%s", flagHint(cmd, err))
	})
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { a.help(cmd) })
	root.SetOut(a.stdout) // InitDefaultCompletionCmd below keeps this writer, so it has to be set first
	root.SetErr(a.stderr)
	root.AddCommand(a.commands()...)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Args = checkHelpTopic
		case "completion":
			c.Args, c.RunE = unknownCommand, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
			describeCompletion(c)
		}
	}
	return root
}

// checkHelpTopic returns a usage error if the user asks for the help of a command that does not exist.
func checkHelpTopic(help *cobra.Command, args []string) error {
	if topic, _, err := help.Root().Find(args); err != nil || topic == help.Root() {
		return unknownCommand(help.Root(), args)
	}
	return nil
}

// verdictError carries the exit code of a verdict that was already printed.
type verdictError int

func (e verdictError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// exitWith returns the error that ends the program with the exit code of a verdict that was already printed.
func exitWith(code int) error {
	if code == verdict.ExitConformant {
		return nil
	}
	return verdictError(code)
}

// printError prints an error and returns the exit code for its kind: a verdict, a usage error, or an error of pushcheck itself.
func (a *app) printError(err error) int {
	var usageErr *usageError
	var verdictErr verdictError
	switch {
	case err == nil:
		return verdict.ExitConformant
	case errors.As(err, &verdictErr):
		return int(verdictErr)
	case errors.As(err, &usageErr):
		usageErr = a.config.withPlace(usageErr)
		fmt.Fprintf(a.stderr, "pushcheck: %s\n", hideCredentials(oneLine(usageErr.Error())))
		if usageErr.excerpt != "" {
			fmt.Fprintln(a.stderr, usageErr.excerpt)
		}
		if usageErr.hint != "" {
			fmt.Fprintf(a.stderr, "hint: %s\n", usageErr.hint)
		}
		return verdict.ExitUsage
	}
	fmt.Fprintf(a.stderr, "pushcheck: %s\n", hideCredentials(err.Error()))
	return verdict.ExitNoVerdict
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// unknownCommand returns a usage error if there is an argument, because the argument is the name of a command that does not exist.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := fmt.Sprintf("see: %s --help", cmd.CommandPath())
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if near, ok := suggest.Closest(args[0], names); ok {
		hint = fmt.Sprintf("did you mean: %s %s?", cmd.CommandPath(), near)
	}
	return usage(fmt.Sprintf("unknown command %q", args[0]), "%s", hint)
}

// noArguments returns a usage error if there is an argument.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage(fmt.Sprintf("%s takes no argument, there is %q", cmd.CommandPath(), args[0]), "see: %s --help", cmd.CommandPath())
}
