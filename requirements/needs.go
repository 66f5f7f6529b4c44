package requirements

import (
	"cmp"
	"slices"
	"strings"
)

// Met reports whether a receiver meets the needs, if has reports what it can do. If it does not meet them, missing names all that it lacks,
// such as "the receiver does not subscribe to hangup pushes". Every receiver meets nil needs; an empty inner list asks for nothing.
func (n Needs) Met(has func(Capability) bool) (ok bool, missing string) {
	var lacking []string
	for _, either := range n {
		if len(either) > 0 && !slices.ContainsFunc(either, has) {
			lacking = append(lacking, "does not "+enumerate(activities(either), "or"))
		}
	}
	if len(lacking) == 0 {
		return true, ""
	}
	return false, "the receiver " + enumerate(lacking, "and")
}

// String writes the needs as an expression, such as "(reject or dial) and hangup"; "" for nil needs.
func (n Needs) String() string {
	var terms []string
	for _, either := range n {
		var names []string
		for _, c := range either {
			names = append(names, string(c))
		}
		term := strings.Join(names, " or ")
		if len(names) > 1 && len(n) > 1 {
			term = "(" + term + ")"
		}
		if term != "" {
			terms = append(terms, term)
		}
	}
	return strings.Join(terms, " and ")
}

func activities(either []Capability) []string {
	out := make([]string, len(either))
	for i, c := range either {
		out[i] = cmp.Or(c.row().activity, "have the capability "+string(c))
	}
	return out
}

// enumerate joins parts as English does: "a", "a or b", "a, b or c".
func enumerate(parts []string, conjunction string) string {
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " " + conjunction + " " + parts[last]
}
