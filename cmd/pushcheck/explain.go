package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

func (a *app) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "explain ID",
		Short:   "Explain a requirement, area, call scenario, push or fault",
		Example: "  pushcheck explain response.content-type\n  pushcheck explain transport\n  pushcheck explain transfer-answered",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(fmt.Sprintf("one requirement is wanted, there are %d", len(args)), "as in: pushcheck explain response.status")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.explain(args[0]) },
	}
}

// explain prints what is known about a requirement, an area, a call scenario, a push or a fault.
func (a *app) explain(id string) error {
	rows, err := catalogueRows(featureFileAndName)
	if err != nil {
		return err
	}
	areas := requirements.Areas()
	if i := slices.IndexFunc(areas, func(area requirements.Area) bool { return area.Name == id }); i >= 0 {
		return a.explainArea(areas[i], rows)
	}
	for _, row := range rows {
		if row.ID == id {
			return report.Explain(a.stdout, row)
		}
	}
	if description, ids, ok := requirementsByName(id); ok {
		return a.explainRelated(description, ids, rows)
	}
	hint := "see: pushcheck list requirements"
	if near, ok := suggest.Closest(id, explainable()); ok {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return usage(fmt.Sprintf("unknown name %q", id), "%s", hint)
}

// explainable returns all names that can be explained.
func explainable() []string {
	return slices.Concat(requirementsAndAreas(), scenarioNames(), faultNames(), eventNames())
}

func (a *app) explainArea(area requirements.Area, rows []report.CatalogueRow) error {
	rows = slices.DeleteFunc(rows, func(r report.CatalogueRow) bool { return r.Area() != area.Name })
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s\n\n", area.Name, area.Title)
	if err := report.CatalogueText(&text, rows, min(a.width, maxListWidth)); err != nil {
		return err
	}
	if _, err := io.WriteString(a.stdout, text.String()); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "all about one of them: pushcheck explain %s\n", rows[0].ID)
	return nil
}

// requirementByEvent returns, for each event, the id of the requirement about pushes of this event in incoming calls.
func requirementByEvent() map[string]string {
	out := map[string]string{}
	for _, e := range []push.Event{push.NewCall, push.Answer, push.Hangup, push.DTMF} {
		out[string(e)] = requirements.RequirementOfPlainPush(e, push.Incoming)
	}
	return out
}

// requirementsByName looks up the name of a call scenario, a push or a fault. It returns a description and the ids of the related
// requirements.
func requirementsByName(name string) (description string, ids []string, ok bool) {
	if id, ok := requirementByEvent()[name]; ok {
		return fmt.Sprintf("%q is a push; its requirement is %s", name, id), []string{id}, true
	}
	if story, ok := scenarios.Find(name); ok {
		description := fmt.Sprintf("%q is a call scenario, %q", name, story.Title)
		id := requirements.RequirementOfCall(transcript.Call{Scenario: name})
		switch {
		case story.RequiredAction != "":
			id = "call.steered"
		case id == requirements.RequirementOfCall(transcript.Call{}):
			return description + "; no requirement is about it alone", nil, true
		}
		return description + "; its requirement is " + id, []string{id}, true
	}
	if fault, err := receiver.FindFault(name); err == nil {
		description := fmt.Sprintf("%q is a fault of the reference receiver, which %s; it breaks %s", name, fault.Description, strings.Join(fault.Breaks, ", "))
		return description, fault.Breaks, true
	}
	return "", nil, false
}

// explainRelated prints a description, and the requirements with these ids.
func (a *app) explainRelated(description string, ids []string, rows []report.CatalogueRow) error {
	if _, err := fmt.Fprintln(a.stdout, description); err != nil {
		return err
	}
	for _, row := range rows {
		if !slices.Contains(ids, row.ID) {
			continue
		}
		if _, err := fmt.Fprintln(a.stdout); err != nil {
			return err
		}
		if err := report.Explain(a.stdout, row); err != nil {
			return err
		}
	}
	return nil
}
