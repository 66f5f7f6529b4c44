package load

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/verdict"
)

const maxShards = 10_000

const shardHint = "expected the number of the part and of all parts, such as 2/5"

// ParseShard parses a part of a load: 2/5 is the second of five parts. Every error is an ExpressionError.
func ParseShard(text string) (verdict.Shard, error) {
	partText, totalText, found := strings.Cut(text, "/")
	part, err := parseWholeNumber(text, partText, 1, maxShards)
	if err != nil {
		return verdict.Shard{}, err
	}
	if !found {
		return verdict.Shard{}, ExpressionError{text, len(text) + 1, "the number of all parts is missing", shardHint}
	}
	total, err := parseWholeNumber(text, totalText, len(partText)+2, maxShards)
	if err != nil {
		return verdict.Shard{}, err
	}
	if part > total {
		return verdict.Shard{}, ExpressionError{text, 1, fmt.Sprintf("there is no part %d of %d", part, total), fmt.Sprintf("expected a part from 1 to %d", total)}
	}
	return verdict.Shard{Number: part, Total: total}, nil
}

// parseWholeNumber parses a number from 1 to maximum. position is the position of the number in expression.
func parseWholeNumber(expression, number string, position, maximum int) (int, error) {
	hint := fmt.Sprintf("expected a whole number from 1 to %d", maximum)
	firstWrongOffset := firstNonDigit(number, "0123456789")
	switch {
	case number == "":
		return 0, ExpressionError{expression, position, "a number is missing", hint}
	case firstWrongOffset < len(number):
		return 0, ExpressionError{expression, position + firstWrongOffset, fmt.Sprintf("%q is not a whole number", number), hint}
	}
	n, _ := strconv.Atoi(number) // if there are too many digits, the result is the largest integer
	if n < 1 || n > maximum {
		return 0, ExpressionError{expression, position, fmt.Sprintf("%s is too small or too large", number), hint}
	}
	return n, nil
}

// isInShard reports whether a call is in a shard.
func isInShard(shard verdict.Shard, callNumber int) bool {
	return shard.Total == 0 || (callNumber-1)%shard.Total == shard.Number-1
}
