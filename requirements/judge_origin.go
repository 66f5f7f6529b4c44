package requirements

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// FollowUpURLs lists the usable URLs that a call's responses name for answer, hangup and dtmf pushes, each once.
func FollowUpURLs(c transcript.Call) []string {
	var out []string
	for _, x := range c.Exchanges {
		doc := x.MeantDocument()
		if doc == nil {
			continue
		}
		for _, t := range followUpTargets(*doc.Response) {
			if t.Usable && !slices.Contains(out, t.Text) {
				out = append(out, t.Text)
			}
		}
	}
	return out
}

// followUpTargets are the follow-up URLs that a response names, usable or not.
func followUpTargets(r response.Response) []response.URL {
	var out []response.URL
	for _, t := range []*response.URL{r.OnAnswer, r.OnHangup} {
		if t != nil {
			out = append(out, *t)
		}
	}
	for _, a := range r.Actions {
		if g, ok := a.(response.Gather); ok {
			out = append(out, g.OnData)
		}
	}
	return out
}

// JudgeFollowUpURL judges a follow-up URL by the transport rules, with the connection to its origin. place is nil if there was no
// connection. If the receiver is judged directly behind its TLS proxy, that origin is not seen, and the rules are waived.
func JudgeFollowUpURL(raw string, place *transcript.Connection, target Target) []Judgement {
	u, err := url.Parse(raw)
	if err != nil {
		return nil
	}
	js := newJudgements(variantAt(endpoint.Origin(u)))
	switch {
	case u.Scheme == "http":
		f := Finding{Want: "an https URL", Got: fmt.Sprintf("%q", endpoint.Redact(u)), Origin: endpoint.Origin(u)}
		if target.AllowHTTP {
			f.Waived = "--allow-http"
		}
		js.addFinding(followingHTTPS, f)
		if place != nil && !slices.Contains(target.Origins, place.Origin) {
			judgeReachOnly(js, *place)
		}
	case target.behindProxy(u):
		f := Finding{
			Want:   "pushes sent to " + endpoint.Origin(u),
			Got:    "pushes sent to the same host and port over plain HTTP: the receiver is judged directly behind a TLS proxy",
			Waived: "--allow-http",
		}
		js.addFinding(followingHTTPS, f)
		js.addFinding(followingReachable, f)
	case slices.Contains(target.Origins, endpoint.Origin(u)):
		js.addMet(followingHTTPS)
	case place != nil:
		judgeOtherOrigin(js, *place)
	}
	switch kind := endpoint.HostKind(u.Hostname()); {
	case !target.Public:
		js.setNotApplicable(followingReachFromOutside, "the receiver's own address is not public")
	case kind == endpoint.Public || kind == endpoint.UnknownKind:
		js.addMet(followingReachFromOutside)
	default:
		js.addFinding(followingReachFromOutside, Finding{
			Want: "a host that sipgate can reach", Got: fmt.Sprintf("%q, which is %s", u.Host, kind), Origin: endpoint.Origin(u)})
	}
	return js.all()
}

// behindProxy reports whether the receiver is judged directly behind the TLS proxy to which its https URL leads.
func (t Target) behindProxy(u *url.URL) bool {
	origins := make([]*url.URL, len(t.Origins))
	for i, origin := range t.Origins {
		origins[i], _ = url.Parse(origin) // nil if it cannot be read
	}
	_, ok := endpoint.URLBehindProxy(origins, u)
	return t.AllowHTTP && ok
}

// judgeReachOnly judges whether an origin with plain HTTP can be reached. There is nothing else to judge about it.
func judgeReachOnly(js *judgements, place transcript.Connection) {
	for _, p := range place.Problems {
		if p.Rule == transportReachable {
			js.addFinding(followingReachable, findingOfProblem(p, place))
		}
	}
}

// findingOfProblem returns the finding for a problem of an origin.
func findingOfProblem(p endpoint.Problem, place transcript.Connection) Finding {
	return Finding{Want: p.Want, Got: p.Got, Fix: p.Fix, Primary: p.Primary, Waived: p.Waived, Origin: place.DisplayOrigin()}
}

