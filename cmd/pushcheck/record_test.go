package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/scenarios"
)

// repository is the path of the repository, seen from this package.
const repository = "../.."

// startRecorder starts a recorder in front of a receiver. The recorder writes to the returned folder.
func startRecorder(t *testing.T, origin string, args ...string) (r *runningCommand, folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "recording")
	return startListening(t, "recording at ", append([]string{"record", "--listen", "127.0.0.1:0", "--forward", origin, "--out", folder}, args...)...), folder
}

// startSteeringReceiver starts the reference receiver. The receiver responds to every newCall with an action of this kind, or with no
// action if kind is "".
func startSteeringReceiver(t *testing.T, kind scenarios.Kind) (origin string) {
	t.Helper()
	config := receiver.Config{PlainHTTP: true}
	if kind != "" {
		var err error
		if config.Options.Steering, err = receiver.ParseSteering(string(kind) + "=*"); err != nil {
			t.Fatal(err)
		}
	}
	instance, err := receiver.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = instance.Close() })
	return strings.TrimSuffix(instance.URL, "/")
}

// recordCall plays a call scenario through a recorder. It returns the captured pushes, their folder, and the lines that the recorder
// printed.
func recordCall(t *testing.T, origin, scenario string, args ...string) (captured []push.Capture, folder string, lines []string) {
	t.Helper()
	recorder, folder := startRecorder(t, origin, append([]string{"--http"}, args...)...)
	sendOutcome := runCommand(t, "send", scenario, recorder.url+"push", "--allow-http", "--speed", "0", "--quiet")
	if sendOutcome.exit != 0 {
		t.Errorf("send %s through the recorder: exit %d:\n%s%s", scenario, sendOutcome.exit, sendOutcome.stdout, sendOutcome.stderr)
	}
	lines = recorder.stop(t)
	if strings.Contains(recorder.stderr.String(), "go past") {
		t.Errorf("%s: %s", scenario, recorder.stderr)
	}
	return capturesOf(t, folder), folder, lines
}

// describeCaptures returns captured pushes as text for a comparison. Ids of calls and phone numbers are replaced by 1, 2, 3 and so on, in
// the order in which they first occur.
func describeCaptures(t *testing.T, captured []push.Capture) []string {
	t.Helper()
	ranks := map[string]int{}
	var out []string
	for _, c := range captured {
		form, err := push.ParseForm(c.Body)
		if err != nil {
			t.Fatal(err)
		}
		var fields []string
		for _, f := range form {
			switch f.Name {
			case push.FieldFrom, push.FieldTo, push.FieldDiversion, push.FieldAnsweringNumber, push.FieldCallID, push.FieldOrigCallID, push.FieldXCID:
				if ranks[f.Value] == 0 {
					ranks[f.Value] = len(ranks) + 1
				}
				f.Value = fmt.Sprint(ranks[f.Value])
			}
			fields = append(fields, f.Name+"="+f.Value)
		}
		out = append(out, strings.Join(fields, " "))
	}
	return out
}

// describeSorted returns captured pushes as sorted text, without ids and numbers. It is for calls in which several pushes come at the same
// time, in any order.
func describeSorted(t *testing.T, captured []push.Capture) []string {
	t.Helper()
	pair := regexp.MustCompile(` (from|to|callId|origCallId|xcid|answeringNumber|userId|fullUserId)(\[\])?=\w+`)
	lines := describeCaptures(t, captured)
	for i, line := range lines {
		lines[i] = pair.ReplaceAllString(line, "")
	}
	slices.Sort(lines)
	return lines
}

// callsWithoutScenario lists the call scenarios for which record writes no file, each with the reason.
var callsWithoutScenario = map[string]string{"outgoing-emergency": "sipgate sends no push for this call"}

