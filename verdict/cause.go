package verdict

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// Common is one cause behind the findings of several requirements.
type Common struct {
	ID   string
	What string // a clause, such as "the receiver refuses every newCall push in which a field has no value"
	Fix  string
	IDs  []string // of the requirements; reports describe the cause at the first
}

// common returns the causes that several requirements share, and names them in the findings.
func (r Run) common(rows []Row, can map[requirements.Capability]Shown) []Common {
	out := unshownCauses(rows, can)
	for _, cause := range requirements.Causes() {
		found := r.sharing(rows, cause)
		var hit []Row
		forms := map[string]bool{}
		var events []string
		for _, s := range found {
			forms[s.form] = true
			if !slices.Contains(events, string(s.event)) {
				events = append(events, string(s.event))
			}
			if !slices.ContainsFunc(hit, func(row Row) bool { return row.ID == s.row.ID }) {
				hit = append(hit, *s.row)
			}
		}
		if len(hit) < 2 || len(forms) < 2 { // if all have one form, the cause may be that form alone
			continue
		}
		for _, s := range found {
			s.finding.Cause = cause.ID
		}
		out = append(out, Common{
			ID: cause.ID, Fix: cause.Fix, IDs: byProminence(hit),
			What: "the receiver refuses every " + strings.Join(events, " and ") + " push " + cause.Says,
		})
	}
	return out
}

// byProminence returns the ids of rows, failures first.
func byProminence(rows []Row) []string {
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(prominence(a), prominence(b)) })
	var ids []string
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	return ids
}

// prominence puts failures, which reports show in full, before warnings.
func prominence(r Row) int {
	if r.Status == Failed {
		return 0
	}
	return 1
}

// share is a finding that a cause may explain.
type share struct {
	row     *Row
	finding *requirements.Finding
	event   push.Event // of the refused push
	form    string     // of the property in that push
}

// sharing returns the findings about refused pushes that have a property. If the receiver accepted a push with it, the findings about that
// event do not count.
func (r Run) sharing(rows []Row, cause requirements.Cause) []share {
	accepted := map[push.Event]bool{}
	for _, c := range r.Calls {
		for _, x := range c.Exchanges {
			if x.Accepted() && cause.Form(x) != "" {
				accepted[x.Push.Event] = true
			}
		}
	}
	var out []share
	for i := range rows {
		row := &rows[i]
		if row.Area() != "push" || row.Status != Failed && row.Status != Warned {
			continue
		}
		for k := range row.Findings {
			f := &row.Findings[k]
			x, ok := r.exchange(*f)
			if !ok || f.Cause != "" || x.Accepted() || accepted[x.Push.Event] {
				continue
			}
			if form := cause.Form(x); form != "" {
				out = append(out, share{row, f, x.Push.Event, form})
			}
		}
	}
	return out
}

// exchange returns the exchange that a finding points to.
func (r Run) exchange(f requirements.Finding) (transcript.Exchange, bool) {
	i := slices.IndexFunc(r.Calls, func(c transcript.Call) bool { return c.ID == f.Call })
	if i < 0 || f.Exchange >= len(r.Calls[i].Exchanges) {
		return transcript.Exchange{}, false
	}
	return r.Calls[i].Exchanges[f.Exchange], true
}
