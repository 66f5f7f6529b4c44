package verdict

import (
	"slices"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgements holds the judgement of each requirement, by id.
type judgements map[string]*requirements.Judgement

func (js judgements) add(more []requirements.Judgement) {
	for _, j := range more {
		all, ok := js[j.Requirement]
		if !ok {
			all = &requirements.Judgement{Requirement: j.Requirement}
			js[j.Requirement] = all
		}
		all.Judged += j.Judged
		for _, v := range j.Met {
			if !slices.Contains(all.Met, v) {
				all.Met = append(all.Met, v)
			}
		}
		all.Findings = append(all.Findings, j.Findings...)
		all.Gaps = append(all.Gaps, j.Gaps...)
		if all.NotApplicable == "" {
			all.NotApplicable = j.NotApplicable
		}
	}
}

// explains reports whether this requirement may explain the failure of another one: it failed, or it could not be judged and was never seen
// to be met.
func (js judgements) explains(id string) bool {
	j, ok := js[id]
	return ok && (js.failed(id) || len(j.Gaps) > 0 && len(j.Met) == 0)
}

// explaining returns a function that reports whether an excuse explains a finding. It does if its requirement explains any failure, or if
// the push of the finding is already a finding of that requirement, even if only a warning.
func (js judgements) explaining(f requirements.Finding) func(requirements.Excuse) bool {
	return func(e requirements.Excuse) bool {
		if e.Variant != "" {
			return js.failedIn(e.ID, e.Variant)
		}
		return js.explains(e.ID) && !js.waitsFor(e.ID, f.Requirement) || f.Call != 0 && js.found(e.ID, func(other requirements.Finding) bool {
			return other.Waived == "" && other.Call == f.Call && other.Exchange == f.Exchange
		})
	}
}

// waitsFor reports whether a requirement could not be judged only because the push of another one crashed the receiver. It then does not
// explain the other one.
func (js judgements) waitsFor(id, other string) bool {
	return !js.failed(id) && !slices.ContainsFunc(js[id].Gaps, func(g requirements.Gap) bool { return !g.Loss || g.Because != other })
}

// failed reports whether a requirement was seen not to be met.
func (js judgements) failed(id string) bool {
	return js.found(id, func(f requirements.Finding) bool { return f.Level == requirements.Must && f.Waived == "" })
}

// failedIn is failed for one variant of a requirement.
func (js judgements) failedIn(id string, v transcript.Variant) bool {
	return js.found(id, func(f requirements.Finding) bool {
		return f.Level == requirements.Must && f.Waived == "" && f.Variant == v
	})
}

// found reports whether a requirement has a finding for which such returns true.
func (js judgements) found(id string, such func(requirements.Finding) bool) bool {
	j, ok := js[id]
	return ok && slices.ContainsFunc(j.Findings, such)
}

// weightiest picks the gap to report: the first one with no cause, else the first one caused by a failed requirement, else the
// first.
func (js judgements) weightiest(gaps []requirements.Gap) requirements.Gap {
	weight := func(g requirements.Gap) int {
		switch {
		case g.Because == "":
			return 0
		case js.failed(g.Because):
			return 1
		}
		return 2
	}
	return slices.MinFunc(gaps, func(a, b requirements.Gap) int { return weight(a) - weight(b) })
}

// standing corrects rows that are undetermined because of a requirement that was met or does not apply. Such a requirement explains nothing.
// If the row has another gap, that one replaces it.
func (js judgements) standing(rows []Row) {
	status := map[string]Status{}
	for _, row := range rows {
		status[row.ID] = row.Status
	}
	explains := func(id string) bool { return status[id] != Passed && status[id] != NotApplicable }
	for i := range rows {
		row := &rows[i]
		if row.Status != Undetermined || row.Because == "" || explains(row.Because) {
			continue
		}
		var open []requirements.Gap
		if j, ok := js[row.ID]; ok {
			open = j.Open()
		}
		better := slices.IndexFunc(open, func(g requirements.Gap) bool {
			return g.Because != "" && g.Because != row.ID && explains(g.Because)
		})
		cause, judged := js[row.Because]
		switch {
		case better >= 0:
			row.Reason, row.Because, row.FromHere = open[better].Reason, open[better].Because, open[better].FromHere
		case status[row.Because] == Passed, judged && cause.NotApplicable != "":
			row.Because = ""
		}
	}
}

// met reports whether a requirement was met at least once.
func (js judgements) met(id string) bool {
	j, ok := js[id]
	return ok && len(j.Met) > 0
}

// seen reports whether a requirement was judged by itself.
func (js judgements) seen(id string) bool {
	j, ok := js[id]
	return ok && (j.Judged > len(js.moved(id)) || len(j.Gaps) > 0)
}

// moved returns the findings of a requirement that were first findings of another one.
func (js judgements) moved(id string) []requirements.Finding {
	var out []requirements.Finding
	for _, f := range js[id].Findings {
		if f.Plain == id {
			out = append(out, f)
		}
	}
	return out
}

// addFinding adds a finding that was one of another requirement.
func (js judgements) addFinding(f requirements.Finding) {
	js.add([]requirements.Judgement{{Requirement: f.Requirement, Judged: 1, Findings: []requirements.Finding{f}}})
}

// conditional reports whether there is a finding that another requirement may explain.
func (js judgements) conditional() bool {
	for _, j := range js {
		if slices.ContainsFunc(j.Findings, func(f requirements.Finding) bool { return len(f.Excuses) > 0 || f.Contrast() != "" }) {
			return true
		}
	}
	return false
}

// gather judges all the evidence, and explains findings by other requirements.
func (r Run) gather() judgements {
	said := r.judgeEvidence(r.Calls)
	known := said
	if len(r.Elsewhere) > 0 && said.conditional() {
		known = r.judgeEvidence(slices.Concat(r.Calls, r.Elsewhere))
		r.explain(known, known)
	}
	r.explain(said, known)
	return said
}

// judgeEvidence judges the connections and some calls, before findings are explained by other requirements.
func (r Run) judgeEvidence(calls []transcript.Call) judgements {
	said := judgements{}
	places := map[string]*transcript.Connection{}
	for i, c := range r.Connections {
		places[c.Origin] = &r.Connections[i]
		if !c.FollowUp {
			said.add(requirements.JudgeConnection(c))
		}
	}
	seen := map[string]bool{}
	for _, c := range calls {
		said.add(requirements.JudgeCall(c, r.Target))
		for _, u := range requirements.FollowUpURLs(c) {
			if !seen[u] {
				seen[u] = true
				said.add(requirements.JudgeFollowUpURL(u, places[requirements.OriginOf(u)], r.Target))
			}
		}
	}
	return said
}

// explain turns findings in said into gaps if a requirement in known explains them.
func (r Run) explain(said, known judgements) {
	r.movePlain(said, known)
	said.keepFindings(func(j *requirements.Judgement, f requirements.Finding) bool {
		gap := func(because string) bool {
			j.Gaps = append(j.Gaps, requirements.Gap{Variant: f.Variant, Reason: f.Got, Because: because})
			j.Judged--
			return false
		}
		contrast, basic := f.Contrast(), requirements.Basic()
		switch i := slices.IndexFunc(f.Excuses, known.explaining(f)); {
		case i >= 0:
			return gap(f.Excuses[i].ID)
		case contrast != "" && (known.met(f.Requirement) || !known.met(contrast)):
			j.Judged--
			return false
		case f.Plain == "" || f.Plain == f.Requirement || known.seen(f.Plain):
			return true
		case f.Plain != basic && known.failed(basic): // no plain call got so far, so the odd push may be the cause
			return gap(basic)
		}
		said.move(j, f)
		return false
	})
}

// movePlain turns findings about plain calls into findings of the plain pushes if no plainer ones were judged. It has to come first: without
// it odd pushes would explain each other.
func (r Run) movePlain(said, known judgements) {
	// Every requirement of odd pushes depends on the plain ones.
	elsewhere := func(e requirements.Excuse) bool {
		return (requirements.Requirement{ID: e.ID}).Area() != "push" && known.explains(e.ID)
	}
	said.keepFindings(func(j *requirements.Judgement, f requirements.Finding) bool {
		if f.Plain == "" || f.Plain == f.Requirement || known.seen(f.Plain) || !r.isPlain(f) || slices.ContainsFunc(f.Excuses, elsewhere) {
			return true
		}
		f.Excuses = nil
		said.move(j, f)
		return false
	})
}

// keepFindings keeps the findings for which stands returns true. It begins with plain pushes: a finding that they explain must not explain
// others.
func (js judgements) keepFindings(stands func(*requirements.Judgement, requirements.Finding) bool) {
	for _, id := range requirements.IDs() {
		j, ok := js[id]
		if !ok {
			continue
		}
		kept := j.Findings[:0:0]
		for _, f := range j.Findings {
			if stands(j, f) {
				kept = append(kept, f)
			}
		}
		j.Findings = kept
	}
}

// isPlain reports whether a finding is about a call without odd pushes.
func (r Run) isPlain(f requirements.Finding) bool {
	is := func(c transcript.Call) bool { return c.ID == f.Call && c.PlayedKind() == transcript.Plain }
	return slices.ContainsFunc(r.Calls, is) || slices.ContainsFunc(r.Elsewhere, is)
}

// move turns a finding into one of the plain push, because no plainer push was judged by itself.
func (js judgements) move(j *requirements.Judgement, f requirements.Finding) {
	j.Gaps = append(j.Gaps, requirements.Gap{Variant: f.Variant, Reason: f.Got, Because: f.Plain})
	j.Judged--
	f.Requirement, f.Variant, f.Want = f.Plain, "", "a 2xx status, in time"
	js.addFinding(f)
}
