package derive

import (
	"errors"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// people assigns names of the default cast to the people of a recorded call.
type people struct {
	names         map[string]string // names in the story: by user name, or for a person outside by "number " and the person's number
	freeUsers     []string          // free names of users of the account
	freeOutsiders []string          // free names of people outside
}

// newPeople returns the people of a call before they get names. A user whose name is in the cast keeps this name; all other names of the
// cast are free.
func newPeople(recorded []RecordedPush) *people {
	p := &people{names: map[string]string{}, freeOutsiders: scenarios.People(true)}
	for _, name := range scenarios.People(false) {
		if slices.ContainsFunc(recorded, func(r RecordedPush) bool { return slices.Contains(r.Push.Users, name) }) {
			p.names[name] = name
		} else {
			p.freeUsers = append(p.freeUsers, name)
		}
	}
	return p
}

var errTooManyPeople = errors.New("the call has more people than the cast")

// user returns the name that a user of the account has in the story.
func (p *people) user(name string) (string, error) { return nameFor(p.names, name, &p.freeUsers) }

// outsider returns the name that a person outside the account has in the story. number is the person's number, or the text that is sent
// instead of a number.
func (p *people) outsider(number string) (string, error) {
	return nameFor(p.names, "number "+number, &p.freeOutsiders)
}

// nameFor returns the name that belongs to a key. A key without a name gets the next free name.
func nameFor(names map[string]string, key string, free *[]string) (string, error) {
	if name, ok := names[key]; ok {
		return name, nil
	}
	if len(*free) == 0 {
		return "", errTooManyPeople
	}
	names[key], *free = (*free)[0], (*free)[1:]
	return names[key], nil
}

// usersIn returns the users that a push names, by their names in the story: users of the account, or the voicemail. In an incoming call
// they are the called parties, and in an outgoing call the caller.
func (p *people) usersIn(sent push.Push) ([]string, error) {
	if len(sent.Users) == 0 || sent.Users[0] == "" {
		return nil, errors.New("the newCall push names no user")
	}
	var out []string
	for _, name := range sent.Users {
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

// shownCaller returns the text that a caller sends in place of a number; "" if from is a number.
func shownCaller(from string) (string, error) {
	_, _, isSIPID := scenarios.CutSIPID(from)
	switch {
	case from == scenarios.Anonymous:
		return from, nil
	case isSIPID:
		return "1234567e0", nil
	case push.IsE164(from):
		return "", nil
	}
	return "", errors.New("from is neither a complete phone number, nor anonymous, nor a SIP id")
}
