package report

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// longBody is the length in bytes above which a body is cut in reports and no curl line is written.
const longBody = 4 << 10

// Curl is a line for a POSIX shell that sends the exchange's push again, byte for byte, with sipgate's content type and user
// agent. Nothing in it is expanded by the shell or read from a file; placeholders such as $USERINFO stay as they are, to
// be replaced by hand. A body with characters that a line cannot hold (control characters, bytes that are no UTF-8) goes
// through printf. Above 4 KiB the line is a comment that names the push, its length and its SHA-256 instead.
//
// Options are what curl is told besides, each a word, such as --cacert and a file. A signature is the placeholder
// $X_SIPGATE_SIGNATURE. Other headers than that and X-Forwarded-For, and methods other than POST, are not part of an exchange,
// and so not of the line.
func Curl(ex transcript.Exchange, options ...string) string {
	if why := unrepeatable(ex); why != "" {
		return "# " + why
	}
	line := "curl -sS -i"
	if strings.ContainsAny(ex.URL, "[]{}") {
		line += " --globoff"
	}
	if strings.Contains(ex.URL, "/.") {
		line += " --path-as-is"
	}
	line += " -A sipgate.io -H 'Content-Type: application/x-www-form-urlencoded; charset=UTF-8'"
	for i, option := range options {
		switch {
		case told(options, i) || told(options, i+1): // the exchange knows better: that header is what some pushes are odd in
		case strings.HasPrefix(option, "-"):
			line += " " + option
		default:
			line += " " + shellQuote(option)
		}
	}
	for _, name := range exchangeHeaders() {
		for _, value := range ex.Sent[name] {
			line += " -H " + shellQuote(name+": "+visible(value))
		}
	}
	body, before := string(ex.Body), ""
	switch {
	case !fitsLine(body):
		before, line = "printf "+shellQuote(printfFormat(body))+" | ", line+" --data-binary @-"
	case strings.HasPrefix(body, "@"): // --data-binary would read a file
		line += " --data-raw " + shellQuote(body)
	default:
		line += " --data-binary " + shellQuote(body)
	}
	return before + line + " --url " + shellQuote(urlOnLine(ex.URL))
}

// unrepeatable says why there is no curl line for an exchange; "" if there is one.
func unrepeatable(ex transcript.Exchange) string {
	switch {
	case ex.Raw != "":
		return "no push, and nothing that curl sends as it was: " + clip(visible(ex.Raw), 60)
	case len(ex.Body) > longBody:
		return fmt.Sprintf("the body of this %s push is too long for a line: %d bytes, SHA-256 %x",
			clip(visible(string(ex.Push.Event)), 40), len(ex.Body), sha256.Sum256(ex.Body))
	}
	return ""
}

// exchangeHeaders are those that an exchange tells of.
func exchangeHeaders() []string { return []string{push.SignatureHeader, "X-Forwarded-For"} }

// told tells whether the option at i is a header, after its -H, that an exchange tells of.
func told(options []string, i int) bool {
	if i < 1 || i >= len(options) || options[i-1] != "-H" {
		return false
	}
	name, _, _ := strings.Cut(options[i], ":")
	return slices.Contains(exchangeHeaders(), http.CanonicalHeaderKey(name))
}

// shellQuote makes one word of s for a POSIX shell, whatever it contains except NUL.
func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func fitsLine(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// printfFormat writes bytes as the format of POSIX printf.
func printfFormat(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\\':
			b.WriteString(`\\`)
		case c == '%':
			b.WriteString("%%")
		case c < ' ' || c > '~' || c == '-' && i == 0: // a leading dash would be an option
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// urlOnLine percent-encodes what no line can hold.
func urlOnLine(url string) string {
	if fitsLine(url) {
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
