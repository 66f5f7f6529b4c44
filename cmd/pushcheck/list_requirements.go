package main

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
)

// catalogueRows returns all requirements, each with the feature scenarios that test it, as texts that shown returns. Equal texts are
// listed once.
func catalogueRows(shown func(features.Scenario) string) ([]report.CatalogueRow, error) {
	by, err := featuresOf()
	if err != nil {
		return nil, err
	}
	var rows []report.CatalogueRow
	for _, r := range requirements.All() {
		row := report.CatalogueRow{Requirement: r}
		for _, s := range by[r.ID] {
			if text := shown(s); !slices.Contains(row.Features, text) {
				row.Features = append(row.Features, text)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// featuresOf returns the built-in feature scenarios by the ids of the requirements that they are about.
func featuresOf() (map[string][]features.Scenario, error) {
	all, err := features.Index(features.FS)
	if err != nil {
		return nil, err
	}
	by := map[string][]features.Scenario{}
	for _, s := range all {
		for _, id := range s.Requirements() {
			by[id] = append(by[id], s)
		}
	}
	return by, nil
}

// fileOf returns the text for a feature scenario in docs/requirements.md, scenarioOf the text in explain.
func fileOf(s features.Scenario) string     { return "features/" + s.File }
func scenarioOf(s features.Scenario) string { return fmt.Sprintf("features/%s: %s", s.File, s.Name) }

// requirementsText writes the requirements for a terminal.
func requirementsText(w *bytes.Buffer, width int) error {
	rows, err := catalogueRows(fileOf)
	if err != nil {
		return err
	}
	return report.CatalogueText(w, rows, width)
}

// requirementsPage writes docs/requirements.md.
func requirementsPage(w *bytes.Buffer) error {
	rows, err := catalogueRows(fileOf)
	if err != nil {
		return err
	}
	return report.CatalogueMarkdown(w, rows)
}

type requirementRecord struct {
	ID       string                      `json:"id"`
	Area     string                      `json:"area"`
	Level    requirements.Level          `json:"level"`
	Needs    [][]requirements.Capability `json:"needs"` // at least one of each inner list; empty: every receiver
	Says     string                      `json:"says"`
	Source   string                      `json:"source"`
	So       string                      `json:"so"`
	Fix      string                      `json:"fix"`
	Notes    string                      `json:"notes"`
	Features []featureRecord             `json:"features"`
}

type featureRecord struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Feature  string `json:"feature"`
	Scenario string `json:"scenario"`
}

func requirementRecords() (any, error) {
	by, err := featuresOf()
	if err != nil {
		return nil, err
	}
	var out []requirementRecord
	for _, r := range requirements.All() {
		record := requirementRecord{
			ID: r.ID, Area: r.Area(), Level: r.Level, Needs: append([][]requirements.Capability{}, r.Needs...), Says: r.Statement, Source: r.Source,
			So: r.Consequence, Fix: r.Fix, Notes: r.Notes, Features: []featureRecord{},
		}
		for _, s := range by[r.ID] {
			record.Features = append(record.Features, featureRecord{fileOf(s), s.Line, s.Feature, s.Name})
		}
		out = append(out, record)
	}
	return out, nil
}
