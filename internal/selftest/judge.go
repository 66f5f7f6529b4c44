package selftest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// Options choose how the cases are judged.
type Options struct {
	Tool      verdict.Tool
	Nonce     string
	Parallel  int              // number of cases at a time; default 1
	Scenarios int              // number of feature scenarios of a case at a time; default 1, for slow receivers 8
	Authority *certs.Authority // issues the certificates of the receivers; nil: a new authority
	RealTime  bool             // slow receivers are as slow as real receivers; if false, their delays and the time limits are shorter
	Observe   func(Outcome)    // is called after each case; calls do not overlap
}

// Outcome is the result of a case.
type Outcome struct {
	Case
	Verdict         verdict.Verdict
	Reported        []string // ids of the requirements that were reported as not met
	Missed          []string // ids that should have been reported as well
	Unexpected      []string // ids that were reported, but must not be
	WrongConclusion string   // why the conclusion of the verdict is wrong; "" if it is right
	Took            time.Duration
}

// AsExpected reports whether the verdict has the expected conclusion and exactly the expected findings.
func (o Outcome) AsExpected() bool {
	return len(o.Missed)+len(o.Unexpected) == 0 && o.WrongConclusion == ""
}

// hostName is a host name that does not stand for this machine. Some faults show only if the URL has such a name.
const hostName = "receiver.example"

// stateWait is how long a run waits for a state. Receivers on this machine change their states at once.
const stateWait = 50 * time.Millisecond

// Factors by which the delays of slow receivers are shortened.
const (
	slowSpeedup       = 5
	alwaysSlowSpeedup = 20
)

// Run judges cases, several at a time, and returns the outcomes in the order of the cases. Slow receivers begin first. If ctx ends, Run
// returns early, with the outcomes so far and the error of ctx. Another error means that the certificates could not be made.
func Run(ctx context.Context, cases []Case, o Options) ([]Outcome, error) {
	if o.Authority == nil {
		authority, err := certs.NewAuthority("pushcheck self-test", time.Now())
		if err != nil {
			return nil, fmt.Errorf("making an authority: %w", err)
		}
		o.Authority = authority
	}
	order := make([]int, len(cases))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return judgingOrder(cases[a]) - judgingOrder(cases[b]) })
	out := make([]Outcome, len(cases))
	next := make(chan int)
	var judging sync.WaitGroup
	var observing sync.Mutex
	for range max(o.Parallel, 1) {
		judging.Go(func() {
			for i := range next {
				out[i] = cases[i].Judge(ctx, o)
				if o.Observe != nil && ctx.Err() == nil {
					observing.Lock()
					o.Observe(out[i])
					observing.Unlock()
				}
			}
		})
	}
	for _, i := range order {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	judging.Wait()
	return out, ctx.Err()
}

func judgingOrder(c Case) int {
	if c.isSlow() {
		return 0
	}
	return 1
}

// Judge plays at the receiver as the command run does, and compares the verdict with the expected one.
func (c Case) Judge(ctx context.Context, o Options) Outcome {
	start := time.Now()
	r, err := c.play(ctx, o)
	if err != nil {
		return Outcome{Case: c, WrongConclusion: err.Error(), Took: time.Since(start)}
	}
	out := c.Compare(r.Verdict())
	out.Took = time.Since(start)
	return out
}

// Compare compares a verdict on the receiver with the expected findings.
func (c Case) Compare(v verdict.Verdict) Outcome {
	out := Outcome{Case: c, Verdict: v}
	hasFailure := false
	for _, row := range v.Rows {
		if row.Status != verdict.Failed && row.Status != verdict.Warned {
			continue
		}
		hasFailure = hasFailure || row.Status == verdict.Failed
		out.Reported = append(out.Reported, row.ID)
		if !c.Allows(row.ID) {
			out.Unexpected = append(out.Unexpected, row.ID)
		}
	}
	for _, id := range c.Breaks() {
		if !slices.Contains(out.Reported, id) {
			out.Missed = append(out.Missed, id)
		}
	}
	want := expectedConclusion(hasFailure)
	if c.expectsNoVerdict() && !hasFailure {
		want = verdict.NoVerdict
	}
	if v.Conclusion != want {
		out.WrongConclusion = fmt.Sprintf("the verdict is %s and not %s: %s", v.Conclusion, want, v.Summary)
	}
	return out
}

