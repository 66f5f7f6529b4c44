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
	Parallel  int              // cases at a time; default 1
	Scenarios int              // feature scenarios of a case at a time; default 1, for receivers that wait 8
	Authority *certs.Authority // issues the certificates of the receivers; nil: a new one
	RealTime  bool             // receivers that wait do so as long as real ones; if false, their waits and the limits are shorter
	Observe   func(Outcome)    // is called when a case was judged, one call at a time
}

// Outcome is the result of a case.
type Outcome struct {
	Case
	Verdict    verdict.Verdict
	Found      []string // ids of the requirements that were reported as not met
	Missed     []string // ids that should have been reported as well
	Unexpected []string // ids that were reported, but must not be
	Wrong      string   // why the conclusion is wrong; "" if it is right
	Took       time.Duration
}

// AsExpected reports whether the verdict has the expected conclusion and exactly the expected findings.
func (o Outcome) AsExpected() bool { return len(o.Missed)+len(o.Unexpected) == 0 && o.Wrong == "" }

// name is the host name for receivers whose fault shows only if the URL has a name that does not stand for this machine.
const name = "receiver.example"

// stateWait is how long a run waits for a state. Receivers on this machine change their states at once.
const stateWait = 50 * time.Millisecond

// By what factor the waits of receivers are shortened if they wait on purpose, and if they wait at every push.
const (
	quick    = 5
	quickest = 20
)

// Run judges cases, several at a time, and returns the outcomes in the order of the cases. Cases that wait begin first. If ctx ends, Run
// returns early, with the outcomes so far. An error means that the certificates could not be made.
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
	slices.SortStableFunc(order, func(a, b int) int { return rank(cases[a]) - rank(cases[b]) })
	out := make([]Outcome, len(cases))
	next := make(chan int)
	var judging sync.WaitGroup
	var telling sync.Mutex
	for range max(o.Parallel, 1) {
		judging.Go(func() {
			for i := range next {
				out[i] = cases[i].Judge(ctx, o)
				if o.Observe != nil && ctx.Err() == nil {
					telling.Lock()
					o.Observe(out[i])
					telling.Unlock()
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

func rank(c Case) int {
	if c.waits() {
		return 0
	}
	return 1
}

// Judge plays at the receiver as the command run does, and compares the verdict with the expected one.
func (c Case) Judge(ctx context.Context, o Options) Outcome {
	start := time.Now()
	r, err := c.play(ctx, o)
	if err != nil {
		return Outcome{Case: c, Wrong: err.Error(), Took: time.Since(start)}
	}
	out := c.Compare(r.Verdict())
	out.Took = time.Since(start)
	return out
}

// Compare compares a verdict on the receiver with the expected findings.
func (c Case) Compare(v verdict.Verdict) Outcome {
	out := Outcome{Case: c, Verdict: v}
	must := false
	for _, row := range v.Rows {
		if row.Status != verdict.Failed && row.Status != verdict.Warned {
			continue
		}
		must = must || row.Status == verdict.Failed
		out.Found = append(out.Found, row.ID)
		if !c.Allows(row.ID) {
			out.Unexpected = append(out.Unexpected, row.ID)
		}
	}
	for _, id := range c.Breaks() {
		if !slices.Contains(out.Found, id) {
			out.Missed = append(out.Missed, id)
		}
	}
	want := wanted(must)
	if c.unjudged() && !must {
		want = verdict.NoVerdict
	}
	if v.Conclusion != want {
		out.Wrong = fmt.Sprintf("the verdict is %s and not %s: %s", v.Conclusion, want, v.Summary)
	}
	return out
}

func wanted(must bool) verdict.Conclusion {
	if must {
		return verdict.NotConformant
	}
	return verdict.Conformant
}

// play starts the receiver, plays everything at it and stops it.
func (c Case) play(ctx context.Context, o Options) (*run.Run, error) {
	steer, err := receiver.ParseSteering(c.Steer...)
	if err != nil {
		return nil, err
	}
	config := receiver.Config{Authority: o.Authority, Hosts: []string{name}, Options: receiver.Options{Faults: c.Faults, Quirks: c.Quirks, Steering: steer}, PlainHTTP: c.proxied()}
	var limits sender.Limits
	if pace := c.pace(); pace > 1 && !o.RealTime {
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
	to := sender.Options{Trust: endpoint.Trust{ExtraAuthorities: []*x509.Certificate{o.Authority.Root}, AllowHTTP: c.proxied()}, Limits: limits}
	if to.Incoming, err = url.Parse(served.URL); err != nil {
		return nil, err
	}
	if c.needsName() {
		port := to.Incoming.Port()
		to.Incoming.Host = name + ":" + port
		to.ConnectTo, to.FollowHosts = []sender.ConnectTo{{Host: name, Port: port, ToHost: "127.0.0.1", ToPort: port}}, []string{"localhost"}
	}
	if c.login() {
		to.Incoming.User = url.UserPassword("doc", "great-scott")
	}
	to.Outgoing = to.Incoming
	numbers, err := c.numbers()
	if err != nil {
		return nil, err
	}
	asked := run.Options{Sender: to, Numbers: numbers, RunInfo: verdict.RunInfo{Seed: 1, Nonce: o.Nonce, Tool: o.Tool}, StateCheck: run.StateCheck{Wait: stateWait}}
	if c.shows() {
		asked.StateCheck.Oracle = oracle.Func(func(_ context.Context, callID string) (push.CallState, error) {
			return served.State(callID), nil
		})
	}
	if c.Signed {
		asked.Sender.SignKey, asked.Claims = key, []requirements.Capability{requirements.CanSignature}
	}
	r := run.New(asked)
	r.Probe(ctx)
	suite := steps.Suite{Files: features.FS, Parallel: o.Scenarios}
	if c.waits() && o.Scenarios == 0 {
		suite.Parallel = 8 // a receiver that waits needs no processor
	}
	steps.Play(ctx, r, suite)
	return r, nil
}

// signKey returns the key that pushes are signed with. It is made at the first use.
var signKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// Proven returns the requirements that a fault breaks. alone are those of them for which a fault breaks nothing else.
func Proven(outcomes []Outcome) (broken, alone []string) {
	for _, id := range requirements.IDs() {
		for _, o := range outcomes {
			if !slices.Contains(o.Breaks(), id) || !slices.Contains(o.Found, id) {
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
