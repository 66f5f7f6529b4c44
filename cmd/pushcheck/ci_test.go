package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// runCommandWith runs a command line in this process with environment variables.
func runCommandWith(t *testing.T, variables map[string]string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	a := &app{stdout: &stdout, stderr: &stderr, getenv: func(name string) string { return variables[name] }}
	exit := a.run(t.Context(), args)
	return outcome{exit, stdout.String(), stderr.String()}
}

// unreachableURL is a URL at which no receiver listens.
const unreachableURL = "https://127.0.0.1:1/push"

func TestGitHubGetsAnnotationsAndAJobSummary(t *testing.T) {
	t.Parallel()
	type ciOutput struct {
		Exit        int
		Annotations []string // the beginning of each annotation, without its text
		Summary     string   // beginning of the job summary
	}
	const earlierSummary = "an earlier step\n"
	runArgs := []string{"run", unreachableURL, "--connect-to", "127.0.0.1:1:127.0.0.1:1"}
	github := map[string]string{"GITHUB_ACTIONS": "true"}
	failedAnnotation := []string{"::error title=failed transport.reachable"}
	for name, tt := range map[string]struct {
		args      []string
		variables map[string]string
		want      ciOutput
	}{
		"under GitHub Actions":   {runArgs, github, ciOutput{1, failedAnnotation, earlierSummary + "\n\n## pushcheck: not conformant\n"}},
		"with --ci auto":         {append([]string{"--ci", "auto"}, runArgs...), github, ciOutput{1, failedAnnotation, earlierSummary + "\n\n## pushcheck: not conformant\n"}},
		"with --ci none":         {append([]string{"--ci", "none"}, runArgs...), github, ciOutput{1, nil, earlierSummary}},
		"with PUSHCHECK_CI=none": {runArgs, map[string]string{"GITHUB_ACTIONS": "true", "PUSHCHECK_CI": "none"}, ciOutput{1, nil, earlierSummary}},
		"outside of CI systems":  {runArgs, nil, ciOutput{1, nil, earlierSummary}},
		"under GitLab":           {runArgs, map[string]string{"GITLAB_CI": "true"}, ciOutput{1, nil, earlierSummary}},
		"send instead of run":    {[]string{"send", "newCall", unreachableURL}, github, ciOutput{1, nil, earlierSummary}},
		"with an unknown --ci":   {append([]string{"--ci", "github"}, runArgs...), github, ciOutput{2, nil, earlierSummary}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			summary := filepath.Join(t.TempDir(), "summary.md")
			if err := os.WriteFile(summary, []byte(earlierSummary), 0o600); err != nil {
				t.Fatal(err)
			}
			variables := map[string]string{"GITHUB_STEP_SUMMARY": summary}
			for k, v := range tt.variables {
				variables[k] = v
			}
			result := runCommandWith(t, variables, tt.args...)
			got := ciOutput{Exit: result.exit}
			for line := range strings.Lines(result.stderr) {
				if rest, ok := strings.CutPrefix(line, "::"); ok {
					command, _, _ := strings.Cut(rest, "::")
					got.Annotations = append(got.Annotations, "::"+command)
				}
			}
			text, err := os.ReadFile(summary)
			if err != nil {
				t.Fatal(err)
			}
			got.Summary = string(text[:min(len(text), len(tt.want.Summary))])
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("exit code, annotations and summary mismatch (-want +got):\n%s\n%s", diff, result.stderr)
			}
		})
	}
}

func TestRunWhoseJobSummaryCannotBeWrittenHasNoVerdict(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	jsonFile := filepath.Join(folder, "report.json")
	got := runCommandWith(t, map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": filepath.Join(folder, "nowhere", "summary.md")},
		"run", unreachableURL, "--report", "json="+jsonFile)
	for _, want := range []string{"pushcheck: writing the job summary: open ", "::error title=pushcheck%3A no verdict::no verdict: writing the job summary: open "} {
		if !strings.Contains(got.stderr, want) {
			t.Errorf("%q is missing:\n%s", want, got.stderr)
		}
	}
	data, err := os.ReadFile(jsonFile)
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct{ Exit int }
	if err := json.Unmarshal(data, &parsed); err != nil {
		t.Fatal(err)
	}
	if got.exit != 3 || parsed.Exit != 3 {
		t.Errorf("exit %d, and %d in the report, want 3", got.exit, parsed.Exit)
	}
}

// The receivers of this test put commands of CI systems into all of their texts.
func TestTextsOfAReceiverAreNotPrintedAsCommandsToTheCISystem(t *testing.T) {
	t.Parallel()
	const hostile = "::error::hacked ##[error]hacked ::set-env name=PATH::/tmp\n::stop-commands::x\r\n  ::add-mask::a ##vso[task.setvariable]b"
	headerText := strings.NewReplacer("\r", " ", "\n", " ").Replace(strings.Repeat(hostile+" ", 10))
	handlers := map[string]http.HandlerFunc{
		"a refusal of a push": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", headerText)
			w.WriteHeader(500)
			_, _ = io.WriteString(w, strings.Repeat(hostile+"\n", 10))
		},
		"a response that is not XML": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat(hostile+"\n", 10))
		},
		"a response that is XML": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/xml")
			_, _ = io.WriteString(w, "<Response onAnswer=\"::error::x ##[error]\"\n::warning::x=\"y\"><Dial><Number>\n::error::"+headerText+"</Number></Dial></Response>")
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/::error::x/##[error]", http.StatusFound)
		},
	}
	commands := [][]string{
		{"run", "--only", "push.newcall,response,dial"}, {"run", "-v", "--only", "push.newcall,response,dial"}, {"run", "-q", "--only", "push.newcall,response,dial"},
		{"send", "newCall"}, {"send", "newCall", "-v"}, {"load", "--count", "2", "--calls", "100/s", "--speed", "0"},
	}
	var reports [][]string
	for _, kind := range reportNames() {
		reports = append(reports, []string{"run", "--only", "push.newcall", "--report", kind + "=-"})
	}
	pushcheckAnnotation := regexp.MustCompile(`^::(error|warning) title=(failed|warned|pushcheck)[^:,]*::`)
	commandAnywhere := regexp.MustCompile(`##[A-Za-z]*\[`)
	for handlerName, handler := range handlers {
		commands := commands
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		if handlerName == "a refusal of a push" {
			commands = append(commands, reports...)
		}
		for _, args := range commands {
			t.Run(handlerName+" "+strings.Join(args, " "), func(t *testing.T) {
				t.Parallel()
				got := runCommandWith(t, map[string]string{"GITHUB_ACTIONS": "true"}, append(args, server.URL, "--allow-http")...)
				if got.stdout == "" {
					t.Errorf("exit %d, nothing printed:\n%s", got.exit, got.stderr)
				}
				for line := range strings.FieldsFuncSeq(got.stdout+got.stderr, func(r rune) bool { return r == '\n' || r == '\r' }) {
					isCommandAtStart := strings.HasPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "::") && !pushcheckAnnotation.MatchString(line)
					if isCommandAtStart || commandAnywhere.MatchString(line) {
						t.Errorf("a line is a command to the CI system: %q", line)
					}
				}
			})
		}
	}
}
