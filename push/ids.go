package push

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// IDs makes the ids of a run. They look like observed ones. They depend only on seed and nonce. A new nonce makes new ids, because a
// receiver may refuse an id that it has seen before.
type IDs struct {
	Seed  int64
	Nonce string
}

// Lengths of an observed callId and xcid, in characters.
const (
	incomingCallIDLength = 76
	outgoingCallIDLength = 136
	xcidLength           = 16
	clickDigits          = 15
)

// CallID names a leg: upper-case hexadecimal, 76 characters for an incoming call and 136 for an outgoing one. Scenario names
// one played call; if a scenario is played more than once in a run, it must differ each time. Leg is whom the leg rings.
//
// See wire-facts: Identifiers.
func (ids IDs) CallID(scenario, leg string, d Direction) string {
	prefix, length := "54566B", incomingCallIDLength
	if d == Outgoing {
		prefix, length = "52546B", outgoingCallIDLength
	}
	return prefix + strings.ToUpper(ids.hexID(length-len(prefix), "callId", scenario, leg, string(d)))
}

// XCID is what all legs of a played call have in common: 16 lower-case hexadecimal characters.
//
// See wire-facts: Identifiers.
func (ids IDs) XCID(scenario string) string { return ids.hexID(xcidLength, "xcid", scenario) }

// ClickXCID is the xcid of a call that was begun by a click: c2d-0. and 15 digits.
//
// See wire-facts: Identifiers.
func (ids IDs) ClickXCID(scenario string) string {
	digits := []byte(ids.hexID(clickDigits, "c2d", scenario))
	for i, d := range digits {
		if d > '9' {
			digits[i] = '0' + (d-'a')%10
		}
	}
	return "c2d-0." + string(digits)
}

// hexID derives n characters. Every part is hashed with its length, so that no two lists of parts look alike.
func (ids IDs) hexID(n int, parts ...string) string {
	data := binary.BigEndian.AppendUint64(make([]byte, 0, 256), uint64(ids.Seed))
	counter := len(data)
	data = appendPart(binary.BigEndian.AppendUint64(data, 0), ids.Nonce)
	for _, part := range parts {
		data = appendPart(data, part)
	}
	text := make([]byte, 0, n+2*sha256.Size)
	for block := uint64(0); len(text) < n; block++ {
		binary.BigEndian.PutUint64(data[counter:], block)
		sum := sha256.Sum256(data)
		text = hex.AppendEncode(text, sum[:])
	}
	return string(text[:n])
}

func appendPart(data []byte, part string) []byte {
	return append(binary.BigEndian.AppendUint64(data, uint64(len(part))), part...)
}
