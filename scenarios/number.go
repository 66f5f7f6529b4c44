package scenarios

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Number is a number whose calls a receiver treats in a special way.
type Number struct {
	Kind     Kind
	IsCaller bool   // it is the caller's number, not the called one
	Number   string // digits without plus sign; of a caller also "anonymous" or a SIP id
}

// String writes a number as ParseNumbers reads it.
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

// NumberError is what is wrong with an entry for ParseNumbers.
type NumberError struct {
	Entry   string // as it was given
	Problem string
}

func (e *NumberError) Error() string { return fmt.Sprintf("%q: %s", e.Entry, e.Problem) }

// ParseNumbers reads entries such as "reject=4930111" or "gather=from:anonymous": a kind, and the called number or, after "from:", the
// caller's. The same number for two kinds is an error. So are more numbers of the kind LetThrough than there are people for them. The error
// is a *NumberError.
func ParseNumbers(entries ...string) ([]Number, error) {
	var out []Number
	count := map[bool]int{}
	for _, entry := range entries {
		wrong := func(problem string, args ...any) error {
			return &NumberError{Entry: entry, Problem: fmt.Sprintf(problem, args...)}
		}
		kind, number, err := CutKind(entry, Kinds())
		if err != nil {
			return nil, wrong("%v", err)
		}
		n := Number{Kind: kind}
		number, n.IsCaller = strings.CutPrefix(number, callerPrefix)
		switch {
		case n.IsCaller && !callerPattern.MatchString(number):
			return nil, wrong("%q is no caller, expected digits, %s or a SIP id", number, Anonymous)
		case !n.IsCaller && !calledNumberPattern.MatchString(number):
			return nil, wrong("%q is no number, expected digits with or without plus sign", number)
		}
		n.Number = strings.TrimPrefix(number, "+")
		for _, other := range out {
			if other.IsCaller == n.IsCaller && other.Number == n.Number {
				return nil, wrong("the number is that of %q already", other.Kind)
			}
		}
		if n.Kind == LetThrough {
			count[n.IsCaller]++
			if most := len(People(n.IsCaller)); count[n.IsCaller] > most {
				return nil, wrong("there are %d people to have such numbers, this is one more", most)
			}
		}
		out = append(out, n)
	}
	return out, nil
}

// NumbersOfKinds returns the numbers of some kinds, in their order.
func NumbersOfKinds(numbers []Number, kinds ...Kind) []Number {
	var out []Number
	for _, n := range numbers {
		if slices.Contains(kinds, n.Kind) {
			out = append(out, n)
		}
	}
	return out
}

// WithNumbers returns a copy in which people have the numbers of the kind LetThrough. Doc has the first called number, Marty the second,
// and so on; Jennifer and the others outside the account have the callers' numbers.
func (c Cast) WithNumbers(numbers []Number) Cast {
	next := map[bool]int{}
	for _, n := range numbers {
		if n.Kind == LetThrough {
			c = c.withNumber(People(n.IsCaller)[next[n.IsCaller]], n.Number)
			next[n.IsCaller]++
		}
	}
	return c
}

// ForScenario returns the cast of a call. If the story is of a kind of steering, it is a copy in which the call has the first number of
// that kind.
func (c Cast) ForScenario(s Scenario, numbers []Number) Cast {
	if s.Steered == "" {
		return c
	}
	if ofKind := NumbersOfKinds(numbers, s.Steered.SimilarKinds()...); len(ofKind) > 0 {
		return c.ForNumber(ofKind[0])
	}
	return c
}

// ForNumber returns a copy for one call at a number: the called party has it or, if it is a caller's, the caller.
func (c Cast) ForNumber(n Number) Cast { return c.withNumber(People(n.IsCaller)[0], n.Number) }

// withNumber gives a person a fixed number. If another person had it, that person gets the old number.
func (c Cast) withNumber(name, number string) Cast {
	c = maps.Clone(c)
	p := c[name]
	for _, other := range c.Names() {
		if o := c[other]; other != name && o.Number == number {
			o.Number, o.Fixed = p.Number, p.Fixed
			c[other] = o
		}
	}
	p.Number, p.Fixed = number, true
	c[name] = p
	return c
}
