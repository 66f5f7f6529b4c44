//go:build unix

package main

import (
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/scenarios"
)

// commandsNotRun maps beginnings of documented commands to the reason why the test does not run such commands. The test still checks their
// flags and the names of Go packages.
var commandsNotRun = map[string]string{
	"go test":                    "the tests do not run themselves",
	"go tool godog":              "it plays all features once more",
	"go -C internal/mutants":     "it takes very long",
	"go generate":                "it writes to the working directory",
	"go build":                   "it writes to the working directory",
	"go -C bench":                "it measures for minutes, and installs other programs",
	"go install":                 "it writes to the user's folder of programs",
	"go env":                     "it is not about pushcheck",
	"go mod":                     "it is not about pushcheck",
	"hyperfine":                  "it is not installed everywhere, and measures for a minute",
	"kill":                       "it ends a command that is not run",
	"./pushcheck":                "it is built by a command that is not run",
	"pushcheck send recording":   "it needs a recording of real calls, and has tests of its own",
	"pushcheck replay recording": "it needs a recording of real calls, and has tests of its own",
	"pushcheck selftest":         "it takes a minute, and has tests of its own",
}

// replacements replaces values in documented commands by the values for the reference receiver.
var replacements = strings.NewReplacer(
	"go run ./cmd/pushcheck", "pushcheck",
	"source <(pushcheck completion bash)", "pushcheck completion bash", // test machines may lack bash
	"$.call.state", "$.state", // the reference receiver shows the state at this JSON path
	",busy=from:anonymous", "", // the reference receiver cannot be steered by callers
	"--for 1m", "--for 1s", // a minute is too long for a test
	"--count 100", "--count 10", // 100 calls take too long for a test
)

// documentedCommand is a command in a documentation file.
type documentedCommand struct {
	file, text   string
	isInPipeline bool // the command is in the configuration of a pipeline, and is not run
	block        int  // commands of the same block run one after the other in one folder; 0 for a command in a sentence or table
}

var (
	sentenceCommand = regexp.MustCompile("`((?:pushcheck|go|source) [^`]+)`")
	pipelineCommand = regexp.MustCompile(`\bpushcheck (?:run|cert) [^"]*`)
	placeholder     = regexp.MustCompile(`\b[A-Z]{2,}\b`) // a value that the reader has to replace
	documents       = []string{"README.md", "CONTRIBUTING.md", "docs/ci.md", "docs/load.md", "docs/own-features.md", "docs/performance.md", "docs/proof.md", "docs/requirements.md"}
)

