package verdict

import (
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// SharedCause is a cause that findings of several requirements share.
type SharedCause struct {
	ID     string   // such as "empty-field"
	Clause string   // a clause, such as "the receiver refuses every newCall push in which a field has no value"
	Fix    string   // what the user changes in the receiver
	IDs    []string // ids of the requirements that share the cause, failed requirements first; reports describe the cause at the first requirement
}

// possibleCause is a cause that findings may share.
type possibleCause struct {
	SharedCause
	property string // property of the refused pushes, as words that follow "push"; "": the cause is not about pushes, and Clause is complete

	// occurrence returns how the finding at index i of a row shows the cause, such as the name of an empty field; "" if it does not show
	// the cause.
	occurrence func(row Row, i int) string
}

// commonCauses returns the causes that findings of several requirements share, and sets Cause of these findings. If two causes explain a
// finding, the first cause counts. If all findings show the cause in the same way, such as by the same empty field, the cause is not
// returned, because that field alone may explain the findings.
func (f facts) commonCauses(rows []Row) []SharedCause {
	notMetRows := slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Status != Failed && r.Status != Warned })
	slices.SortStableFunc(notMetRows, func(a, b Row) int { return bySeverity(a.Status, b.Status) })
	var out []SharedCause
	for _, cause := range slices.Concat(f.claimCauses(), f.refusalCauses()) {
		var explainedFindings []*requirements.Finding
		var events, occurrences []string
		for _, row := range notMetRows {
			for i := range row.Findings {
				finding := &row.Findings[i]
				occurrence := cause.occurrence(row, i)
				if occurrence == "" || finding.Cause != "" {
					continue
				}
				explainedFindings = append(explainedFindings, finding)
				occurrences = appendNew(occurrences, occurrence)
				events = appendNew(events, string(f.exchangeOf(*finding).Push.Event))
				cause.IDs = appendNew(cause.IDs, row.ID)
			}
		}
		if len(cause.IDs) < 2 || len(occurrences) < 2 {
			continue
		}
		for _, finding := range explainedFindings {
			finding.Cause = cause.ID
		}
		if cause.property != "" {
			cause.Clause = "the receiver refuses every " + strings.Join(events, " and ") + " push " + cause.property
		}
		out = append(out, cause.SharedCause)
	}
	return out
}

// appendNew appends a text unless the list contains it.
func appendNew(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

// refusalCauses returns a cause for each property because of which a receiver may refuse pushes. If the receiver accepted a push with the
// property, findings about pushes with the same event do not show the cause.
func (f facts) refusalCauses() []possibleCause {
	var out []possibleCause
	for _, cause := range requirements.Causes() {
		acceptedEvents := map[push.Event]bool{}
		for _, c := range f.Calls {
			for _, x := range c.Exchanges {
				if x.Accepted() && cause.OccurrenceIn(x) != "" {
					acceptedEvents[x.Push.Event] = true
				}
			}
		}
		occurrence := func(row Row, i int) string {
			x := f.exchangeOf(row.Findings[i])
			if row.Area() != "push" || x.Push.Event == "" || x.Accepted() || acceptedEvents[x.Push.Event] {
				return ""
			}
			return cause.OccurrenceIn(x)
		}
		out = append(out, possibleCause{SharedCause{ID: cause.ID, Fix: cause.Fix}, cause.Property, occurrence})
	}
	return out
}

// exchangeOf returns the exchange that a finding points to; a zero Exchange if it points to none.
func (f facts) exchangeOf(finding requirements.Finding) transcript.Exchange {
	c := f.callOf(finding)
	if finding.Exchange >= len(c.Exchanges) {
		return transcript.Exchange{}
	}
	return c.Exchanges[finding.Exchange]
}
