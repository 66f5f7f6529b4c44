package derive

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// compare plays a scenario with the recorded responses, and compares the pushes of the scenario with the recorded pushes. The error names
// the first difference. Pushes that sipgate sends at the same time may have been recorded in any order.
func compare(s scenarios.Scenario, recorded []RecordedPush) error {
	const receiverURL = "https://receiver.example/"
	playedCall := call.New(s, call.Options{Incoming: receiverURL, Outgoing: receiverURL, Cast: scenarios.DefaultCast(), IDs: push.IDs{Nonce: "derive"}})
	matches := valuePairs{pairs{}, pairs{}, pairs{}}
	for matchedCount := 0; ; {
		steps := dueSteps(playedCall)
		if len(steps) == 0 {
			if matchedCount < len(recorded) {
				return fmt.Errorf("the story ends before the recorded %s push", recorded[matchedCount].Push.Event)
			}
			return nil
		}
		if matchedCount+len(steps) > len(recorded) {
			return fmt.Errorf("the story also makes the push %s", steps[len(recorded)-matchedCount].Push.Event)
		}
		unmatched := slices.Clone(recorded[matchedCount : matchedCount+len(steps)])
		matchedCount += len(steps)
		for _, step := range steps {
			match := slices.IndexFunc(unmatched, func(r RecordedPush) bool { return matches.difference(r.Push, step.Push) == "" })
			if match < 0 {
				return fmt.Errorf("the story makes a push that differs from the recorded %s: %s", unmatched[0].Push.Event, matches.difference(unmatched[0].Push, step.Push))
			}
			matches.bindPush(unmatched[match].Push, step.Push)
			playedCall.RecordOutcome(step.Number, unmatched[match].Document)
			unmatched = slices.Delete(unmatched, match, match+1)
		}
	}
}

// dueSteps returns the next steps that are sent at the same time. Steps that the receiver did not subscribe to are left out, because
// sipgate does not push them.
func dueSteps(c *call.Call) []call.Step {
	var out []call.Step
	for {
		step, state := c.Next()
		switch {
		case state != call.Due:
			return out
		case step.Withheld != "":
			c.RecordOutcome(step.Number, nil)
		default:
			out = append(out, step)
		}
	}
}

// pairs maps recorded values to the values that are played in their place, one to one.
type pairs map[string]string

// mayMatch reports whether a recorded and a played value are a pair, or can become one because neither is in another pair.
func (p pairs) mayMatch(recorded, played string) bool {
	if recorded == "" || played == "" {
		return recorded == played
	}
	if known, ok := p[recorded]; ok {
		return known == played
	}
	return !slices.Contains(slices.Collect(maps.Values(p)), played)
}

// bind adds a pair of values.
func (p pairs) bind(recorded, played string) {
	if recorded != "" {
		p[recorded] = played
	}
}

// valuePairs maps the ids, numbers and users of the recorded call to the values of the played call, as far as these are known.
type valuePairs struct{ ids, numbers, users pairs }

// difference returns the name of the first field in which two pushes differ; "" if the pushes match. For the event and the cause it also
// returns the played value.
func (m valuePairs) difference(recorded, played push.Push) string {
	mayBeSameNumber := func(r, p string) bool {
		if r == scenarios.Anonymous || p == scenarios.Anonymous {
			return r == p
		}
		return m.numbers.mayMatch(r, p)
	}
	mayBeSameID := func(r, p string) bool { return r == "" || m.ids.mayMatch(r, p) } // older pushes have no origCallId and no xcid
	switch {
	case recorded.Event != played.Event:
		return fmt.Sprintf("event %s", played.Event)
	case recorded.Direction != played.Direction:
		return push.FieldDirection
	case !m.ids.mayMatch(recorded.CallID, played.CallID):
		return push.FieldCallID
	case !mayBeSameID(recorded.OrigCallID, played.OrigCallID):
		return push.FieldOrigCallID
	case !mayBeSameID(recorded.XCID, played.XCID):
		return push.FieldXCID
	case recorded.Cause != played.Cause:
		return fmt.Sprintf("cause %s", played.Cause)
	case !mayBeSameNumber(recorded.From, played.From):
		return push.FieldFrom
	case !mayBeSameNumber(recorded.To, played.To):
		return push.FieldTo
	case !mayBeSameNumber(recorded.Diversion, played.Diversion):
		return push.FieldDiversion
	case !m.isSameAnsweringNumber(recorded.AnsweringNumber, played.AnsweringNumber):
		return push.FieldAnsweringNumber
	case !m.areSameUsers(recorded.Users, played.Users), !m.areSameUsers(recorded.UserIDs, played.UserIDs), !m.areSameUsers(recorded.FullUserIDs, played.FullUserIDs):
		return push.FieldUsers
	case (recorded.Digits == nil) != (played.Digits == nil), recorded.Digits != nil && *recorded.Digits != *played.Digits:
		return push.FieldDigits
	}
	return ""
}

// isSameAnsweringNumber reports whether two values of answeringNumber match. They also match if the played push has no such field, or if
// the recorded number is not in a pair yet.
func (m valuePairs) isSameAnsweringNumber(recorded, played string) bool {
	known, ok := m.numbers[recorded]
	return !ok || played == "" || known == played
}

// areSameUsers reports whether two lists of users, or of ids of users, match. "voicemail" and an empty name only match themselves.
func (m valuePairs) areSameUsers(recorded, played []string) bool {
	return slices.EqualFunc(recorded, played, func(r, p string) bool {
		if r == scenarios.Voicemail || p == scenarios.Voicemail {
			return r == p
		}
		return m.users.mayMatch(r, p)
	}) && (recorded == nil) == (played == nil)
}

// bindPush adds the ids, numbers and users of two matching pushes.
func (m valuePairs) bindPush(recorded, played push.Push) {
	m.ids.bind(recorded.CallID, played.CallID)
	m.ids.bind(recorded.OrigCallID, played.OrigCallID)
	m.ids.bind(recorded.XCID, played.XCID)
	m.numbers.bind(recorded.From, played.From)
	m.numbers.bind(recorded.To, played.To)
	m.numbers.bind(recorded.Diversion, played.Diversion)
	for _, both := range [][2][]string{{recorded.Users, played.Users}, {recorded.UserIDs, played.UserIDs}, {recorded.FullUserIDs, played.FullUserIDs}} {
		for i := range both[0] {
			m.users.bind(both[0][i], both[1][i])
		}
	}
}
