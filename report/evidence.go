package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// evidence holds the calls and the causes to which findings refer.
type evidence struct {
	calls       map[int]transcript.Call
	causes      []verdict.SharedCause
	curlOptions []string // options with which curl reaches the receiver as the run did
}

func evidenceOf(v verdict.Verdict) evidence {
	e := evidence{calls: make(map[int]transcript.Call, len(v.Calls)), causes: v.Causes, curlOptions: v.CurlArguments}
	for _, c := range v.Calls {
		e.calls[c.ID] = c
	}
	return e
}

// exchange returns the exchange at which a finding was seen; false if the finding is about a connection or a whole call.
func (e evidence) exchange(f requirements.Finding) (transcript.Exchange, bool) {
	c, ok := e.calls[f.Call]
	if !ok || f.Exchange < 0 || f.Exchange >= len(c.Exchanges) {
		return transcript.Exchange{}, false
	}
	return c.Exchanges[f.Exchange], true
}

// exchangeToRepeat returns the exchange whose request has to be sent again to see a finding again; false if there is none. If the finding
// is about a stimulus (a request that is not a push), it returns the stimulus, and not the plain push that follows it.
func (e evidence) exchangeToRepeat(f requirements.Finding) (transcript.Exchange, bool) {
	if c := e.calls[f.Call]; f.Requirement == c.RequirementID && len(c.Exchanges) > 0 && c.Exchanges[0].ForeignName != "" {
		return c.Exchanges[0], true
	}
	return e.exchange(f)
}

// curl returns a curl line that sends the push of a finding again; "" if no push shows the finding.
func (e evidence) curl(f requirements.Finding) string {
	if ex, ok := e.exchangeToRepeat(f); ok {
		return CurlLine(ex, e.curlOptions...)
	}
	return ""
}

// responseText returns the text of the response at which a finding was seen, on one line, if the response refuses the push or is not XML.
// It returns "" for any other response, and for a finding with a position in the response.
func (e evidence) responseText(f requirements.Finding) string {
	ex, ok := e.exchange(f)
	refused := ex.Status != 0 && (!ex.Accepted() || ex.IsDeclined() || ex.Document.Kind == response.NotXML)
	if !ok || !refused || f.Line > 0 {
		return ""
	}
	if text := ex.ResponseText(); text != "" {
		return text
	}
	return "nothing: the body is empty"
}

// describePlace names the connection, the call or the push at which a finding was seen; "" if the finding has no place.
func (e evidence) describePlace(f requirements.Finding) string {
	if f.Call == 0 {
		ex, ok := e.exchange(f)
		switch {
		case f.Origin != "":
			return "connection to " + f.Origin
		case ok: // only the first call of a load has the id 0
			return fmt.Sprintf("the call that was played first, push %d: %s", f.Exchange+1, describePush(ex))
		}
		return ""
	}
	c := e.calls[f.Call]
	where := strings.TrimSpace(fmt.Sprintf("call %d %s", f.Call, c.Scenario))
	if ex, ok := e.exchange(f); ok {
		return fmt.Sprintf("%s, push %d: %s", where, f.Exchange+1, describePush(ex))
	}
	return where
}

// variant returns the variant of the requirement that was not met; "" if there is none, or if describePlace already names it.
func (e evidence) variant(f requirements.Finding) string {
	if c := e.calls[f.Call]; len(c.Exchanges) > 0 && c.Exchanges[0].ForeignName != "" {
		return ""
	}
	return string(f.Variant)
}

