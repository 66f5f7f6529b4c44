//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// standInForLoad takes the place of pushcheck in load.sh. It prints its arguments, and writes a report unless it is of the lost part.
const standInForLoad = `#!/bin/sh
echo "$*" | sed "s#$REPORTS/##g"
[ "$1" = merge ] && exit "$MERGED"
case " $* " in *" $LOST/"*) exit 3 ;; esac
for argument; do
	case $argument in json=*) echo '{}' >"${argument#json=}" ;; esac
done
exit "$PLAYED"
`

// playDeployed runs load.sh for each index at the same time and returns the exit codes, in the order of the indices, and what the
// stand-in printed, sorted. An empty index is not set.
func playDeployed(t *testing.T, indices []string, environment ...string) (codes []int, printed []string) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "pushcheck"), []byte(standInForLoad), 0o700); err != nil {
		t.Fatal(err)
	}
	environment = append([]string{
		"PATH=" + folder + ":" + os.Getenv("PATH"), "RECEIVER=https://example.org/push", "PARTS=3", "REPORTS=" + filepath.Join(folder, "reports"),
		"START_IN=0", "WAIT=60", "PLAYED=0", "MERGED=0", "LOST=none",
	}, environment...)
	codes = make([]int, len(indices))
	outputs := make([]string, len(indices))
	var parts sync.WaitGroup
	for i, index := range indices {
		parts.Go(func() {
			cmd := exec.CommandContext(t.Context(), "sh", filepath.Join(repository, "deploy", "load.sh"), "--seed", "7")
			cmd.Env = environment
			if index != "" {
				cmd.Env = append(slices.Clone(environment), "JOB_COMPLETION_INDEX="+index)
			}
			output, err := cmd.Output()
			var exited *exec.ExitError
			if err != nil && !errors.As(err, &exited) {
				t.Error(err)
			}
			codes[i], outputs[i] = cmd.ProcessState.ExitCode(), string(output)
		})
	}
	parts.Wait()
	start := regexp.MustCompile(`--start-at \S+Z --nonce (\d+)`)
	starts := map[string]bool{}
	for _, output := range outputs {
		for line := range strings.Lines(output) {
			if found := start.FindStringSubmatch(line); found != nil {
				starts[found[0]] = true
			}
			printed = append(printed, start.ReplaceAllString(strings.TrimSpace(line), "START"))
		}
	}
	if len(starts) != 1 {
		t.Errorf("the parts start at %v, want one time", starts)
	}
	slices.Sort(printed)
	return codes, printed
}

func TestPartsOfADeployedLoadAreNumberedAndMerged(t *testing.T) {
	t.Parallel()
	var played []string
	for part := 1; part <= 3; part++ {
		number := strconv.Itoa(part)
		played = append(played, "load https://example.org/push --shard "+number+"/3 START --report json=part-"+number+".json --seed 7")
	}
	merged := append(slices.Clone(played), "merge part-1.json part-2.json part-3.json --report json=load.json --report html=load.html")
	tests := []struct {
		name        string
		indices     []string
		environment []string
		codes       []int // sorted
		printed     []string
	}{
		{"numbers from Kubernetes", []string{"0", "1", "2"}, nil, []int{0, 0, 0}, merged},
		{"numbers from folders, and one container too many", []string{"", "", "", ""}, nil, []int{0, 0, 0, 3}, merged},
		{"only the whole crosses a threshold", []string{"0", "1", "2"}, []string{"MERGED=1"}, []int{0, 0, 1}, merged},
		{"a part crosses a threshold, and the whole does not", []string{"0", "1", "2"}, []string{"PLAYED=1"}, []int{0, 0, 0}, merged},
		{"a part without a report", []string{"0", "1", "2"}, []string{"LOST=2", "WAIT=0"}, []int{0, 3, 3}, played},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			codes, printed := playDeployed(t, test.indices, test.environment...)
			slices.Sort(codes)
			if diff := cmp.Diff(test.codes, codes); diff != "" {
				t.Errorf("exit codes mismatch (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.printed, printed); diff != "" {
				t.Errorf("commands mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
