package report

import (
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// htmlArea is an area of the catalogue with its requirements, or the scenarios of the user's own.
type htmlArea struct {
	Name, Title string
	Counts      []htmlFilter
	Rows        []htmlRow
}

// htmlRow is a requirement, or a scenario.
type htmlRow struct {
	ID, Level, Says string
	Status          verdict.Status
	Sign            htmlSign
	Reason          string
	Block           int // number of its block in the part about fixes; 0 if it has none
}

// htmlFilter is a status with the number of rows that have it.
type htmlFilter struct {
	Status verdict.Status
	Sign   htmlSign
	Count  int
}

// htmlAreasOf puts the rows in their areas, and counts them by status.
func htmlAreasOf(v verdict.Verdict, places *htmlPlaces) ([]htmlArea, []htmlFilter) {
	var out []htmlArea
	add := func(name, title string, r verdict.Row) {
		i := slices.IndexFunc(out, func(a htmlArea) bool { return a.Name == name })
		if i < 0 {
			i, out = len(out), append(out, htmlArea{Name: name, Title: title})
		}
		row := htmlRow{ID: clipLong(r.ID, 2*shortText), Level: string(r.Level), Says: clipLong(r.Statement, longText), Status: r.Status, Sign: signOf(r.Status), Block: places.fix[r.ID]}
		row.Reason = clipLong(rowReason(r), 2*shortText)
		out[i].Rows = append(out[i].Rows, row)
	}
	for _, r := range v.Rows {
		name := r.Area()
		add(clipLong(name, shortText), areaTitle(name), r)
	}
	for _, s := range v.Scenarios {
		add("scenarios", "Scenarios of your own features.", s.Row())
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

// rowReason returns why a row has its status. If another requirement is the reason that it was not judged, rowReason names only that: the
// part about fixes has the whole reason.
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

// htmlCounts counts the rows by status, in the order of statuses; those without rows are left out.
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
			out = append(out, htmlFilter{s, signOf(s), n})
		}
	}
	return out
}

// spaced joins texts by two spaces.
func spaced(all []string) string { return strings.Join(all, "  ") }
