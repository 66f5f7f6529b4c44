// Package selftest tests the checks of pushcheck: it judges receivers with known faults, over real TLS on this machine, and compares the
// findings with the findings that the faults must cause.
//
// Begin with FaultyReceivers and GoodReceivers, which list the receivers, and with Run, which judges them as the command run does. The
// package prints nothing.
package selftest

import (
	"path"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/scenarios"
)

// Case is a receiver, with known faults or without a fault.
type Case struct {
	Name               string
	Behaviour          string // what the receiver does, as a sentence without subject and full stop
	Faults             []receiver.Fault
	Quirks             []receiver.Quirk
	Steering           []string // entries for receiver.ParseSteering
	VerifiesSignatures bool     // the receiver verifies signatures, and pushes are signed with the right key
}

// steeredNumber is the number whose calls are steered by a receiver that lets all other calls through.
const steeredNumber = "493023125071"

// FaultyReceivers returns a receiver for each fault of the reference receiver, and a receiver that has a fault and verifies signatures with
// sipgate's key.
func FaultyReceivers() []Case {
	var out []Case
	for _, f := range receiver.Faults() {
		c := Case{Name: f.Name, Behaviour: f.Description, Faults: []receiver.Fault{f}, VerifiesSignatures: f.NeedsKey}
		switch {
		case f.NeedsOtherCalls:
			c.Steering = []string{string(f.NeedsSteering) + "=" + steeredNumber}
		case f.NeedsSteering != "":
			c.Steering = []string{string(f.NeedsSteering) + "=" + receiver.AnyOtherNumber}
		}
		out = append(out, c)
	}
	return append(out, combinedCase("sipgate-key", "dies-of-json"))
}

// GoodReceivers returns the receivers for which no finding may be reported: a plain receiver, a receiver that verifies signatures, a
// receiver for each quirk, and a receiver with two quirks. For each way to steer calls there are also two receivers that steer all calls.
// One of the two verifies signatures.
func GoodReceivers() []Case {
	out := []Case{
		{Name: "plain", Behaviour: "does what sipgate expects"},
		{Name: "signature", Behaviour: "verifies signatures", VerifiesSignatures: true},
	}
	for _, kind := range scenarios.Steerings() {
		name := string(kind)
		c := Case{Name: name, Behaviour: "steers every call: " + name, Steering: []string{name + "=" + receiver.AnyOtherNumber}}
		out = append(out, c)
		c.Name, c.Behaviour, c.VerifiesSignatures = "signature-"+name, "verifies signatures, and "+c.Behaviour, true
		out = append(out, c)
	}
	for _, q := range receiver.Quirks() {
		c := Case{Name: q.Name, Behaviour: q.Description, Quirks: []receiver.Quirk{q}, VerifiesSignatures: q.NeedsKey}
		if q.NeedsSteering != "" {
			c.Steering = []string{string(q.NeedsSteering) + "=" + receiver.AnyOtherNumber}
		}
		out = append(out, c)
	}
	return append(out, combinedCase("sipgate-key", "limited"))
}

// combinedCase returns a receiver with a quirk, and with a second quirk or a fault. The name of the receiver contains both names.
func combinedCase(quirk, quirkOrFault string) Case {
	c := Case{Name: quirk + "-" + quirkOrFault}
	var descriptions []string
	for _, q := range receiver.Quirks() {
		if q.Name == quirk || q.Name == quirkOrFault {
			c.Quirks, descriptions = append(c.Quirks, q), append(descriptions, q.Description)
		}
	}
	for _, f := range receiver.Faults() {
		if f.Name == quirkOrFault {
			c.Faults, descriptions = append(c.Faults, f), append(descriptions, f.Description)
		}
	}
	c.Behaviour = strings.Join(descriptions, "; ")
	return c
}

// Breaks returns the ids of the requirements that the faults break, and for which findings must be reported.
func (c Case) Breaks() []string {
	var ids []string
	for _, f := range c.Faults {
		ids = append(ids, f.Breaks...)
	}
	return ids
}

// MayBreak returns the ids of the requirements that a fault may break as a consequence, or patterns of path.Match for such ids.
func (c Case) MayBreak() []string {
	var ids []string
	for _, f := range c.Faults {
		ids = append(ids, f.MayBreak...)
	}
	return ids
}

// Allows reports whether a finding may be reported for a requirement: a fault breaks it, or may break it as a consequence.
func (c Case) Allows(id string) bool {
	return slices.Contains(c.Breaks(), id) || slices.ContainsFunc(c.MayBreak(), func(pattern string) bool {
		ok, err := path.Match(pattern, id)
		return ok && err == nil
	})
}

// steeredNumbers returns the numbers whose calls the receiver steers. It leaves out AnyOtherNumber.
func (c Case) steeredNumbers() ([]scenarios.Number, error) {
	var entries []string
	for _, s := range c.Steering {
		if !strings.HasSuffix(s, "="+receiver.AnyOtherNumber) {
			entries = append(entries, s)
		}
	}
	return scenarios.ParseNumbers(entries...)
}

// readsStates reports whether the run reads the states of the receiver's calls. It does if the receiver has no fault, or if all its faults
// have the phase Memory, because such faults make these states wrong.
func (c Case) readsStates() bool {
	return !slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.Phase != receiver.Memory })
}

// expectsNoVerdict reports whether the receiver rightly refuses so many pushes that there is no verdict. If the receiver also breaks a
// requirement of level must, there is a verdict.
func (c Case) expectsNoVerdict() bool {
	return slices.ContainsFunc(c.Quirks, func(q receiver.Quirk) bool { return q.NoVerdict })
}

// isSlow reports whether the receiver has a fault that delays responses.
func (c Case) isSlow() bool {
	return slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.Slow })
}

// speedFactor returns the factor by which the delays of the receiver are shortened; 1 if they are not.
func (c Case) speedFactor() float64 {
	switch {
	case slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.AlwaysSlow }):
		return alwaysSlowSpeedup
	case c.isSlow():
		return slowSpeedup
	}
	return 1
}

// needsHostName reports whether the URL of the receiver needs a host name that does not stand for this machine.
func (c Case) needsHostName() bool {
	return slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.NeedsHostName })
}

// isBehindProxy reports whether the receiver is served over plain HTTP, as behind a proxy that ends TLS.
func (c Case) isBehindProxy() bool {
	return slices.ContainsFunc(c.Quirks, func(q receiver.Quirk) bool { return q.NeedsPlainHTTP })
}

// needsCredentials reports whether the URL of the receiver needs credentials.
func (c Case) needsCredentials() bool {
	return slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.NeedsCredentials })
}
