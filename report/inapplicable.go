package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// writeInapplicable writes how many requirements do not apply, with short reasons, and how many were not selected.
func (p *findingsPage) writeInapplicable(v verdict.Verdict) {
	rows := withStatus(v.Rows, verdict.NotApplicable)
	skipped := withStatus(v.Rows, verdict.Skipped)
	excused := func(r verdict.Row) bool { return !r.Fatal && (r.Status == verdict.Waived || r.Status == verdict.Known) }
	if len(rows)+len(skipped) > 0 && !slices.ContainsFunc(p.rows, excused) {
		p.gap()
	}
	if len(rows) > 0 {
		why := absentCapabilities(rows, v.Capabilities)
		if why != "" {
			why = " (" + why + ")"
		}
		p.item(plain, "not applicable", fmt.Sprintf(": %d%s", len(rows), why))
	}
	if len(skipped) > 0 {
		p.item(plain, "not selected", fmt.Sprintf(": %d", len(skipped)))
	}
}

// absentCapabilities lists the missing capabilities of the receiver because of which rows do not apply. It counts rows with other reasons.
func absentCapabilities(rows []verdict.Row, capabilities map[requirements.Capability]verdict.CapabilityState) string {
	lacking := map[requirements.Capability]bool{}
	other := 0
	for _, r := range rows {
		lacks := false
		for _, either := range r.Needs {
			absent := func(c requirements.Capability) bool {
				return capabilities[c] == verdict.CapabilityAbsent || capabilities[c] == ""
			}
			if len(either) == 0 || slices.ContainsFunc(either, func(c requirements.Capability) bool { return !absent(c) }) {
				continue
			}
			lacks = true
			for _, c := range either {
				lacking[c] = true
			}
		}
		if !lacks {
			other++
		}
	}
	var names []string
	for _, c := range requirements.Capabilities() {
		if lacking[c] && c != requirements.CanState {
			names = append(names, capabilityName(c))
		}
	}
	var parts []string
	if len(names) > 0 {
		parts = append(parts, "no "+strings.Join(names, ", "))
	}
	if lacking[requirements.CanState] {
		parts = append(parts, "no state URL")
	}
	switch {
	case other > 0 && len(parts) > 0:
		parts = append(parts, strconv.Itoa(other)+" for other reasons, see -v")
	case other > 0:
		parts = append(parts, "see -v for the reasons")
	}
	return strings.Join(parts, "; ")
}

// capabilityName returns the name of a capability for the list of missing capabilities.
func capabilityName(c requirements.Capability) string {
	switch c {
	case requirements.CanAnswer:
		return "onAnswer"
	case requirements.CanHangup:
		return "onHangup"
	case requirements.CanDial:
		return "Dial"
	case requirements.CanPlay:
		return "Play"
	case requirements.CanGather:
		return "Gather"
	case requirements.CanReject:
		return "Reject"
	case requirements.CanEndCalls:
		return "Hangup"
	case requirements.CanBasicAuth:
		return "credentials"
	case requirements.CanOutgoing:
		return "outgoing URL"
	}
	return string(c)
}
