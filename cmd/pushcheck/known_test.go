package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/verdict"
)

func TestFileOfKnownFailuresIsReadOrItsMistakeIsReported(t *testing.T) {
	t.Parallel()
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	for _, test := range []struct {
		name, file string
		want       []verdict.KnownFailure
		wantError  string
	}{
		{name: "two entries", file: "# why\n- {id: response.prompt, reason: issue 12, expires: 2027-03-01}\n- id: push.hangup\n  reason: 7\n  expires: \"2026-12-24\"\n",
			want: []verdict.KnownFailure{{ID: "response.prompt", Reason: "issue 12", Expires: day(2027, 3, 1)}, {ID: "push.hangup", Reason: "7", Expires: day(2026, 12, 24)}}},
		{name: "an empty file"},
		{name: "an empty list", file: "[]"},
		{name: "only a comment", file: "# none\n"},
		{name: "not a list", file: "id: push.newcall\n", wantError: "1:1: a list of entries is wanted"},
		{name: "an id instead of an entry", file: "- push.newcall\n", wantError: "1:3: an entry with id, reason and expires is wanted"},
		{name: "an unknown id", file: "- reason: x\n  id: push.newcal\n  expires: 2027-03-01\n", wantError: `2:7: unknown requirement "push.newcal", did you mean "push.newcall"?`},
		{name: "an unknown key", file: "- id: push.newcall\n  resaon: x\n", wantError: `2:3: unknown key "resaon"`},
		{name: "an entry without a reason", file: "\n- id: push.newcall\n  expires: 2027-03-01\n", wantError: "2:3: there is no reason in this entry"},
		{name: "an empty reason", file: "- id: push.newcall\n  reason: \"\"\n  expires: 2027-03-01\n", wantError: "2:11: reason is not a text"},
		{name: "a reason without a value", file: "- id: push.newcall\n  reason:\n  expires: 2027-03-01\n", wantError: "reason is not a text"},
		{name: "an entry without a last day", file: "- id: push.newcall\n  reason: x\n", wantError: "1:3: there is no expires in this entry"},
		{name: "a day that does not exist", file: "- {id: push.newcall, reason: x, expires: 2027-02-29}", wantError: `1:42: expires is "2027-02-29", which is no date`},
		{name: "an id that is a list", file: "- {id: [push.newcall], reason: x, expires: 2027-02-28}", wantError: "1:8: id is not a text"},
		{name: "an id in two entries", file: "- {id: push.newcall, reason: x, expires: 2027-02-28}\n- {id: push.newcall, reason: y, expires: 2027-02-28}", wantError: "2:8: push.newcall is listed twice"},
		{name: "a key twice in an entry", file: "- {id: push.newcall, reason: x, reason: y, expires: 2027-02-28}", wantError: `mapping key "reason" already defined`},
		{name: "invalid YAML", file: "- {id: [", wantError: "1:"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := parseKnown([]byte(test.file))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("parseKnown mismatch (-want +got):\n%s", diff)
			}
			message := ""
			if err != nil {
				message = err.Error()
			}
			if !strings.Contains(message, test.wantError) || (err == nil) != (test.wantError == "") {
				t.Errorf("parseKnown: error %q, want one with %q", message, test.wantError)
			}
			if placed := (*placedError)(nil); err != nil && (!errors.As(err, &placed) || placed.hint == "") {
				t.Errorf("parseKnown: error %q has no hint", err)
			}
		})
	}
}

func TestAKnownFailureDoesNotFailARunUntilItExpires(t *testing.T) {
	t.Parallel()
	const id = "following.hangup-url"
	instance, ca := startTLSReceiver(t, "relative-hangup")
	for _, test := range []struct {
		name, expires string
		flags         []string
		id            string
		exit          int
		status        string
		wantOutput    string
	}{
		{name: "a listed requirement that fails is a known failure", expires: "2999-12-31", id: id, exit: 0, status: "known", wantOutput: "issue 12, until 2999-12-31"},
		{name: "a requirement that depends on a listed one is not judged", expires: "2999-12-31", id: id, exit: 0, status: "known",
			wantOutput: `the push was not sent: unusable URL; the receiver named "/hangup", because of a known failure (following.hangup-url) push.hangup`},
		{name: "the verdict line counts known failures", expires: "2999-12-31", id: id, exit: 0, status: "known",
			wantOutput: "conformant: 2 requirements met, 1 known failure; 1 requirement could not be judged because of a known failure"},
		{name: "an expired entry does not excuse a failure", expires: "2020-01-01", id: id, exit: 1, status: "failed", wantOutput: "known the entry in the list of known failures has expired: its last day was 2020-01-01 (issue 12)"},
		{name: "an expired entry is named with --quiet too", expires: "2020-01-01", flags: []string{"--quiet"}, id: id, exit: 1, status: "failed", wantOutput: "has expired: its last day was 2020-01-01 (issue 12)"},
		{name: "an expired entry does not excuse a failure with --strict", expires: "2020-01-01", flags: []string{"--strict"}, id: id, exit: 1, status: "failed", wantOutput: id + " is not met"},
		{name: "a requirement that is listed as a known failure and passes is named", expires: "2999-12-31", id: "response.status", exit: 1, status: "failed", wantOutput: "response.status is listed as a known failure and passed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			list, file := filepath.Join(folder, "known.yaml"), filepath.Join(folder, "report.json")
			if err := os.WriteFile(list, []byte("- {id: "+test.id+", reason: issue 12, expires: "+test.expires+"}\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"run", "--only", "response.status,push.newcall,push.hangup," + id, "--known", list, "--report", "json=" + file, "--ca-file", ca, instance.URL}
			got := runCommand(t, append(args, test.flags...)...)
			if got.exit != test.exit || !strings.Contains(strings.Join(strings.Fields(got.stdout), " "), test.wantOutput) {
				t.Errorf("exit %d, want %d and %q:\n%s%s", got.exit, test.exit, test.wantOutput, got.stdout, got.stderr)
			}
			if idsByStatus := idsByStatusInReport(t, file); !slices.Contains(idsByStatus[test.status], id) {
				t.Errorf("the status of %s is not %q: %v", id, test.status, idsByStatus)
			}
		})
	}
}
