package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// writeConfigFile writes a configuration file with this text, and returns its name.
func writeConfigFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pushcheck.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestMistakeInTheConfigurationFileIsReportedWithItsPlace(t *testing.T) {
	t.Parallel()
	const url = "url: https://receiver.example/\n"
	tests := map[string]struct{ text, want string }{
		"a misspelt key": {url + "timeuot: 3s\n", `FILE:2:1: unknown key "timeuot"
  timeuot: 3s
  ^
hint: did you mean timeout?
`},
		"a word instead of a duration": {url + "timeout: soon\n", `FILE:2:10: timeout: invalid value "soon"
  timeout: soon
           ^
hint: a time with its unit, such as 5s or 500ms
`},
		"a word other than true or false": {url + "strict: yes\n", `FILE:2:9: strict: invalid value "yes"
  strict: yes
          ^
hint: true or false
`},
		"a number that is too large": {url + "seed: 99999999999999999999\n", `FILE:2:7: seed: invalid value "99999999999999999999": value out of range
  seed: 99999999999999999999
        ^
hint: a whole number
`},
		"an unknown colour mode": {url + "color: red\n", `FILE:2:8: color: invalid value "red": want auto, always or never
  color: red
         ^
hint: see: pushcheck run --help
`},
		"a list of headers with an invalid header": {url + "header: ['A: b', nothing]\n", `FILE:2:18: header: entry 2 is not a header
  header: ['A: b', nothing]
                   ^
hint: as in --header 'X-Forwarded-For: 217.116.118.254'
`},
		"a YAML anchor": {url + "known: &file a.yaml\n", `FILE:2:8: known: a plain value is wanted
  known: &file a.yaml
         ^
hint: quote the value if it has special characters
`},
		"a mapping instead of one value": {"url: {a: b}\n", `FILE:1:6: url is a mapping
  url: {a: b}
       ^
hint: one value
`},
		"a mapping in a list": {url + "ca-file: [ca.pem, {a: b}]\n", `FILE:2:19: ca-file: a plain value is wanted
  ca-file: [ca.pem, {a: b}]
                    ^
hint: quote the value if it has special characters
`},
		"an unknown state": {url + "state-url: https://receiver.example/{callId}\nstate-map: {up: anwsered}\n", `FILE:3:17: state-map: unknown state "anwsered", did you mean "answered"?
  state-map: {up: anwsered}
                  ^
hint: as in --state-map up=answered,gone=over
`},
		"a state URL without the placeholder for the callId": {url + "state-url: https://receiver.example/calls\n", `FILE:2:12: state-url: the URL does not contain {callId}
  state-url: https://receiver.example/calls
             ^
hint: as in --state-url 'https://example.org/calls/{callId}' --state-path '$.state' --state-map up=answered
`},
		"an invalid JSONPath in a file with a byte order mark": {"\ufeff" + url + "state-url: https://receiver.example/{callId}\nstate-path: state\n", `FILE:3:13: state-path: "state" is no JSONPath: unexpected identifier at position 1
  state-path: state
              ^
hint: as in --state-path '$.state', see RFC 9535
`},
		"an unknown capability": {url + "claim: [answer, hangpu]\n", `FILE:2:17: claim: unknown capability "hangpu", did you mean "hangup"?
  claim: [answer, hangpu]
                  ^
hint: see the capabilities in: pushcheck run --help
`},
		"a relative URL": {"url: receiver.example\n", `FILE:1:6: url: want an absolute http or https URL, got the relative URL "receiver.example"
  url: receiver.example
       ^
hint: did you mean https://receiver.example?
`},
		"an unknown id in a list": {url + "only: [push.newcall, push.newcal]\n", `FILE:2:22: only: unknown requirement or area "push.newcal"
  only: [push.newcall, push.newcal]
                       ^
hint: did you mean push.newcall?
`},
		"an unknown area in a list of several lines": {url + "skip:\n  - state.apart\n  - transprt\n", `FILE:4:5: skip: unknown requirement or area "transprt"
    - transprt
      ^
hint: did you mean transport?
`},
		"a tab as indentation": {url + "claim:\n\t- answer\n", `FILE:3:1: a tab indents this line, and YAML allows spaces only
   - answer
  ^
hint: indent it with spaces
`},
		"a URL with credentials": {"url: https://doc:delorean@receiver.example:port/\n", `FILE:1:6: url: want an absolute http or https URL, got "https://…@receiver.example:port/", which cannot be parsed
  url: https://************@receiver.example:port/
       ^
hint: as in https://doc:secret@example.org/push; in a user name or password write # as %23, / as %2F, ? as %3F and @ as %40
`},
		"a list instead of one value": {url + "seed: [1, 2]\n", `FILE:2:7: seed is a list
  seed: [1, 2]
        ^
hint: one value
`},
		"a key without a value": {url + "known:\n", `FILE:2:1: known has no value
  known:
  ^
hint: leave the key out to keep the default
`},
		"the same key twice": {url + url, `FILE:2:1: mapping key "url" already defined at [1:1]
  url: https://receiver.example/
  ^
hint: as in: url: https://example.org/push
`},
		"a list instead of a mapping": {"- url\n", `FILE:1:1: keys with values are wanted
  - url
  ^
hint: as in: url: https://example.org/push
`},
		"an unknown kind of number in a mapping": {url + "numbers: {gather: \"493023125071\", rejct: from:anonymous}\n", `FILE:2:35: numbers: "rejct=from:anonymous": unknown kind "rejct", did you mean "reject"?
  numbers: {gather: "493023125071", rejct: from:anonymous}
                                    ^
hint: as in --numbers reject=493023125071,gather=from:anonymous
`},
		"a cast file that does not exist": {url + "cast: nowhere.yaml\n", `FILE:2:7: cast: open nowhere.yaml: no such file or directory
  cast: nowhere.yaml
        ^
hint: as in: Doc: {name: Emmett Brown, number: "493023125001", userId: w0, fullUserId: 1234567w0}
`},
		"an unknown kind of report in a mapping": {url + "report: {jsn: x}\n", `FILE:2:10: report: "jsn=x": unknown kind "jsn"
  report: {jsn: x}
           ^
hint: did you mean json?
`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := writeConfigFile(t, test.text)
			got := runCommand(t, "run", "--config", file)
			if got.exit != 2 {
				t.Errorf("exit %d, want 2", got.exit)
			}
			want := "pushcheck: " + strings.ReplaceAll(test.want, "FILE", file)
			if diff := cmp.Diff(want, got.stderr); diff != "" {
				t.Errorf("run --config: standard error mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAFlagOverridesTheEnvironmentWhichOverridesTheFile(t *testing.T) {
	t.Parallel()
	file := writeConfigFile(t, "url: https://receiver.example/\nnonce: from file\n")
	tests := map[string]struct {
		args []string
		env  string
		want string
	}{
		"the file alone":                  {nil, "", file + `:2:8: nonce: "from file"`},
		"the file and a variable":         {nil, "from environment", `reading --nonce "from environment"`},
		"the file and a flag":             {[]string{"--nonce", "from flag"}, "", `reading --nonce "from flag"`},
		"the file, a variable and a flag": {[]string{"--nonce", "from flag"}, "from environment", `reading --nonce "from flag"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			a := &app{stdout: &stdout, stderr: &stderr, getenv: func(name string) string {
				if name == "PUSHCHECK_NONCE" {
					return test.env
				}
				return ""
			}}
			exit := a.run(t.Context(), append([]string{"run", "--config", file}, test.args...))
			if exit != 2 || !strings.Contains(stderr.String(), test.want) {
				t.Errorf("exit %d, standard error %q; want 2 and %q", exit, stderr.String(), test.want)
			}
		})
	}
}

func TestMistakeInTheURLArgumentHasNoPlaceInTheConfigurationFile(t *testing.T) {
	t.Parallel()
	file := writeConfigFile(t, "url: https://receiver.example/\n")
	for _, args := range [][]string{{"run"}, {"tls"}, {"send", "newCall"}} {
		got := runCommand(t, append(args, "receiver", "--config", file)...)
		if want := `pushcheck: reading URL: want an absolute http or https URL, got the relative URL "receiver"`; got.exit != 2 || !strings.HasPrefix(got.stderr, want) {
			t.Errorf("%v: exit %d, standard error %q; want 2 and %q", args, got.exit, got.stderr, want)
		}
	}
}

func TestTheConfigurationThatInitWritesIsEnoughForARun(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "reject=493023125002")
	file := filepath.Join(t.TempDir(), "pushcheck.yaml")
	if got := runCommand(t, "init", "--ca-file", ca, "--out", file, instance.URL); got.exit != 0 {
		t.Fatalf("init: exit %d: %s", got.exit, got.stderr)
	}
	got := runCommand(t, "run", "--config", file)
	if got.exit != 0 || !strings.Contains(got.stdout, "conformant") {
		t.Errorf("run: exit %d: %s%s", got.exit, got.stdout, got.stderr)
	}
	data, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(data), "\nclaim: [answer, hangup]\n") {
		t.Errorf("the file does not claim what the receiver showed (%v):\n%s", err, data)
	}
	if again := runCommand(t, "init", "--ca-file", ca, "--out", file, instance.URL); again.exit != 2 {
		t.Errorf("init: exit %d although the file exists, want 2", again.exit)
	}
	if err := instance.Close(); err != nil {
		t.Fatal(err)
	}
	if got := runCommand(t, "init", "--force", "--ca-file", ca, "--out", file, instance.URL); got.exit != 3 {
		t.Errorf("init: exit %d although nothing listens, want 3: %s", got.exit, got.stderr)
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != string(data) {
		t.Errorf("the file was overwritten without a connection (%v):\n%s", err, after)
	}
}

// uncommentLines enables the settings that are commented out in the text of a file that init wrote.
func uncommentLines(text string) string {
	return regexp.MustCompile(`(?m)^# ([a-z-]+: )`).ReplaceAllString(text, "$1")
}

func TestSettingsInTheFileOfInitAndInTheReadmeAreValid(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	got := runCommand(t, "init", "--ca-file", ca, "--out", "-", instance.URL)
	uncommented := uncommentLines(got.stdout)
	for _, key := range []string{"url", "outgoing", "ca-file", "claim", "state-url", "state-path", "state-map", "state-command", "known", "strict", "report"} {
		if !strings.Contains(uncommented, "\n"+key+":") {
			t.Errorf("the file does not mention %s:\n%s", key, uncommented)
		}
	}
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(readme), "```yaml\n")
	i := slices.IndexFunc(blocks, func(b string) bool { return strings.Contains(b, "state-url:") })
	if i < 1 {
		t.Fatal("the README shows no pushcheck.yaml")
	}
	readmeExample, _, _ := strings.Cut(blocks[i], "```")
	for name, settings := range map[string]string{"the file of init": got.stdout, "the file of init, uncommented": uncommented, "the example in the README": readmeExample} {
		root := (&app{getenv: func(string) string { return "" }}).root()
		i := slices.IndexFunc(root.Commands(), func(c *cobra.Command) bool { return c.Name() == "run" })
		c := config{name: configFile, data: []byte(settings), nodes: map[string]ast.Node{}}
		if err := c.apply(root.Commands()[i]); err != nil {
			t.Errorf("%s: %v\n%s", name, err, settings)
		}
		var v any
		if err := yaml.Unmarshal([]byte(settings), &v); err != nil {
			t.Fatal(err)
		}
		schema, err := jsonschema.NewCompiler().Compile(filepath.Join("..", "..", "docs", "pushcheck.schema.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: the schema refuses it: %v\n%s", name, err, settings)
		}
	}
}

func TestStateSettingsOfTheConfigurationFileAreUsed(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "", "state-forward-keeps-first")
	file := writeConfigFile(t, "url: "+instance.URL+"\nca-file: "+ca+"\nonly: [state.forward, state.ended]\nstate-url: "+strings.TrimSuffix(instance.URL, "/")+
		"/calls/{callId}\nstate-path: $.state\nstate-map: {done: over}\nstate-wait: 50ms\n")
	_, report := runWithReport(t, "--config", file)
	if diff := cmp.Diff([]string{"state.forward"}, report.idsWithStatus("failed")); diff != "" {
		t.Errorf("failed mismatch (-want +got):\n%s", diff)
	}
}

// configSchema returns the JSON schema of the configuration file, made from the flags that the file may set.
func configSchema(root *cobra.Command) map[string]any {
	scalar := map[string]any{"type": []string{"string", "number", "boolean"}}
	properties := map[string]any{keyURL: map[string]any{"type": "string", "description": "where newCall pushes of incoming calls go"}}
	for _, f := range configFlags(root) {
		_, usage := pflag.UnquoteUsage(f)
		property := map[string]any{"description": usage}
		switch _, isList := f.Value.(pflag.SliceValue); {
		case isList:
			property["anyOf"] = []any{scalar,
				map[string]any{"type": "array", "items": scalar, "minItems": 1},
				map[string]any{"type": "object", "additionalProperties": scalar, "minProperties": 1}}
		case f.Value.Type() == "bool":
			property["type"] = "boolean"
		case strings.HasPrefix(f.Value.Type(), "int"):
			property["type"] = "integer"
		case strings.HasPrefix(f.Value.Type(), "float"):
			property["type"] = "number"
		default:
			property["type"] = scalar["type"]
		}
		properties[f.Name] = property
	}
	return map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "pushcheck.yaml",
		"description": "Settings of pushcheck run, send, replay and tls.",
		"type":        "object", "properties": properties, "additionalProperties": false,
	}
}

func TestSchemaOfTheConfigurationFileIsUpToDate(t *testing.T) {
	t.Parallel()
	file := filepath.Join("..", "..", "docs", "pushcheck.schema.json")
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(configSchema((&app{}).root())); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("docs/pushcheck.schema.json is out of date (-file +now); go test ./cmd/pushcheck -update writes it again:\n%s", diff)
	}
	schema, err := jsonschema.NewCompiler().Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	for text, isValid := range map[string]bool{
		"url: https://receiver.example/\nclaim: [answer]\nreport: {json: r.json}\nstrict: true\nca-file: ca.pem\ntimeout: 3s": true,
		"urll: https://receiver.example/": false,
		"strict: perhaps":                 false,
	} {
		var v any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); (err == nil) != isValid {
			t.Errorf("the schema judges %q: error %v, want it accepted: %t", text, err, isValid)
		}
	}
}

func FuzzConfig(f *testing.F) {
	for _, seed := range []string{"url: https://a.example/", "claim: [a, b]", "report: {json: x}", "a: &b [*b]", "? - x\n: y", "url: !!binary x", "<<: {url: x}", "a: b: c", "\t", "- - -", "url: |\n x", "{"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root := (&app{getenv: func(string) string { return "" }}).root()
		i := slices.IndexFunc(root.Commands(), func(c *cobra.Command) bool { return c.Name() == "run" })
		c := config{name: "pushcheck.yaml", data: data, nodes: map[string]ast.Node{}}
		if err := c.apply(root.Commands()[i]); err != nil {
			if placed := addFilePlace("pushcheck.yaml", data, err); !strings.HasPrefix(placed.Error(), "pushcheck.yaml:") {
				t.Errorf("an error without a place: %v", placed)
			}
		}
	})
}