// documentedCommands returns the commands in the documents: those in blocks of sh, in pipelines, in sentences and in tables.
func documentedCommands(t *testing.T) []documentedCommand {
	t.Helper()
	var out []documentedCommand
	block := 0
	for _, file := range documents {
		data, err := os.ReadFile(filepath.Join(repository, file))
		if err != nil {
			t.Fatal(err)
		}
		fence, unfinished := "", ""
		for line := range strings.SplitSeq(string(data), "\n") {
			switch {
			case strings.HasPrefix(line, "```"):
				if fence == "" {
					fence = line
					block++
				} else {
					fence = ""
				}
			case fence == "```sh":
				line = unfinished + line
				beginning, isUnfinished := strings.CutSuffix(line, `\`)
				if unfinished = ""; isUnfinished {
					unfinished = beginning
					continue
				}
				out = append(out, documentedCommand{file: file, text: line, block: block})
			case fence == "```yaml", fence == "```groovy":
				if found := pipelineCommand.FindString(line); found != "" {
					out = append(out, documentedCommand{file: file, text: strings.TrimSpace(found), isInPipeline: true})
				}
			case fence == "":
				for _, found := range sentenceCommand.FindAllStringSubmatch(line, -1) {
					out = append(out, documentedCommand{file: file, text: found[1]})
				}
			}
		}
	}
	return out
}

func TestDocumentedCommandsWork(t *testing.T) {
	t.Parallel()
	commands := documentedCommands(t)
	if blocks := slices.DeleteFunc(slices.Clone(commands), func(d documentedCommand) bool { return d.block == 0 }); len(blocks) < 10 || len(commands) < 30 {
		t.Fatalf("found %d commands, %d of them in blocks, which is too few", len(commands), len(blocks))
	}
	for len(commands) > 0 {
		groupSize := 1
		for commands[0].block > 0 && groupSize < len(commands) && commands[groupSize].block == commands[0].block {
			groupSize++
		}
		group := commands[:groupSize]
		commands = commands[groupSize:]
		t.Run(group[0].file+": "+group[0].text, func(t *testing.T) {
			t.Parallel()
			folder := folderForCommands(t, group[0].block == 0)
			for _, d := range group {
				checkDocumented(t, d)
				if d.isRunnable() {
					runDocumented(t, folder, replacements.Replace(d.text))
				}
			}
		})
	}
}

func TestFilesInTheReadmeAreValid(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(repository, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		beginning string
		parse     func(data []byte) error
	}{
		"cast":           {"Doc:", func(data []byte) error { _, err := scenarios.LoadCast("cast.yaml", data); return err }},
		"known failures": {"- {id:", func(data []byte) error { _, err := parseKnown(data); return err }},
	} {
		_, rest, hasStart := strings.Cut(string(data), "```yaml\n"+test.beginning)
		content, _, hasEnd := strings.Cut(rest, "```")
		if !hasStart || !hasEnd {
			t.Errorf("the README shows no file of %s", name)
			continue
		}
		if err := test.parse([]byte(test.beginning + content)); err != nil {
			t.Errorf("the file of %s in the README: %v", name, err)
		}
	}
}

// isRunnable reports whether the test runs a command. The command must not be in a pipeline or in commandsNotRun, must have no placeholder,
// and must be more than the name of a command.
func (d documentedCommand) isRunnable() bool {
	for start := range commandsNotRun {
		if strings.HasPrefix(replacements.Replace(d.text), start) {
			return false
		}
	}
	isNameOnly := d.block == 0 && len(strings.Fields(d.text)) < 3
	return !d.isInPipeline && !isNameOnly && !placeholder.MatchString(d.text)
}

// folderForCommands returns a folder to run commands in. If withFiles is true, the folder has the files that earlier commands in the
// documents make.
func folderForCommands(t *testing.T, withFiles bool) string {
	t.Helper()
	folder := t.TempDir()
	if !withFiles {
		return folder
	}
	captured, err := os.ReadFile(filepath.Join(repository, "push", "testdata", "golden-request.http"))
	if err != nil {
		t.Fatal(err)
	}
	verifyKey, err := push.PublicKeyPEM(&signingKey().PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	failedReport, err := os.ReadFile(filepath.Join("testdata", "reports", "before.json"))
	if err != nil {
		t.Fatal(err)
	}
	example := filepath.Join(folder, defaultFeaturesFolder)
	if got := runCommand(t, "new", "feature", "example", "--dir", example); got.exit != 0 {
		t.Fatal(got.stderr)
	}
	for name, data := range map[string][]byte{"captured-push.http": captured, verifyKeyFile: verifyKey, "report.json": failedReport} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// checkDocumented checks that the commands and flags of pushcheck, the Go packages and the tests that a documented command names exist. If
// an argument in quotes is itself a command, checkDocumented checks this command too.
func checkDocumented(t *testing.T, d documentedCommand) {
	t.Helper()
	args := splitWords(strings.TrimSuffix(replacements.Replace(d.text), " &"))
	for _, word := range args {
		if strings.Contains(word, "pushcheck ") {
			checkDocumented(t, documentedCommand{file: d.file, text: word})
		}
	}
	switch args[0] {
	case "pushcheck", "./pushcheck":
		checkFlags(t, args[1:])
	case "go":
		checkGo(t, args[1:])
	}
}

// checkFlags checks that a command of pushcheck exists and takes the flags.
func checkFlags(t *testing.T, args []string) {
	t.Helper()
	root := (&app{getenv: func(string) string { return "" }}).root()
	cmd, rest, err := root.Find(args)
	if err != nil || cmd == root {
		t.Fatalf("there is no command pushcheck %s: %v", args[0], err)
	}
	if err := cmd.ParseFlags(rest); err != nil {
		t.Errorf("pushcheck %q: %v", args, err)
	}
}

// checkGo checks that the packages and tests that a go command names exist.
func checkGo(t *testing.T, args []string) {
	t.Helper()
	var sources strings.Builder
	for _, arg := range args {
		folder, ok := strings.CutPrefix(arg, "./")
		if !ok {
			continue
		}
		folder = filepath.Join(repository, strings.TrimSuffix(folder, "..."))
		if _, err := os.Stat(folder); err != nil {
			t.Errorf("go %q: there is no %s", args, arg)
		}
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sources.Write(data)
		}
	}
	for _, arg := range args {
		name := strings.Trim(arg, "^$")
		if (strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz")) && !strings.Contains(sources.String(), "func "+name+"(") {
			t.Errorf("go %q: there is no %s", args, name)
		}
	}
}

// runDocumented runs a command in a folder, with the reference receiver in place of the receiver that the command names.
func runDocumented(t *testing.T, folder, text string) {
	t.Helper()
	args := splitWords(text)
	if args[0] != "pushcheck" {
		t.Fatalf("%q is not a command of pushcheck, and commandsNotRun does not list it", text)
	}
	program := newProcess(t, args[1:]...)
	program.Dir = folder
	program.Env = append(program.Env, "PUSHCHECK_LISTEN=127.0.0.1:0")
	if urlIndex := slices.IndexFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "http") }); urlIndex >= 0 {
		program.Env = append(program.Env, startDocumentedReceiver(t, folder, args, args[urlIndex])...)
		program.Args = append(program.Args[:1], args[1:]...) // startDocumentedReceiver may have replaced an argument
	}
	var got outcome
	if args[1] == "receive" || args[1] == "record" {
		listening := make(chan struct{})
		signalListening := closeOnce(listening)
		program.stdout.onWrite = func(all string) {
			if strings.Contains(all, "receiving at") || strings.Contains(all, "recording at") {
				signalListening()
			}
		}
		program.start(t)
		got = program.signalAt(t, listening, os.Interrupt)
	} else {
		program.start(t)
		got = program.waitForOutcome(t)
	}
	if got.exit != 0 {
		t.Errorf("%s: exit %d, want 0:\n%s%s", text, got.exit, got.stdout, got.stderr)
	}
}

// startDocumentedReceiver starts the reference receiver for a documented command that names a receiver by its URL. It returns environment
// variables that make the command connect to the reference receiver.
func startDocumentedReceiver(t *testing.T, folder string, args []string, rawURL string) []string {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	connectTo := "PUSHCHECK_CONNECT_TO=" + net.JoinHostPort(u.Hostname(), port) + ":"
	if at := slices.Index(args, "--serve"); at >= 0 {
		receiverURL, command := startableReceiver(t, "")
		args[at+1] = command
		return []string{connectTo + strings.TrimSuffix(strings.TrimPrefix(receiverURL, "https://"), "/push")}
	}
	config := receiver.Config{Hosts: []string{"example.org"}, PlainHTTP: u.Scheme == "http"}
	if at := slices.Index(args, "--numbers"); at >= 0 {
		if config.Options.Steering, err = receiver.ParseSteering(strings.Split(args[at+1], ",")...); err != nil {
			t.Fatal(err)
		}
	}
	if slices.Contains(args, "--sign-key") {
		if config.Options.VerifyKey, err = readVerifyKey("verify-key", filepath.Join(folder, verifyKeyFile)); err != nil {
			t.Fatal(err)
		}
	}
	instance, err := receiver.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = instance.Close() })
	receiverURL, err := url.Parse(instance.URL)
	if err != nil {
		t.Fatal(err)
	}
	env := []string{"PUSHCHECK_SPEED=0", connectTo + receiverURL.Host}
	if config.PlainHTTP {
		return env
	}
	ca := filepath.Join(folder, authorityFile) // this file replaces the authority that pushcheck cert made
	if err := os.WriteFile(ca, instance.RootPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	return append(env, "PUSHCHECK_CA_FILE="+ca)
}
