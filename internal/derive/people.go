package derive

import (
	"errors"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// people gives the people of a recorded call names of the default cast.
type people struct {
	named   map[string]string // by user name, or by the number of a person outside
	users   []string          // free names of users of the account
	outside []string          // free names of people outside
}

// newPeople returns the names that are free for these pushes. A user with a name of the cast keeps it.
func newPeople(recorded []Recorded) *people {
	p := &people{named: map[string]string{}, outside: scenarios.People(true)}
	for _, name := range scenarios.People(false) {
		if slices.ContainsFunc(recorded, func(r Recorded) bool { return slices.Contains(r.Push.Users, name) }) {
			p.named[name] = name
		} else {
			p.users = append(p.users, name)
		}
	}
	return p
}

var errManyPeople = errors.New("more people are in it than the cast has")

// user names a user of the account.
func (p *people) user(name string) (string, error) { return named(p.named, name, &p.users) }

// stranger names a person outside the account by a number, or by the text that is sent instead of it.
func (p *people) stranger(number string) (string, error) {
	return named(p.named, "number "+number, &p.outside)
}

// named returns the name of a key. A key without a name gets a free one.
func named(all map[string]string, key string, free *[]string) (string, error) {
	if name, ok := all[key]; ok {
		return name, nil
	}
	if len(*free) == 0 {
		return "", errManyPeople
	}
	all[key], *free = (*free)[0], (*free)[1:]
	return all[key], nil
}

// calledParties names the users whom a newCall push rings: users of the account, or the voicemail.
func (p *people) calledParties(from push.Push) ([]string, error) {
	if len(from.Users) == 0 || from.Users[0] == "" {
		return nil, errors.New("the newCall push names no user")
	}
	var out []string
	for _, name := range from.Users {
		if name == scenarios.Voicemail {
			out = append(out, name)
			continue
		}
		person, err := p.user(name)
		if err != nil {
			return nil, err
		}
		out = append(out, person)
	}
	return out, nil
}

// shown returns what a caller shows in place of a number; "" if from is a number.
func shown(from string) (string, error) {
	_, _, isSIPID := scenarios.CutSIPID(from)
	switch {
	case from == scenarios.Anonymous:
		return from, nil
	case isSIPID:
		return "1234567e0", nil
	case push.IsE164(from):
		return "", nil
	}
	return "", errors.New("from is neither a whole number, nor anonymous, nor a SIP id")
}
