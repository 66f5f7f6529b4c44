package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// initFlags are the flags of init.
type initFlags struct {
	target targetFlags
	out    string
	force  bool
}

func (a *app) initCommand() *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init URL",
		Short: "Write a pushcheck.yaml for a receiver",
		Long: "Plays a plain incoming and a plain outgoing call at the receiver at URL, and writes a commented configuration file: where the receiver is, what it can do, and what else can be set. Nothing is judged.\n\n" +
			"Exit codes:\n  0    written\n  2    usage error\n  3    not written, or the receiver accepted no push\n  130  interrupted",
		Example: "  pushcheck init https://example.org/push\n  pushcheck init --ca-file ca.pem https://localhost:8443/push",
		Args:    oneURL,
		RunE: func(cmd *cobra.Command, args []string) error {
			url, err := a.receiverURL(cmd, args)
			if err != nil {
				return err
			}
			return a.writeConfig(cmd.Context(), f, url)
		},
	}
	flags := cmd.Flags()
	f.target.registerConnection(flags)
	f.target.registerSigning(flags)
	registerOutgoing(flags, &f.target.outgoing)
	flags.StringVar(&f.out, "out", configFile, "write this `FILE`; - is standard output")
	registerForce(flags, &f.force)
	return cmd
}

// writeConfig sends a few calls to the receiver and writes the configuration file.
func (a *app) writeConfig(ctx context.Context, f initFlags, raw string) error {
	o, err := f.target.options(raw)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(f.out); f.out != "-" && !f.force && !errors.Is(err, fs.ErrNotExist) {
		return usage(fmt.Sprintf("writing %s: it already exists", f.out), "--force replaces it, --out writes another")
	}
	r := run.New(o)
	r.Probe(ctx)
	v := r.Verdict()
	if v.Interrupted {
		fmt.Fprintln(a.stderr, "pushcheck: interrupted, nothing is written")
		return exitWith(v.Exit)
	}
	failure := probeFailure(v)
	if failure != "" && slices.ContainsFunc(v.Connections, isUnusable) {
		fmt.Fprintf(a.stderr, "pushcheck: no push could be sent to the receiver, so nothing is written: %s\n", failure)
		fmt.Fprintln(a.stderr, "hint: fix this (for a private CA, pass --ca-file) and run pushcheck init again; pushcheck tls shows more")
		return verdictError(verdict.ExitNoVerdict)
	}
	text := []byte(configText(f, raw, v))
	if f.out == "-" {
		_, err = a.stdout.Write(text)
	} else if err = os.WriteFile(f.out, text, 0o600); err == nil {
		next := "pushcheck run"
		if f.out != configFile {
			next += " --config " + f.out
		}
		fmt.Fprintf(a.stdout, "wrote %s; now: %s\n", f.out, next)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", f.out, err)
	}
	if failure != "" {
		fmt.Fprintf(a.stderr, "pushcheck: the receiver accepted no push, so nothing is claimed for it: %s\n", failure)
		fmt.Fprintln(a.stderr, "hint: fix this and run pushcheck init again with --force")
		return verdictError(verdict.ExitNoVerdict)
	}
	return nil
}

// isUnusable reports whether a connection was made for newCall pushes and cannot carry a push.
func isUnusable(c transcript.Connection) bool {
	return !c.FollowUp && (c.IsBlocked() || c.Handshake.Failure != endpoint.NoFailure)
}

// probeFailure describes why the receiver accepted no newCall push; "" if it accepted one. Without an accepted push, the capabilities of
// the receiver are not known.
func probeFailure(v verdict.Verdict) string {
	for _, row := range v.Rows {
		if row.ID == requirements.PlainNewCallRequirement() && row.Status != verdict.Passed {
			if len(row.Findings) > 0 {
				return row.Findings[0].Got
			}
			return row.Reason
		}
	}
	return ""
}

// configText returns the text of a new configuration file, with comments that explain it.
func configText(f initFlags, raw string, v verdict.Verdict) string {
	var c configLines
	c.addLine("# Settings of pushcheck run, send, replay and tls. Every key is a flag of the same name, see pushcheck run --help;")
	c.addLine("# a flag or a PUSHCHECK_ variable overrides it. Files are named as seen from where pushcheck is run.")
	c.addLine("")
	c.addTarget(f.target, raw)
	c.addLine("")
	c.addClaims(v)
	c.addLine("")
	c.addLine("%s", commentedSettings)
	c.addLine("# Reports, by kind: " + strings.Join(reportNames(), ", ") + ".")
	c.addLine("# report: {junit: report.xml, json: report.json}")
	return c.String()
}

