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
	rows := rowsWithStatus(v.Rows, verdict.NotApplicable)
	skipped := rowsWithStatus(v.Rows, verdict.Skipped)
	isExcused := func(r verdict.Row) bool { return !r.Fatal && (r.Status == verdict.Waived || r.Status == verdict.Known) }
	if len(rows)+len(skipped) > 0 && !slices.ContainsFunc(p.rows, isExcused) {
		p.writeGap()
	}
	if len(rows) > 0 {
		why := absentCapabilities(rows, v.Capabilities)
		if why != "" {
			why = " (" + why + ")"
		}
		p.writeItem(plain, "not applicable", fmt.Sprintf(": %d%s", len(rows), why))
	}
	if len(skipped) > 0 {
		p.writeItem(plain, "not selected", fmt.Sprintf(": %d", len(skipped)))
	}
}

// absentCapabilities lists the capabilities whose absence is the reason why rows do not apply. It counts the rows that have another reason.
func absentCapabilities(rows []verdict.Row, capabilities map[requirements.Capability]verdict.CapabilityState) string {
	missing := map[requirements.Capability]bool{}
	otherReasons := 0
	for _, r := range rows {
		isExplained := false
		for _, alternatives := range r.Needs {
			isAbsent := func(c requirements.Capability) bool {
				return capabilities[c] == verdict.CapabilityAbsent || capabilities[c] == ""
			}
			if len(alternatives) == 0 || slices.ContainsFunc(alternatives, func(c requirements.Capability) bool { return !isAbsent(c) }) {
				continue
			}
			isExplained = true
			for _, c := range alternatives {
				missing[c] = true
			}
		}
		if !isExplained {
			otherReasons++
		}
	}
	var names []string
	for _, c := range requirements.Capabilities() {
		if missing[c] && c != requirements.CanState {
			names = append(names, capabilityName(c))
		}
	}
	var parts []string
	if len(names) > 0 {
		parts = append(parts, "no "+strings.Join(names, ", "))
	}
	if missing[requirements.CanState] {
		parts = append(parts, "no state URL")
	}
	switch {
	case otherReasons > 0 && len(parts) > 0:
		parts = append(parts, strconv.Itoa(otherReasons)+" for other reasons, see -v")
	case otherReasons > 0:
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
