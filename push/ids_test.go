package push

import (
	"regexp"
	"strings"
	"testing"
)

func TestIDsHaveTheObservedFormats(t *testing.T) {
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

func TestOnlyTheSameSeedAndNonceMakeTheSameIDs(t *testing.T) {
	t.Parallel()
	first, second := IDs{Seed: 1, Nonce: "n"}, IDs{Seed: 1, Nonce: "n"}
	if first.CallID("s", "Doc", Incoming) != second.CallID("s", "Doc", Incoming) || first.XCID("s") != second.XCID("s") {
		t.Error("the same seed and nonce gave different ids")
	}
	nameByID := map[string]string{}
	requireUnique := func(name, id string) {
		if other, ok := nameByID[id]; ok {
			t.Errorf("%s and %s have the same id %s", name, other, id)
		}
		nameByID[id] = name
	}
	for name, ids := range map[string]IDs{"first run": first, "other nonce": {Seed: 1, Nonce: "m"}, "other seed": {Seed: 2, Nonce: "n"}, "no nonce": {Seed: 1}} {
		requireUnique(name+", Doc", ids.CallID("s", "Doc", Incoming))
		requireUnique(name+", Doc, outgoing", ids.CallID("s", "Doc", Outgoing))
		requireUnique(name+", Marty", ids.CallID("s", "Marty", Incoming))
		requireUnique(name+", other scenario", ids.CallID("t", "Doc", Incoming))
		requireUnique(name+", other scenario and leg with the same letters", ids.CallID("sD", "oc", Incoming))
		requireUnique(name+", xcid", ids.XCID("s"))
		requireUnique(name+", other xcid", ids.XCID("t"))
	}
	requireUnique("nonce that ends with the word xcid", IDs{Seed: 1, Nonce: "nxcid"}.XCID("s"))
}

func TestOutgoingCallIDHasNoRepeatedBlock(t *testing.T) {
	t.Parallel()
	id := IDs{Seed: 1, Nonce: "n"}.CallID("s", "Jennifer", Outgoing)
	if head, tail := id[6:70], id[70:]; head == tail || head[:10] == tail[:10] {
		t.Errorf("%s repeats its first 64 characters", id)
	}
}

func TestClickXCIDIsAPrefixWithFifteenDigits(t *testing.T) {
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
