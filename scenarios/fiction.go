package scenarios

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
)

// block is a range of German numbers that the Bundesnetzagentur keeps free for films, books and teaching material: a prefix and the count
// of digits after it. All numbers with these digits belong to the range.
type block struct {
	prefix string
	digits int
	size   uint64
}

// blocks lists the ranges that are used here: five cities, where the account has its numbers in the first, and one mobile
// network. There are more, single mobile numbers most of them.
func blocks() []block {
	return []block{
		{"493023125", 3, 1000},
		{"492214710", 3, 1000},
		{"494066969", 3, 1000},
		{"496990009", 3, 1000},
		{"498999998", 3, 1000},
		{"4917139200", 2, 100},
	}
}

// drawableNumbers is the count of numbers in all blocks except the first, which is for the account.
const drawableNumbers = 4100

// IsFictional reports whether a number is in one of the ranges reserved for fiction that are used here.
func IsFictional(number string) bool {
	for _, b := range blocks() {
		rest, ok := strings.CutPrefix(number, b.prefix)
		if ok && len(rest) == b.digits && strings.Trim(rest, "0123456789") == "" {
			return true
		}
	}
	return false
}

// drawnNumber returns a number of the blocks for people outside the account, n from 0 and below drawable.
func drawnNumber(n uint64) string {
	for _, b := range blocks()[1:] {
		if n < b.size {
			return fmt.Sprintf("%s%0*d", b.prefix, b.digits, n)
		}
		n -= b.size
	}
	panic("drawing a number: drawable is larger than the blocks")
}

// hashNumber is a number that depends only on the arguments.
func hashNumber(seed int64, parts ...string) uint64 {
	data := binary.BigEndian.AppendUint64(nil, uint64(seed))
	for _, part := range parts {
		data = binary.BigEndian.AppendUint64(data, uint64(len(part)))
		data = append(data, part...)
	}
	sum := sha256.Sum256(data)
	return binary.BigEndian.Uint64(sum[:])
}

// FictionalNumber returns the n-th number reserved for fiction, n from 1: of the account, or of people outside it. There are 999 and 4100;
// after that they begin again.
func FictionalNumber(n int, ofAccount bool) string {
	if ofAccount {
		account := blocks()[0]
		return fmt.Sprintf("%s%0*d", account.prefix, account.digits, (n-1)%int(account.size-1)+1)
	}
	return drawnNumber(uint64(n) % drawableNumbers)
}
