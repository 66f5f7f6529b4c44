package report

import (
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// htmlArea is an area of the catalogue with its requirements, or the group of the user's own scenarios.
type htmlArea struct {
	Name, Title string
	Counts      []htmlFilter
	Rows        []htmlRow
}

// htmlRow is a requirement or a scenario of the user's own.
type htmlRow struct {
	ID, Level, Statement string
	Status               verdict.Status
	Badge                htmlBadge
	Reason               string
	Block                int // number of the row's block in the part about fixes; 0 if it has none
}

// htmlFilter is a status, with the number of rows that have this status.
type htmlFilter struct {
	Status verdict.Status
	Badge  htmlBadge
	Count  int
}

// htmlAreasOf puts the rows in their areas, and counts them by status.
func htmlAreasOf(v verdict.Verdict, links *htmlLinks) ([]htmlArea, []htmlFilter) {
	var out []htmlArea
	addRow := func(name, title string, r verdict.Row) {
		i := slices.IndexFunc(out, func(a htmlArea) bool { return a.Name == name })
		if i < 0 {
			i, out = len(out), append(out, htmlArea{Name: name, Title: title})
		}
		row := htmlRow{ID: clipLong(r.ID, 2*shortTextLength), Level: string(r.Level), Statement: clipLong(r.Statement, longTextLength), Status: r.Status, Badge: badgeOf(r.Status), Block: links.blockNumbers[r.ID]}
		row.Reason = clipLong(rowReason(r), 2*shortTextLength)
		out[i].Rows = append(out[i].Rows, row)
	}
	for _, r := range v.Rows {
		name := r.Area()
		addRow(clipLong(name, shortTextLength), areaTitle(name), r)
	}
	for _, s := range v.Scenarios {
		addRow("scenarios", "Scenarios of your own features.", s.Row())
	}
	for i := range out {
		out[i].Counts = htmlCounts(out[i].Rows)
	}
	var all []htmlRow
	for _, a := range out {
		all = append(all, a.Rows...)
	}
	return out, htmlCounts(all)
}

// rowReason returns why a row has its status. If a row was not judged because of another requirement, rowReason only names that
// requirement: the part about fixes has the whole reason.
func rowReason(r verdict.Row) string {
	switch {
	case r.Status == verdict.Passed:
		return ""
	case r.Status == verdict.Undetermined && r.CauseID != "" && r.KnownCause == "":
		return "because of " + r.CauseID
	}
	return reasonOf(r)
}

func areaTitle(name string) string {
	i := slices.IndexFunc(requirements.Areas(), func(a requirements.Area) bool { return a.Name == name })
	if i < 0 {
		return ""
	}
	return requirements.Areas()[i].Title
}

// htmlCounts counts the rows of each status, in the order of verdict.Statuses. Statuses without rows are left out.
func htmlCounts(rows []htmlRow) []htmlFilter {
	var out []htmlFilter
	for _, s := range verdict.Statuses() {
		n := 0
		for _, r := range rows {
			if r.Status == s {
				n++
			}
		}
		if n > 0 {
			out = append(out, htmlFilter{s, badgeOf(s), n})
		}
	}
	return out
}

// joinBySpaces joins texts by two spaces.
func joinBySpaces(all []string) string { return strings.Join(all, "  ") }
