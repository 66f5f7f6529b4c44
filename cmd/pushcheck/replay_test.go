package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pushcheck/pushcheck/push"
)

// capturesOf reads the captured pushes in a folder, in the order of the files.
func capturesOf(t *testing.T, folder string) []push.Capture {
	t.Helper()
	files, err := captureFiles(folder)
	if err != nil {
		t.Fatal(err)
	}
	var out []push.Capture
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		captured, err := push.ParseCaptures(data)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, captured...)
	}
	return out
}

// ignorePath makes cmp ignore the path of captured pushes, because each receiver has another path.
var ignorePath = cmpopts.IgnoreFields(push.Capture{}, "RequestLine")

func TestCapturedPushesAreSentAgainByteForByte(t *testing.T) {
	t.Parallel()
	pair := writeSigningKey(t)
	firstFolder, secondFolder := filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "second")
	command := startReceive(t, "--http", "--save", firstFolder)
	sendOutcome := runCommand(t, "send", "transfer-answered", command.url, "--allow-http", "--speed", "0", "--sign-key", pair.file)
	if sendOutcome.exit != 0 {
		t.Fatalf("send: exit %d:\n%s", sendOutcome.exit, sendOutcome.stdout)
	}
	command.stop(t)
	command = startReceive(t, "--http", "--save", secondFolder)
	got := runCommand(t, "replay", firstFolder, command.url, "--allow-http")
	if got.exit != 0 || strings.Contains(got.stderr, "without a signature") || !strings.Contains(got.stdout, "--> answer  Marty") {
		t.Errorf("replay: exit %d, want 0 and signed pushes:\n%s%s", got.exit, got.stdout, got.stderr)
	}
	command.stop(t)
	want := capturesOf(t, firstFolder)
	if len(want) != 5 || len(want[0].Signatures) != 1 || want[0].ContentType == "" {
		t.Fatalf("%d pushes were captured, want 5 with signature and content type", len(want))
	}
	if diff := cmp.Diff(want, capturesOf(t, secondFolder), ignorePath); diff != "" {
		t.Errorf("replayed pushes mismatch (-want +got):\n%s", diff)
	}
}

func TestPushesOfAReportAreSentAgainWithNewSignatures(t *testing.T) {
	t.Parallel()
	pair := writeSigningKey(t)
	firstFolder, secondFolder := filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "second")
	report := filepath.Join(t.TempDir(), "report.json")
	command := startReceive(t, "--http", "--save", firstFolder)
	sendOutcome := runCommand(t, "send", "incoming-answered", command.url, "--allow-http", "--speed", "0", "--report", "json="+report)
	if sendOutcome.exit != 0 {
		t.Fatalf("send: exit %d:\n%s", sendOutcome.exit, sendOutcome.stdout)
	}
	command.stop(t)
	command = startReceive(t, "--http", "--save", secondFolder)
	got := runCommand(t, "replay", report, "1", command.url, "--allow-http", "--sign-key", pair.file)
	if got.exit != 0 || got.stderr != "" {
		t.Errorf("replay: exit %d, want 0 and no note:\n%s%s", got.exit, got.stdout, got.stderr)
	}
	command.stop(t)
	replayed := capturesOf(t, secondFolder)
	if diff := cmp.Diff(capturesOf(t, firstFolder), replayed, ignorePath, cmpopts.IgnoreFields(push.Capture{}, "Signatures")); diff != "" {
		t.Errorf("replayed pushes mismatch (-want +got):\n%s", diff)
	}
	for _, c := range replayed {
		if len(c.Signatures) != 1 || push.Verify(&pair.key.PublicKey, c.Body, c.Signatures[0]) != nil {
			t.Errorf("the push %q is not signed with the key", c.Body)
		}
	}
}

func TestSavedPushIsNotSentIfTheReceiverNamesNoUsableURL(t *testing.T) {
	t.Parallel()
	report := filepath.Join("testdata", "replay", "report.json")
	command := startReceive(t, "--http", "--fault", "relative-hangup")
	got := runCommand(t, "replay", report, "2", command.url, "--allow-http")
	for _, text := range []string{"#1 incoming-busy (call 2)\n", "not sent  hangup (Doc): unusable URL", "following.hangup-url is not met"} {
		if !strings.Contains(got.stdout, text) {
			t.Errorf("replay: standard output lacks %q, exit %d:\n%s", text, got.exit, got.stdout)
		}
	}
	if want := "note: sent without a signature: 2 pushes of 2; --sign-key FILE signs them\n"; got.stderr != want || got.exit != 1 {
		t.Errorf("replay: exit %d, standard error %q; want 1 and %q", got.exit, got.stderr, want)
	}
	command.stop(t)
}

func TestAnInterruptedReplayEndsWith130(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := runCommandUntil(ctx, "replay", filepath.Join("testdata", "replay", "report.json"), "https://receiver.example/push")
	if got.exit != 130 || strings.Contains(got.stdout, "-->") {
		t.Errorf("replay: exit %d, want 130 and no push:\n%s%s", got.exit, got.stdout, got.stderr)
	}
}
