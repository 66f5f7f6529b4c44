package main

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// applyEnvironment sets flags from PUSHCHECK_ variables, unless the command line has set them. The variable of --ca-file is
// PUSHCHECK_CA_FILE.
func (a *app) applyEnvironment(cmd *cobra.Command) error {
	var firstErr error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Changed && isEmpty(f.Value) && firstErr == nil {
			firstErr = wrongFlag(f.Name, "it is empty", "leave it out, or see: %s --help", cmd.CommandPath())
		}
		name := variableName(f.Name)
		value := a.getenv(name)
		if f.Changed || value == "" || firstErr != nil {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			firstErr = usage(fmt.Sprintf("reading %s: %s", name, flagMistake(err)), "it stands for --%s: %s", f.Name, flagHint(cmd, err))
		}
	})
	return firstErr
}

// isEmpty reports whether a flag was set to an empty value.
func isEmpty(v pflag.Value) bool {
	if list, ok := v.(pflag.SliceValue); ok {
		return len(list.GetSlice()) == 0
	}
	return v.String() == ""
}

// checkVariables returns a usage error for a PUSHCHECK_ variable with a misspelt name. Without the error, the flag would silently keep its
// default.
func (a *app) checkVariables(cmd *cobra.Command) error {
	if a.environ == nil || !readsConfig(cmd) && cmd.Name() != "init" {
		return nil
	}
	known := []string{variableName(keyURL), variableCert, variableKey, variableCA}
	for _, c := range cmd.Root().Commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, variableName(f.Name)) })
	}
	for _, entry := range a.environ() {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "PUSHCHECK_") || slices.Contains(known, name) {
			continue
		}
		if near, ok := suggest.Closest(name, known); ok {
			return usage(fmt.Sprintf("reading the environment: unknown variable %s", name), "did you mean %s?", near)
		}
	}
	return nil
}

