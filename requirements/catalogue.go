package requirements

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/transcript"
)

// Area is a part of the catalogue: the requirements whose ids begin with the name of the area.
type Area struct {
	Name  string
	Title string // one sentence
	Notes string // how the requirements of the area are judged; "" if there is nothing to explain

	NeedsCertainPush    bool   // a call has to get as far as a certain push before a requirement of the area can be judged
	NotApplicableReason string // why requirements of the area do not apply if no response contained what they judge; "" if there is no such reason
}

// All returns the catalogue: every requirement, in a fixed order, area by area. The caller may change the slice.
func All() []Requirement {
	return slices.Concat(
		transportCatalogue(),
		pushCatalogue(),
		responseCatalogue(),
		dialCatalogue(),
		playCatalogue(),
		gatherCatalogue(),
		endingCatalogue(),
		followingCatalogue(),
		callCatalogue(),
		troubleCatalogue(),
		signatureCatalogue(),
		stateCatalogue(),
	)
}

// IDs returns the ids of all requirements, in the order of All.
func IDs() []string {
	var ids []string
	for _, r := range All() {
		ids = append(ids, r.ID)
	}
	return ids
}

// Find returns the requirement with this exact id. It returns false if there is no such requirement.
func Find(id string) (Requirement, bool) {
	r, ok := catalogue().byID[id]
	return r, ok
}

// Lookup returns the requirement with an id that a user typed. If there is no such requirement, the error suggests the nearest id.
func Lookup(id string) (Requirement, error) {
	if r, ok := Find(id); ok {
		return r, nil
	}
	if near, ok := suggest.Closest(id, IDs()); ok {
		return Requirement{}, fmt.Errorf("unknown requirement %q, did you mean %q?", id, near)
	}
	return Requirement{}, fmt.Errorf("unknown requirement %q", id)
}

// AreaOf returns the area of a requirement.
func AreaOf(r Requirement) Area {
	all := Areas()
	return all[slices.IndexFunc(all, func(a Area) bool { return a.Name == r.Area() })]
}

// Areas returns the areas of the catalogue in the order of All. The caller may change the slice.
func Areas() []Area {
	return []Area{
		{
			Name:  "transport",
			Title: "The receiver can be reached, and safely.",
			Notes: "After a must-level finding here that is not waived, nothing is sent to that address, and every requirement that depends on it is undetermined. Whether a certificate was revoked is not checked.",
		},
		{
			Name:             "push",
			Title:            "The receiver accepts every push that sipgate sends.",
			NeedsCertainPush: true,
			Notes:            "Each odd push differs from the plain push of its event in one respect. It fails only if the plain push was accepted; otherwise it is undetermined, and the requirement that failed already is named. A requirement with several variants, such as hangup causes, passes if each variant was judged at least once and none failed.",
		},
		{
			Name:                "response",
			Title:               "The receiver's response to a newCall or dtmf push can be read and followed.",
			NotApplicableReason: "the receiver sends no XML",
			Notes:               "Judged on every response of the run to a newCall or dtmf push, except to pushes broken on purpose, and reported once with the first few as evidence. A refusal that names the signature or the origin is not judged here. A 2xx response whose root is Response, in whatever letter case, is judged for its content even if its status or its type keeps sipgate from acting on it; the requirements about what follows are then undetermined. If a response cannot be read, the requirements about its content are undetermined.",
		},
		{Name: "dial", Title: "A redirect names a target that sipgate can ring.", Notes: everyResponseNote},
		{Name: "play", Title: "A sound is a file that sipgate can fetch and play.", Notes: everyResponseNote},
		{Name: "gather", Title: "A Gather says how many digits to collect, for how long, and where they go.", Notes: everyResponseNote},
		{Name: "reject", Title: "A Reject gives a reason that sipgate knows.", Notes: everyResponseNote},
		{Name: "hangup", Title: "A Hangup is written as documented.", Notes: everyResponseNote},
		{
			Name:                "following",
			Title:               "The receiver's subscriptions lead to URLs that sipgate can reach.",
			NotApplicableReason: "the receiver names no follow-up URL",
			Notes:               everyResponseNote + " A subscription holds until a later newCall or dtmf response for the same leg names another. If a follow-up URL cannot be reached, the requirements that need it are undetermined.",
		},
		{
			Name:             "call",
			Title:            "The receiver follows whole calls from the first ring to the last hangup.",
			NeedsCertainPush: true,
			Notes:            pushSequenceNote + " If the receiver steers every such call away (rejects, redirects or gathers), the requirement is not applicable; name a called number that the receiver lets through.",
		},
		{
			Name:  "trouble",
			Title: "The receiver survives trouble that is not documented but happens in practice.",
			Notes: pushSequenceNote + " Broken, oversized and slow requests are judged by whether the next good push is accepted. If a push stopped the receiver, everything after it is undetermined, and that push is named.",
		},
		{
			Name:  "signature",
			Title: "A receiver that verifies X-Sipgate-Signature accepts genuine pushes and refuses all others.",
			Notes: "Only for receivers that verify signatures, with a key whose private half pushcheck has (--sign-key). A receiver counts as verifying if --claim signature says so, or if it refuses a push that is not signed with that key and accepts the next good one. A refusal may be any status but a 2xx, a closed connection, a 200 with a document that is no Response, such as the official library's Error, or a 200 that is empty or without action and subscription if the response to a good push is not. Any other push that is refused because of its signature or its origin is undetermined.",
		},
		{
			Name:  "state",
			Title: "The application shows the calls as they are.",
			Notes: pushSequenceNote + " Only for receivers whose view of a call can be read, through a URL or a command.",
		},
	}
}

