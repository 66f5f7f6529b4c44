//go:build unix

package oracle_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
)

func TestParseCommandSplitsALineThatNeedsNoShell(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		want []string
		err  string
	}{
		`sh -c 'echo "$1"' state`: {[]string{"sh", "-c", `echo "$1"`, "state"}, ""},
		`sh a\ b "c d"`:           {[]string{"sh", "a b", "c d"}, ""},
		`sh $HOME`:                {[]string{"sh", "$HOME"}, ""},
		`sh a | b`:                {nil, `"|" needs a shell, and the command is run without one`},
		`sh a > b`:                {nil, `">" needs a shell, and the command is run without one`},
		`sh é && b`:               {nil, `"&" needs a shell, and the command is run without one`},
		`sh 'a`:                   {nil, "a quote, bracket or backslash is not closed"},
		`  `:                      {nil, "the command is empty"},
		`no-such-program-4711 x`:  {nil, `there is no program "no-such-program-4711"`},
	}
	for line, test := range tests {
		got, err := oracle.ParseCommand(line)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("ParseCommand(%s) mismatch (-want +got):\n%s", line, diff)
		}
		if errorText(err) != test.err {
			t.Errorf("ParseCommand(%s): error %v, want %q", line, err, test.err)
		}
	}
}

func TestCommandAskReturnsTheStateThatTheProgramPrints(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, script, path string
		want               oracle.Result
		err                string
	}{
		{"the callId as argument", `test "$1" = 4711 && echo ringing`, "", oracle.Result{State: push.CallRinging, Word: "ringing"}, ""},
		{"the callId in the environment", `test "$PUSHCHECK_CALL_ID" = 4711 && echo over`, "", oracle.Result{State: push.CallOver, Word: "over"}, ""},
		{"a word in JSON", `echo '{"state":"up"}'`, "$.state", oracle.Result{State: push.CallAnswered, Word: "up"}, ""},
		{"exit code 3 with an error text", `echo no database >&2; exit 3`, "", oracle.Result{}, "running the state command: exit status 3: no database"},
		{"exit code 1 after a state", `echo over; exit 1`, "", oracle.Result{}, "running the state command: exit status 1"},
		{"an unknown word", `echo hm`, "", oracle.Result{}, `reading what the state command printed: --state-map does not say what the word "hm" means`},
		{"no output", `:`, "", oracle.Result{}, "reading what the state command printed: the answer contains no state; use --state-map =unknown if that means an unknown call"},
		{"more output than 64 KiB", `while :; do echo oooooooooooooooooooooooooooooooooooooooo; done`, "", oracle.Result{}, "running the state command: the answer is longer than 64 KiB"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := oracle.Command{Args: []string{"sh", "-c", test.script, "state"}, Words: oracle.Words{"up": push.CallAnswered}}
			if test.path != "" {
				var err error
				if o.Path, err = oracle.ParsePath(test.path); err != nil {
					t.Fatal(err)
				}
			}
			got, err := o.Ask(t.Context(), "4711")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Ask mismatch (-want +got):\n%s", diff)
			}
			if errorText(err) != test.err {
				t.Errorf("Ask: error %v, want %q", err, test.err)
			}
		})
	}
}

func TestCommandThatHangsIsKilledWithTheProcessesItStarted(t *testing.T) {
	t.Parallel()
	start := time.Now()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 300*time.Millisecond, errors.New("the run is over"))
	defer cancel()
	o := oracle.Command{Args: []string{"sh", "-c", "sleep 60 & sleep 60", "state"}}
	_, err := o.Ask(ctx, "4711")
	if took := time.Since(start); took > 20*time.Second || errorText(err) != "running the state command: the run is over" {
		t.Errorf("after %s: error %v, want that the run is over", took, err)
	}
}
