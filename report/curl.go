package report

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/transcript"
)

// maxBodyLength is the number of bytes at which reports cut bodies. There is no curl line for a push with a longer body.
const maxBodyLength = 4 << 10

// CurlLine returns a line for a POSIX shell that sends the request of an exchange again, byte for byte, with the sipgate headers that
// receivers look at. The shell expands only placeholders of secrets, such as $USERINFO or $AUTHORIZATION: the user sets these variables. If
// the body has characters that a line cannot hold (control characters, bytes that are not UTF-8), printf writes the body. If curl cannot
// send the request, or if the body is over 4 KiB, the line is a comment with the reason.
//
// The options are further arguments of curl, such as --cacert and a file name. A header in the options replaces sipgate's header of the
// same name, and a header of the exchange replaces both.
func CurlLine(ex transcript.Exchange, options ...string) string {
	if why := noCurlReason(ex); why != "" {
		return "# " + why
	}
	line := "curl -sS -i --http1.1 -A sipgate.io"
	if strings.ContainsAny(ex.URL, "[]{}") {
		line += " --globoff"
	}
	if strings.Contains(ex.URL, "/.") {
		line += " --path-as-is"
	}
	for i, option := range options {
		switch {
		case option == "-H", i > 0 && options[i-1] == "-H":
		case strings.HasPrefix(option, "-"):
			line += " " + option
		default:
			line += " " + shellQuote(option)
		}
	}
	for _, h := range curlHeaders(ex, options) {
		line += " -H " + h.word()
	}
	pipe, data := bodyOptions(ex)
	return pipe + line + data + " --url " + urlWord(ex.URL)
}

// noCurlReason returns why there is no curl line for an exchange; "" if there is a curl line.
func noCurlReason(ex transcript.Exchange) string {
	switch {
	case ex.ForeignRequest.Unfinished:
		return "curl cannot send " + clip(visible(ex.ForeignName), 60)
	case len(ex.Body) > maxBodyLength:
		return fmt.Sprintf("the body of this %s push is too long for a line: %d bytes, SHA-256 %x",
			clip(visible(string(ex.Push.Event)), 40), len(ex.Body), sha256.Sum256(ex.Body))
	}
	return ""
}

// shellQuote quotes s as one word for a POSIX shell. The result does not contain "##[", which could be a command to a CI system.
func shellQuote(s string) string {
	return commandBracket.ReplaceAllStringFunc(wording.ShellQuote(s), func(command string) string { return "#''" + command[1:] })
}

// bodyOptions returns the options with which curl sends the body. If the body has characters that a line cannot hold, pipe is a command
// that writes the body to curl; otherwise pipe is empty.
func bodyOptions(ex transcript.Exchange) (pipe, options string) {
	body := string(ex.Body)
	switch {
	case ex.ForeignRequest.Method != "" && body == "":
		return "", " -X " + shellQuote(ex.ForeignRequest.Method)
	case ex.ForeignRequest.Padding > 0:
		return fmt.Sprintf("{ printf %s; head -c %d /dev/zero | tr '\\0' a; } | ", shellQuote(printfFormat(body)), ex.ForeignRequest.Padding), " --data-binary @-"
	case !isPrintable(body):
		return "printf " + shellQuote(printfFormat(body)) + " | ", " --data-binary @-"
	case strings.HasPrefix(body, "@"): // with --data-binary, curl would read the file of this name
		return "", " --data-raw " + shellQuote(body)
	}
	return "", " --data-binary " + shellQuote(body)
}

// isPrintable reports whether a text is valid UTF-8 with printable characters only.
func isPrintable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// printfFormat returns the format with which POSIX printf writes the bytes of s.
func printfFormat(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\\':
			b.WriteString(`\\`)
		case c == '%':
			b.WriteString("%%")
		case c < ' ' || c > '~' || c == '-' && i == 0: // printf would take a leading dash for an option
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// urlWord quotes a URL as one word for a shell. A placeholder for credentials is in double quotes, so that the shell expands it.
func urlWord(url string) string {
	url = printableURL(url)
	if scheme, rest, hasUserinfo := strings.Cut(url, "://"+endpoint.UserinfoPlaceholder+"@"); hasUserinfo {
		return `"` + scheme + "://" + endpoint.UserinfoPlaceholder + `@"` + shellQuote(rest)
	}
	return shellQuote(url)
}

// printableURL percent-encodes the characters of a URL that a line cannot hold.
func printableURL(url string) string {
	if isPrintable(url) {
		return url
	}
	var b strings.Builder
	for i := range len(url) {
		if c := url[i]; c <= ' ' || c > '~' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
