package scenarios

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"github.com/pushcheck/pushcheck/push"
)

//go:embed cast.schema.json
var castSchema string

// CastSchema returns the JSON Schema of a cast file, for editors.
func CastSchema() string { return castSchema }

// The keys of a person.
const (
	keyNumber, keyUserID, keyFullID = "number", "userId", "fullUserId"
	userIDPattern                   = `^[a-z][0-9]+$`
	fullIDPattern                   = `^[0-9]+[a-z][0-9]+$`
	defaultAccount                  = "1234567"
)

// LoadCast reads a cast file, which maps people of the stories to users of a receiver's account:
//
//	Doc: {name: Emmett Brown, number: "4930111", userId: w7, fullUserId: 1234567w7}
//	Jennifer: {number: "49171222"}
//
// People and fields that are left out have the values of the default cast. A fullUserId is the number of the account followed by the
// userId, so each of the two ids follows from the other; the account is that of the other people in the file. The file's name is for
// messages. The error is of type Problems.
func LoadCast(file string, data []byte) (Cast, error) {
	r := &reader{file: file, contents: "a cast of people with name, number, userId and fullUserId", keyNoun: "person"}
	cast := DefaultCast()
	if body, ok := r.readDocument(data); ok {
		r.readCast(body, cast)
	}
	if len(r.problems) > 0 {
		r.sortProblems()
		return nil, r.problems
	}
	return cast, nil
}

// readCast changes the people whom the file names.
func (r *reader) readCast(body ast.Node, cast Cast) {
	people, ok := r.readMapping(body, "a cast", cast.Names())
	if !ok {
		return
	}
	r.keyNoun = "key"
	at := map[string]place{} // the place of each person's number
	account, hasFullID := defaultAccount, map[string]bool{}
	for _, name := range cast.Names() {
		node, ok := people.values[name]
		if !ok {
			continue
		}
		p, m, ok := r.readPerson(node, cast[name])
		if !ok {
			continue
		}
		cast[name] = p
		at[name] = m.place(keyNumber)
		if _, hasFullID[name] = m.values[keyFullID]; hasFullID[name] {
			account, _ = splitFullID(p.FullID)
		}
	}
	for name, p := range cast {
		if !p.IsOutside && !hasFullID[name] {
			p.FullID = account + p.UserID
			cast[name] = p
		}
	}
	for i, name := range cast.Names() {
		for _, other := range cast.Names()[:i] {
			_, given := at[name]
			_, otherGiven := at[other]
			if cast[name].Number != cast[other].Number || !given && !otherGiven {
				continue
			}
			place, wrong := at[name], fmt.Sprintf("%s has the number of %s", name, other)
			if !given {
				place, wrong = at[other], fmt.Sprintf("%s has the number of %s", other, name)
			}
			r.addProblem(place, wrong, "expected a number of one's own")
		}
	}
}

// readPerson reads one person. Somebody outside the account has a number and nothing else.
func (r *reader) readPerson(node ast.Node, p Person) (Person, mapping, bool) {
	allowed := []string{keyName, keyNumber, keyUserID, keyFullID}
	if p.IsOutside {
		allowed = []string{keyNumber}
	}
	what := p.Name
	if p.IsOutside {
		what += ", who is outside the account,"
	}
	m, ok := r.readMapping(node, what, allowed)
	if !ok {
		return p, m, false
	}
	before := len(r.problems)
	if name := r.readText(m, keyName); name != "" {
		p.Name = name
	}
	if number, ok := r.readNumber(m); ok {
		p.Number, p.Fixed = number, true
	}
	r.readID(m, keyUserID, userIDPattern, "w0", &p.UserID)
	r.readID(m, keyFullID, fullIDPattern, "1234567w0", &p.FullID)
	if _, ok := m.values[keyFullID]; ok && len(r.problems) == before {
		account, id := splitFullID(p.FullID)
		switch _, ok := m.values[keyUserID]; {
		case !ok:
			p.UserID = id
		case id != p.UserID:
			r.addProblem(m.place(keyFullID), fmt.Sprintf("fullUserId %q does not end in the userId %q", p.FullID, p.UserID), "expected "+account+p.UserID)
		}
	}
	return p, m, len(r.problems) == before
}

// splitFullID returns the number of the account and the userId that a fullUserId consists of.
func splitFullID(full string) (account, userID string) {
	i := strings.IndexFunc(full, unicode.IsLetter)
	return full[:i], full[i:]
}

func (r *reader) readID(m mapping, key, pattern, example string, to *string) {
	id := r.readText(m, key)
	switch {
	case id == "":
	case !regexp.MustCompile(pattern).MatchString(id):
		r.addProblem(m.place(key), fmt.Sprintf("%s is %q", key, id), "expected something like "+example)
	default:
		*to = id
	}
}

// readNumber reads a phone number, in quotes or without.
func (r *reader) readNumber(m mapping) (string, bool) {
	node, ok := m.values[keyNumber]
	if !ok {
		return "", false
	}
	text, ok := nodeText(node)
	if _, integer := node.(*ast.IntegerNode); integer {
		text, ok = node.GetToken().Value, true
	}
	number := strings.TrimPrefix(text, "+")
	switch {
	case !ok || !push.IsE164(number):
		r.addProblem(m.place(keyNumber), fmt.Sprintf("number is %s", describeNode(node)), "expected a whole number with its country, such as 493023125001")
		return "", false
	}
	return number, true
}

// sortProblems puts the problems in the order of the file.
func (r *reader) sortProblems() {
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
}
