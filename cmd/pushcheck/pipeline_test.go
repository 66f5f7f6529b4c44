//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// This test runs the script of action.yml in the same way as the action does.
func TestScriptOfTheActionJudgesAReceiver(t *testing.T) {
	t.Parallel()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	url, serve := startableReceiver(t, "")
	script, err := filepath.Abs(filepath.Join(repository, "ci", "action"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), script)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), runAsProgram+"=1", "INPUT_BINARY="+executable, "INPUT_URL="+url, "INPUT_SERVE="+serve, "INPUT_DEV_CERT=true",
		"INPUT_REPORTS=all reports", "INPUT_ARGS=--only push --claim 'answer,hangup' --config none --ci none")
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "conformant: ") {
		t.Errorf("it ends with %v:\n%s", err, out)
	}
	entries, err := os.ReadDir(filepath.Join(cmd.Dir, "all reports"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if diff := cmp.Diff([]string{"pushcheck.html", "pushcheck.json", "pushcheck.xml"}, names); diff != "" {
		t.Errorf("reports mismatch (-want +got):\n%s", diff)
	}
}

func TestInputsOfTheActionMatchTheVariablesOfItsScript(t *testing.T) {
	t.Parallel()
	var action struct {
		Inputs map[string]any `yaml:"inputs"`
		Runs   struct {
			Steps []struct {
				Env map[string]string `yaml:"env"`
				Run string            `yaml:"run"`
			} `yaml:"steps"`
		} `yaml:"runs"`
	}
	script := readYAML(t, "action.yml", &action)
	for _, step := range action.Runs.Steps {
		if step.Run == "" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(repository, "ci", "action"))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range step.Env {
			if !strings.Contains(string(text), name) {
				t.Errorf("ci/action does not read %s", name)
			}
			input, ok := strings.CutPrefix(value, "${{ inputs.")
			if input = strings.TrimSuffix(input, " }}"); ok && action.Inputs[input] == nil {
				t.Errorf("%s is the input %q, which does not exist", name, input)
			}
		}
	}
	for name := range action.Inputs {
		if !strings.Contains(script, "inputs."+name) {
			t.Errorf("nothing uses the input %q", name)
		}
	}
}

func TestTheGitLabTemplateUsesFlagsThatExist(t *testing.T) {
	t.Parallel()
	var jobs map[string]struct {
		Script []string `yaml:"script"`
	}
	readYAML(t, "ci/pushcheck.gitlab-ci.yml", &jobs)
	line := strings.Join(jobs[".pushcheck"].Script, "\n")
	args, ok := strings.CutPrefix(line, ".pushcheck/pushcheck ")
	if !ok {
		t.Fatalf("the script is %q, want a command of pushcheck", line)
	}
	checkFlags(t, strings.Fields(args))
}

// readYAML reads a file of the repository into a value, and returns its text.
func readYAML(t *testing.T, file string, into any) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(repository, file))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return string(data)
}
