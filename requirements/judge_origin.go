package requirements

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// FollowUpURLs lists the usable follow-up URLs in the responses of a call, each once.
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

// followUpTargets lists the follow-up URLs of a response, including those that are not usable.
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

// JudgeFollowUpURL judges a follow-up URL by the transport rules. connection is the connection to the origin of the URL; nil if pushcheck
// did not connect. If the run bypasses the TLS proxy of the receiver, the rules are waived, because pushcheck cannot see the proxy.
func JudgeFollowUpURL(rawURL string, connection *transcript.Connection, target Target) []Judgement {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil
	}
	js := newJudgements(variantNamed(endpoint.Origin(u)))
	switch {
	case u.Scheme == "http":
		f := Finding{Want: "an https URL", Got: fmt.Sprintf("%q", endpoint.Redact(u)), Origin: endpoint.Origin(u)}
		if target.AllowHTTP {
			f.Waived = "--allow-http"
		}
		js.addFinding(followingHTTPS, f)
		if connection != nil && !slices.Contains(target.Origins, connection.Origin) {
			judgePlainHTTPOrigin(js, *connection)
		}
	case target.isBehindProxy(u):
		f := Finding{
			Want:   "pushes sent to " + endpoint.Origin(u),
			Got:    "pushes sent to the same host and port over plain HTTP: the receiver is judged directly behind a TLS proxy",
			Waived: "--allow-http",
		}
		js.addFinding(followingHTTPS, f)
		js.addFinding(followingReachable, f)
	case slices.Contains(target.Origins, endpoint.Origin(u)):
		js.recordMet(followingHTTPS)
	case connection != nil:
		judgeOtherOrigin(js, *connection)
	}
	switch kind := endpoint.HostKind(u.Hostname()); {
	case !target.HasPublicAddress:
		js.setNotApplicable(followingReachFromOutside, "the receiver's own address is not public")
	case kind == endpoint.Public || kind == endpoint.UnknownKind:
		js.recordMet(followingReachFromOutside)
	default:
		js.addFinding(followingReachFromOutside, Finding{
			Want: "a host that sipgate can reach", Got: fmt.Sprintf("%q, which is %s", u.Host, kind), Origin: endpoint.Origin(u)})
	}
	return js.all()
}

// isBehindProxy reports whether a URL leads to a TLS proxy in front of the receiver, and the run sends pushes directly to the receiver.
func (t Target) isBehindProxy(u *url.URL) bool {
	origins := make([]*url.URL, len(t.Origins))
	for i, origin := range t.Origins {
		origins[i], _ = url.Parse(origin) // nil if the origin cannot be parsed
	}
	_, ok := endpoint.URLBehindProxy(origins, u)
	return t.AllowHTTP && ok
}

// judgePlainHTTPOrigin judges whether an origin with plain HTTP can be reached. The other transport rules do not apply to it.
func judgePlainHTTPOrigin(js *judgements, connection transcript.Connection) {
	for _, p := range connection.Problems {
		if p.Rule == transportReachable {
			js.addFinding(followingReachable, findingOfProblem(p, connection))
		}
	}
}

// findingOfProblem returns a finding about a problem of the connection to an origin.
func findingOfProblem(p endpoint.Problem, connection transcript.Connection) Finding {
	return Finding{Want: p.Want, Got: p.Got, Fix: p.Fix, Primary: p.Primary, Waived: p.Waived, Origin: connection.DisplayOrigin()}
}

// judgeOtherOrigin applies the transport rules to the origin of a follow-up URL, if it is not the origin of a push URL.
func judgeOtherOrigin(js *judgements, connection transcript.Connection) {
	isReached := true
	for _, p := range connection.Problems {
		id := followingHTTPS
		if p.Rule == transportReachable || p.Rule == transportHandshake {
			id, isReached = followingReachable, false
		}
		f := findingOfProblem(p, connection)
		if r, _ := Find(p.Rule); p.Milder || r.Level == Should {
			f.Level = Should
		}
		js.addFinding(id, f)
	}
	switch {
	case !isReached:
		js.addGapWithReason(followingHTTPS, "there was no connection", followingReachable)
	case connection.Handshake.Failure.IsLocal():
		js.addGapWithReason(followingHTTPS, connection.Handshake.LocalReason(), "")
	case connection.Handshake.Address != "" && len(connection.Problems) == 0:
		js.recordMet(followingHTTPS)
	}
}

