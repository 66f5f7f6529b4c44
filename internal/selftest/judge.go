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
	Tool      verdict.Tool     // this version of pushcheck, for the verdict
	Nonce     string           // part of every callId
	Parallel  int              // number of cases that are judged at the same time; default 1
	Scenarios int              // number of feature scenarios that are played at the same time at a receiver; default 1, or 8 if the receiver is slow
	Authority *certs.Authority // issues the certificates of the receivers; nil: a new authority
	RealTime  bool             // slow receivers are as slow as real receivers; if false, their delays and the time limits are shorter
	Observe   func(Outcome)    // is called after each case, and never by two goroutines at once
}

// Outcome is the result of a case.
type Outcome struct {
	Case
	Verdict         verdict.Verdict
	Reported        []string // ids of the requirements that were reported as not met
	Missed          []string // ids that were not reported, but must be reported
	Unexpected      []string // ids that were reported, but must not be reported
	WrongConclusion string   // why the conclusion of the verdict is wrong; "" if it is right
	Duration        time.Duration
}

// AsExpected reports whether the verdict has the expected conclusion, all findings that must be reported, and no unexpected findings.
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
// returns early, with the outcomes so far and the error of ctx. Any other error means that the certificates could not be made.
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
	var workers sync.WaitGroup
	var observeMutex sync.Mutex
	for range max(o.Parallel, 1) {
		workers.Go(func() {
			for i := range next {
				out[i] = cases[i].Judge(ctx, o)
				if o.Observe != nil && ctx.Err() == nil {
					observeMutex.Lock()
					o.Observe(out[i])
					observeMutex.Unlock()
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
	workers.Wait()
	return out, ctx.Err()
}

// judgingOrder returns the place of a case in the order of judging: slow receivers first.
func judgingOrder(c Case) int {
	if c.isSlow() {
		return 0
	}
	return 1
}

// Judge plays all calls at the receiver, as the command run does, and compares the verdict with the expected verdict.
func (c Case) Judge(ctx context.Context, o Options) Outcome {
	start := time.Now()
	r, err := c.play(ctx, o)
	if err != nil {
		return Outcome{Case: c, WrongConclusion: err.Error(), Duration: time.Since(start)}
	}
	out := c.Compare(r.Verdict())
	out.Duration = time.Since(start)
	return out
}

// Compare compares a verdict on the receiver with the expected conclusion and findings.
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

// play starts the receiver, plays all calls at it and stops it.
func (c Case) play(ctx context.Context, o Options) (*run.Run, error) {
	steering, err := receiver.ParseSteering(c.Steering...)
	if err != nil {
		return nil, err
	}
	config := receiver.Config{Authority: o.Authority, Hosts: []string{hostName}, Options: receiver.Options{Faults: c.Faults, Quirks: c.Quirks, Steering: steering}, PlainHTTP: c.isBehindProxy()}
	var limits sender.Limits
	if speedup := c.speedFactor(); speedup > 1 && !o.RealTime {
		config.Options.SlowFactor = 1 / speedup
		limits = sender.Limits{Exchange: time.Duration(float64(transcript.ResponseTimeLimit) / speedup), Pace: speedup}
	}
	key, err := signKey()
	if err != nil {
		return nil, err
	}
	if c.VerifiesSignatures {
		config.Options.VerifyKey = &key.PublicKey
	}
	instance, err := receiver.Start(ctx, config)
	if err != nil {
		return nil, err
	}
	defer func() { _ = instance.Close() }()
	senderOptions := sender.Options{Trust: endpoint.Trust{ExtraAuthorities: []*x509.Certificate{o.Authority.Root}, AllowHTTP: c.isBehindProxy()}, Limits: limits}
	if senderOptions.Incoming, err = url.Parse(instance.URL); err != nil {
		return nil, err
	}
	if c.needsHostName() {
		port := senderOptions.Incoming.Port()
		senderOptions.Incoming.Host = hostName + ":" + port
		senderOptions.ConnectTo, senderOptions.FollowHosts = []sender.ConnectTo{{Host: hostName, Port: port, ToHost: "127.0.0.1", ToPort: port}}, []string{"localhost"}
	}
	if c.needsCredentials() {
		senderOptions.Incoming.User = url.UserPassword("doc", "great-scott")
	}
	senderOptions.Outgoing = senderOptions.Incoming
	numbers, err := c.steeredNumbers()
	if err != nil {
		return nil, err
	}
	options := run.Options{Sender: senderOptions, Numbers: numbers, RunInfo: verdict.RunInfo{Seed: 1, Nonce: o.Nonce, Tool: o.Tool}, StateCheck: run.StateCheck{Wait: stateWait}}
	if c.readsStates() {
		options.StateCheck.Oracle = oracle.Func(func(_ context.Context, callID string) (push.CallState, error) {
			return instance.State(callID), nil
		})
	}
	if c.VerifiesSignatures {
		options.Sender.SignKey, options.Claims = key, []requirements.Capability{requirements.CanSignature}
	}
	r := run.New(options)
	r.Probe(ctx)
	suite := steps.Suite{Files: features.FS, Parallel: o.Scenarios}
	if c.isSlow() && o.Scenarios == 0 {
		suite.Parallel = 8 // a receiver that waits needs no CPU time
	}
	steps.Play(ctx, r, suite)
	return r, nil
}

// signKey returns the key that signs the pushes. The key is made at the first use.
var signKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// DetectedRequirements returns the ids of the requirements that were reported for a receiver whose faults break them, in the order of the
// catalogue. detectedAlone has only the ids that were reported for a receiver whose faults can break no other requirement.
func DetectedRequirements(outcomes []Outcome) (detected, detectedAlone []string) {
	for _, id := range requirements.IDs() {
		for _, o := range outcomes {
			if !slices.Contains(o.Breaks(), id) || !slices.Contains(o.Reported, id) {
				continue
			}
			if !slices.Contains(detected, id) {
				detected = append(detected, id)
			}
			if len(o.Breaks())+len(o.MayBreak()) == 1 && !slices.Contains(detectedAlone, id) {
				detectedAlone = append(detectedAlone, id)
			}
		}
	}
	return detected, detectedAlone
}