func expectedConclusion(hasFailure bool) verdict.Conclusion {
	if hasFailure {
		return verdict.NotConformant
	}
	return verdict.Conformant
}

// play starts the receiver, plays everything at it and stops it.
func (c Case) play(ctx context.Context, o Options) (*run.Run, error) {
	steer, err := receiver.ParseSteering(c.Steering...)
	if err != nil {
		return nil, err
	}
	config := receiver.Config{Authority: o.Authority, Hosts: []string{hostName}, Options: receiver.Options{Faults: c.Faults, Quirks: c.Quirks, Steering: steer}, PlainHTTP: c.isBehindProxy()}
	var limits sender.Limits
	if pace := c.speedFactor(); pace > 1 && !o.RealTime {
		config.Options.SlowFactor = 1 / pace
		limits = sender.Limits{Exchange: time.Duration(float64(transcript.ResponseTimeLimit) / pace), Pace: pace}
	}
	key, err := signKey()
	if err != nil {
		return nil, err
	}
	if c.Signed {
		config.Options.VerifyKey = &key.PublicKey
	}
	served, err := receiver.Start(ctx, config)
	if err != nil {
		return nil, err
	}
	defer func() { _ = served.Close() }()
	to := sender.Options{Trust: endpoint.Trust{ExtraAuthorities: []*x509.Certificate{o.Authority.Root}, AllowHTTP: c.isBehindProxy()}, Limits: limits}
	if to.Incoming, err = url.Parse(served.URL); err != nil {
		return nil, err
	}
	if c.needsName() {
		port := to.Incoming.Port()
		to.Incoming.Host = hostName + ":" + port
		to.ConnectTo, to.FollowHosts = []sender.ConnectTo{{Host: hostName, Port: port, ToHost: "127.0.0.1", ToPort: port}}, []string{"localhost"}
	}
	if c.needsCredentials() {
		to.Incoming.User = url.UserPassword("doc", "great-scott")
	}
	to.Outgoing = to.Incoming
	numbers, err := c.numbers()
	if err != nil {
		return nil, err
	}
	options := run.Options{Sender: to, Numbers: numbers, RunInfo: verdict.RunInfo{Seed: 1, Nonce: o.Nonce, Tool: o.Tool}, StateCheck: run.StateCheck{Wait: stateWait}}
	if c.readsStates() {
		options.StateCheck.Oracle = oracle.Func(func(_ context.Context, callID string) (push.CallState, error) {
			return served.State(callID), nil
		})
	}
	if c.Signed {
		options.Sender.SignKey, options.Claims = key, []requirements.Capability{requirements.CanSignature}
	}
	r := run.New(options)
	r.Probe(ctx)
	suite := steps.Suite{Files: features.FS, Parallel: o.Scenarios}
	if c.isSlow() && o.Scenarios == 0 {
		suite.Parallel = 8 // a receiver that waits needs no processor
	}
	steps.Play(ctx, r, suite)
	return r, nil
}

// signKey returns the key that pushes are signed with. It is made at the first use.
var signKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// DetectedRequirements returns the ids of the requirements that a fault breaks, if the verdict on it reported them, in the order of the catalogue. alone lists the ids for
// which there is a fault that breaks no other requirement.
func DetectedRequirements(outcomes []Outcome) (broken, alone []string) {
	for _, id := range requirements.IDs() {
		for _, o := range outcomes {
			if !slices.Contains(o.Breaks(), id) || !slices.Contains(o.Reported, id) {
				continue
			}
			if !slices.Contains(broken, id) {
				broken = append(broken, id)
			}
			if len(o.Breaks())+len(o.MayBreak()) == 1 && !slices.Contains(alone, id) {
				alone = append(alone, id)
			}
		}
	}
	return broken, alone
}
