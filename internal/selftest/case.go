// Package selftest tests the checks: it judges receivers with known faults, over real TLS on this machine, and compares the findings with
// those that the faults must cause.
//
// Begin with FaultyReceivers and GoodReceivers, which list the receivers, and with Run, which judges them. The package does not judge by
// itself, and it prints nothing.
package selftest

import (
	"path"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/scenarios"
)

// Case is a receiver with a known fault, or without one.
type Case struct {
	Name      string
	Behaviour string // sentence about the receiver without subject and full stop
	Faults    []receiver.Fault
	Quirks    []receiver.Quirk
	Steering  []string // entries for receiver.ParseSteering
	Signed    bool     // the receiver verifies signatures, and pushes are signed with the right key
}

// steeredNumber is the number whose calls are steered by a receiver that lets all other calls through.
const steeredNumber = "493023125071"

// FaultyReceivers returns a receiver for each fault of the reference receiver, and a receiver with a fault and sipgate's key.
func FaultyReceivers() []Case {
	var out []Case
	for _, f := range receiver.Faults() {
		c := Case{Name: f.Name, Behaviour: f.Description, Faults: []receiver.Fault{f}, Signed: f.NeedsKey}
		switch {
		case f.NeedsOtherCalls:
			c.Steering = []string{string(f.NeedsSteering) + "=" + steeredNumber}
		case f.NeedsSteering != "":
			c.Steering = []string{string(f.NeedsSteering) + "=" + receiver.AnyOtherNumber}
		}
		out = append(out, c)
	}
	return append(out, combined("sipgate-key", "dies-of-json"))
}

// GoodReceivers returns the receivers for which no finding may be reported: a plain receiver, a receiver that verifies signatures, a
// receiver for each way to steer all calls and for each quirk, and a receiver with two quirks.
func GoodReceivers() []Case {
	out := []Case{
		{Name: "plain", Behaviour: "does what sipgate expects"},
		{Name: "signature", Behaviour: "verifies signatures", Signed: true},
	}
	for _, kind := range scenarios.Steerings() {
		name := string(kind)
		out = append(out, Case{Name: name, Behaviour: "steers every call: " + name, Steering: []string{name + "=" + receiver.AnyOtherNumber}})
	}
	for _, m := range receiver.Quirks() {
		c := Case{Name: m.Name, Behaviour: m.Description, Quirks: []receiver.Quirk{m}, Signed: m.NeedsKey}
		if m.NeedsSteering != "" {
			c.Steering = []string{string(m.NeedsSteering) + "=" + receiver.AnyOtherNumber}
		}
		out = append(out, c)
	}
	return append(out, combined("sipgate-key", "limited"))
}

// combined returns a receiver with a quirk, and with another quirk or a fault. Both names are in the name of the receiver.
func combined(quirk, other string) Case {
	c := Case{Name: quirk + "-" + other}
	var says []string
	for _, m := range receiver.Quirks() {
		if m.Name == quirk || m.Name == other {
			c.Quirks, says = append(c.Quirks, m), append(says, m.Description)
		}
	}
	for _, f := range receiver.Faults() {
		if f.Name == other {
			c.Faults, says = append(c.Faults, f), append(says, f.Description)
		}
	}
	c.Behaviour = strings.Join(says, "; ")
	return c
}

// Breaks returns the ids of the requirements that the faults break: findings must be reported for them.
func (c Case) Breaks() []string {
	var ids []string
	for _, f := range c.Faults {
		ids = append(ids, f.Breaks...)
	}
	return ids
}

// MayBreak lists the ids of the requirements that a fault may break as a consequence. Some are patterns of path.Match.
func (c Case) MayBreak() []string {
	var ids []string
	for _, f := range c.Faults {
		ids = append(ids, f.MayBreak...)
	}
	return ids
}

// Allows reports whether a finding may be reported for an id: the fault breaks the requirement, or may break it as a consequence.
func (c Case) Allows(id string) bool {
	return slices.Contains(c.Breaks(), id) || slices.ContainsFunc(c.MayBreak(), func(pattern string) bool {
		ok, err := path.Match(pattern, id)
		return ok && err == nil
	})
}

// numbers returns the numbers whose calls the receiver steers, unless it steers all calls.
func (c Case) numbers() ([]scenarios.Number, error) {
	var entries []string
	for _, s := range c.Steering {
		if !strings.HasSuffix(s, "="+receiver.AnyOtherNumber) {
			entries = append(entries, s)
		}
	}
	return scenarios.ParseNumbers(entries...)
}

// readsStates reports whether the run reads the states of the receiver's calls: if the receiver is good, or if its fault is in these
// states.
func (c Case) readsStates() bool {
	return !slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.Phase != receiver.Memory })
}

// expectsNoVerdict reports whether the receiver rightly refuses so many pushes that there is no verdict. If it also breaks a requirement of
// level must, there is a verdict.
func (c Case) expectsNoVerdict() bool {
	return slices.ContainsFunc(c.Quirks, func(m receiver.Quirk) bool { return m.NoVerdict })
}

// isSlow reports whether the receiver has a fault that delays responses.
func (c Case) isSlow() bool {
	return slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.Slow })
}

// speedFactor returns the factor by which the delays of the receiver are shortened.
func (c Case) speedFactor() float64 {
	switch {
	case slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.AlwaysSlow }):
		return alwaysSlowSpeedup
	case c.isSlow():
		return slowSpeedup
	}
	return 1
}

// needsName reports whether the URL of the receiver needs a host name that does not stand for this machine.
func (c Case) needsName() bool {
	return slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.NeedsHostName })
}

// isBehindProxy reports whether the receiver is served over plain HTTP, as behind a proxy that ends TLS.
func (c Case) isBehindProxy() bool {
	return slices.ContainsFunc(c.Quirks, func(m receiver.Quirk) bool { return m.NeedsPlainHTTP })
}

// needsCredentials reports whether the URL of the receiver needs credentials.
func (c Case) needsCredentials() bool {
	return slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.NeedsCredentials })
}
