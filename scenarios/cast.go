package scenarios

import (
	"maps"
	"slices"
)

// Person is somebody in a story.
type Person struct {
	Name         string // as in user[] of pushes
	Number       string // E.164 digits without plus sign
	UserID       string // such as "w0"; "" for people outside the account
	FullID       string // such as "1234567w0"
	IsOutside    bool   // not a user of the receiver's account
	OtherAccount bool   // with IsOutside: a user of another sipgate account
	Fixed        bool   // the user chose the number, so Draw keeps it
}

// Cast is the people of all stories, by name.
type Cast map[string]Person

// DefaultCast returns the people of the built-in stories. Doc, Marty, Lorraine and George are users of the account;
// Jennifer, Biff and Needles are outside it, Strickland is a user of another account. All their numbers are reserved for
// fiction. Police and FireBrigade have the emergency numbers.
func DefaultCast() Cast {
	cast := Cast{}
	for _, p := range []Person{
		{Name: "Doc", Number: "493023125001", UserID: "w0", FullID: "1234567w0"},
		{Name: "Marty", Number: "493023125002", UserID: "w1", FullID: "1234567w1"},
		{Name: "Lorraine", Number: "493023125003", UserID: "w2", FullID: "1234567w2"},
		{Name: "George", Number: "493023125004", UserID: "w3", FullID: "1234567w3"},
		{Name: "Jennifer", Number: "491713920001", IsOutside: true},
		{Name: "Biff", Number: "491713920002", IsOutside: true},
		{Name: "Needles", Number: "491713920003", IsOutside: true},
		{Name: "Strickland", Number: "492214710001", IsOutside: true, OtherAccount: true},
		{Name: "Police", Number: "110", IsOutside: true},
		{Name: "FireBrigade", Number: "112", IsOutside: true},
	} {
		cast[p.Name] = p
	}
	return cast
}

// Names lists the people in alphabetical order.
func (c Cast) Names() []string { return slices.Sorted(maps.Keys(c)) }

// Draw returns a copy in which the people outside the account have other numbers, so that calls that run side by side do not
// look alike. The numbers are reserved for fiction, differ from each other and from all others in the cast, and are the same for the same
// seed, nonce and scenario. scenario names one played call, as in push.IDs. If a number is not reserved for fiction, the user chose it and
// Draw keeps it.
func (c Cast) Draw(seed int64, nonce, scenario string) Cast {
	out := maps.Clone(c)
	taken := map[string]bool{}
	for _, p := range c {
		if !p.hasDrawnNumber() {
			taken[p.Number] = true
		}
	}
	for _, name := range c.Names() {
		p := c[name]
		if !p.hasDrawnNumber() {
			continue
		}
		n := hashNumber(seed, nonce, scenario, name) % drawableNumbers
		for tries := 0; taken[drawnNumber(n)] && tries < drawableNumbers; tries++ {
			n = (n + 1) % drawableNumbers
		}
		p.Number = drawnNumber(n)
		taken[p.Number] = true
		out[name] = p
	}
	return out
}

// hasDrawnNumber reports whether the person gets another number in every call.
func (p Person) hasDrawnNumber() bool { return p.IsOutside && !p.Fixed && IsFictional(p.Number) }

// People lists people of the default cast: the callers outside the account, or the users of the account who are called.
func People(callers bool) []string {
	if callers {
		return []string{"Jennifer", "Biff", "Needles"}
	}
	return []string{"Doc", "Marty", "Lorraine", "George"}
}
