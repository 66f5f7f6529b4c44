package main

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
)

// catalogueRows returns a row for each requirement. The row also has a text for each feature scenario that tests the requirement.
// featureText returns that text. Equal texts are listed once.
func catalogueRows(featureText func(features.Scenario) string) ([]report.CatalogueRow, error) {
	scenariosByID, err := scenariosByRequirement()
	if err != nil {
		return nil, err
	}
	var rows []report.CatalogueRow
	for _, r := range requirements.All() {
		row := report.CatalogueRow{Requirement: r}
		for _, s := range scenariosByID[r.ID] {
			if text := featureText(s); !slices.Contains(row.Features, text) {
				row.Features = append(row.Features, text)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// scenariosByRequirement returns the built-in feature scenarios that test each requirement, by the id of the requirement.
func scenariosByRequirement() (map[string][]features.Scenario, error) {
	all, err := features.Index(features.FS)
	if err != nil {
		return nil, err
	}
	byID := map[string][]features.Scenario{}
	for _, s := range all {
		for _, id := range s.Requirements() {
			byID[id] = append(byID[id], s)
		}
	}
	return byID, nil
}

// featureFile returns what docs/requirements.md shows of a feature scenario: the file.
func featureFile(s features.Scenario) string { return "features/" + s.File }

// featureFileAndName returns what the command explain prints of a feature scenario: the file and the name.
func featureFileAndName(s features.Scenario) string {
	return fmt.Sprintf("features/%s: %s", s.File, s.Name)
}

// requirementsText writes the requirements for a terminal.
func requirementsText(w *bytes.Buffer, width int) error {
	rows, err := catalogueRows(featureFile)
	if err != nil {
		return err
	}
	return report.CatalogueText(w, rows, width)
}

// requirementsMarkdown writes docs/requirements.md.
func requirementsMarkdown(w *bytes.Buffer) error {
	rows, err := catalogueRows(featureFile)
	if err != nil {
		return err
	}
	return report.CatalogueMarkdown(w, rows)
}

type requirementRecord struct {
	ID          string                      `json:"id"`
	Area        string                      `json:"area"`
	Level       requirements.Level          `json:"level"`
	Needs       [][]requirements.Capability `json:"needs"` // the receiver needs at least one capability of each inner list; empty: it needs none
	Statement   string                      `json:"says"`
	Source      string                      `json:"source"`
	Consequence string                      `json:"so"`
	Fix         string                      `json:"fix"`
	Notes       string                      `json:"notes"`
	Features    []featureRecord             `json:"features"`
}

type featureRecord struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Feature  string `json:"feature"`
	Scenario string `json:"scenario"`
}

func requirementRecords() (any, error) {
	scenariosByID, err := scenariosByRequirement()
	if err != nil {
		return nil, err
	}
	var out []requirementRecord
	for _, r := range requirements.All() {
		record := requirementRecord{
			ID: r.ID, Area: r.Area(), Level: r.Level, Needs: append([][]requirements.Capability{}, r.Needs...), Statement: r.Statement, Source: r.Source,
			Consequence: r.Consequence, Fix: r.Fix, Notes: r.Notes, Features: []featureRecord{},
		}
		for _, s := range scenariosByID[r.ID] {
			record.Features = append(record.Features, featureRecord{featureFile(s), s.Line, s.Feature, s.Name})
		}
		out = append(out, record)
	}
	return out, nil
}
