package features

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	tagexpressions "github.com/cucumber/tag-expressions/go/v6"
)

// Tags selects scenarios by their tags, as in "@response and not @should". The zero value matches every scenario.
type Tags struct {
	expression tagexpressions.Evaluatable // nil matches every scenario
	names      []string
}

// TagsError is what is wrong with a tag expression.
type TagsError struct {
	Expression string // as it was given
	Problem    string // what is wrong with it
	Instead    string // how to write an expression in the old syntax today; empty if it is not clear what was meant
}

func (e *TagsError) Error() string {
	return fmt.Sprintf("reading tag expression %q: %s", e.Expression, e.Problem)
}

// ParseTags reads an expression of tags, the words and, or, not, and parentheses. "not" binds closest, then "and", then
// "or". The @ of a tag may be left out, except for tags named like one of the words. A tag that contains a parenthesis
// cannot be written. Every error is a *TagsError; the old syntax (&&, a comma, ~) is one.
func ParseTags(expression string) (Tags, error) {
	words := splitWords(expression)
	if isOldSyntax(expression, words) {
		return Tags{}, &TagsError{Expression: expression, Problem: `"&&", "," and "~" are no longer used`, Instead: rewriteOldSyntax(expression)}
	}
	if problem := misplaced(words); problem != "" { // the library panics if an expression ends too early
		return Tags{}, &TagsError{Expression: expression, Problem: problem}
	}
	var t Tags
	for i, word := range words {
		if !isTag(word) {
			continue
		}
		name := strings.TrimPrefix(word, "@")
		t.names = append(t.names, name)
		words[i] = strings.ReplaceAll("@"+name, `\`, `\\`)
	}
	var err error
	if t.expression, err = tagexpressions.Parse(strings.Join(words, " ")); err != nil {
		return Tags{}, &TagsError{Expression: expression, Problem: err.Error()}
	}
	return t, nil
}

// Match reports whether a scenario with these tags is selected. The @ of a tag may be left out.
func (t Tags) Match(tags []string) bool {
	if t.expression == nil {
		return true
	}
	full := make([]string, len(tags))
	for i, tag := range tags {
		full[i] = "@" + strings.TrimPrefix(tag, "@")
	}
	return t.expression.Evaluate(full)
}

// Names returns the tags that the expression mentions, in its order and without the @.
func (t Tags) Names() []string { return slices.Clone(t.names) }

// splitWords splits an expression into tags, operators and parentheses.
func splitWords(expression string) []string {
	return strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(expression))
}

// isTag reports whether a word is neither an operator nor a parenthesis.
func isTag(word string) bool { return !slices.Contains([]string{"and", "or", "not", "(", ")"}, word) }

// misplaced returns what is wrong with the first misplaced word; "" if there is none.
func misplaced(words []string) string {
	if len(words) == 0 {
		return "it is empty"
	}
	open, complete := 0, false // complete: what was read up to here could be a whole expression
	for _, word := range words {
		joins := word == "and" || word == "or"
		switch {
		case complete && !joins && word != ")":
			return fmt.Sprintf(`want "and" or "or" before %q`, word)
		case !complete && (joins || word == ")"):
			return fmt.Sprintf("want a tag before %q", word)
		case word == "(":
			open++
		case word == ")":
			open--
		}
		if open < 0 {
			return `")" has no "("`
		}
		complete = word == ")" || isTag(word)
		if word == "@" {
			return `"@" has no name`
		}
	}
	switch {
	case !complete:
		return fmt.Sprintf("want a tag after %q", words[len(words)-1])
	case open > 0:
		return `"(" has no ")"`
	}
	return ""
}

// isOldSyntax reports whether an expression is written as godog reads it.
func isOldSyntax(expression string, words []string) bool {
	return strings.Contains(expression, "&&") || strings.Contains(expression, ",") ||
		slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "~") })
}

// rewriteOldSyntax returns an expression of the old syntax in the new one: && separates clauses, a comma in a clause is
// "or", ~ is "not". It returns "" if the expression is malformed or mixes old and new syntax.
func rewriteOldSyntax(expression string) string {
	clauses := strings.Split(expression, "&&")
	for i, clause := range clauses {
		tags := strings.Split(clause, ",")
		for j, tag := range tags {
			name, negated := strings.CutPrefix(strings.TrimSpace(tag), "~")
			name = strings.TrimPrefix(strings.TrimSpace(name), "@")
			if name == "" || strings.ContainsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("()~", r) }) {
				return ""
			}
			tags[j] = "@" + name
			if negated {
				tags[j] = "not @" + name
			}
		}
		clauses[i] = strings.Join(tags, " or ")
		if len(tags) > 1 && len(clauses) > 1 {
			clauses[i] = "(" + clauses[i] + ")"
		}
	}
	return strings.Join(clauses, " and ")
}
