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
	HasPublicAddress  bool                   // its address is public
	PushesSigned      bool                   // pushes are signed, and the user states that the receiver has the public key
	NeedsForwardedFor bool                   // it refuses signed pushes without X-Forwarded-For, see the function NeedsForwardedFor
	AllowHTTP         bool                   // the user allows plain HTTP
	Loss              *transcript.Loss       // how the receiver was lost; nil if it was not lost when the run ended
	Captured          outcome.CapturedResult // how it treats the captured push
}

// evidence is one exchange that is judged.
type evidence struct {
	js       *judgements // the judgements are added to it
	call     transcript.Call
	index    int
	exchange transcript.Exchange
	target   Target
}

// evidenceOf returns the exchange with index i of a call as evidence.
func (js *judgements) evidenceOf(c transcript.Call, i int, target Target) evidence {
	x := c.Exchanges[i]
	return evidence{js: js.forVariant(variantsOfPush(c, x.Push, x.Odd)), call: c, index: i, exchange: x, target: target}
}

// finding returns a finding about the exchange.
func (e evidence) finding(want, got string) Finding {
	return Finding{Want: want, Got: got, Call: e.call.ID, Exchange: e.index}
}

// addFinding adds a finding about the exchange, with the level of the requirement.
func (e evidence) addFinding(id, want, got string) { e.js.addFinding(id, e.finding(want, got)) }

// addWarning adds a should-level finding about the exchange.
func (e evidence) addWarning(id, want, got string) {
	f := e.finding(want, got)
	f.Level = Should
	e.js.addFinding(id, f)
}

// requirement returns the requirement that the push is accepted. For an odd push, it is the requirement for which the call is played.
func (e evidence) requirement() string {
	switch {
	case e.call.RequirementID == StateSimilarIDs:
		return pushLongCallIDs // every push of its first call has a long callId
	case e.exchange.Odd:
		return e.call.RequirementID
	}
	return requirementOf(e.exchange.Push)
}

// requirementIfRefused returns the requirement that is not met if the push is not accepted. It differs from requirement for a copy, and for
// a push that counts only for its whole call.
func (e evidence) requirementIfRefused() string {
	switch {
	case e.exchange.Duplicate:
		return e.call.RequirementID
	case e.countsOnlyForCall():
		return requirementOfScenario(e.call.Scenario)
	}
	return e.requirement()
}

// excuses returns the requirements that would explain that the push was not accepted: the requirement of the plain push, and all others
// that the push counts for. Of a newCall push only the traits up to the plain newCall are excuses. The captured push has several unusual
// traits, and each of them would excuse its refusal. There are no excuses if the receiver verifies with sipgate's key: it refuses all plain
// pushes in one and the same way, so they do not explain a refusal in another way.
func (e evidence) excuses() []Excuse {
	if e.target.Captured == outcome.VerifiesWithSipgateKey {
		return nil
	}
	id, p := e.requirement(), e.exchange.Push
	ids := requirementsOf(p)
	if plainAt := slices.Index(ids, PushNewCall); plainAt >= 0 {
		ids = ids[:plainAt+1]
	}
	var out []Excuse
	for _, other := range ids {
		if other != id {
			out = append(out, Excuse{ID: other})
		}
	}
	return append(out, catalogueExcuses(id, p)...)
}

// countsOnlyForCall reports whether the push counts only for its whole call, and not for a requirement of its own. It does if it differs
// from a plain push in another way than odd pushes do, or if its call was diverted before.
func (e evidence) countsOnlyForCall() bool {
	p := e.exchange.Push
	has := func(t Trait) bool { return t.appliesTo(p) }
	switch {
	case !isJudgedAsWhole(e.call):
		return false
	case slices.ContainsFunc(rulesOf(requirementOfScenario(e.call.Scenario)).WholeCallTraits, has):
		return true
	case !answerOrHangup.appliesTo(p):
		return divertedNewCall.appliesTo(p) || newCallWithSeveralUsers.appliesTo(p)
	case outgoingAnswerOrHangup.appliesTo(p), p.Cause != "" && p.Cause != push.NormalClearing: // its call differs from plain calls
		return true
	}
	return slices.ContainsFunc(e.call.Exchanges[:e.index+1], func(x transcript.Exchange) bool { return x.Push.Diversion != "" })
}

// wantedResponse describes the response that a requirement about a push demands.
func wantedResponse(id string) string {
	if rulesOf(id).MayBeRefused {
		return "a response in time, with any status except 5xx"
	}
	return "a response with a 2xx status, in time"
}

// countsByItself reports whether an answer or hangup push counts for a requirement of its own: it is odd, or its call is not judged in
// another way.
func (e evidence) countsByItself() bool {
	switch {
	case e.exchange.Odd:
		return true
	case isSteeredAway(e.call): // judgeSteered judges it
		return false
	case areaOf(e.call.RequirementID) == "state": // its pushes are not plain
		return false
	}
	return !e.countsOnlyForCall()
}