func TestARecordedScenarioMakesTheSamePushes(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios.All() {
		if callsWithoutScenario[s.Name] != "" {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			origin := startSteeringReceiver(t, s.RequiredAction)
			original, folder, lines := recordCall(t, origin, s.Name)
			file := filepath.Join(folder, "call-1.yaml")
			if !strings.HasSuffix(strings.Join(lines, "\n"), "\nrecorded "+wording.Count(len(original), "push")+" of 1 call in "+folder+", 1 scenario") {
				t.Fatalf("no scenario was written:\n%s", strings.Join(lines, "\n"))
			}
			replayed, _, _ := recordCall(t, origin, file)
			describe := describeCaptures
			if strings.HasPrefix(s.Name, "internal-") || strings.HasPrefix(s.Name, "click-") {
				describe = describeSorted
			}
			if diff := cmp.Diff(describe(t, original), describe(t, replayed)); diff != "" {
				t.Errorf("pushes of the recorded scenario mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAVerbatimRecordingIsReplayedByteForByte(t *testing.T) {
	t.Parallel()
	pair := writeSigningKey(t)
	origin := startSteeringReceiver(t, "")
	recorder, folder := startRecorder(t, origin, "--http", "--verbatim")
	sendOutcome := runCommand(t, "send", "transfer-answered", recorder.url, "--allow-http", "--speed", "0", "--sign-key", pair.file, "--quiet")
	if sendOutcome.exit != 0 {
		t.Fatalf("send: exit %d:\n%s%s", sendOutcome.exit, sendOutcome.stdout, sendOutcome.stderr)
	}
	recorder.stop(t)
	recorder, secondFolder := startRecorder(t, origin, "--http", "--verbatim")
	if got := runCommand(t, "replay", folder, recorder.url, "--allow-http", "--quiet"); got.exit != 0 {
		t.Errorf("replay: exit %d:\n%s%s", got.exit, got.stdout, got.stderr)
	}
	recorder.stop(t)
	want := capturesOf(t, folder)
	if len(want) != 5 || len(want[0].Signatures) != 1 || push.Verify(&pair.key.PublicKey, want[0].Body, want[0].Signatures[0]) != nil {
		t.Fatalf("%d pushes were recorded, want 5 with their signatures", len(want))
	}
	if diff := cmp.Diff(want, capturesOf(t, secondFolder), ignorePath); diff != "" {
		t.Errorf("replayed pushes mismatch (-want +got):\n%s", diff)
	}
}

func TestOnlyAVerbatimRecordingOfAGenuinePushPassesVerify(t *testing.T) {
	t.Parallel()
	golden := filepath.Join(repository, "push", "testdata", "golden-request.http")
	for _, test := range []struct {
		args []string
		want string
		exit int
	}{
		{[]string{"--http", "--verbatim"}, "genuine: sipgate has signed this body of 267 bytes\n", 0},
		{[]string{"--http"}, "not genuine: it has no X-Sipgate-Signature header\n", 1},
	} {
		recorder, folder := startRecorder(t, startSteeringReceiver(t, ""), test.args...)
		if got := runCommand(t, "replay", golden, recorder.url, "--allow-http", "--quiet"); got.exit != 0 {
			t.Errorf("replay: exit %d:\n%s%s", got.exit, got.stdout, got.stderr)
		}
		recorder.stop(t)
		files, err := captureFiles(folder)
		if err != nil || len(files) != 1 {
			t.Fatalf("files %q, error %v", files, err)
		}
		if got := runCommand(t, "verify", files[0]); got.stdout != test.want || got.exit != test.exit {
			t.Errorf("record %v, verify: exit %d, %s, want %d and %s", test.args, got.exit, got.stdout, test.exit, test.want)
		}
	}
}

func TestARecordingContainsNoRealNumbers(t *testing.T) {
	t.Parallel()
	recorder, folder := startRecorder(t, startSteeringReceiver(t, "gather"), "--http")
	cast := filepath.Join("testdata", "cast.yaml")
	data, err := os.ReadFile(cast)
	if err != nil {
		t.Fatal(err)
	}
	people, err := scenarios.LoadCast(cast, data)
	if err != nil {
		t.Fatal(err)
	}
	sendOutcome := runCommand(t, "send", "menu-digits", recorder.url+"push?for="+people["Doc"].Number, "--allow-http", "--speed", "0", "--quiet", "--cast", cast, "--set", "from=4915112345678", "--header", "X-Caller: 4915112345678")
	if sendOutcome.exit != 0 {
		t.Fatalf("send: exit %d:\n%s%s", sendOutcome.exit, sendOutcome.stdout, sendOutcome.stderr)
	}
	output := strings.Join(recorder.stop(t), "\n")
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		output += file + "\n" + string(text) + "\n"
	}
	for _, secret := range []string{people["Doc"].Number, "4915112345678", people["Doc"].FullUserID} {
		if secret != "" && strings.Contains(output, secret) {
			t.Errorf("%q was printed or written:\n%s", secret, output)
		}
	}
}

func TestRecordWithDevCertServesHTTPS(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "receiver.pem")
	target := startReceive(t, "--ca-out", ca)
	recorder, folder := startRecorder(t, strings.TrimSuffix(target.url, "/"), "--ca-file", ca, "--dev-cert")
	sendOutcome := runCommand(t, "send", "incoming-answered", recorder.url, "--ca-file", filepath.Join(folder, "ca.pem"), "--speed", "0", "--quiet")
	if sendOutcome.exit != 0 {
		t.Errorf("send: exit %d:\n%s%s", sendOutcome.exit, sendOutcome.stdout, sendOutcome.stderr)
	}
	recorder.stop(t)
	if n := len(capturesOf(t, folder)); n != 3 || !strings.HasPrefix(recorder.url, "https://") {
		t.Errorf("%d pushes were recorded at %s, want 3", n, recorder.url)
	}
	target.stop(t)
}

func TestNoteAboutPushesThatBypassTheRecorderIsPrintedOnce(t *testing.T) {
	t.Parallel()
	target := startReceive(t, "--http", "--base-url", "http://127.0.0.1:9/hooks")
	recorder, _ := startRecorder(t, strings.TrimSuffix(target.url, "/"), "--http")
	for range 2 {
		runCommand(t, "send", "newCall", recorder.url, "--allow-http", "--quiet")
	}
	lines := strings.Join(recorder.stop(t), "\n")
	if n := strings.Count(recorder.stderr.String(), "note: the receiver names http://127.0.0.1:9 for the next pushes"); n != 1 {
		t.Errorf("it is printed %d times, want once: %s", n, recorder.stderr)
	}
	if !strings.Contains(lines, "recorded 2 pushes of 2 calls") {
		t.Errorf("lines:\n%s", lines)
	}
	target.stop(t)
}

func TestARequestThatIsNoPushPassesThroughAndIsNotSaved(t *testing.T) {
	t.Parallel()
	origin := startSteeringReceiver(t, "")
	recorder, folder := startRecorder(t, origin, "--http")
	got := runCommand(t, "run", recorder.url, "--allow-http", "--quiet", "--only", "trouble.malformed-push", "--skip", "transport")
	lines := strings.Join(recorder.stop(t), "\n")
	if got.exit != 0 || !strings.Contains(lines, "POST /  ") || !strings.Contains(lines, ", no push, not saved") {
		t.Errorf("run: exit %d:\n%s%s\n%s", got.exit, got.stdout, got.stderr, lines)
	}
	for _, c := range capturesOf(t, folder) {
		if _, err := c.Push(); err != nil {
			t.Errorf("saved: %q: %v", c.Body, err)
		}
	}
}
