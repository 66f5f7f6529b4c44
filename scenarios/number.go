package scenarios

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Number is a phone number, and the way in which the receiver treats calls to this number or from it.
type Number struct {
	Kind     Kind
	IsCaller bool   // the number is the caller's; false: it is the called number
	Number   string // digits without plus sign; for a caller also "anonymous" or a SIP id
}

// String returns the number as an entry for ParseNumbers.
func (n Number) String() string {
	if n.IsCaller {
		return fmt.Sprintf("%s=%s%s", n.Kind, callerPrefix, n.Number)
	}
	return fmt.Sprintf("%s=%s", n.Kind, n.Number)
}

const callerPrefix = "from:"

var (
	calledNumberPattern = regexp.MustCompile(`^\+?[0-9]{2,15}$`)
	callerPattern       = regexp.MustCompile(`^\+?[0-9]{2,15}$|` + showsPattern)
)

// NumberError reports a mistake in an entry for ParseNumbers.
type NumberError struct {
	Entry   string // the entry as the user wrote it
	Problem string // what is wrong with the entry
}

func (e *NumberError) Error() string { return fmt.Sprintf("%q: %s", e.Entry, e.Problem) }

// ParseNumbers reads entries such as "reject=4930111" or "gather=from:anonymous". An entry is a kind and a called number, or a kind and
// "from:" with the number of a caller. ParseNumbers returns an error if a number occurs twice, or if the kind LetThrough has more
// called numbers, or more callers, than People lists. The error is a *NumberError.
func ParseNumbers(entries ...string) ([]Number, error) {
	var numbers []Number
	letThroughCount := map[bool]int{} // how many numbers have the kind LetThrough, by Number.IsCaller
	for _, entry := range entries {
		newError := func(problem string, args ...any) error {
			return &NumberError{Entry: entry, Problem: fmt.Sprintf(problem, args...)}
		}
		kind, number, err := CutKind(entry, Kinds())
		if err != nil {
			return nil, newError("%v", err)
		}
		n := Number{Kind: kind}
		number, n.IsCaller = strings.CutPrefix(number, callerPrefix)
		switch {
		case n.IsCaller && !callerPattern.MatchString(number):
			return nil, newError("%q is no caller, expected digits, %s or a SIP id", number, Anonymous)
		case !n.IsCaller && !calledNumberPattern.MatchString(number):
			return nil, newError("%q is no number, expected digits with or without plus sign", number)
		}
		n.Number = strings.TrimPrefix(number, "+")
		for _, other := range numbers {
			if other.IsCaller == n.IsCaller && other.Number == n.Number {
				return nil, newError("the number already has the kind %q", other.Kind)
			}
		}
		if n.Kind == LetThrough {
			letThroughCount[n.IsCaller]++
			if limit := len(People(n.IsCaller)); letThroughCount[n.IsCaller] > limit {
				return nil, newError("at most %d numbers of this kind are possible", limit)
			}
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

// NumbersOfKinds returns the numbers whose kind is in kinds, in the order of numbers.
func NumbersOfKinds(numbers []Number, kinds ...Kind) []Number {
	var ofKinds []Number
	for _, n := range numbers {
		if slices.Contains(kinds, n.Kind) {
			ofKinds = append(ofKinds, n)
		}
	}
	return ofKinds
}

// WithNumbers returns a copy of the cast in which people have the numbers of the kind LetThrough. Doc has the first called number, Marty
// the second, and so on, in the order of People. Jennifer has the first number of a caller, Biff the second, and so on.
func (c Cast) WithNumbers(numbers []Number) Cast {
	nextIndex := map[bool]int{} // index of the next person in People, by Number.IsCaller
	for _, n := range numbers {
		if n.Kind == LetThrough {
			c = c.withNumber(People(n.IsCaller)[nextIndex[n.IsCaller]], n.Number)
			nextIndex[n.IsCaller]++
		}
	}
	return c
}

// ForScenario returns the cast for a call of a scenario. If the scenario requires an action of the receiver, it returns a copy for the
// first number for which the receiver takes this action or a similar action, see ForNumber. Otherwise it returns c.
func (c Cast) ForScenario(s Scenario, numbers []Number) Cast {
	if s.RequiredAction == "" {
		return c
	}
	if ofKind := NumbersOfKinds(numbers, s.RequiredAction.SimilarKinds()...); len(ofKind) > 0 {
		return c.ForNumber(ofKind[0])
	}
	return c
}

// ForNumber returns a copy of the cast for a call with a number. If IsCaller is true, the caller (Jennifer) has this number. Otherwise the
// called party (Doc) has it.
func (c Cast) ForNumber(n Number) Cast { return c.withNumber(People(n.IsCaller)[0], n.Number) }

// withNumber returns a copy of the cast in which the named person has a fixed number. If another person had that number, the two people
// exchange their numbers.
func (c Cast) withNumber(name, number string) Cast {
	c = maps.Clone(c)
	p := c[name]
	for _, other := range c.Names() {
		if otherPerson := c[other]; other != name && otherPerson.Number == number {
			otherPerson.Number, otherPerson.HasChosenNumber = p.Number, p.HasChosenNumber
			c[other] = otherPerson
		}
	}
	p.Number, p.HasChosenNumber = number, true
	c[name] = p
	return c
}
