package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/steps"
)

// fromEnvironment sets the flags that the command line leaves out from PUSHCHECK_ variables: --ca-file is PUSHCHECK_CA_FILE.
func (a *app) fromEnvironment(cmd *cobra.Command) error {
	var wrong error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := variable(f.Name)
		value := a.getenv(name)
		if f.Changed || value == "" || wrong != nil {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			wrong = usage(fmt.Sprintf("reading %s: %v", name, err), "it stands for --%s, see: %s --help", f.Name, cmd.CommandPath())
		}
	})
	return wrong
}

func variable(flag string) string {
	return "PUSHCHECK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// targetFlags say which receiver is meant and how it is reached: the flags that run, send and tls share.
type targetFlags struct {
	outgoing  string
	caFiles   []string
	allowHTTP bool
	connectTo []string
	follow    []string
	headers   []string
	followUps string
	claim     []string
	timeout   time.Duration
	speed     float64
	seed      int64
	nonce     string
	wait      time.Duration
}

// reach registers the flags that say how a connection is made.
func (t *targetFlags) reach(f *pflag.FlagSet) {
	f.StringArrayVar(&t.caFiles, "ca-file", nil, "trust the authorities in this PEM `file` as well; what needs them is waived, never passed (repeatable)")
	f.BoolVar(&t.allowHTTP, "allow-http", false, "send over plain HTTP as well; transport.https is then waived, never passed")
	f.StringArrayVar(&t.connectTo, "connect-to", nil, "connect elsewhere, as curl does; `HOST:PORT:ADDR:PORT` (repeatable)")
	f.DurationVar(&t.timeout, "timeout", 10*time.Second, "give up on a response after this time; sipgate waits 10s")
}

// all registers every flag of a command that sends.
func (t *targetFlags) all(f *pflag.FlagSet) {
	t.reach(f)
	f.StringVar(&t.outgoing, "outgoing", "", "`URL` for newCall pushes of outgoing calls (default: the same URL); none: there are none")
	f.StringArrayVar(&t.follow, "follow", nil, "follow-up pushes may go to this `host` too (repeatable)")
	f.StringArrayVar(&t.headers, "header", nil, "add a header to every push, `'Name: value'` (repeatable)")
	f.StringVar(&t.followUps, "follow-ups", "subscribed", "`subscribed`: answer and hangup go where the receiver asks; always: else to the push URL")
	f.StringSliceVar(&t.claim, "claim", nil, "capabilities that the receiver must show, such as `answer,hangup`")
	f.Int64Var(&t.seed, "seed", 1, "everything random comes from this `number`")
	f.StringVar(&t.nonce, "nonce", "", "part of every id; repeats a run exactly (default: fresh in every run)")
	f.DurationVar(&t.wait, "wait", 0, "wait so long for the receiver to accept connections")
}

// options turns the flags into the options of a run.
func (t *targetFlags) options(raw string) (steps.Options, error) {
	o := steps.Options{Seed: t.seed, Nonce: t.nonce, Tool: tool()}
	if o.Nonce == "" {
		o.Nonce = steps.NewNonce()
	}
	s, err := t.sender(raw)
	if err != nil {
		return o, err
	}
	o.Sender = s
	for _, name := range t.claim {
		c, err := requirements.ParseCapability(name)
		if err != nil {
			return o, usage("reading --claim: "+err.Error(), "see the capabilities in: pushcheck run --help")
		}
		o.Claims = append(o.Claims, c)
	}
	return o, nil
}

func (t *targetFlags) sender(raw string) (sender.Options, error) {
	var o sender.Options
	var err error
	if o.Incoming, err = parseTarget(raw); err != nil {
		return o, err
	}
	switch t.outgoing {
	case "":
		o.Outgoing = o.Incoming
	case "none":
	default:
		if o.Outgoing, err = parseTarget(t.outgoing); err != nil {
			return o, err
		}
	}
	if o.CAs, err = readCAs(t.caFiles); err != nil {
		return o, err
	}
	for _, text := range t.connectTo {
		c, err := sender.ParseConnectTo(text)
		if err != nil {
			return o, usage(fmt.Sprintf("reading --connect-to %q: %v", text, err), "as in --connect-to example.org:443:127.0.0.1:8443")
		}
		o.ConnectTo = append(o.ConnectTo, c)
	}
	if o.Header, err = readHeaders(t.headers); err != nil {
		return o, err
	}
	switch t.followUps {
	case "subscribed", "":
	case "always":
		o.FollowAlways = true
	default:
		return o, usage(fmt.Sprintf("reading --follow-ups %q: no such choice", t.followUps), "subscribed or always")
	}
	if t.timeout <= 0 {
		return o, usage(fmt.Sprintf("reading --timeout %s: it must be above zero", t.timeout), "as in --timeout 10s")
	}
	if t.speed < 0 {
		return o, usage(fmt.Sprintf("reading --speed %g: it must not be negative", t.speed), "1 is real time, 10 ten times faster")
	}
	o.Limits = sender.Limits{Exchange: t.timeout}
	o.Follow, o.AllowHTTP, o.Speed, o.Dialect = t.follow, t.allowHTTP, t.speed, push.Observed()
	return o, nil
}

// parseTarget reads the URL of a receiver. Plain http is no mistake of the user's but a finding.
func parseTarget(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, usage(fmt.Sprintf("reading URL %q: it cannot be parsed", raw), "as in https://example.org/push")
	case u.Scheme == "" || u.Host == "" && !strings.Contains(raw, "://"):
		return nil, usage(fmt.Sprintf("reading URL %q: it is not absolute", raw), "did you mean https://%s?", strings.TrimPrefix(raw, "//"))
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, usage(fmt.Sprintf("reading URL %q: pushes go to https URLs, not to %s", raw, u.Scheme), "as in https://example.org/push")
	case u.Hostname() == "":
		return nil, usage(fmt.Sprintf("reading URL %q: there is no host in it", raw), "as in https://example.org/push")
	}
	return u, nil
}

// readCAs reads PEM files of certificates.
func readCAs(files []string) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, usage(fmt.Sprintf("reading --ca-file: %v", err), "a PEM file of one or more certificates")
		}
		before := len(out)
		for rest := data; ; {
			var block *pem.Block
			if block, rest = pem.Decode(rest); block == nil {
				break
			}
			if block.Type != "CERTIFICATE" {
				continue
			}
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, usage(fmt.Sprintf("reading --ca-file %s: certificate %d: %v", name, len(out)-before+1, err), "a PEM file of one or more certificates")
			}
			out = append(out, c)
		}
		if len(out) == before {
			return nil, usage(fmt.Sprintf("reading --ca-file %s: there is no certificate in it", name), "a PEM file with BEGIN CERTIFICATE lines")
		}
	}
	return out, nil
}

// readHeaders reads headers as curl's -H does.
func readHeaders(lines []string) (http.Header, error) {
	out := http.Header{}
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(line, "\r\n") || strings.ContainsAny(name, " \t") {
			return nil, usage(fmt.Sprintf("reading --header %q: not a header", line), "as in --header 'X-Forwarded-For: 217.116.118.254'")
		}
		out.Add(name, strings.TrimSpace(value))
	}
	return out, nil
}