// FollowUpNotes returns notes about a follow-up URL that is unusual but breaks no rule.
func FollowUpNotes(rawURL string, target Target) []string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil
	}
	notes := endpoint.URLNotes(u)
	if len(target.Origins) > 0 {
		if pushURL, err := url.Parse(target.Origins[0]); err == nil && endpoint.HostName(pushURL) != endpoint.HostName(u) {
			notes = append(notes, fmt.Sprintf("follow-up pushes go to another host, %q", u.Hostname()))
		}
	}
	return notes
}

// judgeReachability judges whether a follow-up URL can be reached, and whether it accepts pushes. It returns false if nothing else about
// the exchange can be judged.
func (e evidence) judgeReachability(id string) bool {
	x := e.exchange
	isOtherOrigin := !slices.Contains(e.target.Origins, endpoint.OriginOf(x.URL))
	failure := ""
	switch {
	case x.End == transcript.NotConnected && isOtherOrigin && (x.Failure.IsLocal() || e.target.Loss != nil && !e.target.Loss.Silent):
		g := Gap{Reason: outcome.WhyNotConnected(x)}
		if !x.Failure.IsLocal() {
			g = lossGap(*e.target.Loss, "", outcome.WhyNotConnected(x))
		}
		e.judgements.addGap(followingReachable, g)
		e.judgements.addGap(id, g)
		return false
	case x.End == transcript.NotConnected && isOtherOrigin:
		failure = outcome.DescribeEnd(x)
	case outcome.HasNoRoute(x) && x.Odd:
		return true
	case outcome.HasNoRoute(x):
		failure = fmt.Sprintf("status %d", x.Status)
	case x.Status != 0 || x.End == transcript.Dropped:
		e.judgements.recordMet(followingReachable)
		return true
	default:
		return true
	}
	isOutgoingAnswered := requirementOfScenario(e.call.Scenario) == callAnswered && x.Push.Direction == push.Outgoing
	if x.Push.Event != push.DTMF && !isOutgoingAnswered && !e.countsByItself() {
		return false
	}
	e.addFinding(followingReachable, fmt.Sprintf("a receiver for %s pushes at %s", x.Push.Event, x.URL), failure)
	e.judgements.addGapWithReason(id, "the follow-up URL does not accept the push", followingReachable)
	return false
}

// JudgeConnection judges the receiver by a connection to a push URL. If a problem of the connection prevents the judgement of a rule, that
// rule has a gap.
func JudgeConnection(c transcript.Connection) []Judgement {
	js := newJudgements(variantNamed(c.Origin))
	for _, judged := range endpoint.Judgements(c.Handshake, c.Problems) {
		switch {
		case judged.NotApplicable != "":
			js.setNotApplicable(judged.Rule, judged.NotApplicable)
		case judged.Judged:
			js.recordMet(judged.Rule)
		default:
			js.addGapWithReason(judged.Rule, judged.Reason, judged.BlockingRule)
		}
	}
	isBlocked := slices.ContainsFunc(c.Problems, endpoint.Problem.BlocksSending)
	for _, p := range c.Problems {
		// If no problem blocks the connection, the problems can be fixed in any order.
		f := Finding{Primary: p.Primary || !isBlocked, Waived: p.Waived, Want: p.Want, Got: p.Got, Fix: p.Fix, Origin: c.DisplayOrigin()}
		if p.Milder {
			f.Level = Should
		}
		js.addFinding(p.Rule, f)
	}
	return js.all()
}
