// Package pseudonym replaces the numbers, names and ids in recorded pushes, so that a recording can be shown to others. The same value
// always has the same pseudonym, in every field and every push.
package pseudonym

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// Names holds the pseudonyms of a recording. It is not safe for concurrent use.
type Names struct {
	key        string
	pseudonyms map[string]string // pseudonyms by kind and value, separated by a space
	isUsed     map[string]bool   // by kind and pseudonym, separated by a space
	counts     map[string]int    // number of pseudonyms of a kind that contain a number, such as User 12
}

// New returns an empty set of pseudonyms for a recording. The key has to be secret and new for every recording. With the key, anybody could
// find the real numbers by trying all numbers.
func New(key string) *Names {
	return &Names{key: key, pseudonyms: map[string]string{}, isUsed: map[string]bool{}, counts: map[string]int{}}
}

// The kinds of values. Equal values of different kinds get different pseudonyms.
const (
	kindNumber = "number"
	kindUser   = "user"
	kindUserID = "userId"
	kindFullID = "fullUserId"
	kindID     = "id"
	kindOther  = "other"
)

// Form returns the fields of a push with pseudonyms in place of the values. Events, directions, causes and single keys do not change. A
// field that is not documented keeps only the shape of its value.
func (n *Names) Form(form push.Form) push.Form {
	direction := push.Direction(form.Get(push.FieldDirection))
	out := make(push.Form, len(form))
	for i, f := range form {
		out[i] = push.Field{Name: f.Name, Value: n.value(f, direction)}
	}
	return out
}

// value returns the pseudonym of a field's value.
func (n *Names) value(f push.Field, d push.Direction) string {
	switch f.Name {
	case push.FieldEvent, push.FieldDirection, push.FieldCause:
		return f.Value
	case push.FieldFrom:
		return n.number(f.Value, d == push.Outgoing)
	case push.FieldTo:
		return n.number(f.Value, d != push.Outgoing)
	case push.FieldDiversion, push.FieldAnsweringNumber:
		return n.number(f.Value, true)
	case push.FieldUser, push.FieldUsers:
		return n.user(f.Value)
	case push.FieldUserID, push.FieldUserIDs:
		return n.userID(kindUserID, f.Value)
	case push.FieldFullUserID, push.FieldFullUserIDs:
		return n.userID(kindFullID, f.Value)
	case push.FieldCallID, push.FieldOrigCallID, push.FieldXCID:
		return n.sameShape(kindID, f.Value)
	case push.FieldDigits:
		if len(f.Value) <= 1 {
			return f.Value
		}
	}
	return n.sameShape(kindOther, f.Value)
}

// getOrMake returns the pseudonym of a value. It calls make if the value has none yet.
func (n *Names) getOrMake(kind, value string, make func() string) string {
	key := kind + " " + value
	name, ok := n.pseudonyms[key]
	if !ok {
		name = make()
		n.pseudonyms[key] = name
		n.isUsed[kind+" "+name] = true
	}
	return name
}

var (
	international = regexp.MustCompile(`^(\+|00)?([1-9][0-9]{6,14})$`)
	national      = regexp.MustCompile(`^0([1-9][0-9]{5,13})$`)
)

// number returns the pseudonym of a phone number: a number that is reserved for fiction. ofAccount reports whether the number belongs to
// the account. If a value is no complete phone number, its pseudonym has the same shape.
func (n *Names) number(value string, ofAccount bool) string {
	const germany = "49"
	account, extension, isSIPID := scenarios.CutSIPID(value)
	switch {
	case value == scenarios.Anonymous:
		return value
	case international.MatchString(value):
		parts := international.FindStringSubmatch(value)
		return parts[1] + n.fictionalNumber(parts[2], ofAccount)
	case isSIPID:
		return n.sameShape(kindOther, account) + extension
	case national.MatchString(value):
		return "0" + strings.TrimPrefix(n.fictionalNumber(germany+national.FindStringSubmatch(value)[1], ofAccount), germany)
	}
	return n.sameShape(kindOther, value)
}

func (n *Names) fictionalNumber(e164 string, ofAccount bool) string {
	return n.getOrMake(kindNumber, e164, func() string {
		kind := "outside"
		if ofAccount {
			kind = "account"
		}
		n.counts[kind]++
		return scenarios.FictionalNumber(n.counts[kind], ofAccount)
	})
}

// user returns the pseudonym of a user's name. The first users become the people of the cast.
func (n *Names) user(value string) string {
	cast := scenarios.People(false)
	castUsers := len(cast)
	if value == "" || value == scenarios.Voicemail {
		return value
	}
	return n.getOrMake(kindUser, value, func() string {
		free := slices.DeleteFunc(cast, func(name string) bool { return n.isUsed[kindUser+" "+name] })
		switch {
		case slices.Contains(free, value):
			return value
		case len(free) > 0:
			return free[0]
		}
		n.counts[kindUser]++
		return fmt.Sprintf("User %d", castUsers+n.counts[kindUser])
	})
}

var userID = regexp.MustCompile(`^[0-9]*([a-z]+)[0-9]+$`)

// userID returns the pseudonym of a user's id, such as w0, or of a full id, such as 1234567w0. The letters show the kind of id, and stay.
func (n *Names) userID(kind, value string) string {
	parts := userID.FindStringSubmatch(value)
	if parts == nil {
		return n.sameShape(kindOther, value)
	}
	return n.getOrMake(kind, value, func() string {
		id := fmt.Sprintf("%s%d", parts[1], n.counts[kind])
		n.counts[kind]++
		if kind == kindFullID {
			return "1234567" + id
		}
		return id
	})
}

// clickPrefix is the beginning of an xcid if the call was started by a click.
const clickPrefix = "c2d-"

// sameShape returns a pseudonym of the same shape: a digit for each digit, a letter for each letter, and a hexadecimal digit for each
// hexadecimal digit.
func (n *Names) sameShape(kind, value string) string {
	if value == "" {
		return ""
	}
	return n.getOrMake(kind, value, func() string {
		prefix, rest := "", value
		if after, ok := strings.CutPrefix(value, clickPrefix); ok {
			prefix, rest = clickPrefix, after
		}
		const tries = 100 // a limit, because there are few short values
		name := ""
		for try := range tries {
			if name = prefix + n.randomShape(rest, try); !n.isUsed[kind+" "+name] && name != value {
				break
			}
		}
		return name
	})
}

func (n *Names) randomShape(value string, try int) string {
	var out, stream []byte
	for i, r := range []rune(value) {
		if i%sha256.Size == 0 {
			stream = n.random(value, try, i)
		}
		from := func(first byte, count int) { out = append(out, first+stream[i%sha256.Size]%byte(count)) }
		switch {
		case r >= '0' && r <= '9' && i == 0:
			from('1', 9) // the first digit of a number is never a zero
		case r >= '0' && r <= '9':
			from('0', 10)
		case r >= 'A' && r <= 'F':
			from('A', 6)
		case r >= 'G' && r <= 'Z':
			from('G', 20)
		case r >= 'a' && r <= 'f':
			from('a', 6)
		case r >= 'g' && r <= 'z':
			from('g', 20)
		case r < 0x80:
			out = append(out, byte(r))
		default:
			out = append(out, 'x')
		}
	}
	return string(out)
}

// random returns bytes that depend on the key and the arguments, and cannot be computed without the key.
func (n *Names) random(value string, try, at int) []byte {
	mac := hmac.New(sha256.New, []byte(n.key))
	mac.Write(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(try)), uint64(at)))
	mac.Write([]byte(value))
	return mac.Sum(nil)
}
