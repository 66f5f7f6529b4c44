package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pushcheck/pushcheck/internal/wording"
)

// visible escapes control characters and invisible characters. It also escapes the bracket in "##[", which could be a command to a CI
// system.
func visible(s string) string { return replaceBracket(wording.Visible(s), `\x5b`) }

// collapseSpace replaces each run of white space by one space, so that indented XML fits on a line.
func collapseSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// clip cuts text to n characters, but not to fewer than 4. If something was cut off, the last three characters are dots.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	if n < 4 {
		n = 4
	}
	return string([]rune(s)[:n-3]) + "..."
}

// clipFront cuts text to its last n characters, but not to fewer than 4. If something was cut off, the first three characters are dots.
func clipFront(s string, n int) string {
	r := []rune(s)
	if n = max(n, 4); len(r) <= n {
		return s
	}
	return "..." + string(r[len(r)-n+3:])
}

// clipLong escapes invisible characters in a text. If the result is longer than n characters, it is cut, and the length of s is added.
func clipLong(s string, n int) string {
	length := utf8.RuneCountInString(s)
	if s = visible(s); utf8.RuneCountInString(s) > n {
		return clip(s, n) + fmt.Sprintf(" (%d characters)", length)
	}
	return s
}

// cutBody returns the beginning of a body as text, at most 4 KiB. It does not cut inside a character.
func cutBody(body []byte) string {
	if len(body) <= maxBodyLength {
		return string(body)
	}
	for end := maxBodyLength; end > maxBodyLength-utf8.UTFMax; end-- {
		if utf8.RuneStart(body[end]) {
			return string(body[:end])
		}
	}
	return string(body[:maxBodyLength])
}

// shortID shortens a long id to two dots and its last six characters, which differ between the ids of a run.
func shortID(s string) string {
	if r := []rune(visible(s)); len(r) > 20 {
		return ".." + string(r[len(r)-6:])
	}
	return s
}

// wrap breaks text at spaces into lines of at most n characters. Spaces inside a line stay, because evidence may depend on them. A word
// longer than a line is broken. There is always at least one line.
func wrap(s string, n int) []string {
	if n < 10 {
		n = 10
	}
	var lines []string
	r := []rune(s)
	for len(r) > n {
		lineEnd := n
		for lineEnd > 0 && r[lineEnd] != ' ' {
			lineEnd--
		}
		if lineEnd == 0 {
			lines, r = append(lines, string(r[:n])), r[n:]
			continue
		}
		lines = append(lines, strings.TrimRight(string(r[:lineEnd]), " "))
		r = []rune(strings.TrimLeft(string(r[lineEnd:]), " "))
	}
	return append(lines, string(r))
}

// wrapIndented breaks text as wrap does, and indents all lines but the first.
func wrapIndented(s string, n, indent int) []string {
	lines := wrap(s, n)
	if len(lines) == 1 {
		return lines
	}
	rest := strings.TrimLeft(s[len(lines[0]):], " ")
	lines = lines[:1]
	for _, l := range wrap(rest, n-indent) {
		lines = append(lines, strings.Repeat(" ", indent)+l)
	}
	return lines
}

// formatDuration formats a duration for people: 0.4 ms, 312 ms, 2.35 s.
func formatDuration(d time.Duration) string {
	switch ms := float64(d) / float64(time.Millisecond); {
	case ms < 9.95:
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	case ms < 999.5:
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	default:
		return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(ms/1000, 'f', 2, 64), "0"), ".") + " s"
	}
}
