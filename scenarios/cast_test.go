package scenarios

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
)

func TestDefaultCastHasNumbersReservedForFiction(t *testing.T) {
	t.Parallel()
	nameByNumber := map[string]string{}
	for name, p := range DefaultCast() {
		if p.Name != name {
			t.Errorf("%s has the name %q", name, p.Name)
		}
		if push.IsEmergency(p.Number) && p.IsOutside {
			continue
		}
		if !IsFictional(p.Number) || !push.IsE164(p.Number) {
			t.Errorf("%s has the number %q, want a number reserved for fiction", name, p.Number)
		}
		if other, ok := nameByNumber[p.Number]; ok {
			t.Errorf("%s and %s share a number", name, other)
		}
		nameByNumber[p.Number] = name
		if p.IsOutside != (p.UserID == "") || p.IsOutside != (p.FullUserID == "") {
			t.Errorf("%s: outside is %t, ids are %q and %q", name, p.IsOutside, p.UserID, p.FullUserID)
		}
	}
}

func TestOnlyNumbersInTheReservedBlocksAreFictional(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"493023125000": true, "493023125999": true, "4917139200" + "99": true, "492214710123": true,
		"49302312500": false, "4930231250000": false, "493023126000": false, "49302312500x": false, "49171392": false, "": false, "anonymous": false,
	}
	for number, want := range tests {
		if got := IsFictional(number); got != want {
			t.Errorf("IsFictional(%q) = %t, want %t", number, got, want)
		}
	}
}

func TestDrawnNumbersAreFictionalAndUnique(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for n := range uint64(drawableNumbers) {
		number := drawnNumber(n)
		if !IsFictional(number) || !push.IsE164(number) || known[number] {
			t.Fatalf("drawnNumber(%d) = %q: fictional %t, E.164 %t, known unchanged %t", n, number, IsFictional(number), push.IsE164(number), known[number])
		}
		known[number] = true
	}
	var size uint64
	for _, b := range blocks()[1:] {
		size += b.size
	}
	if size != drawableNumbers {
		t.Errorf("the blocks have %d numbers, drawableNumbers is %d", size, drawableNumbers)
	}
}

func TestOnlyFictionalNumbersOfPeopleOutsideTheAccountAreDrawn(t *testing.T) {
	t.Parallel()
	cast := DefaultCast()
	cast["Clara"] = Person{Name: "Clara", Number: "anonymous", IsOutside: true}
	cast["Tannen"] = Person{Name: "Tannen", Number: "4928559389086", IsOutside: true}
	unchanged := DefaultCast()
	unchanged["Clara"], unchanged["Tannen"] = cast["Clara"], cast["Tannen"]

	first := cast.WithDrawnNumbers(1, "n", "transfer-answered")
	if diff := cmp.Diff(first, cast.WithDrawnNumbers(1, "n", "transfer-answered")); diff != "" {
		t.Errorf("WithDrawnNumbers with the same arguments mismatch (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(unchanged, cast); diff != "" {
		t.Errorf("the cast itself changed (-want +got):\n%s", diff)
	}
	for _, name := range []string{"Doc", "Marty", "Lorraine", "George", "Clara", "Tannen"} {
		if diff := cmp.Diff(cast[name], first[name]); diff != "" {
			t.Errorf("%s changed (-want +got):\n%s", name, diff)
		}
	}
	for argument, other := range map[string]Cast{
		"seed": cast.WithDrawnNumbers(2, "n", "transfer-answered"), "nonce": cast.WithDrawnNumbers(1, "m", "transfer-answered"), "scenario": cast.WithDrawnNumbers(1, "n", "transfer-unanswered"),
	} {
		if other["Jennifer"].Number == first["Jennifer"].Number {
			t.Errorf("another %s gave Jennifer the same number %s", argument, other["Jennifer"].Number)
		}
	}
	if p := first["Jennifer"]; !IsFictional(p.Number) || p.Name != "Jennifer" || !p.IsOutside {
		t.Errorf("Jennifer became %+v", p)
	}
}

func TestNoTwoPeopleHaveTheSameDrawnNumber(t *testing.T) {
	t.Parallel()
	// There are only 4100 numbers. Without the check for collisions, some of a hundred people would get the same number.
	cast := Cast{}
	for n := range uint64(100) {
		name := drawnNumber(n)
		cast[name] = Person{Name: name, Number: name, IsOutside: true}
	}
	cast["Doc"] = Person{Name: "Doc", Number: drawnNumber(7)}
	for seed := range int64(20) {
		nameByNumber := map[string]string{}
		for name, p := range cast.WithDrawnNumbers(seed, "n", "s") {
			if other, ok := nameByNumber[p.Number]; ok {
				t.Fatalf("seed %d: %s and %s both have %s", seed, name, other, p.Number)
			}
			nameByNumber[p.Number] = name
		}
	}
}
