package main

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pushcheck/pushcheck/internal/selftest"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestTheDemoShowsAGoodReceiverAndABadReceiver(t *testing.T) {
	t.Parallel()
	got := runCommand(t, "demo")
	if got.exit != 0 || got.stderr != "" {
		t.Errorf("pushcheck demo gives %d, want 0; standard error:\n%s", got.exit, got.stderr)
	}
	offset := 0
	for _, want := range []string{
		"\n1. A receiver that does what sipgate expects\n", "transfer-answered", "\nconformant: ", "transport.trusted-chain",
		"\n2. The same receiver with three bugs\n", "failed  push.answer", "<-- 500", "failed  following.hangup-url", "failed  following.every-leg",
		"\nnot conformant: 3 requirements are not met: ", "pushcheck run https://", "pushcheck explain ",
	} {
		next := strings.Index(got.stdout[offset:], want)
		if next < 0 {
			t.Errorf("pushcheck demo does not print %q, or not in this order", want)
			continue
		}
		offset += next
	}
	for line := range strings.Lines(got.stdout) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("a line of %d columns, want at most 80: %q", n, line)
		}
	}
	if strings.Contains(got.stdout, "curl ") {
		t.Error("pushcheck demo shows a line to repeat a push, although its receivers are gone")
	}
}

func TestTheDemoWaivesOnlyTheRequirementOfATrustedChain(t *testing.T) {
	t.Parallel()
	receivers, err := demoReceivers()
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := selftest.Run(t.Context(), receivers[:1], selftest.Options{Nonce: "demo"})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range outcomes[0].Verdict.Rows {
		if row.Status == verdict.Waived && row.ID != "transport.trusted-chain" {
			t.Errorf("%s is waived: %s", row.ID, row.Reason)
		}
	}
}

func TestAnInterruptedDemoExitsWith130(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := runCommandUntil(ctx, "demo"); got.exit != 130 {
		t.Errorf("pushcheck demo, interrupted, gives %d, want 130:\n%s%s", got.exit, got.stdout, got.stderr)
	}
}
