package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Target describes the receiver as a whole.
type Target struct {
	Origins           []string               // origins of the URLs for newCall pushes
	HasPublicAddress  bool                   // the address of the receiver is public
	PushesSigned      bool                   // the run signs its pushes with a key of the user, and the receiver should have the public key
	NeedsForwardedFor bool                   // the receiver accepts a signed push only with an X-Forwarded-For header
	AllowHTTP         bool                   // the user allows plain HTTP
	Loss              *transcript.Loss       // how the receiver was lost; nil if it was not lost when the run ended
	Captured          outcome.CapturedResult // how the receiver treats the captured push
}

// evidence is one exchange that is judged.
type evidence struct {
	judgements *judgements // the judgements of the exchange are added here
	call       transcript.Call
	index      int
	exchange   transcript.Exchange
	target     Target
}

// evidenceOf returns the exchange with index i of a call as evidence.
func (js *judgements) evidenceOf(c transcript.Call, i int, target Target) evidence {
	x := c.Exchanges[i]
	return evidence{judgements: js.withVariants(variantsOfPush(c, x.Push, x.Odd)), call: c, index: i, exchange: x, target: target}
}

// finding returns a finding about the exchange.
func (e evidence) finding(want, got string) Finding {
	return Finding{Want: want, Got: got, Call: e.call.ID, Exchange: e.index}
}

// addFinding adds a finding about the exchange, with the level of the requirement.
func (e evidence) addFinding(id, want, got string) { e.judgements.addFinding(id, e.finding(want, got)) }

// addWarning adds a should-level finding about the exchange.
func (e evidence) addWarning(id, want, got string) {
	f := e.finding(want, got)
	f.Level = Should
	e.judgements.addFinding(id, f)
}

// requirement returns the requirement to accept the push. For an odd push, it is the requirement for which the call is played.
func (e evidence) requirement() string {
	switch {
	case e.call.RequirementID == StateSimilarIDs:
		return pushLongCallIDs // this is a push of the first of two calls, and its callId is long
	case e.exchange.Odd:
		return e.call.RequirementID
	}
	return requirementOf(e.exchange.Push)
}

// requirementIfRefused returns the requirement that is not met if the push is not accepted. It is not the result of e.requirement if the
// push was sent a second time, or counts only for its whole call.
func (e evidence) requirementIfRefused() string {
	switch {
	case e.exchange.Duplicate:
		return e.call.RequirementID
	case e.countsOnlyForCall():
		return requirementOfScenario(e.call.Scenario)
	}
	return e.requirement()
}

// excuses returns the excuses of a finding that the push was not accepted: all other requirements of the push, and the excuses in the
// catalogue. For a newCall push, the requirements that follow PushNewCall in requirementsOf are no excuses: they stand for unusual traits,
// and each trait of the captured push would excuse the refusal of the captured push. There are no excuses if the receiver verifies with
// sipgate's key: it refuses every plain push because of its signature, which does not explain a refusal for another reason.
func (e evidence) excuses() []Excuse {
	if e.target.Captured == outcome.VerifiesWithSipgateKey {
		return nil
	}
	id, p := e.requirement(), e.exchange.Push
	ids := requirementsOf(p)
	if plainIndex := slices.Index(ids, PushNewCall); plainIndex >= 0 {
		ids = ids[:plainIndex+1]
	}
	var out []Excuse
	for _, other := range ids {
		if other != id {
			out = append(out, Excuse{ID: other})
		}
	}
	return append(out, catalogueExcuses(id, p)...)
}

// countsOnlyForCall reports whether the push counts only for its whole call, and not for a requirement of its own. That is so if the push
// differs from a plain push in a way in which no odd push differs, or if its call was diverted before.
func (e evidence) countsOnlyForCall() bool {
	p := e.exchange.Push
	hasTrait := func(t Trait) bool { return t.appliesTo(p) }
	switch {
	case !isJudgedAsWhole(e.call):
		return false
	case slices.ContainsFunc(rulesOf(requirementOfScenario(e.call.Scenario)).WholeCallTraits, hasTrait):
		return true
	case !answerOrHangup.appliesTo(p):
		return divertedNewCall.appliesTo(p) || newCallWithSeveralUsers.appliesTo(p)
	case outgoingAnswerOrHangup.appliesTo(p), p.Cause != "" && p.Cause != push.NormalClearing: // such pushes occur only in calls that are not plain
		return true
	}
	return slices.ContainsFunc(e.call.Exchanges[:e.index+1], func(x transcript.Exchange) bool { return x.Push.Diversion != "" })
}

// describeWantedResponse describes the response that a requirement about a push demands.
func describeWantedResponse(id string) string {
	if rulesOf(id).MayBeRefused {
		return "a response in time, with any status except 5xx"
	}
	return "a response with a 2xx status, in time"
}

// countsByItself reports whether an answer or hangup push counts for a requirement of its own. An odd push always does. A push that is not
// odd does not if its call was steered, if the call is played for a requirement about states, or if the push counts only for its whole
// call.
func (e evidence) countsByItself() bool {
	switch {
	case e.exchange.Odd:
		return true
	case isSteeredAway(e.call): // judgeSteeredCall judges the push
		return false
	case areaOf(e.call.RequirementID) == "state": // the pushes of such a call are not plain
		return false
	}
	return !e.countsOnlyForCall()
}
