package verdict

import (
	"cmp"
	"slices"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// named returns copies of findings. They name their variant only if the call was played for it.
func (r Run) named(all []requirements.Finding) []requirements.Finding {
	all = slices.Clone(all)
	for i := range all {
		f := &all[i]
		if !slices.ContainsFunc(r.Calls, func(c transcript.Call) bool { return c.ID == f.Call && c.Variant == f.Variant }) {
			f.Variant = ""
		}
	}
	return all
}

// evident keeps the first few findings of each kind. If every response breaks one rule, that is one kind, and so it is if a plain call and
// others break it. Each variant of a requirement is a kind of its own. Limits of a finding are added to its Got, and make no kind of their
// own.
func evident(all []requirements.Finding) []requirements.Finding {
	const most = 10
	weight := func(f requirements.Finding) int {
		switch {
		case f.Waived == "" && f.Level == requirements.Must:
			return 0
		case f.Waived == "":
			return 1
		}
		return 2
	}
	plain := func(f requirements.Finding) int {
		if f.Variant == "" {
			return 0
		}
		return 1
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b requirements.Finding) int {
		return cmp.Or(weight(a)-weight(b), plain(a)-plain(b))
	})
	type news struct {
		want, got string
		variant   transcript.Variant
	}
	var out []requirements.Finding
	seen := map[news]bool{}
	for _, f := range all {
		key := news{f.Want, f.Got, f.Variant}
		if seen[key] || seen[news{f.Want, f.Got, ""}] || len(out) == most {
			continue
		}
		seen[key] = true
		f.Got += f.Limits
		out = append(out, f)
	}
	return out
}

// statusOf returns the status that follows from findings.
func statusOf(fs []requirements.Finding) (Status, string) {
	status, reason := Waived, ""
	for _, f := range fs {
		switch {
		case f.Waived == "" && f.Level == requirements.Must:
			return Failed, ""
		case f.Waived == "":
			status = Warned
		case reason == "":
			reason = "allowed by " + f.Waived
		}
	}
	return status, reason
}

// consequence returns what follows from the findings of a row: their So if all have the same, else So of the requirement.
func consequence(row Row) string {
	own := row.Findings[0].So
	if own == "" || slices.ContainsFunc(row.Findings, func(f requirements.Finding) bool { return f.So != own }) {
		return row.So
	}
	return own
}