func variableName(flag string) string {
	return "PUSHCHECK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// targetFlags are the flags about the receiver and the connection to it, which run, send, load, replay and tls have in common.
type targetFlags struct {
	outgoing  string // push URL of outgoing calls; "none": no outgoing calls; "": the URL of incoming calls
	caFiles   []string
	allowHTTP bool
	connectTo []string
	follow    []string // hosts to which pushes may go besides the host of the push URL
	headers   []string
	signKey   string
	followUps string
	claim     []string
	people    peopleFlags
	timeout   time.Duration
	speed     float64
	seed      int64
	nonce     string
	wait      time.Duration
}

// registerConnection registers the flags that control how a connection is made.
func (t *targetFlags) registerConnection(f *pflag.FlagSet) {
	f.StringArrayVar(&t.caFiles, "ca-file", nil, "also trust the certificate authorities in this `FILE` (PEM); requirements that need them are waived, not passed")
	f.BoolVar(&t.allowHTTP, "allow-http", false, "also send over plain HTTP; transport.https is then waived, not passed")
	f.StringArrayVar(&t.connectTo, "connect-to", nil, "connect to another address, like curl's --connect-to: `RULE` is HOST:PORT:ADDRESS:PORT")
	f.DurationVar(&t.timeout, "timeout", transcript.ResponseTimeLimit, "give up on a response after this `TIME`; sipgate waits 10s")
}

// registerClaims registers --claim.
func (t *targetFlags) registerClaims(f *pflag.FlagSet) {
	f.StringSliceVar(&t.claim, "claim", nil, "the receiver must show these capabilities: comma-separated `LIST` of "+capabilityList())
}

// registerCalls registers the flags of all commands that play calls.
func (t *targetFlags) registerCalls(f *pflag.FlagSet) {
	t.registerSending(f)
	t.people.register(f)
	f.Int64Var(&t.seed, "seed", 1, "start the random choices from this `NUMBER`")
	f.StringVar(&t.nonce, "nonce", "", "derive all ids from this `TEXT`; the same text and seed repeat a run exactly (default: new in every run)")
}

// registerSending registers the flags of all commands that send pushes.
func (t *targetFlags) registerSending(f *pflag.FlagSet) {
	t.registerConnection(f)
	registerOutgoing(f, &t.outgoing)
	f.StringArrayVar(&t.follow, "follow", nil, "the receiver may also name URLs on this `HOST` for answer, hangup and dtmf pushes")
	f.StringArrayVar(&t.headers, "header", nil, "add this `HEADER` to every push, as in 'Name: value'")
	t.registerSigning(f)
	f.StringVar(&t.followUps, "follow-ups", "subscribed", "when to send answer and hangup pushes: `WHEN` subscribed sends them if the receiver asks for them; always sends all others too, to the push URL")
	f.DurationVar(&t.wait, "wait", 0, "wait up to this `TIME` until the receiver accepts connections; pushcheck run also waits while it responds 502, 503 or 504 (default: do not wait)")
}

// options returns the options of a run that these flags set. raw is the URL of the receiver.
func (t *targetFlags) options(raw string) (run.Options, error) {
	o := run.Options{RunInfo: verdict.RunInfo{Seed: t.seed, Nonce: t.nonce, Tool: tool()}}
	if o.Nonce == "" {
		o.Nonce = run.NewNonce()
	}
	if !regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`).MatchString(o.Nonce) {
		return o, wrongValue("nonce", o.Nonce, "want up to 64 letters, digits, dots, dashes", "as in --nonce build-7")
	}
	s, err := t.senderOptions(raw)
	if err != nil {
		return o, err
	}
	o.Sender, o.CurlArguments = s, t.curlOptions(s)
	if o.Cast, o.Numbers, err = t.people.read(); err != nil {
		return o, err
	}
	for _, name := range t.claim {
		c, err := requirements.ParseCapability(name)
		if err != nil {
			return o, wrongPart("claim", name, err.Error(), "see the capabilities in: pushcheck run --help")
		}
		o.Claims = append(o.Claims, c)
	}
	return o, t.checkSignatureFlags(o)
}

// curlOptions returns options of curl with the same effect as these flags. There is one difference: of several CA files, curl uses only the
// last.
func (t *targetFlags) curlOptions(o sender.Options) []string {
	var words []string
	for _, file := range t.caFiles {
		words = append(words, "--cacert", file)
	}
	for _, c := range t.connectTo {
		words = append(words, "--connect-to", c)
	}
	for _, name := range slices.Sorted(maps.Keys(o.Header)) {
		for _, value := range o.Header[name] {
			words = append(words, "-H", name+": "+sender.RedactHeader(name, value))
		}
	}
	return words
}

func capabilityList() string {
	return strings.Join(capabilityNames(), ", ")
}

// The smallest and the largest value of --speed besides 0. Beyond them, times are too long or too short for a time.Duration.
const (
	minSpeed = 0.001
	maxSpeed = 1_000_000.0
)

// senderOptions returns the options of the sender that these flags set. raw is the URL of the receiver.
func (t *targetFlags) senderOptions(raw string) (sender.Options, error) {
	var o sender.Options
	var err error
	if o.Incoming, err = parseTarget(keyURL, raw); err != nil {
		return o, err
	}
	switch t.outgoing {
	case "":
		o.Outgoing = o.Incoming
	case "none":
	default:
		if o.Outgoing, err = parseTarget("outgoing", t.outgoing); err != nil {
			return o, err
		}
	}
	if o.Trust.ExtraAuthorities, err = readCAs(t.caFiles); err != nil {
		return o, err
	}
	for _, text := range t.connectTo {
		c, err := sender.ParseConnectTo(text)
		if err != nil {
			return o, wrongPart("connect-to", text, err.Error(), "as in --connect-to example.org:443:127.0.0.1:8443")
		}
		o.ConnectTo = append(o.ConnectTo, c)
	}
	if o.Header, err = readHeaders(t.headers); err != nil {
		return o, err
	}
	if o.SignKey, err = readSignKey(t.signKey); err != nil {
		return o, err
	}
	switch t.followUps {
	case "subscribed", "":
	case "always":
		o.FollowAlways = true
	default:
		return o, wrongValue("follow-ups", t.followUps, "no such choice", "subscribed or always")
	}
	for _, host := range t.follow {
		if host == "" || strings.ContainsAny(host, "/@ \t") {
			return o, wrongPart("follow", host, endpoint.QuoteURL(host)+": not a host", "as in --follow hooks.example.org")
		}
	}
	if t.timeout <= 0 {
		return o, wrongValue("timeout", t.timeout, "it must be above zero", "as in --timeout 10s")
	}
	if t.speed != 0 && !(t.speed >= minSpeed && t.speed <= maxSpeed) { // this condition is also true if speed is not a number (NaN)
		return o, wrongValue("speed", t.speed, fmt.Sprintf("want 0, or a number from %g to %.0f", minSpeed, maxSpeed), "1 is real time, 10 ten times faster")
	}
	o.Limits = sender.Limits{Exchange: t.timeout}
	o.FollowHosts, o.Trust.AllowHTTP, o.Speed, o.Dialect = t.follow, t.allowHTTP, t.speed, push.ObservedDialect()
	return o, nil
}

// parseTarget parses the URL of a receiver. flag is the name of the flag with the URL, or keyURL. parseTarget accepts a URL with http,
// because plain HTTP is a finding and not a usage error.
func parseTarget(flag, raw string) (*url.URL, error) {
	if err := refuseSplitPassword(flag, raw); err != nil {
		return nil, err
	}
	u, err := endpoint.ParseURL(raw)
	if err == nil && !strings.Contains(u.Fragment, "@") {
		return u, nil
	}
	if err == nil { // the fragment has an @: probably a # in a password ended the URL too early, and its host is the user name
		err = &endpoint.URLError{Want: "a URL without @ after #", Got: endpoint.QuoteURL(raw)}
	}
	hint := "as in https://example.org/push"
	switch {
	case strings.Contains(raw, "@"):
		hint = passwordHint
	case !strings.Contains(raw, "://") && !strings.ContainsAny(raw, " \t\r\n"):
		if full := "https://" + strings.TrimLeft(raw, "/"); raw != "" {
			if _, wrong := endpoint.ParseURL(full); wrong == nil {
				hint = "did you mean " + strings.Trim(endpoint.QuoteURL(full), `"`) + "?"
			}
		}
	}
	var wrong *endpoint.URLError
	if errors.As(err, &wrong) {
		return nil, wrongFlag(flag, fmt.Sprintf("want %s, got %s", wrong.Want, wrong.Got), "%s", hint)
	}
	return nil, wrongFlag(flag, err.Error(), "%s", hint)
}