// commentedSettings is the part of a new configuration file in which every setting is commented out.
const commentedSettings = `# Who Doc, Marty and the others are in the receiver's account: Doc: {name: …, number: …, userId: …, fullUserId: …}.
# cast: cast.yaml

# Numbers with special behaviour, as KIND: NUMBER, or KIND: from:NUMBER for a caller. through: calls to this number go through.
# numbers: {through: "493023125001", gather: "493023125071", reject: from:anonymous}

# How pushcheck asks the application for the state of a call, so that state.* is judged: a URL with the callId in it, the place of the
# state in the JSON response, and the meaning of the application's words. The words ringing, answered, over and unknown need no entry.
# state-url: https://example.org/calls/{callId}
# state-path: $.state
# state-map: {up: answered, done: over}
# Or a program that prints the state; the callId is its last argument.
# state-command: ./state-of

# Known failures: entries of id, reason and expires.
# known: known.yaml

# should-level findings are fatal too.
# strict: true
`

// configLines collects the lines of a new configuration file.
type configLines struct{ strings.Builder }

func (c *configLines) addLine(format string, args ...any) { fmt.Fprintf(c, format+"\n", args...) }

// addList adds a key whose value is a list.
func (c *configLines) addList(key string, values []string) {
	c.addLine("%s:", key)
	for _, value := range values {
		c.addLine("  - %s", yamlText(value))
	}
}

// yamlText returns a string as a YAML value, quoted if necessary.
func yamlText(s string) string {
	out, err := yaml.Marshal(s)
	if err != nil {
		return fmt.Sprintf("%q", s)
	}
	return strings.TrimSpace(string(out))
}

// addTarget adds the settings for the receiver and the connection to it.
func (c *configLines) addTarget(t targetFlags, raw string) {
	c.addLine("# Where newCall pushes of incoming calls go.")
	c.addLine("url: %s", yamlText(raw))
	c.addLine("")
	c.addLine("# Where newCall pushes of outgoing calls go: another URL, or none. By default it is the same URL.")
	if t.outgoing != "" {
		c.addLine("outgoing: %s", yamlText(t.outgoing))
	} else {
		c.addLine("# outgoing: https://example.org/outgoing")
	}
	c.addLine("")
	c.addLine("# Authorities to trust besides the public ones, for a receiver under development. Requirements that need them are waived.")
	if len(t.caFiles) > 0 {
		c.addList("ca-file", t.caFiles)
	} else {
		c.addLine("# ca-file: ca.pem")
	}
	if t.allowHTTP {
		c.addLine("")
		c.addLine("# Sends over plain HTTP as well; transport.https is then waived.")
		c.addLine("allow-http: true")
	}
	if len(t.connectTo) > 0 {
		c.addLine("")
		c.addLine("# Connects to other addresses, as curl's --connect-to does.")
		c.addList("connect-to", t.connectTo)
	}
	c.addLine("")
	c.addLine("# The private key that pushes are signed with, for a receiver that verifies signatures with its public half.")
	if t.signKey != "" {
		c.addLine("sign-key: %s", yamlText(t.signKey))
	} else {
		c.addLine("# sign-key: sign-key.pem")
	}
}

// addClaims adds the capabilities that the receiver showed.
func (c *configLines) addClaims(v verdict.Verdict) {
	var shown []string
	for _, c := range requirements.Capabilities() {
		if v.Capabilities[c] == verdict.CapabilityShown && requirements.IsShownByResponses(c) {
			shown = append(shown, string(c))
		}
	}
	c.addLine("# Capabilities that the receiver must show. Without them, a receiver that lost one of these still conforms.")
	if len(shown) > 0 {
		c.addLine("claim: [%s]", strings.Join(shown, ", "))
	} else {
		c.addLine("# It showed nothing: it subscribes to no event and steers no call.")
		c.addLine("# claim: [answer, hangup]")
	}
}
