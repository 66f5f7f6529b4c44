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
	names      []string                   // the tags in the expression, without the @
}

// TagsError describes a mistake in a tag expression.
type TagsError struct {
	Expression string // the expression as the user wrote it
	Problem    string // what is wrong with the expression
	Suggestion string // if the expression has the old syntax of godog, the same expression in the new syntax; "" if its meaning is not clear
}

func (e *TagsError) Error() string {
	return fmt.Sprintf("reading tag expression %q: %s", e.Expression, e.Problem)
}

// ParseTags parses an expression of tags, the words "and", "or", "not", and parentheses. "not" binds closest, then "and", then
// "or". The @ of a tag may be left out, except for the tags @and, @or and @not. A tag that contains a parenthesis
// cannot be written. Every error is a *TagsError. The old syntax of godog (&&, a comma, ~) is an error.
func ParseTags(expression string) (Tags, error) {
	words := splitWords(expression)
	if isOldSyntax(expression, words) {
		return Tags{}, &TagsError{Expression: expression, Problem: `"&&", "," and "~" are no longer used`, Suggestion: rewriteOldSyntax(expression)}
	}
	if problem := misplacedWord(words); problem != "" { // the parser of the library panics if an expression ends too early
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
	tagsWithAt := make([]string, len(tags))
	for i, tag := range tags {
		tagsWithAt[i] = "@" + strings.TrimPrefix(tag, "@")
	}
	return t.expression.Evaluate(tagsWithAt)
}

// Names returns the tags in the expression, in their order and without the @.
func (t Tags) Names() []string { return slices.Clone(t.names) }

// splitWords splits an expression into tags, operators and parentheses.
func splitWords(expression string) []string {
	return strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(expression))
}

// isTag reports whether a word is neither an operator nor a parenthesis.
func isTag(word string) bool { return !slices.Contains([]string{"and", "or", "not", "(", ")"}, word) }

// misplacedWord describes the first misplaced word; "" if there is none.
func misplacedWord(words []string) string {
	if len(words) == 0 {
		return "it is empty"
	}
	depth, isComplete := 0, false // isComplete: the words so far could be a whole expression
	for _, word := range words {
		isOperator := word == "and" || word == "or"
		switch {
		case isComplete && !isOperator && word != ")":
			return fmt.Sprintf(`want "and" or "or" before %q`, word)
		case !isComplete && (isOperator || word == ")"):
			return fmt.Sprintf("want a tag before %q", word)
		case word == "(":
			depth++
		case word == ")":
			depth--
		}
		if depth < 0 {
			return `")" has no "("`
		}
		isComplete = word == ")" || isTag(word)
		if word == "@" {
			return `"@" has no name`
		}
	}
	switch {
	case !isComplete:
		return fmt.Sprintf("want a tag after %q", words[len(words)-1])
	case depth > 0:
		return `"(" has no ")"`
	}
	return ""
}

// isOldSyntax reports whether an expression is written in the old syntax of godog.
func isOldSyntax(expression string, words []string) bool {
	return strings.Contains(expression, "&&") || strings.Contains(expression, ",") ||
		slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "~") })
}

// rewriteOldSyntax translates an expression from the old syntax. In the old syntax && separates clauses, a comma in a clause is
// "or", and ~ is "not". The result is "" if the expression is malformed or mixes old and new syntax.
func rewriteOldSyntax(expression string) string {
	clauses := strings.Split(expression, "&&")
	for i, clause := range clauses {
		tags := strings.Split(clause, ",")
		for j, tag := range tags {
			name, isNegated := strings.CutPrefix(strings.TrimSpace(tag), "~")
			name = strings.TrimPrefix(strings.TrimSpace(name), "@")
			if name == "" || strings.ContainsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("()~", r) }) {
				return ""
			}
			tags[j] = "@" + name
			if isNegated {
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
