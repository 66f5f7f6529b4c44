package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/sender"
)

// tlsFlags are the flags of tls alone.
type tlsFlags struct {
	target    targetFlags
	strict    bool
	noWaivers bool
	reports   []string
	quiet     bool
}

func (a *app) tlsCommand() *cobra.Command {
	var f tlsFlags
	cmd := &cobra.Command{
		Use:   "tls URL",
		Short: "Look at the connection to a receiver; no push is sent",
		Long: "Connects to the receiver, shows its certificates and judges what a connection alone can show: the requirements of the\n" +
			"area transport, without those that need a push (transport.no-redirect, transport.basic-auth).\n\n" +
			"Exit codes: 0 in order, 1 not in order, 2 usage error, 3 no verdict, 130 interrupted.",
		Example: "  pushcheck tls https://example.org/push\n  pushcheck tls --connect-to example.org:443:127.0.0.1:8443 https://example.org/push",
		Args:    oneURL,
		RunE: func(cmd *cobra.Command, args []string) error {
			url, err := a.receiver(cmd, args)
			if err != nil {
				return err
			}
			return a.inspect(cmd.Context(), f, url)
		},
	}
	flags := cmd.Flags()
	f.target.reach(flags)
	flags.Lookup("timeout").Usage = "give up on the connection, and again on the handshake, after this time; at most 3s and 5s"
	flags.BoolVar(&f.strict, "strict", false, "should-level findings are fatal too")
	flags.BoolVar(&f.noWaivers, "no-waivers", false, "waived findings are fatal too")
	flags.StringArrayVar(&f.reports, "report", nil, "write a report, `KIND=FILE`, kinds json and junit; - is standard output (repeatable)")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print only warnings, failures, what is excused and the verdict")
	a.colorFlag(flags)
	return cmd
}

// inspect judges a receiver by a connection alone.
func (a *app) inspect(ctx context.Context, f tlsFlags, raw string) error {
	o, err := f.target.options(raw)
	if err != nil {
		return err
	}
	outputs, err := parseReports(f.reports)
	if err != nil {
		return err
	}
	usual := sender.Limits{}.WithDefaults()
	o.Sender.Limits.Dial = min(f.target.timeout, usual.Dial)
	o.Sender.Limits.Handshake = min(f.target.timeout, usual.Handshake)
	o.ConnectOnly, o.Strict, o.NoWaivers = true, f.strict, f.noWaivers
	r := run.New(o)
	r.Probe(ctx)
	v := r.Verdict()
	term := a.terminalReport(outputs, f.quiet, false)
	term.Inspection(v, time.Now())
	return a.deliver(ctx, v, term, outputs)
}
