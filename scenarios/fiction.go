package scenarios

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
)

// block is a range of German phone numbers that the Bundesnetzagentur (the regulator) reserves for films, books and teaching material. It
// consists of all numbers with a prefix and a number of further digits.
type block struct {
	prefix string
	digits int    // the number of digits after the prefix
	size   uint64 // the number of phone numbers in the range
}

// blocks lists the ranges that pushcheck uses: five cities and a mobile network. The first range is for users of the account. The regulator
// also reserves other numbers, mostly individual mobile numbers.
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

// drawableNumbers is the number of phone numbers in all blocks except the first.
const drawableNumbers = 4100

// IsFictional reports whether a number is in one of the blocks.
func IsFictional(number string) bool {
	for _, b := range blocks() {
		rest, ok := strings.CutPrefix(number, b.prefix)
		if ok && len(rest) == b.digits && strings.Trim(rest, "0123456789") == "" {
			return true
		}
	}
	return false
}

// drawnNumber returns a phone number for a person outside the account. n is from 0 to drawableNumbers-1.
func drawnNumber(n uint64) string {
	for _, b := range blocks()[1:] {
		if n < b.size {
			return fmt.Sprintf("%s%0*d", b.prefix, b.digits, n)
		}
		n -= b.size
	}
	panic("drawing a number: drawableNumbers is larger than the blocks")
}

// hashNumber returns a hash of its arguments.
func hashNumber(seed int64, parts ...string) uint64 {
	data := binary.BigEndian.AppendUint64(nil, uint64(seed))
	for _, part := range parts {
		data = binary.BigEndian.AppendUint64(data, uint64(len(part)))
		data = append(data, part...)
	}
	sum := sha256.Sum256(data)
	return binary.BigEndian.Uint64(sum[:])
}

// FictionalNumber returns the n-th number that is reserved for fiction, with n from 1: for users of the account if isOfAccount is true,
// otherwise for people outside the account. There are 999 numbers for users and 4100 for other people. With a larger n the numbers repeat.
func FictionalNumber(n int, isOfAccount bool) string {
	if isOfAccount {
		accountBlock := blocks()[0]
		return fmt.Sprintf("%s%0*d", accountBlock.prefix, accountBlock.digits, (n-1)%int(accountBlock.size-1)+1)
	}
	return drawnNumber(uint64(n) % drawableNumbers)
}
