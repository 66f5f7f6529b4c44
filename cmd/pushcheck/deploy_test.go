//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/verdict"
)

// deployedLoad is the result of one load, of which several runs of load.sh played one part each.
type deployedLoad struct {
	exitCodes    []int  // sorted
	output       string // of all runs
	reportFolder string // of all runs
}

// deployLoad runs load.sh for each index at the same time, as Kubernetes or Compose do. If an index is empty, the script gets no variable
// JOB_COMPLETION_INDEX.
func deployLoad(t *testing.T, receiver string, indices []string, environment ...string) deployedLoad {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs(filepath.Join(repository, "deploy", "load.sh"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	program := fmt.Sprintf("#!/bin/sh\n%s=1 exec '%s' \"$@\"\n", runAsProgram, executable)
	if err := os.WriteFile(filepath.Join(folder, "pushcheck"), []byte(program), 0o700); err != nil {
		t.Fatal(err)
	}
	d := deployedLoad{exitCodes: make([]int, len(indices)), reportFolder: filepath.Join(folder, "reports")}
	environment = append([]string{
		"PATH=" + folder + ":" + os.Getenv("PATH"), "RECEIVER=" + receiver, "PARTS=3", "REPORTS=" + d.reportFolder, "START_IN=1", "WAIT=60",
		"PUSHCHECK_ALLOW_HTTP=true", "PUSHCHECK_CALLS=300/s", "PUSHCHECK_COUNT=60", "PUSHCHECK_SPEED=0",
	}, environment...)
	outputs := make([]string, len(indices))
	var parts sync.WaitGroup
	for i, index := range indices {
		parts.Go(func() {
			cmd := exec.CommandContext(t.Context(), "sh", script, "--seed", "7")
			cmd.Dir, cmd.Env = folder, environment
			if index != "" {
				cmd.Env = append(slices.Clone(environment), "JOB_COMPLETION_INDEX="+index)
			}
			text, err := cmd.CombinedOutput()
			var exited *exec.ExitError
			if err != nil && !errors.As(err, &exited) {
				t.Error(err)
			}
			d.exitCodes[i], outputs[i] = cmd.ProcessState.ExitCode(), string(text)
		})
	}
	parts.Wait()
	slices.Sort(d.exitCodes)
	d.output = strings.Join(outputs, "")
	return d
}

func TestPartsOfADeployedLoadAreNumberedAndMerged(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name        string
		indices     []string
		environment []string
		exitCodes   []int // sorted
		wantOutput  string
		isMerged    bool // a merged report is written
	}{
		{"part numbers from Kubernetes", []string{"0", "1", "2"}, nil, []int{0, 0, 0}, "conformant: findings=0, errors<0.1%", true},
		{"part numbers from folders, with four containers for three parts", []string{"", "", "", ""}, nil, []int{0, 0, 0, 3}, "all 3 parts are taken", true},
		{"a threshold that every part exceeds", []string{"0", "1", "2"}, []string{"PUSHCHECK_FAIL_ON=max<1us"}, []int{0, 0, 1}, "max<1us was wanted", true},
		{"two parts that were not played", []string{"0", "2"}, []string{"WAIT=0", "PARTS=4"}, []int{0, 3}, "there is no report of part", false},
		{"a mistake in a variable", []string{"0", "1", "2"}, []string{"PUSHCHECK_MIX=nothing=1"}, []int{2, 2, 2}, `there is no scenario "nothing"`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			target := startBodyReceiver(t)
			d := deployLoad(t, target.URL+"/push", test.indices, test.environment...)
			if diff := cmp.Diff(test.exitCodes, d.exitCodes); diff != "" || !strings.Contains(d.output, test.wantOutput) {
				t.Errorf("want %q; exit codes mismatch (-want +got):\n%s%s", test.wantOutput, diff, d.output)
			}
			file := filepath.Join(d.reportFolder, "load.json")
			for _, name := range []string{file, filepath.Join(d.reportFolder, "load.html")} {
				if _, err := os.Stat(name); (err == nil) != test.isMerged {
					t.Fatalf("merged report: %v\n%s", err, d.output)
				}
			}
			if test.isMerged {
				checkDeployed(t, readLoadReport(t, file), target)
			}
		})
	}
}

// checkDeployed compares the merged report of a load in three parts with what the receiver got.
func checkDeployed(t *testing.T, l verdict.Load, b *bodyReceiver) {
	t.Helper()
	if diff := cmp.Diff([]verdict.Shard{{Number: 1, Total: 3}, {Number: 2, Total: 3}, {Number: 3, Total: 3}}, l.Shards); diff != "" {
		t.Errorf("parts mismatch (-want +got):\n%s", diff)
	}
	if l.Calls.Started != 60 || l.Calls.Completed != 60 || l.Seed != 7 {
		t.Errorf("seed %d, %+v; want seed 7 and 60 calls", l.Seed, l.Calls)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if want := l.Pushes.Sent + 3*firstCallPushes; len(b.received) != want {
		t.Errorf("the receiver got %d pushes, want %d", len(b.received), want)
	}
	if distinct := len(slices.Compact(sortedTexts(b.received))); distinct != len(b.received) {
		t.Errorf("%d pushes were sent twice, want none: the first call of each part has ids of its own", len(b.received)-distinct)
	}
}
