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
	key        string            // see New
	pseudonyms map[string]string // pseudonym of each value; the key is the kind, a space and the value
	isUsed     map[string]bool   // whether a pseudonym is in use; the key is the kind, a space and the pseudonym
	counts     map[string]int    // by kind: how many numbered pseudonyms, such as User 12, were made
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

// Form returns the fields of a push with pseudonyms in place of the values. Events, directions, causes and single pressed keys do not
// change. A field that sipgate does not document keeps only the shape of its value.
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
		return n.pseudonymOfSameShape(kindID, f.Value)
	case push.FieldDigits:
		if len(f.Value) <= 1 {
			return f.Value
		}
	}
	return n.pseudonymOfSameShape(kindOther, f.Value)
}

// getOrMake returns the pseudonym of a value. It calls create if the value has no pseudonym yet.
func (n *Names) getOrMake(kind, value string, create func() string) string {
	key := kind + " " + value
	name, ok := n.pseudonyms[key]
	if !ok {
		name = create()
		n.pseudonyms[key] = name
		n.isUsed[kind+" "+name] = true
	}
	return name
}

var (
	internationalPattern = regexp.MustCompile(`^(\+|00)?([1-9][0-9]{6,14})$`)
	nationalPattern      = regexp.MustCompile(`^0([1-9][0-9]{5,13})$`)
)

// number returns the pseudonym of a phone number: a number that is reserved for fiction. isOfAccount reports whether the number belongs to
// the account. If a value is no complete phone number, its pseudonym has the same shape.
func (n *Names) number(value string, isOfAccount bool) string {
	const germany = "49"
	account, extension, isSIPID := scenarios.CutSIPID(value)
	switch {
	case value == scenarios.Anonymous:
		return value
	case internationalPattern.MatchString(value):
		parts := internationalPattern.FindStringSubmatch(value)
		return parts[1] + n.fictionalNumber(parts[2], isOfAccount)
	case isSIPID:
		return n.pseudonymOfSameShape(kindOther, account) + extension
	case nationalPattern.MatchString(value):
		return "0" + strings.TrimPrefix(n.fictionalNumber(germany+nationalPattern.FindStringSubmatch(value)[1], isOfAccount), germany)
	}
	return n.pseudonymOfSameShape(kindOther, value)
}

// fictionalNumber returns the pseudonym of a number in E.164 form.
func (n *Names) fictionalNumber(e164 string, isOfAccount bool) string {
	return n.getOrMake(kindNumber, e164, func() string {
		kind := "outside"
		if isOfAccount {
			kind = "account"
		}
		n.counts[kind]++
		return scenarios.FictionalNumber(n.counts[kind], isOfAccount)
	})
}

// user returns the pseudonym of a user's name. The first users get the names of people of the cast.
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

var userIDPattern = regexp.MustCompile(`^[0-9]*([a-z]+)[0-9]+$`)

// userID returns the pseudonym of a user's id, such as w0, or of a full id, such as 1234567w0. The letters show the kind of id, and do not
// change.
func (n *Names) userID(kind, value string) string {
	parts := userIDPattern.FindStringSubmatch(value)
	if parts == nil {
		return n.pseudonymOfSameShape(kindOther, value)
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

// pseudonymOfSameShape returns a pseudonym of the same shape: a digit for each digit, a letter for each letter, and a hexadecimal digit for
// each hexadecimal digit.
func (n *Names) pseudonymOfSameShape(kind, value string) string {
	if value == "" {
		return ""
	}
	return n.getOrMake(kind, value, func() string {
		prefix, rest := "", value
		if after, ok := strings.CutPrefix(value, clickPrefix); ok {
			prefix, rest = clickPrefix, after
		}
		const maxTries = 100 // a limit, because all values of a short shape may be in use
		name := ""
		for try := range maxTries {
			if name = prefix + n.randomTextOfShape(rest, try); !n.isUsed[kind+" "+name] && name != value {
				break
			}
		}
		return name
	})
}

// randomTextOfShape returns text that has the shape of a value. It returns another text for each try.
func (n *Names) randomTextOfShape(value string, try int) string {
	var out, randomBytes []byte
	for i, r := range []rune(value) {
		if i%sha256.Size == 0 {
			randomBytes = n.randomBytesFor(value, try, i)
		}
		appendRandom := func(first byte, count int) { out = append(out, first+randomBytes[i%sha256.Size]%byte(count)) }
		switch {
		case r >= '0' && r <= '9' && i == 0:
			appendRandom('1', 9) // the first digit of a number is never a zero
		case r >= '0' && r <= '9':
			appendRandom('0', 10)
		case r >= 'A' && r <= 'F':
			appendRandom('A', 6)
		case r >= 'G' && r <= 'Z':
			appendRandom('G', 20)
		case r >= 'a' && r <= 'f':
			appendRandom('a', 6)
		case r >= 'g' && r <= 'z':
			appendRandom('g', 20)
		case r < 0x80:
			out = append(out, byte(r))
		default:
			out = append(out, 'x')
		}
	}
	return string(out)
}

// randomBytesFor returns bytes that depend on the key and the arguments, and cannot be computed without the key.
func (n *Names) randomBytesFor(value string, try, offset int) []byte {
	mac := hmac.New(sha256.New, []byte(n.key))
	mac.Write(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(try)), uint64(offset)))
	mac.Write([]byte(value))
	return mac.Sum(nil)
}
