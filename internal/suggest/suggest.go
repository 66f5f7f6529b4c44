// Package suggest finds the name in a list that is closest to a misspelt name. It does not know what the names stand for.
package suggest

import (
	"cmp"
	"slices"
	"strings"
)

// Closest returns the candidate that is most similar to word, and reports whether a candidate is similar enough. Letter case does not count
// as a difference. One edit is allowed if the word has up to five letters, and two edits if it has more. An edit is a letter that is added,
// dropped or replaced, or two neighbours that are swapped. A word of one or two letters may only differ in letter case. If several
// candidates are equally similar, Closest returns the first. If word is a candidate, Closest returns word. To a word of more than 100
// letters, no candidate is similar enough.
func Closest(word string, candidates []string) (string, bool) {
	maxDistance := 2
	switch n := len([]rune(word)); {
	case n <= 2:
		maxDistance = 0
	case n <= 5:
		maxDistance = 1
	case n > 100:
		return "", false
	}
	best, found := "", false
	for _, candidate := range candidates {
		if candidate == word {
			return candidate, true
		}
		d := editDistance(strings.ToLower(word), strings.ToLower(candidate), maxDistance)
		if d < maxDistance || d == maxDistance && !found {
			best, found, maxDistance = candidate, true, d
		}
	}
	return best, found
}

// NamesSharingWords returns the candidates that share words with name: at most three, those that share the most words first. Hyphens and
// dots separate words. A word of name is shared if it has more than two letters and a word of the candidate begins with it.
func NamesSharingWords(name string, candidates []string) []string {
	split := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == '-' || r == '.' })
	}
	words := split(name)
	sharedCount := map[string]int{}
	var found []string
	for _, candidate := range candidates {
		for _, part := range split(candidate) {
			if slices.ContainsFunc(words, func(w string) bool { return len(w) > 2 && strings.HasPrefix(part, w) }) {
				sharedCount[candidate]++
			}
		}
		if sharedCount[candidate] > 0 {
			found = append(found, candidate)
		}
	}
	slices.SortStableFunc(found, func(a, b string) int { return cmp.Compare(sharedCount[b], sharedCount[a]) })
	return found[:min(len(found), 3)]
}

// editDistance returns the number of edits that turn a into b (optimal string alignment). If the lengths differ by more than limit, it
// returns limit+1.
func editDistance(a, b string, limit int) int {
	s, t := []rune(a), []rune(b)
	if len(s)-len(t) > limit || len(t)-len(s) > limit {
		return limit + 1
	}
	rowBeforeLast, lastRow, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range lastRow {
		lastRow[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(lastRow[j]+1, row[j-1]+1, lastRow[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], rowBeforeLast[j-2]+1)
			}
		}
		rowBeforeLast, lastRow, row = lastRow, row, rowBeforeLast
	}
	return lastRow[len(t)]
}
