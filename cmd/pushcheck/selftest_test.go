package main

import (
	"strings"
	"testing"
)

func TestASelfTestOfOneReceiverNamesIt(t *testing.T) {
	t.Parallel()
	got := command(t, "selftest", "relative-hangup")
	if want := "1 receiver, faulty, came out as it should. 1 requirement was tested and found broken. False accusations: 0.\n"; got.exit != 0 || !strings.HasSuffix(got.stdout, want) {
		t.Errorf("selftest: exit %d, want 0 and %q:\n%s%s", got.exit, want, got.stdout, got.stderr)
	}
}
