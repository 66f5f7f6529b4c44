package diagram

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/internal/wording"
)

// The size of a character of the monospaced font, in pixels. Fonts differ a little, but less than the space between labels.
const (
	charWidth  = 7.9
	lineHeight = 17.0
)

// makePrintable makes a text printable on one line. Line breaks and tabs become spaces.
func makePrintable(s string) string {
	return wording.Visible(strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(s))
}

// textCells returns the largest number of cells that a text may need. A cell is the width of one character. East Asian characters and
// symbols may need two cells.
func textCells(s string) int {
	n := 0
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

func runeCells(r rune) int {
	if r >= 0x1100 && (r < 0x2000 || r >= 0x2e80) {
		return 2
	}
	return 1
}

// width returns the width of a text in pixels.
func width(s string) float64 { return float64(textCells(s)) * charWidth }

// clip cuts a text to n cells. If something was cut off, the last cell is an ellipsis.
func clip(s string, n int) string {
	s = makePrintable(s)
	if textCells(s) <= n {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if n -= runeCells(r); n < 1 {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}

// maxLines is the largest number of lines of a wrapped text.
const maxLines = 4

// wrap breaks a text into at most maxLines lines of at most n cells, at spaces if there are any.
func wrap(s string, n int) []string {
	var lines []string
	rest := strings.Fields(makePrintable(s))
	for len(rest) > 0 {
		line := rest[0]
		rest = rest[1:]
		for len(rest) > 0 && textCells(line)+1+textCells(rest[0]) <= n {
			line, rest = line+" "+rest[0], rest[1:]
		}
		if len(lines) == maxLines-1 && len(rest) > 0 {
			return append(lines, clip(line+" "+strings.Join(rest, " "), n))
		}
		lines = append(lines, clip(line, n))
	}
	return lines
}

// elapsedText returns the text of a time since the start of the call.
func elapsedText(d time.Duration) string {
	if d < time.Minute {
		return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
	}
	return fmt.Sprintf("%d:%02d", d/time.Minute, d%time.Minute/time.Second)
}

// durationText returns the text of the time that a response took.
func durationText(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case ms < 9.95:
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	case ms < 999.5:
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	}
	return strconv.FormatFloat(ms/1000, 'f', 1, 64) + " s"
}

// legLetter returns the name of the leg at index i: A to Z, then A1 to Z1 and so on.
func legLetter(i int) string {
	name := string(rune('A' + i%26))
	if i >= 26 {
		name += strconv.Itoa(i / 26)
	}
	return name
}

// escapeText makes a text safe in XML and in HTML, in elements and in quoted attributes.
func escapeText(s string) string { return html.EscapeString(makePrintable(s)) }
