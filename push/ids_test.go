package push

import (
	"regexp"
	"strings"
	"testing"
)

func TestIDsLookLikeObservedOnes(t *testing.T) {
	t.Parallel()
	ids := IDs{Seed: 1, Nonce: "n"}
	tests := []struct{ name, got, want string }{
		{"incoming callId", ids.CallID("transfer-answered", "Doc", Incoming), `^54566B[0-9A-F]{70}$`},
		{"outgoing callId", ids.CallID("outgoing-answered", "Jennifer", Outgoing), `^52546B[0-9A-F]{130}$`},
		{"xcid", ids.XCID("transfer-answered"), `^[0-9a-f]{16}$`},
	}
	for _, tt := range tests {
		if !regexp.MustCompile(tt.want).MatchString(tt.got) {
			t.Errorf("%s is %q (%d characters), want %s", tt.name, tt.got, len(tt.got), tt.want)
		}
	}
}

func TestIDsRepeatWithSeedAndNonceAndNeverOtherwise(t *testing.T) {
	t.Parallel()
	one, again := IDs{Seed: 1, Nonce: "n"}, IDs{Seed: 1, Nonce: "n"}
	if one.CallID("s", "Doc", Incoming) != again.CallID("s", "Doc", Incoming) || one.XCID("s") != again.XCID("s") {
		t.Error("the same seed and nonce gave different ids")
	}
	seen := map[string]string{}
	note := func(what, id string) {
		if other, ok := seen[id]; ok {
			t.Errorf("%s and %s have the same id %s", what, other, id)
		}
		seen[id] = what
	}
	for what, ids := range map[string]IDs{"first run": one, "fresh nonce": {Seed: 1, Nonce: "m"}, "other seed": {Seed: 2, Nonce: "n"}, "no nonce": {Seed: 1}} {
		note(what+", Doc", ids.CallID("s", "Doc", Incoming))
		note(what+", Doc, outgoing", ids.CallID("s", "Doc", Outgoing))
		note(what+", Marty", ids.CallID("s", "Marty", Incoming))
		note(what+", other scenario", ids.CallID("t", "Doc", Incoming))
		note(what+", parts that run together", ids.CallID("sD", "oc", Incoming))
		note(what+", xcid", ids.XCID("s"))
		note(what+", other xcid", ids.XCID("t"))
	}
	note("nonce that runs into the scenario", IDs{Seed: 1, Nonce: "nxcid"}.XCID("s"))
}

func TestALongCallIDDoesNotRepeatItself(t *testing.T) {
	t.Parallel()
	id := IDs{Seed: 1, Nonce: "n"}.CallID("s", "Jennifer", Outgoing)
	if head, tail := id[6:70], id[70:]; head == tail || head[:10] == tail[:10] {
		t.Errorf("%s repeats itself after 64 characters", id)
	}
}

func TestTheXCIDOfAClickHasDigitsOnly(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for seed := range int64(50) {
		id := IDs{Seed: seed, Nonce: "n"}.ClickXCID("click-to-dial")
		if digits, ok := strings.CutPrefix(id, "c2d-0."); !ok || len(digits) != 15 || strings.Trim(digits, "0123456789") != "" || seen[id] {
			t.Errorf("ClickXCID = %q, want c2d-0. and 15 digits, seen before %t", id, seen[id])
		}
		seen[id] = true
	}
}
