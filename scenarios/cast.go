package scenarios

import (
	"maps"
	"slices"
)

// Person is a person of the stories, with the values for pushes.
type Person struct {
	Name             string // the value of the fields user and user[] in pushes
	Number           string // the phone number: E.164 digits without plus sign
	UserID           string // such as "w0"; "" if the person is not a user of the account
	FullUserID       string // such as "1234567w0"; "" if the person is not a user of the account
	IsOutside        bool   // the person is not a user of the receiver's account
	IsInOtherAccount bool   // the person is a user of another sipgate account; true only if IsOutside is true
	HasChosenNumber  bool   // the user of pushcheck chose the number, so WithDrawnNumbers does not change it
}

// Cast holds the people of all stories, by their name in the stories.
type Cast map[string]Person

// DefaultCast returns the people of the built-in stories. Doc, Marty, Lorraine and George are users of the account. Jennifer, Biff and
// Needles are not. Strickland is a user of another account. The numbers of all these people are reserved for fiction. Police and
// FireBrigade have emergency numbers.
func DefaultCast() Cast {
	cast := Cast{}
	for _, p := range []Person{
		{Name: "Doc", Number: "493023125001", UserID: "w0", FullUserID: "1234567w0"},
		{Name: "Marty", Number: "493023125002", UserID: "w1", FullUserID: "1234567w1"},
		{Name: "Lorraine", Number: "493023125003", UserID: "w2", FullUserID: "1234567w2"},
		{Name: "George", Number: "493023125004", UserID: "w3", FullUserID: "1234567w3"},
		{Name: "Jennifer", Number: "491713920001", IsOutside: true},
		{Name: "Biff", Number: "491713920002", IsOutside: true},
		{Name: "Needles", Number: "491713920003", IsOutside: true},
		{Name: "Strickland", Number: "492214710001", IsOutside: true, IsInOtherAccount: true},
		{Name: "Police", Number: "110", IsOutside: true},
		{Name: "FireBrigade", Number: "112", IsOutside: true},
	} {
		cast[p.Name] = p
	}
	return cast
}

// Names lists the people in alphabetical order.
func (c Cast) Names() []string { return slices.Sorted(maps.Keys(c)) }

// WithDrawnNumbers returns a copy of the cast in which the people outside the account have other numbers, so that calls that run at the
// same time have different callers. The new numbers are reserved for fiction, and no two people have the same number. The numbers depend
// only on seed, nonce and scenario. The argument scenario names a played call, as in push.IDs. WithDrawnNumbers does not change a number
// that the user chose, or that is not reserved for fiction.
func (c Cast) WithDrawnNumbers(seed int64, nonce, scenario string) Cast {
	changed := maps.Clone(c)
	takenNumbers := map[string]bool{}
	for _, p := range c {
		if !p.hasDrawnNumber() {
			takenNumbers[p.Number] = true
		}
	}
	for _, name := range c.Names() {
		p := c[name]
		if !p.hasDrawnNumber() {
			continue
		}
		n := hashNumber(seed, nonce, scenario, name) % drawableNumbers
		for tries := 0; takenNumbers[drawnNumber(n)] && tries < drawableNumbers; tries++ {
			n = (n + 1) % drawableNumbers
		}
		p.Number = drawnNumber(n)
		takenNumbers[p.Number] = true
		changed[name] = p
	}
	return changed
}

// hasDrawnNumber reports whether WithDrawnNumbers gives the person another number.
func (p Person) hasDrawnNumber() bool {
	return p.IsOutside && !p.HasChosenNumber && IsFictional(p.Number)
}

// People lists people of the default cast: if areCallers is true, people outside the account who call; otherwise users of the account who
// are called.
func People(areCallers bool) []string {
	if areCallers {
		return []string{"Jennifer", "Biff", "Needles"}
	}
	return []string{"Doc", "Marty", "Lorraine", "George"}
}
