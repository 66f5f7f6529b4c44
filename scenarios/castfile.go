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

// The keys of a person in the file, the patterns of their values, and the number of the account in the default cast.
const (
	keyNumber, keyUserID, keyFullID = "number", "userId", "fullUserId"
	userIDPattern                   = `^[a-z][0-9]+$`
	fullIDPattern                   = `^[0-9]+[a-z][0-9]+$`
	defaultAccount                  = "1234567"
)

// LoadCast reads a cast file. The file gives people of the stories the values of real users of the receiver's account, for example:
//
//	Doc: {name: Emmett Brown, number: "4930111", userId: w7, fullUserId: 1234567w7}
//	Jennifer: {number: "49171222"}
//
// Absent people and fields have the values of the default cast. A fullUserId is the number of the account followed by the userId. So if the
// fullUserId or the userId is absent, LoadCast derives it from the other id. The number of the account comes from any fullUserId in the
// file. The argument file is the file name for messages. The error is of type Problems.
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

// readCast sets the values of the people in the file.
func (r *reader) readCast(body ast.Node, cast Cast) {
	people, ok := r.readMapping(body, "a cast", cast.Names())
	if !ok {
		return
	}
	r.keyNoun = "key"
	numberPositions := map[string]position{} // where the number is in the file, by person
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
		numberPositions[name] = m.position(keyNumber)
		if _, hasFullID[name] = m.values[keyFullID]; hasFullID[name] {
			account, _ = splitFullID(p.FullUserID)
		}
	}
	for name, p := range cast {
		if !p.IsOutside && !hasFullID[name] {
			p.FullUserID = account + p.UserID
			cast[name] = p
		}
	}
	for i, name := range cast.Names() {
		for _, other := range cast.Names()[:i] {
			_, isInFile := numberPositions[name]
			_, isOtherInFile := numberPositions[other]
			if cast[name].Number != cast[other].Number || !isInFile && !isOtherInFile {
				continue
			}
			pos, wrong := numberPositions[name], fmt.Sprintf("%s has the number of %s", name, other)
			if !isInFile {
				pos, wrong = numberPositions[other], fmt.Sprintf("%s has the number of %s", other, name)
			}
			r.addProblem(pos, wrong, "expected another number")
		}
	}
}

// readPerson sets the values of a person. A person outside the account can only have a number.
func (r *reader) readPerson(node ast.Node, p Person) (Person, mapping, bool) {
	allowed := []string{keyName, keyNumber, keyUserID, keyFullID}
	if p.IsOutside {
		allowed = []string{keyNumber}
	}
	noun := p.Name
	if p.IsOutside {
		noun += ", who is outside the account,"
	}
	m, ok := r.readMapping(node, noun, allowed)
	if !ok {
		return p, m, false
	}
	problemsBefore := len(r.problems)
	if name := r.readText(m, keyName); name != "" {
		p.Name = name
	}
	if number, ok := r.readNumber(m); ok {
		p.Number, p.HasChosenNumber = number, true
	}
	r.readID(m, keyUserID, userIDPattern, "w0", &p.UserID)
	r.readID(m, keyFullID, fullIDPattern, "1234567w0", &p.FullUserID)
	if _, ok := m.values[keyFullID]; ok && len(r.problems) == problemsBefore {
		account, id := splitFullID(p.FullUserID)
		switch _, ok := m.values[keyUserID]; {
		case !ok:
			p.UserID = id
		case id != p.UserID:
			r.addProblem(m.position(keyFullID), fmt.Sprintf("fullUserId %q does not end in the userId %q", p.FullUserID, p.UserID), "expected "+account+p.UserID)
		}
	}
	return p, m, len(r.problems) == problemsBefore
}

// splitFullID splits a fullUserId into the number of the account and the userId.
func splitFullID(full string) (account, userID string) {
	i := strings.IndexFunc(full, unicode.IsLetter)
	return full[:i], full[i:]
}

// readID stores an id in target if the id is in the file and matches pattern.
func (r *reader) readID(m mapping, key, pattern, example string, target *string) {
	id := r.readText(m, key)
	switch {
	case id == "":
	case !regexp.MustCompile(pattern).MatchString(id):
		r.addProblem(m.position(key), fmt.Sprintf("%s is %q", key, id), "expected something like "+example)
	default:
		*target = id
	}
}

// readNumber reads a phone number, with or without quotes in the file.
func (r *reader) readNumber(m mapping) (string, bool) {
	node, ok := m.values[keyNumber]
	if !ok {
		return "", false
	}
	text, ok := nodeText(node)
	if _, isInteger := node.(*ast.IntegerNode); isInteger {
		text, ok = node.GetToken().Value, true
	}
	number := strings.TrimPrefix(text, "+")
	switch {
	case !ok || !push.IsE164(number):
		r.addProblem(m.position(keyNumber), fmt.Sprintf("number is %s", describeNode(node)), "expected a whole number with its country, such as 493023125001")
		return "", false
	}
	return number, true
}

// sortProblems sorts the problems by their position in the file.
func (r *reader) sortProblems() {
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
}