// refuseSplitPassword returns a usage error if part of a password may have been read as a port and a path.
func refuseSplitPassword(flag, raw string) error {
	shown, isSplit := mayHaveSplitPassword(raw)
	if !isSplit {
		return nil
	}
	return wrongFlag(flag, fmt.Sprintf("want %%40 in place of an @ after the first / or ?, got %q", shown), "%s", passwordHint)
}

// passwordHint is the hint for a URL that cannot be read and contains an @.
const passwordHint = "as in https://doc:secret@example.org/push; in a user name or password write # as %23, / as %2F, ? as %3F and @ as %40"

// maxFileSize is the largest size of a file that the user may name, in bytes.
const maxFileSize = 16 << 20

// readFile reads a file that the user names. It is an error if the file is longer than maxFileSize.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err == nil && len(data) > maxFileSize {
		err = fmt.Errorf("%s is longer than %d MiB", name, maxFileSize>>20)
	}
	return data, err
}

// readCAs reads the certificates of authorities from PEM files.
func readCAs(files []string) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for _, name := range files {
		data, err := readFile(name)
		if err != nil {
			return nil, wrongPart("ca-file", name, err.Error(), "a PEM file of one or more certificates")
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
				return nil, wrongValue("ca-file", name, fmt.Sprintf("certificate %d: %v", len(out)-before+1, err), "a PEM file of one or more certificates")
			}
			out = append(out, c)
		}
		if len(out) == before {
			return nil, wrongValue("ca-file", name, "there is no certificate in it", "a PEM file with BEGIN CERTIFICATE lines")
		}
	}
	return out, nil
}

// readHeaders reads headers as curl's -H does.
func readHeaders(lines []string) (http.Header, error) {
	out := http.Header{}
	for i, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(line, "\r\n") || strings.ContainsAny(name, " \t") {
			return nil, wrongPart("header", line, fmt.Sprintf("entry %d is not a header", i+1), "as in --header 'X-Forwarded-For: 217.116.118.254'")
		}
		if name := http.CanonicalHeaderKey(name); name == "Content-Length" || name == "Transfer-Encoding" {
			return nil, wrongPart("header", line, "pushcheck sets "+name+" itself", "leave it out")
		}
		out.Add(name, strings.TrimSpace(value))
	}
	return out, nil
}
