package report

import (
	"regexp"
	"strings"
	"unicode"
)

// Inert changes a text so that no line of it is a command to a CI system. GitHub's runner executes lines that begin with "::" after blanks,
// and lines with "##[" anywhere. Other systems execute lines with "##name[". Inert puts a backslash before the colons. If there is a blank
// before the colons, the backslash replaces the blank, so that the line keeps its width. Inert replaces the bracket by an escape sequence.
// Applied to its own result, Inert changes nothing.
func Inert(text string) string {
	if !strings.Contains(text, "::") && !strings.Contains(text, "##") {
		return text
	}
	var b strings.Builder
	for text != "" {
		end := strings.IndexAny(text, "\r\n") + 1
		if end == 0 {
			end = len(text)
		}
		b.WriteString(inertLine(text[:end]))
		text = text[end:]
	}
	return b.String()
}

// inertLine does for one line what Inert does for a text.
func inertLine(line string) string {
	line = replaceBracket(line, `\x5b`)
	before := leadingBlanks(line)
	if !strings.HasPrefix(line[len(before):], "::") {
		return line
	}
	if blank := strings.LastIndexByte(before, ' '); blank >= 0 {
		return line[:blank] + `\` + line[blank+1:]
	}
	return `\` + line
}

// colourSequence is an ANSI sequence for a colour, at the beginning of a text.
var colourSequence = regexp.MustCompile("^\x1b\\[[0-9;]*m")

// leadingBlanks returns the blanks and the colour sequences at the beginning of a line.
func leadingBlanks(line string) string {
	rest := line
	for {
		shorter := strings.TrimLeftFunc(rest, unicode.IsSpace)
		shorter = shorter[len(colourSequence.FindString(shorter)):]
		if shorter == rest {
			return line[:len(line)-len(rest)]
		}
		rest = shorter
	}
}

// commandBracket is the part of a command to a CI system up to its bracket, such as "##[" or "##vso[".
var commandBracket = regexp.MustCompile(`(##[A-Za-z]*)\[`)

// replaceBracket replaces the bracket in each "##[" or "##name[".
func replaceBracket(text, replacement string) string {
	if !strings.Contains(text, "##") {
		return text
	}
	return commandBracket.ReplaceAllString(text, "${1}"+replacement)
}
