package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

// readLoadReport reads the JSON report of a load.
func readLoadReport(t *testing.T, file string) verdict.Load {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	l, err := report.ParseLoadReport(data)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// counts holds figures of a load.
type counts struct {
	Calls   verdict.LoadCalls
	Pushes  verdict.LoadPushes
	Events  map[push.Event]int64
	Started int // calls that started, added up over all windows of the timeline
}

// countsOf returns the figures of a load that do not depend on time.
func countsOf(l verdict.Load) counts {
	c := counts{Calls: l.Calls, Pushes: l.Pushes, Events: map[push.Event]int64{}}
	c.Calls.Late = 0
	for name, e := range l.Events {
		c.Events[name] = e.Latency.TotalCount()
	}
	for _, w := range l.Timeline.Windows {
		c.Started += w.Started
	}
	return c
}

// playLoad plays a load of 60 calls or a part of it, writes its report to a file, and returns the requests that the receiver got. The
// requests of the first call are left out.
func (b *bodyReceiver) playLoad(t *testing.T, file string, flags ...string) []string {
	t.Helper()
	b.mu.Lock()
	b.received = nil
	b.mu.Unlock()
	args := append([]string{"load", b.URL + "/push", "--allow-http", "--count", "60", "--calls", "500/s", "--speed", "0", "--report", "json=" + file}, flags...)
	if got := runCommand(t, args...); got.exit != 0 {
		t.Fatalf("%q: exit %d, want 0:\n%s%s", args, got.exit, got.stdout, got.stderr)
	}
	return b.bodiesExceptFirstCall(t)
}

func TestMergedPartsHaveTheFiguresOfTheWholeLoad(t *testing.T) {
	t.Parallel()
	target := startBodyReceiver(t)
	folder := t.TempDir()
	file := func(name string) string { return filepath.Join(folder, name) }
	wholeRequests := target.playLoad(t, file("one.json"), "--nonce", "n")
	partRequests := target.playLoad(t, file("part-1.json"), "--nonce", "n", "--shard", "1/2")
	partRequests = sortedTexts(append(partRequests, target.playLoad(t, file("part-2.json"), "--nonce", "n", "--shard", "2/2")...))
	if diff := cmp.Diff(wholeRequests, partRequests); diff != "" {
		t.Errorf("the parts do not send what the whole load sends (-whole +parts):\n%s", diff)
	}
	got := runCommand(t, "merge", file("part-2.json"), file("part-1.json"), "--report", "json="+file("merged.json"))
	if got.exit != 0 || !strings.HasPrefix(got.stdout, "60 calls in ") || !strings.Contains(got.stdout, "\nconformant: findings=0, errors<0.1%") {
		t.Errorf("exit %d, want 0 and the summary of 60 calls:\n%s%s", got.exit, got.stdout, got.stderr)
	}
	wholeLoad, mergedLoad := readLoadReport(t, file("one.json")), readLoadReport(t, file("merged.json"))
	if diff := cmp.Diff(countsOf(wholeLoad), countsOf(mergedLoad)); diff != "" {
		t.Errorf("the figures of the merged parts mismatch (-whole +parts):\n%s", diff)
	}
	if mergedLoad.Pushes.Sent != len(partRequests) {
		t.Errorf("%d pushes in the report, and the receiver got %d", mergedLoad.Pushes.Sent, len(partRequests))
	}
	if mergedAgain := runCommand(t, "merge", file("merged.json")); mergedAgain.exit != 0 {
		t.Errorf("merging the whole once more: exit %d, want 0:\n%s", mergedAgain.exit, mergedAgain.stderr)
	}
}

func TestReportsAreNotMergedUnlessTheyAreThePartsOfOneLoad(t *testing.T) {
	t.Parallel()
	target := startBodyReceiver(t)
	folder := t.TempDir()
	file := func(name string) string { return filepath.Join(folder, name) }
	// The files 1.json and 2.json are the two parts of a load. The names of the other files say what is wrong with these files.
	for name, flags := range map[string][]string{
		"1.json": {"--shard", "1/2"}, "2.json": {"--shard", "2/2"}, "third.json": {"--shard", "2/3"},
		"seed.json": {"--shard", "2/2", "--seed", "2"}, "nonce.json": {"--shard", "2/2", "--nonce", "other"}, "plan.json": {"--shard", "2/2", "--talk", "constant:1s"},
	} {
		target.playLoad(t, file(name), append([]string{"--nonce", "n"}, flags...)...)
	}
	data, err := os.ReadFile(file("1.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"text.json": "hello", "other.json": `{"a": 1}`, "cut.json": string(data[:len(data)/2]), "empty.json": ""} {
		if err := os.WriteFile(file(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := runCommand(t, "run", target.URL+"/push", "--allow-http", "--only", "push.newcall", "--report", "json="+file("run.json")); got.exit == 2 {
		t.Fatal(got.stderr)
	}
	for _, tt := range []struct {
		files     string
		wantError string
	}{
		{"1.json", "part 2 of 2 is missing"},
		{"2.json 2.json", `merging "FILE/2.json" with "FILE/2.json": part 2 of 2 is there twice`},
		{"1.json seed.json", `merging "FILE/seed.json" with "FILE/1.json": the seeds 1 and 2 differ`},
		{"1.json nonce.json", `merging "FILE/nonce.json" with "FILE/1.json": the nonces "n" and "other" differ`},
		{"1.json plan.json", `merging "FILE/plan.json" with "FILE/1.json": the plans `},
		{"1.json third.json", `merging "FILE/third.json" with "FILE/1.json": one is a part of 2 and another of 3`},
		{"1.json text.json", `FILE/text.json": it is `},
		{"1.json other.json", `FILE/other.json": it is `},
		{"1.json cut.json", `FILE/cut.json": it is `},
		{"1.json empty.json", `FILE/empty.json": it is `},
		{"1.json run.json", `FILE/run.json": it is `},
		{"1.json gone.json", `FILE/gone.json: no such file`},
		{"1.json .", `FILE: is a directory`},
	} {
		t.Run(tt.files, func(t *testing.T) {
			t.Parallel()
			args := []string{"merge"}
			for _, name := range strings.Fields(tt.files) {
				args = append(args, file(name))
			}
			got := runCommand(t, args...)
			if stderr := strings.ReplaceAll(got.stderr, folder, "FILE"); got.exit != 2 || !strings.Contains(stderr, tt.wantError) || !strings.Contains(stderr, "\nhint: ") || got.stdout != "" {
				t.Errorf("exit %d, want 2 and %q:\n%s%s", got.exit, tt.wantError, got.stdout, stderr)
			}
		})
	}
}

func TestMergedLoadIsInterruptedIfOnePartIsInterrupted(t *testing.T) {
	t.Parallel()
	target := startBodyReceiver(t)
	folder := t.TempDir()
	first, second := filepath.Join(folder, "1.json"), filepath.Join(folder, "2.json")
	target.playLoad(t, first, "--nonce", "n", "--shard", "1/2")
	target.playLoad(t, second, "--nonce", "n", "--shard", "2/2")
	data, err := os.ReadFile(second)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(data), `"interrupted": false`, `"interrupted": true`, 1)
	if err := os.WriteFile(second, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	got := runCommand(t, "merge", first, second)
	if got.exit != 130 || !strings.Contains(got.stdout, "\ninterrupted: the figures cover the calls until then") {
		t.Errorf("exit %d, want 130 and the figures:\n%s%s", got.exit, got.stdout, got.stderr)
	}
}