// variants returns the variants that the findings are about, each once.
func (e evidence) variants(findings []requirements.Finding) []string {
	var out []string
	for _, f := range findings {
		if v := e.variant(f); v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// position returns "LINE:COLUMN" of a finding in the response; "" if the finding has no position there.
func position(f requirements.Finding) string {
	if f.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%d", f.Line, f.Column)
}

// describePush names a push and the person of its leg.
func describePush(ex transcript.Exchange) string {
	if ex.ForeignName != "" {
		return clip(visible(ex.ForeignName), 60)
	}
	return pushName(string(ex.Push.Event), ex.Leg)
}

// pushName names a push in a sentence. It escapes invisible characters in event and leg, and cuts long events and legs.
func pushName(event, leg string) string {
	if event == "" {
		event = "a push without event"
	}
	event = clip(visible(event), 40)
	if leg == "" {
		return event
	}
	return event + " (" + clip(visible(leg), 40) + ")"
}

// remedy returns how to fix a finding: the fix of the finding, or the fix of its requirement if the finding has none. If several
// requirements have the same cause, the remedy of the first of them describes the cause and its fix. The remedies of the other requirements
// refer to the first requirement.
func (e evidence) remedy(row verdict.Row, f requirements.Finding) string {
	if c, ok := e.cause(f); ok {
		if row.ID == c.IDs[0] {
			return fmt.Sprintf("One cause of %s: %s. %s", summarizeIDs(c.IDs), c.Clause, c.Fix)
		}
		return fmt.Sprintf("The same cause as %s: %s. Fix that first.", c.IDs[0], c.Clause)
	}
	if f.Fix != "" {
		return f.Fix
	}
	return row.Fix
}

// summarizeIDs lists ids. If there are many, it lists the first and counts the others.
func summarizeIDs(ids []string) string {
	if len(ids) > 5 {
		return fmt.Sprintf("%s and %d other requirements", ids[0], len(ids)-1)
	}
	return strings.Join(ids, ", ")
}

// cause returns the cause that a finding shares with findings of other requirements; false if there is none.
func (e evidence) cause(f requirements.Finding) (verdict.SharedCause, bool) {
	i := slices.IndexFunc(e.causes, func(c verdict.SharedCause) bool { return c.ID == f.Cause })
	if i < 0 {
		return verdict.SharedCause{}, false
	}
	return e.causes[i], true
}

// causeDescribedElsewhere returns the cause of a row if another row describes this cause in full. It returns false if no other row does, or
// if the row has more to show: several findings, or a finding that refers to a call or a connection.
func (e evidence) causeDescribedElsewhere(row verdict.Row) (verdict.SharedCause, bool) {
	if len(row.Findings) != 1 || row.Findings[0].Call != 0 || row.Findings[0].Origin != "" {
		return verdict.SharedCause{}, false
	}
	c, ok := e.cause(row.Findings[0])
	return c, ok && c.IDs[0] != row.ID
}

// reasonOf returns the reason of a row, followed by the id of the requirement that is its cause, unless the reason already names that
// requirement.
func reasonOf(r verdict.Row) string {
	if r.CauseID == "" || r.KnownCause != "" {
		return r.Reason
	}
	return strings.TrimSpace(r.Reason + " (because of " + r.CauseID + ")")
}

// rowsWithStatus returns the rows of one status, in their order.
func rowsWithStatus(rows []verdict.Row, s verdict.Status) []verdict.Row {
	var picked []verdict.Row
	for _, r := range rows {
		if r.Status == s {
			picked = append(picked, r)
		}
	}
	return picked
}

// allRows returns the rows of all requirements, and after them the rows of the user's own feature scenarios.
func allRows(v verdict.Verdict) []verdict.Row {
	rows := slices.Clone(v.Rows)
	for _, s := range v.Scenarios {
		rows = append(rows, s.Row())
	}
	return rows
}

// countByStatus counts the rows of each status. Every report uses it, so that its counts agree with its rows.
func countByStatus(rows []verdict.Row) map[verdict.Status]int {
	n := map[verdict.Status]int{}
	for _, s := range verdict.Statuses() {
		n[s] = len(rowsWithStatus(rows, s))
	}
	return n
}

// conclusionOf returns the verdict's conclusion; NoVerdict if it has not been set.
func conclusionOf(v verdict.Verdict) verdict.Conclusion {
	if v.Conclusion == "" {
		return verdict.NoVerdict
	}
	return v.Conclusion
}

// describeEnd describes how an exchange without a complete response ended; "" if the response is complete.
func describeEnd(ex transcript.Exchange) string {
	if ex.End == transcript.Complete {
		return ""
	}
	text := string(ex.End)
	if text == "" {
		text = "no response"
	}
	var causes []string
	for _, c := range []string{string(ex.Failure), ex.Detail} {
		if c != "" && (len(causes) == 0 || c != causes[0]) {
			causes = append(causes, c)
		}
	}
	if len(causes) > 0 {
		text += ": " + strings.Join(causes, ": ")
	}
	return text
}
