package report

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// SARIF writes the verdict as SARIF 2.1.0, in the form that GitHub's code scanning reads. Each requirement is a rule with its status. Only
// failures and warnings are results, because code scanning shows every result as an alert. The result of a requirement points to the
// configuration file, which need not exist. The result of a feature scenario of the user's own points to the scenario. The fingerprint of a
// result is the same in every run. SARIF returns the error of the writer.
func SARIF(w io.Writer, v verdict.Verdict) error {
	run := sarifRun{
		Tool:    sarifTool{sarifDriver{Name: "pushcheck", Version: visible(v.Tool.Version), Rules: []sarifRule{}}},
		Results: []sarifResult{}, Invocations: []sarifInvocation{sarifInvocationOf(v)},
	}
	config := v.Config
	if config == "" {
		config = defaultConfig
	}
	ev := evidenceOf(v)
	for i, r := range v.Rows {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(r))
		if failsRun(r) || r.Status == verdict.Warned {
			run.Results = append(run.Results, sarifResultOf(r, i, ev, sarifPlace{config, 1}))
		}
	}
	if len(v.Scenarios) > 0 {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifScenarioRule())
	}
	for _, s := range v.Scenarios {
		if s.Status == verdict.Failed {
			result := sarifResultOf(s.Row(), len(v.Rows), ev, sarifPlace{s.File, s.Line})
			result.RuleID, result.Message.Text = sarifScenarioRuleID, clipLong(s.Name+": "+result.Message.Text, 1000)
			result.Fingerprints = sarifFingerprints(s.Feature + "\n" + s.Name) // the line is left out, so that the fingerprint stays the same if the scenario moves
			run.Results = append(run.Results, result)
		}
	}
	return writeJSON(w, "SARIF", sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

// defaultConfig is the file that results point to if no configuration file is in use.
const defaultConfig = "pushcheck.yaml"

// sarifScenarioRuleID is the id of the rule for the user's own feature scenarios.
const sarifScenarioRuleID = "scenario"

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID     string        `json:"id"`
	Short  sarifText     `json:"shortDescription"`
	Full   sarifText     `json:"fullDescription"`
	Help   sarifText     `json:"help"`
	Config sarifLevel    `json:"defaultConfiguration"`
	Bag    *sarifRuleBag `json:"properties,omitempty"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifLevel struct {
	Level string `json:"level"`
}

type sarifRuleBag struct {
	Tags   []string       `json:"tags"`
	Status verdict.Status `json:"status"`
	Reason string         `json:"reason,omitempty"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      sarifText         `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	Line int `json:"startLine"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Exit          int                 `json:"exitCode"`
	Notifications []sarifNotification `json:"toolExecutionNotifications"`
}

type sarifNotification struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

// sarifInvocationOf returns the invocation of a run: whether the receiver could be judged, the verdict, and the problems of the run.
func sarifInvocationOf(v verdict.Verdict) sarifInvocation {
	c := conclusionOf(v)
	level := "note"
	if c == verdict.NoVerdict {
		level = "error"
	}
	out := sarifInvocation{Successful: c != verdict.NoVerdict && !v.Interrupted && len(v.Problems) == 0, Exit: v.Exit,
		Notifications: []sarifNotification{{level, sarifText{clipLong(sentence(v), maxBodyLength)}}}}
	for _, p := range v.Problems {
		out.Notifications = append(out.Notifications, sarifNotification{"error", sarifText{clipLong(p, maxBodyLength)}})
	}
	return out
}

func sarifRuleOf(r verdict.Row) sarifRule {
	help := []string{r.Consequence, r.Fix}
	return sarifRule{
		ID: visible(r.ID), Short: sarifText{orEmpty(visible(r.Statement))}, Full: sarifText{orEmpty(visible(r.Statement))},
		Help: sarifText{orEmpty(visible(strings.TrimSpace(strings.Join(help, " "))))}, Config: sarifLevel{sarifLevelOf(r.Level)},
		Bag: &sarifRuleBag{Tags: []string{visible(r.Area())}, Status: r.Status, Reason: clipLong(reasonOf(r), 1000)},
	}
}

// sarifScenarioRule returns the rule for the user's own feature scenarios.
func sarifScenarioRule() sarifRule {
	const statement = "A feature scenario of your own passes."
	return sarifRule{ID: sarifScenarioRuleID, Short: sarifText{statement}, Full: sarifText{statement}, Help: sarifText{"Read the scenario at the place of the result."},
		Config: sarifLevel{sarifLevelOf(requirements.Must)}}
}

func sarifLevelOf(l requirements.Level) string {
	if l == requirements.Should {
		return "warning"
	}
	return "error"
}

// sarifPlace is a line of a file.
type sarifPlace struct {
	file string
	line int
}

// sarifResultOf returns the result for a row that is not met. ruleIndex is the index of the rule in the document.
func sarifResultOf(r verdict.Row, ruleIndex int, ev evidence, location sarifPlace) sarifResult {
	level := sarifLevelOf(r.Level)
	if r.Status == verdict.Warned && !r.Fatal {
		level = "warning"
	}
	text := clipLong(firstFindingText(r), 500)
	if len(r.Findings) > 0 {
		f := groupByText(r)[0][0]
		if place := ev.describePlace(f); place != "" {
			text += " (" + clipLong(place, 200) + ")"
		}
		text += ". " + clipLong(ev.remedy(r, f), 500)
	}
	return sarifResult{
		RuleID: visible(r.ID), RuleIndex: ruleIndex, Level: level, Message: sarifText{strings.TrimSpace(text)},
		Locations:    []sarifLocation{{sarifPhysical{sarifArtifact{fileURI(location.file)}, sarifRegion{max(location.line, 1)}}}},
		Fingerprints: sarifFingerprints(r.ID),
	}
}

// sarifFingerprints returns the fingerprint of a result, under the name that GitHub reads. Results with the same identity have the same
// fingerprint.
func sarifFingerprints(identity string) map[string]string {
	sum := sha256.Sum256([]byte(identity))
	return map[string]string{"primaryLocationLineHash": fmt.Sprintf("%x:1", sum[:8])}
}

// fileURI returns a file name as a URI. The URI of a relative name is relative.
func fileURI(file string) string {
	u := url.URL{Path: filepath.ToSlash(file)}
	if filepath.IsAbs(file) {
		u.Scheme = "file"
		u.Path = "/" + strings.TrimPrefix(u.Path, "/")
	}
	return u.String()
}
