package report

import (
	"crypto/tls"
	"fmt"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// playedPage writes connections and calls for a terminal.
type playedPage struct {
	page
	verbose bool
}

func (p *playedPage) writeConnection(c transcript.Connection) {
	p.writeConnectionHead(c)
	if chain := c.Handshake.Chain; len(chain) > 0 {
		leaf := chain[0]
		p.writeField("identity", clipLong(fmt.Sprintf("certificate of %s, issued by %s, until %s, %s sent", firstNonEmptyName(leaf.Subject.String(), leaf.DNSNames),
			firstNonEmptyName(leaf.Issuer.String(), nil), leaf.NotAfter.UTC().Format("2006-01-02"), wording.Count(len(chain), "certificate")), 3*p.width))
	}
	for _, problem := range c.Problems {
		label, s := "problem", red
		if problem.Waived != "" {
			label, s = "waived", yellow
		} else if problem.Milder {
			label, s = "warning", yellow
		}
		text := problem.Rule + ": " + describeWantAndGot(problem.Want, problem.Got)
		if problem.Waived != "" {
			text += " (" + problem.Waived + ")"
		}
		p.writeStyledField(label, clipLong(text, 4*p.width), s)
	}
	for _, n := range c.Notes {
		p.writeField("note", clipLong(n, 4*p.width))
	}
}

// writeConnectionHead writes the origin, the address and the protocol of a connection, or why the connection failed.
func (p *page) writeConnectionHead(c transcript.Connection) {
	h := c.Handshake
	p.writeGap()
	p.put(bold, clip(visible(c.DisplayOrigin()), p.width)).endLine()
	if c.FollowUp {
		p.writeField("for", "follow-up pushes")
	}
	if h.Address != "" {
		p.writeField("address", clipLong(h.Address, p.width))
	}
	if h.Failure != "" {
		failureStyle := red
		if h.Failure.IsLocal() {
			failureStyle = yellow
		}
		p.writeStyledField("failed", clipLong(strings.TrimSuffix(string(h.Failure)+": "+h.Detail, ": "), 3*p.width), failureStyle)
	}
	if h.Version != 0 {
		protocol := tls.VersionName(h.Version)
		if h.Suite != 0 {
			protocol += ", " + tls.CipherSuiteName(h.Suite)
		}
		p.writeField("protocol", protocol)
	}
}

// firstNonEmptyName returns name, or the first of others if name is empty. If there is no name at all, it returns "nobody".
func firstNonEmptyName(name string, others []string) string {
	if name == "" && len(others) > 0 {
		name = others[0]
	}
	if name == "" {
		return "nobody"
	}
	return name
}

// describeWantAndGot joins the expectation and the evidence of a finding. Either may be empty.
func describeWantAndGot(want, got string) string {
	switch {
	case want == "":
		return got
	case got == "":
		return "want " + want
	}
	return "want " + want + ", got " + got
}

func (p *playedPage) writeHeadline(c transcript.Call, isContinued bool) {
	number, name := fmt.Sprintf("#%d ", c.ID), clip(visible(c.Scenario), 30)
	p.writeGap()
	p.put(dim, number).put(bold, name)
	subtitle := c.Feature
	if c.Probe {
		subtitle = "probe: what the receiver shows"
	}
	if isContinued {
		subtitle = "continued"
	}
	if subtitle != "" {
		p.put(dim, "  "+clip(visible(subtitle), p.width-len(number)-len([]rune(name))-2))
	}
	p.endLine()
}

func (p *playedPage) writeExchange(ex transcript.Exchange) {
	name := fmt.Sprintf("%-7s %-8s ", clip(visible(string(ex.Push.Event)), 11), clip(visible(ex.Leg), 11))
	if ex.ForeignName != "" {
		name = "no push: "
	}
	p.put(plain, "  ").put(cyan, "--> ").put(plain, name)
	indent := 6 + len([]rune(name))
	for i, l := range wrap(clipLong(strings.Join(pushFields(ex), " "), 3*p.width), p.width-indent) {
		if i > 0 {
			p.put(plain, strings.Repeat(" ", indent))
		}
		p.put(dim, l).endLine()
	}
	if p.verbose {
		p.writeBody("url", []byte(ex.URL))
		p.writeBody("body", ex.Body)
	}
	got := fmt.Sprintf("%-7s %-8s ", statusText(ex), formatDuration(ex.Duration))
	p.put(plain, "  ").put(responseStyle(ex), "<-- ").put(plain, got)
	p.put(dim, clip(visible(describeResponse(ex)), p.width-len(got)-6)).endLine()
	if p.verbose {
		p.writeBody("response", ex.ResponseBody)
	}
}

// writePushLine writes the push of an exchange on one line, as a field without label.
func (p *page) writePushLine(ex transcript.Exchange) {
	sent := describePush(ex)
	if ex.ForeignName == "" {
		sent += "  " + strings.Join(pushFields(ex), " ")
	}
	p.writeLabel("").put(cyan, "--> ").put(dim, clip(visible(sent), p.width-labelWidth-4)).endLine()
}

// writeResponseLine writes the status and the time of a response on one line. The text in words follows them.
func (p *page) writeResponseLine(ex transcript.Exchange, words string) {
	got := strings.TrimSpace(statusText(ex) + "  " + formatDuration(ex.Duration) + "  " + words)
	p.writeLabel("").put(cyan, "<-- ").put(dim, clip(visible(got), p.width-labelWidth-4)).endLine()
}

func statusText(ex transcript.Exchange) string {
	if ex.Status == 0 {
		return "none"
	}
	return strconv.Itoa(ex.Status)
}

// describeResponse returns the content of a response on one line, or why there is no complete response.
func describeResponse(ex transcript.Exchange) string {
	if why := describeEnd(ex); why != "" {
		return why
	}
	return responseContent(ex)
}

// responseStyle returns the style in which a response is shown. It is red only if a plain push got no response, because a receiver may
// refuse other requests.
func responseStyle(ex transcript.Exchange) style {
	switch {
	case ex.Accepted():
		return green
	case ex.End == transcript.HeldOpen, ex.End == transcript.Interrupted, ex.End == transcript.BlockedEnd, ex.Failure.IsLocal():
		return dim
	case ex.ForeignName != "", ex.Odd, ex.Exempt != "", ex.Responded():
		return yellow
	}
	return red
}

// writeBody writes the beginning of a body, at most maxBodyLength bytes.
func (p *playedPage) writeBody(label string, body []byte) {
	if len(body) == 0 {
		return
	}
	text := cutBody(body)
	if len(body) > maxBodyLength {
		text += fmt.Sprintf("... (%d bytes)", len(body))
	}
	for _, l := range strings.Split(strings.TrimRight(text, "\r\n"), "\n") {
		p.writeField(label, strings.TrimRight(l, "\r"))
		label = ""
	}
}

// pushFields returns the fields of a push that reports show. Caller and callee are shown only with a newCall push. The leg already names
// the called person, so users are shown only if they differ from the leg.
func pushFields(ex transcript.Exchange) []string {
	var fields []string
	addField := func(name, value string) {
		if value != "" {
			fields = append(fields, name+" "+value)
		}
	}
	sentPush := ex.Push
	if sentPush.Event == push.Hangup {
		addField("cause", string(sentPush.Cause))
	}
	if sentPush.Digits != nil {
		addField("digits", fmt.Sprintf("%q", *sentPush.Digits))
	}
	if sentPush.Direction == push.Outgoing {
		fields = append(fields, "out")
	}
	if sentPush.Event == push.NewCall {
		addField("from", orEmpty(sentPush.From))
		addField("to", orEmpty(sentPush.To))
	}
	if users := strings.Join(sentPush.Users, ", "); sentPush.Users != nil && users != ex.Leg {
		addField("user", orEmpty(users))
	}
	addField("diversion", sentPush.Diversion)
	addField("answered by", sentPush.AnsweringNumber)
	addField("id", shortID(sentPush.CallID))
	if ex.Retry {
		fields = append(fields, "(sent again)")
	}
	if ex.ForeignName != "" {
		return []string{ex.ForeignName}
	}
	if ex.Duplicate {
		fields = append(fields, "(a second time)")
	}
	if fields == nil {
		return []string{"(nothing)"}
	}
	return fields
}

// orEmpty returns s, or "(empty)" if s is empty.
func orEmpty(s string) string {
	if s == "" {
		return "(empty)"
	}
	return s
}

// responseContent returns the content of a response on one line: its type, and its text without an XML declaration.
func responseContent(ex transcript.Exchange) string {
	text := collapseSpace(string(ex.ResponseBody))
	if _, rest, found := strings.Cut(text, "?>"); found && strings.HasPrefix(text, "<?xml ") {
		text = strings.TrimSpace(rest)
	}
	if text == "" {
		text = "(empty)"
	}
	if ex.ContentType == "" {
		return text
	}
	return ex.ContentType + "  " + text
}

// writeOmissions writes what was not played, grouped by reason: pushes that were not sent, and acts of people that were left out.
func (p *playedPage) writeOmissions(c transcript.Call) {
	var notSent, skipped groups
	for _, n := range c.NotSent {
		why := string(n.Reason)
		if n.Detail != "" && (n.Reason != transcript.NotSubscribed || p.verbose) {
			why += ": " + n.Detail
		}
		notSent.add(why, pushName(string(n.Push.Event), n.Leg))
	}
	for _, s := range c.Skipped {
		skipped.add(s.Reason, s.Deed)
	}
	for _, g := range notSent {
		p.writeStyledField("not sent", clipLong(strings.Join(g.names, ", ")+": "+g.key, 3*p.width), dim)
	}
	for _, g := range skipped {
		p.writeStyledField("left out", clipLong(strings.Join(g.names, ", ")+": "+g.key, 3*p.width), dim)
	}
	p.writeShownStates(c)
	if !c.Complete {
		p.writeStyledField("stopped", "the call was not played to its end", yellow)
	}
}

// groups groups names by a key, such as the reason that they share. Keys and names are in the order of their first occurrence.
type groups []group

type group struct {
	key   string
	names []string
}

func (g *groups) add(key, name string) {
	for i := range *g {
		if (*g)[i].key == key {
			(*g)[i].names = append((*g)[i].names, name)
			return
		}
	}
	*g = append(*g, group{key, []string{name}})
}
