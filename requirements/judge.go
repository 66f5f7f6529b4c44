package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgements collects what one piece of evidence says, by requirement, in the order in which the requirements came up.
type judgements struct {
	*collected
	variant func(id string) transcript.Variant // the form of a requirement that the evidence shows
}

type collected struct{ list []Judgement }

// judging begins to collect what a piece of evidence says.
func judging(variant func(id string) transcript.Variant) *judgements {
	return &judgements{&collected{make([]Judgement, 0, usualJudgements)}, variant}
}

// about collects into the same judgements what a part of the evidence says that shows other forms.
func (js *judgements) about(variant func(id string) transcript.Variant) *judgements {
	return &judgements{js.collected, variant}
}

// usualJudgements is how many requirements an exchange is judged by.
const usualJudgements = 20

// of returns the judgement of a requirement, until the next one is added.
func (c *collected) of(id string) *Judgement {
	for i := range c.list {
		if c.list[i].Requirement == id {
			return &c.list[i]
		}
	}
	c.list = append(c.list, Judgement{Requirement: id})
	return &c.list[len(c.list)-1]
}

// met notes that the evidence allowed a judgement.
func (js *judgements) met(ids ...string) {
	for _, id := range ids {
		j, v := js.of(id), js.variant(id)
		j.Judged++
		if !slices.Contains(j.Met, v) {
			j.Met = append(j.Met, v)
		}
	}
}

// broken notes a finding. Its level is that of its requirement unless it says a milder one.
func (js *judgements) broken(id string, f Finding) {
	f.Requirement = id
	f.Variant = js.variant(id)
	if f.Level == "" {
		r, _ := Find(id)
		f.Level = r.Level
	}
	j := js.of(id)
	j.Judged++
	j.Findings = append(j.Findings, f)
}

// gap notes that the evidence concerns the requirement and does not allow a judgement.
func (js *judgements) gap(id, reason, because string) {
	js.open(id, Gap{Reason: reason, Because: because})
}

// open notes a gap in the form that the evidence shows.
func (js *judgements) open(id string, g Gap) {
	g.Variant = js.variant(id)
	j := js.of(id)
	j.Gaps = append(j.Gaps, g)
}

func (js *judgements) notApplicable(id, why string) { js.of(id).NotApplicable = why }

func (c *collected) all() []Judgement { return c.list }

// JudgeCall says what a played call says of the receiver. Evidence of the connections is judged by JudgeConnection.
func JudgeCall(c transcript.Call, target Target) []Judgement {
	if len(c.Exchanges) > 0 && IsAltered(c.Exchanges[0]) {
		return nil // it is evidence of how the receiver verifies, see CapturedPush
	}
	js := judging(ofCall(c))
	judgeLimit(js, c)
	if len(c.Exchanges) == 0 && c.Lost != nil {
		judgeNotPlayed(js, c)
		return js.all()
	}
	switch kind := c.PlayedAs(); {
	case kind == transcript.Crowd:
		judgeCrowd(js, c, target)
	case kind == transcript.Provocation:
		judgeProvocation(js, c, target)
	case kind == transcript.Sequence && !rulesOf(c.Stimulus).Watched: // what counts of others is what the application shows
		judgeSequence(js, c, target)
	default:
		judgePushes(js, c, target)
	}
	return forLargeGroup(c, js.all())
}

// judgePushes judges each push of a call, and then the call as a whole.
func judgePushes(js *judgements, c transcript.Call, target Target) {
	for i, x := range c.Exchanges {
		if x.End != transcript.Interrupted {
			js.evidence(c, i, target).judge()
		}
	}
	judgeLegs(js, c)
	judgeWithheld(js, c)
	judgeStory(js, c)
	judgeSteered(js, c)
	judgeStates(js, c)
}

// judgeAccepted judges the responses to the accepted pushes of a call, as in any other call, and to those that came twice. What is refused
// is for others to judge.
func judgeAccepted(js *judgements, c transcript.Call, target Target) {
	for i, x := range c.Exchanges {
		if x.Copy || x.Raw == "" && x.Accepted() && !tookTooLong(x) {
			js.evidence(c, i, target).judge()
		}
	}
}

// JudgeExchange says what one exchange says of the receiver, without the rest of its call.
func JudgeExchange(x transcript.Exchange, target Target) []Judgement {
	c := transcript.Call{Exchanges: []transcript.Exchange{x}}
	js := judging(ofCall(c))
	js.evidence(c, 0, target).judge()
	return js.all()
}

// Target says what is known of the receiver as a whole.
type Target struct {
	Origins   []string         // of the URLs for newCall pushes
	Public    bool             // its address can be reached from anywhere
	Signed    bool             // pushes are signed with a key that the receiver is said to have the public half of
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

// evidence is one exchange of a call.
func (js *judgements) evidence(c transcript.Call, i int, target Target) evidence {
	x := c.Exchanges[i]
	return evidence{js: js.about(ofPush(c, x.Push, x.Odd)), call: c, index: i, exchange: x, target: target}
}

// finding begins a finding that points at the exchange.
func (e evidence) finding(want, got string) Finding {
	return Finding{Want: want, Got: got, Call: e.call.ID, Exchange: e.index}
}

func (e evidence) broken(id, want, got string) { e.js.broken(id, e.finding(want, got)) }

func (e evidence) milder(id, want, got string) {
	f := e.finding(want, got)
	f.Level = Should
	e.js.broken(id, f)
}

// judge puts the exchange before the judges that it concerns.
func (e evidence) judge() {
	e.judgeSounds()
	event := e.exchange.Push.Event
	gap, lost := lostBefore(e.call, e.index)
	switch {
	case e.exchange.Copy:
		if !lost {
			e.judgeCopy()
		}
	case e.call.Stimulus == StateApart && e.exchange.Push.CallID != e.call.Exchanges[0].Push.CallID:
		// whether the second of its calls is accepted says whether it is kept apart from the first
	case e.survival():
		e.judgeNext()
	case lost:
		e.judgeLost(gap)
	case e.call.PlayedAs() == transcript.Forged && e.exchange.Odd:
		e.judgeForged()
	case e.exchange.Odd && e.call.Stimulus == signatureAnyBody && (!e.exchange.Accepted() || e.exchange.Document.Root == "Error"):
		e.judgeAnyBody()
	case e.exchange.Odd && rulesOf(e.call.Stimulus).Survival:
		e.judgeSurvival()
	case event == push.Answer, event == push.Hangup:
		e.judgeFollowUp()
	default:
		e.judgeReading()
	}
}
