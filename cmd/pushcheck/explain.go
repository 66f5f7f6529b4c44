package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
)

func (a *app) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "explain ID",
		Short:   "Tell all there is to know about a requirement, or about an area of them",
		Example: "  pushcheck explain response.content-type\n  pushcheck explain transport",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(fmt.Sprintf("one requirement is wanted, there are %d", len(args)), "as in: pushcheck explain response.status")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.explain(args[0]) },
	}
}

// explain prints one requirement, or the requirements of an area.
func (a *app) explain(id string) error {
	rows, err := catalogueRows(scenarioOf)
	if err != nil {
		return err
	}
	areas := requirements.Areas()
	if at := slices.IndexFunc(areas, func(area requirements.Area) bool { return area.Name == id }); at >= 0 {
		return a.explainArea(areas[at], rows)
	}
	for _, row := range rows {
		if row.ID == id {
			return report.Explain(a.stdout, row)
		}
	}
	names := requirements.IDs()
	for _, area := range areas {
		names = append(names, area.Name)
	}
	hint := "see: pushcheck list requirements"
	if near, ok := suggest.Closest(id, names); ok {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return usage(fmt.Sprintf("unknown requirement %q", id), "%s", hint)
}

func (a *app) explainArea(area requirements.Area, rows []report.CatalogueRow) error {
	rows = slices.DeleteFunc(rows, func(r report.CatalogueRow) bool { return r.Area() != area.Name })
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s\n\n", area.Name, area.Title)
	if err := report.CatalogueText(&text, rows, min(a.width, 160)); err != nil {
		return err
	}
	if _, err := io.WriteString(a.stdout, text.String()); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "all about one of them: pushcheck explain %s\n", rows[0].ID)
	return nil
}
