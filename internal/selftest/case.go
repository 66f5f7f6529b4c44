// Package selftest tests the checks: it judges receivers with known faults, over real TLS on this machine, and compares the findings with
// those that the faults must cause.
//
// Begin with Faulty and Good, which list the receivers, and with Run, which judges them. The package does not judge by itself, and it prints nothing.
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
	Name   string
	Says   string // what the receiver does, as a sentence without subject and full stop
	Faults []receiver.Fault
	Quirks []receiver.Quirk
	Steer  []string // entries for receiver.ParseSteering
	Signed bool     // it verifies signatures, and pushes are signed with the right key
}

// steered is the number whose calls a receiver steers if it lets all other calls through.
const steered = "493023125071"

// Faulty returns a receiver for each fault of the reference receiver, and one with a fault that also verifies with sipgate's key.
func Faulty() []Case {
	var out []Case
	for _, f := range receiver.Faults() {
		c := Case{Name: f.Name, Says: f.Description, Faults: []receiver.Fault{f}, Signed: f.NeedsKey}
		switch {
		case f.NeedsOtherCalls:
			c.Steer = []string{string(f.NeedsSteering) + "=" + steered}
		case f.NeedsSteering != "":
			c.Steer = []string{string(f.NeedsSteering) + "=" + receiver.AnyOtherNumber}
		}
		out = append(out, c)
	}
	return append(out, beside("sipgate-key", "dies-of-json"))
}

// Good returns the receivers for which no finding may be reported: the plain one, one that verifies signatures, one for each way to steer all
// calls, one for each quirk, and one with two quirks.
func Good() []Case {
	out := []Case{
		{Name: "plain", Says: "does what sipgate expects"},
		{Name: "signature", Says: "verifies signatures", Signed: true},
	}
	for _, kind := range scenarios.Steerings() {
		name := string(kind)
		out = append(out, Case{Name: name, Says: "steers every call: " + name, Steer: []string{name + "=" + receiver.AnyOtherNumber}})
	}
	for _, m := range receiver.Quirks() {
		c := Case{Name: m.Name, Says: m.Description, Quirks: []receiver.Quirk{m}, Signed: m.NeedsKey}
		if m.NeedsSteering != "" {
			c.Steer = []string{string(m.NeedsSteering) + "=" + receiver.AnyOtherNumber}
		}
		out = append(out, c)
	}
	return append(out, beside("sipgate-key", "limited"))
}

// beside returns a receiver with a quirk and another quirk or fault. Its name has both.
func beside(quirk, other string) Case {
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
	c.Says = strings.Join(says, "; ")
	return c
}

// Breaks returns the ids of the requirements for which findings must be reported.
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
	for _, s := range c.Steer {
		if !strings.HasSuffix(s, "="+receiver.AnyOtherNumber) {
			entries = append(entries, s)
		}
	}
	return scenarios.ParseNumbers(entries...)
}

// shows reports whether the states of the receiver's calls are read: if the receiver is good, or if its fault is in these states.
func (c Case) shows() bool {
	return !slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.Phase != receiver.Memory })
}

// unjudged reports whether the receiver rightly refuses so many pushes that there is no verdict unless it breaks a requirement.
func (c Case) unjudged() bool {
	return slices.ContainsFunc(c.Quirks, func(m receiver.Quirk) bool { return m.NoVerdict })
}

// waits reports whether the receiver waits on purpose.
func (c Case) waits() bool {
	return slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.Slow })
}

// pace returns by what factor the waits of the receiver are shortened.
func (c Case) pace() float64 {
	switch {
	case slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.AlwaysSlow }):
		return quickest
	case c.waits():
		return quick
	}
	return 1
}

// needsName reports whether the URL of the receiver needs a host name that does not stand for this machine.
func (c Case) needsName() bool {
	return slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.NeedsHostName })
}

// proxied reports whether the receiver is served over plain HTTP, as behind a proxy that ends TLS.
func (c Case) proxied() bool {
	return slices.ContainsFunc(c.Quirks, func(m receiver.Quirk) bool { return m.NeedsPlainHTTP })
}

// login reports whether the URL of the receiver needs credentials.
func (c Case) login() bool {
	return slices.ContainsFunc(c.Faults, func(f receiver.Fault) bool { return f.NeedsCredentials })
}
