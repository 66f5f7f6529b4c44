package main

import (
	"context"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/sender"
)

// stateFlags are the flags with which run asks the application for the state of a call.
type stateFlags struct {
	url     string
	path    string
	words   []string
	command string
	wait    time.Duration
}

func (s *stateFlags) register(f *pflag.FlagSet) {
	f.StringVar(&s.url, "state-url", "", "where your application shows the state of a call: `URL` with {callId} in it; state.* is judged by it")
	f.StringVar(&s.path, "state-path", "", "where the state is in the response: `JSONPATH`, such as $.state (default: the whole response)")
	f.StringSliceVar(&s.words, "state-map", nil, "meaning of your application's words: `WORD=STATE`, with the states ringing, answered, over and unknown")
	f.StringVar(&s.command, "state-command", "", "run this `COMMAND` in place of --state-url; it prints the state, and gets the callId as its last argument and in PUSHCHECK_CALL_ID")
	f.DurationVar(&s.wait, "state-wait", 2*time.Second, "wait up to this `TIME` until the application shows what was pushed")
}

// oracle returns the oracle that asks the application for the state of a call, as these flags say; nil if none of them is set.
func (s *stateFlags) oracle(o run.Options) (run.Oracle, error) {
	const example = "as in --state-url 'https://example.org/calls/{callId}' --state-path '$.state' --state-map up=answered"
	switch hasSource := s.url != "" || s.command != ""; {
	case s.url != "" && s.command != "":
		return nil, wrongFlag("state-command", "there is a --state-url as well", "leave one of them out")
	case !hasSource && s.path != "":
		return nil, wrongFlag("state-path", "there is no --state-url whose response it could read", example)
	case !hasSource && len(s.words) > 0:
		return nil, wrongFlag("state-map", "there is no --state-url whose words it could explain", example)
	case !hasSource && slices.Contains(o.Claims, requirements.CanState):
		return nil, wrongPart("claim", string(requirements.CanState), "state is claimed, and nothing says where it can be read", example)
	case s.wait <= 0:
		return nil, wrongValue("state-wait", s.wait, "it must be above zero", "as in --state-wait 2s")
	case !hasSource:
		return nil, nil
	}
	words, err := oracle.ParseWords(s.words)
	if err != nil {
		var wrong *oracle.WordsError
		if !errors.As(err, &wrong) {
			return nil, err
		}
		return nil, wrongPart("state-map", wrong.Part, wrong.Problem, "as in --state-map up=answered,gone=over")
	}
	var path oracle.Path
	if s.path != "" {
		if path, err = oracle.ParsePath(s.path); err != nil {
			return nil, wrongFlag("state-path", err.Error(), "as in --state-path '$.state', see RFC 9535")
		}
	}
	if s.command != "" {
		args, err := oracle.ParseCommand(s.command)
		if err != nil {
			return nil, wrongValue("state-command", s.command, err.Error(), `what needs a shell names one, as in --state-command "sh -c './state $PUSHCHECK_CALL_ID | tail -1'"`)
		}
		return oracle.Command{Args: args, Path: path, Words: words}, nil
	}
	if err := refuseSplitPassword("state-url", s.url); err != nil {
		return nil, err
	}
	template, err := oracle.ParseTemplate(s.url)
	if err != nil {
		if strings.Contains(s.url, "@") {
			return nil, wrongFlag("state-url", err.Error(), "%s", passwordHint)
		}
		return nil, wrongFlag("state-url", err.Error(), example)
	}
	if u, err := template.URLFor("0"); err == nil && endpoint.IsSipgateHost(endpoint.HostName(u)) {
		return nil, wrongFlag("state-url", "that host is sipgate's own and never called", "the URL of your application is wanted")
	}
	return oracle.URL{Template: template, Path: path, Words: words, Dial: stateDialer(o.Sender)}, nil
}

// stateDialer returns a function that connects to the state URL, with the same authorities and the same --connect-to as for the receiver.
// Plain HTTP and any host are allowed, because the user chose the URL.
func stateDialer(o sender.Options) func(context.Context, *url.URL) (net.Conn, error) {
	return func(ctx context.Context, u *url.URL) (net.Conn, error) {
		d := sender.Dialer{
			Target: u, ConnectTo: o.ConnectTo, Limits: o.Limits, Now: o.Now,
			Trust: endpoint.Trust{ExtraAuthorities: o.Trust.ExtraAuthorities, AllowHTTP: true},
		}
		conn, _, err := d.Dial(ctx, u)
		return conn, err
	}
}