const (
	everyResponseNote = "Judged on every response of the run to a newCall or dtmf push, except to pushes broken on purpose, and reported once with the first few as evidence."
	pushSequenceNote  = "Fails only if each push is accepted on its own and the sequence is not. Otherwise it is undetermined, and the requirement that prevents a judgement is named."
)

// catalogueIndex is the catalogue with its lookup tables.
type catalogueIndex struct {
	all        []Requirement // read only
	byID       map[string]Requirement
	byTrait    map[Trait][]string
	byOccasion map[Occasion][]string
	byScenario map[string]string
}

var catalogue = sync.OnceValue(func() catalogueIndex {
	out := catalogueIndex{
		all: All(), byID: map[string]Requirement{}, byTrait: map[Trait][]string{}, byOccasion: map[Occasion][]string{}, byScenario: map[string]string{},
	}
	for _, r := range out.all {
		out.byID[r.ID] = r
		out.byOccasion[r.Occasion] = append(out.byOccasion[r.Occasion], r.ID)
		for _, t := range r.Traits {
			out.byTrait[t] = append(out.byTrait[t], r.ID)
		}
		for _, scenario := range r.Scenarios {
			out.byScenario[scenario] = r.ID
		}
	}
	return out
})

// rulesOf returns the rules of the requirement with the id. It returns zero Rules if there is no such requirement.
func rulesOf(id string) Rules { return catalogue().byID[id].Rules }

// requirementsWithTrait returns the requirements that a push with the trait counts for.
func requirementsWithTrait(t Trait) []string { return catalogue().byTrait[t] }

// PlainNewCallRequirement returns the requirement to accept plain newCall pushes. Everything else in a call depends on this requirement.
func PlainNewCallRequirement() string { return requirementsWithTrait(plainNewCall)[0] }

// causeOfUnsentPush returns the id of the requirement because of which a push could not be sent; "" if there is none.
func causeOfUnsentPush(n transcript.NotSent) string {
	for _, r := range catalogue().all {
		if slices.ContainsFunc(r.PreventedPushes, func(u UnsentPushes) bool { return u.Reason == n.Reason && (u.Event == "" || u.Event == n.Push.Event) }) {
			return r.ID
		}
	}
	return ""
}

// requirementOfScenario returns the requirement that a call scenario is played for; "" if there is none.
func requirementOfScenario(scenario string) string { return catalogue().byScenario[scenario] }

// RequirementOfCall returns the id of the requirement that a call is played for.
func RequirementOfCall(c transcript.Call) string {
	return cmp.Or(c.RequirementID, requirementOfScenario(c.Scenario), PushNewCall)
}

// isJudgedAsWhole reports whether a call is judged as a whole call.
func isJudgedAsWhole(c transcript.Call) bool {
	return requirementOfScenario(c.Scenario) != "" && c.RequirementID == ""
}

// isForOddPush reports whether a call is played for an odd push.
func isForOddPush(c transcript.Call) bool { return areaOf(c.RequirementID) == "push" }

// isSteeredAway reports whether the receiver steered a plain call, or a call with an odd push.
func isSteeredAway(c transcript.Call) bool {
	return c.Steered && (c.RequirementID == "" || isForOddPush(c))
}
