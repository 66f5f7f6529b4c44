package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Target is what is known about the receiver as a whole.
type Target struct {
	Origins   []string         // of the URLs for newCall pushes
	Public    bool             // its address can be reached from anywhere
	Signed    bool             // pushes are signed, and the user states that the receiver has the public key
	Proxied   bool             // it refuses signed pushes without X-Forwarded-For, see Proxied
	AllowHTTP bool             // the user allows plain HTTP
	Lost      *transcript.Loss // how it was lost, if it was when the run ended
	Captured  Captured         // what it does with the captured push
}

// evidence is one exchange under judgement.
type evidence struct {
	js       *judgements
	call     transcript.Call
	index    int
	exchange transcript.Exchange
	target   Target
}

// evidence returns the exchange at i of a call as evidence.
func (js *judgements) evidence(c transcript.Call, i int, target Target) evidence {
	x := c.Exchanges[i]
	return evidence{js: js.forVariant(variantsOfPush(c, x.Push, x.Odd)), call: c, index: i, exchange: x, target: target}
}

// finding begins a finding that points at the exchange.
func (e evidence) finding(want, got string) Finding {
	return Finding{Want: want, Got: got, Call: e.call.ID, Exchange: e.index}
}

func (e evidence) addFinding(id, want, got string) { e.js.addFinding(id, e.finding(want, got)) }

func (e evidence) addWarning(id, want, got string) {
	f := e.finding(want, got)
	f.Level = Should
	e.js.addFinding(id, f)
}

// requirement returns the requirement that the push is accepted: that of the odd push, or that of its kind.
func (e evidence) requirement() string {
	switch {
	case e.call.Stimulus == StateApart:
		return pushLongCallIDs // every push of its first call has a long callId
	case e.exchange.Odd:
		return e.call.Stimulus
	}
	return requirementOf(e.exchange.Push)
}

// requirementIfRefused returns the requirement that is not met if the push is not accepted.
func (e evidence) requirementIfRefused() string {
	switch {
	case e.exchange.Duplicate:
		return e.call.Stimulus
	case e.countsOnlyForCall():
		return requirementOfScenario(e.call.Scenario)
	}
	return e.requirement()
}

// excuses returns what would explain that the push was not accepted: the plain push of its event, and what else it counts for. Other
// unusual properties do not excuse a newCall, because the captured one has several. A receiver that verifies with sipgate's key refuses
// plain pushes in one way. If it treats a push in another way, those refusals do not explain it.
func (e evidence) excuses() []Excuse {
	if e.target.Captured == Verified {
		return nil
	}
	id, p := e.requirement(), e.exchange.Push
	ids := requirementsOf(p)
	if plain := slices.Index(ids, PushNewCall); plain >= 0 {
		ids = ids[:plain+1]
	}
	var out []Excuse
	for _, other := range ids {
		if other != id {
			out = append(out, Excuse{ID: other})
		}
	}
	return append(out, catalogueExcuses(id, p)...)
}

// countsOnlyForCall reports whether the push counts only for its call as a whole: it differs from a plain push in more than one respect, or the
// calls around it do.
func (e evidence) countsOnlyForCall() bool {
	p := e.exchange.Push
	has := func(t Trait) bool { return t.of(p) }
	switch {
	case !isJudgedAsWhole(e.call):
		return false
	case slices.ContainsFunc(rulesOf(requirementOfScenario(e.call.Scenario)).Whole, has):
		return true
	case !followUp.of(p):
		return divertedNewCall.of(p) || severalUsers.of(p)
	case outgoingFollowUp.of(p), p.Cause != "" && p.Cause != push.NormalClearing: // such a call differs from plain ones
		return true
	}
	return slices.ContainsFunc(e.call.Exchanges[:e.index+1], func(x transcript.Exchange) bool { return x.Push.Diversion != "" })
}

// wantedResponse describes in words what a receiver has to do with a push.
func wantedResponse(id string) string {
	if rulesOf(id).Survival {
		return "a response in time, with any status except 5xx"
	}
	return "a response with a 2xx status, in time"
}

// countsByItself reports whether a follow-up push counts for itself: it is odd, or a plain one whose call nothing else judges.
func (e evidence) countsByItself() bool {
	switch {
	case e.exchange.Odd:
		return true
	case isSteeredAway(e.call): // judgeSteered judges it
		return false
	case areaOf(e.call.Stimulus) == "state": // its pushes are not plain ones
		return false
	}
	return !e.countsOnlyForCall()
}