// judgeOtherOrigin judges an origin other than the receiver's own by the transport rules.
func judgeOtherOrigin(js *judgements, place transcript.Connection) {
	reached := true
	for _, p := range place.Problems {
		id := followingHTTPS
		if p.Rule == transportReachable || p.Rule == transportHandshake {
			id, reached = followingReachable, false
		}
		f := findingOfProblem(p, place)
		if r, _ := Find(p.Rule); p.Milder || r.Level == Should {
			f.Level = Should
		}
		js.addFinding(id, f)
	}
	switch {
	case !reached:
		js.leaveOpen(followingHTTPS, "there was no connection", followingReachable)
	case place.Handshake.Failure.IsLocal():
		js.leaveOpen(followingHTTPS, place.Handshake.LocalReason(), "")
	case place.Handshake.Address != "" && len(place.Problems) == 0:
		js.addMet(followingHTTPS)
	}
}

// FollowUpNotes returns what is unusual about a follow-up URL although it breaks no rule.
func FollowUpNotes(raw string, target Target) []string {
	u, err := url.Parse(raw)
	if err != nil {
		return nil
	}
	notes := endpoint.URLNotes(u)
	if len(target.Origins) > 0 {
		if own, err := url.Parse(target.Origins[0]); err == nil && endpoint.HostName(own) != endpoint.HostName(u) {
			notes = append(notes, fmt.Sprintf("follow-up pushes go to another host, %q", u.Hostname()))
		}
	}
	return notes
}

// judgeReached judges whether a follow-up URL can be judgeReached, and whether it accepts the plain pushes that it asked for. It returns false if
// nothing else of the exchange can be judged.
func (e evidence) judgeReached(id string) bool {
	x := e.exchange
	elsewhere := !slices.Contains(e.target.Origins, OriginOf(x.URL))
	got := ""
	switch {
	case x.End == transcript.NotConnected && elsewhere && (x.Failure.IsLocal() || e.target.Lost != nil && !e.target.Lost.Silent):
		g := Gap{Reason: whyNotConnected(x)}
		if !x.Failure.IsLocal() {
			g = lossGap(*e.target.Lost, "", whyNotConnected(x))
		}
		e.js.addGap(followingReachable, g)
		e.js.addGap(id, g)
		return false
	case x.End == transcript.NotConnected && elsewhere:
		got = describeEnd(x)
	case hasNoRoute(x) && x.Odd:
		return true
	case hasNoRoute(x):
		got = fmt.Sprintf("status %d", x.Status)
	case x.Status != 0 || x.End == transcript.Dropped:
		e.js.addMet(followingReachable)
		return true
	default:
		return true
	}
	outgoing := requirementOfScenario(e.call.Scenario) == callAnswered && x.Push.Direction == push.Outgoing
	if x.Push.Event != push.DTMF && !outgoing && !e.countsByItself() {
		return false
	}
	e.addFinding(followingReachable, fmt.Sprintf("a receiver for %s pushes at %s", x.Push.Event, x.URL), got)
	e.js.leaveOpen(id, "the follow-up URL does not accept the push", followingReachable)
	return false
}

// JudgeConnection judges the receiver by a connection to a push URL. If a bad connection hides something, that is a gap.
func JudgeConnection(c transcript.Connection) []Judgement {
	js := newJudgements(variantAt(c.Origin))
	for _, said := range endpoint.Judgements(c.Handshake, c.Problems) {
		switch {
		case said.NotApplicable != "":
			js.setNotApplicable(said.Rule, said.NotApplicable)
		case said.Judged:
			js.addMet(said.Rule)
		default:
			js.leaveOpen(said.Rule, said.Reason, said.BlockingRule)
		}
	}
	blocks := slices.ContainsFunc(c.Problems, endpoint.Problem.BlocksSending)
	for _, p := range c.Problems {
		// If nothing blocks the connection, no problem hides another one, and each can be fixed first.
		f := Finding{Primary: p.Primary || !blocks, Waived: p.Waived, Want: p.Want, Got: p.Got, Fix: p.Fix, Origin: c.DisplayOrigin()}
		if p.Milder {
			f.Level = Should
		}
		js.addFinding(p.Rule, f)
	}
	return js.all()
}
