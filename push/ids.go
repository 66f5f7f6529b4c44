package push

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// IDs makes the callIds and xcids of a run, in the observed formats. The same seed and nonce make the same ids. Each run needs its own
// nonce, because a receiver may refuse an id that it got in an earlier run.
type IDs struct {
	Seed  int64
	Nonce string
}

// Lengths of ids in characters, as observed in pushes of 2018 to 2021.
const (
	incomingCallIDLength = 76
	outgoingCallIDLength = 136
	xcidLength           = 16
	clickXCIDDigits      = 15 // the digits after "c2d-0."
)

// CallID returns the callId of a leg: upper-case hexadecimal, 76 characters for an incoming and 136 for an outgoing call. The argument
// scenario names a played call. If a call scenario is played more than once in a run, each play needs another name. The argument leg names
// the person or target that the leg rings.
func (ids IDs) CallID(scenario, leg string, d Direction) string {
	prefix, length := "54566B", incomingCallIDLength
	if d == Outgoing {
		prefix, length = "52546B", outgoingCallIDLength
	}
	return prefix + strings.ToUpper(ids.hex(length-len(prefix), "callId", scenario, leg, string(d)))
}

// XCID returns the xcid of a played call, which all legs of the call share: 16 lower-case hexadecimal characters.
func (ids IDs) XCID(scenario string) string { return ids.hex(xcidLength, "xcid", scenario) }

// ClickXCID returns the xcid of a click-to-dial call: "c2d-0." and 15 decimal digits (observed: sipgate.io issue #140).
func (ids IDs) ClickXCID(scenario string) string {
	digits := []byte(ids.hex(clickXCIDDigits, "c2d", scenario))
	for i, d := range digits {
		if d > '9' {
			digits[i] = '0' + (d-'a')%10
		}
	}
	return "c2d-0." + string(digits)
}

// hex returns n hexadecimal characters that depend on seed, nonce and parts. It joins as many SHA-256 hashes as n needs, and hashes another
// block number for each. The length of each part is hashed with the part. Otherwise the parts "ab", "c" and "a", "bc" would have the
// same hash.
func (ids IDs) hex(n int, parts ...string) string {
	data := binary.BigEndian.AppendUint64(make([]byte, 0, 256), uint64(ids.Seed))
	blockOffset := len(data)
	data = appendPart(binary.BigEndian.AppendUint64(data, 0), ids.Nonce)
	for _, part := range parts {
		data = appendPart(data, part)
	}
	text := make([]byte, 0, n+2*sha256.Size)
	for block := uint64(0); len(text) < n; block++ {
		binary.BigEndian.PutUint64(data[blockOffset:], block)
		sum := sha256.Sum256(data)
		text = hex.AppendEncode(text, sum[:])
	}
	return string(text[:n])
}

func appendPart(data []byte, part string) []byte {
	return append(binary.BigEndian.AppendUint64(data, uint64(len(part))), part...)
}
