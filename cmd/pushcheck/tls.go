package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/sender"
)

// tlsFlags are the flags of tls.
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
		Short: "Judge the connection to a receiver, and send no push",
		Long: "Connects to the receiver at URL, shows its certificates, and judges the requirements of the area transport. " +
			"Two of them need a push and are left out: transport.no-redirect and transport.basic-auth.\n\n" +
			"" + exitCodes,
		Example: "  pushcheck tls https://example.org/push\n" +
			"  pushcheck tls https://example.org/push \\\n" +
			"    --connect-to example.org:443:127.0.0.1:8443",
		Args: oneURL,
		RunE: func(cmd *cobra.Command, args []string) error {
			url, err := a.receiverURL(cmd, args)
			if err != nil {
				return err
			}
			return a.inspectConnection(cmd.Context(), f, url)
		},
	}
	registerConfigFlag(cmd)
	flags := cmd.Flags()
	f.target.registerConnection(flags)
	flags.Lookup("timeout").Usage = "wait up to this `TIME` for each part of a connection, at most 3s to connect and 5s for the TLS handshake"
	flags.BoolVar(&f.strict, "strict", false, "exit with 1 also if a should-level requirement is not met")
	flags.BoolVar(&f.noWaivers, "no-waivers", false, "also not conformant if a requirement is waived")
	flags.StringArrayVar(&f.reports, "report", nil, reportUsage(reportNames()))
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print only warnings, failures, waivers and the verdict")
	a.registerColor(flags)
	return cmd
}

// inspectConnection connects to a receiver and judges the connection. It sends no push.
func (a *app) inspectConnection(ctx context.Context, f tlsFlags, raw string) error {
	o, err := f.target.options(raw)
	if err != nil {
		return err
	}
	outputs, err := parseReports(f.reports, reportNames())
	if err != nil {
		return err
	}
	defaults := sender.Limits{}.WithDefaults()
	o.Sender.Limits.Dial = min(f.target.timeout, defaults.Dial)
	o.Sender.Limits.Handshake = min(f.target.timeout, defaults.Handshake)
	o.ConnectOnly, o.Strict, o.NoWaivers = true, f.strict, f.noWaivers
	began := time.Now()
	r := run.New(o)
	r.Probe(ctx)
	v := r.Verdict()
	v.Began, v.Took = began, time.Since(began)
	term := a.terminalReport(outputs, f.quiet, false)
	term.PrintInspection(v, time.Now())
	return a.writeResults(ctx, v, term, outputs, ciOutput{})
}
