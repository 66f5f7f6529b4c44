package pseudonym

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
)

const (
	longWordPattern = `[0-9A-Za-z]{7,}` // matches words that may be ids or contain phone numbers
	minValueLength  = 3                 // values with fewer bytes are not replaced, because they occur in texts by chance
)

var phoneNumberPattern = regexp.MustCompile(`[0-9]{7,}`)

// Text returns a function for texts that belong to a push, such as its path and the response. The function replaces the values of the push,
// ids that already have a pseudonym, and everything that may be a phone number.
func (n *Names) Text(form push.Form) func(text string) string {
	replacements := map[string]string{}
	for i, f := range n.Form(form) {
		value := form[i].Value
		if len(value) < minValueLength || value == f.Value {
			continue
		}
		replacements[value] = f.Value
		replacements[url.QueryEscape(value)] = url.QueryEscape(f.Value)
		replacements[pathEscape(value)] = pathEscape(f.Value)
		replacements[html.EscapeString(value)] = html.EscapeString(f.Value)
	}
	var values []string
	for value := range replacements {
		values = append(values, value)
	}
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) })
	patterns := make([]string, len(values), len(values)+1)
	for i, value := range values {
		patterns[i] = regexp.QuoteMeta(value)
	}
	pattern := regexp.MustCompile(strings.Join(append(patterns, longWordPattern), "|"))
	replace := func(found string) string {
		if name, ok := replacements[found]; ok {
			return name
		}
		if name, ok := n.pseudonyms[kindID+" "+found]; ok {
			return name
		}
		return phoneNumberPattern.ReplaceAllStringFunc(found, func(digits string) string { return n.number(digits, false) })
	}
	return func(text string) string { return pattern.ReplaceAllStringFunc(text, replace) }
}

// pathEscape escapes a value for a path as url.QueryEscape does for a query, but with %20 for a space.
func pathEscape(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }
