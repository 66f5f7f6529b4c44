package endpoint

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxURLBytes is the largest allowed length of a URL in a response.
const maxURLBytes = 2048

// URLError reports that a URL in a response cannot be used, and why.
type URLError struct {
	Want string // what was expected, as a short phrase
	Got  string // what was found, as a short phrase; text of the receiver is quoted and escaped, and has no credentials
}

func (e *URLError) Error() string {
	return fmt.Sprintf("judging URL: got %s, want %s", e.Got, e.Want)
}

// ParseURL parses a URL in a response: for follow-up pushes, for digits, or of a sound file. The URL has to be absolute, with the scheme
// http or https and a host, without white space and control characters, and at most 2048 bytes long. A port has to be from 1 to 65535.
// Every error is a *URLError. URLNotes returns notes about unusual parts that are allowed. ParseURL does not check to which host the URL
// leads; MayDial does.
func ParseURL(raw string) (*url.URL, error) {
	const wantAbsolute = "an absolute http or https URL"
	if raw == "" {
		return nil, &URLError{Want: wantAbsolute, Got: "nothing"}
	}
	if len(raw) > maxURLBytes {
		return nil, &URLError{Want: fmt.Sprintf("a URL of at most %d bytes", maxURLBytes), Got: fmt.Sprintf("one of %d bytes", len(raw))}
	}
	quotedURL := func() string { return QuoteURL(raw) }
	if !utf8.ValidString(raw) {
		return nil, &URLError{Want: wantAbsolute, Got: "bytes that are no UTF-8 in " + quotedURL()}
	}
	for _, r := range raw {
		switch {
		case unicode.IsSpace(r):
			return nil, &URLError{Want: "a URL without white space", Got: quotedURL()}
		case unicode.IsControl(r):
			return nil, &URLError{Want: "a URL without control characters", Got: quotedURL()}
		}
	}
	if strings.HasPrefix(raw, "//") {
		return nil, &URLError{Want: wantAbsolute, Got: quotedURL() + ", which lacks the scheme"}
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		// The text of err is left out: it can contain credentials, and characters that were percent-encoded in the URL, such as line
		// breaks.
		return nil, &URLError{Want: wantAbsolute, Got: quotedURL() + ", which cannot be parsed"}
	case u.Scheme == "":
		return nil, &URLError{Want: wantAbsolute, Got: "the relative URL " + quotedURL()}
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, &URLError{Want: wantAbsolute, Got: fmt.Sprintf("%s, whose scheme is %q", quotedURL(), u.Scheme)}
	case u.Hostname() == "":
		return nil, &URLError{Want: "a URL with a host", Got: quotedURL()}
	case !hasValidHost(u):
		return nil, &URLError{Want: "a URL with a host name", Got: quotedURL()}
	case invalidEscapePattern.MatchString(u.RawQuery): // url.Parse does not check the escapes in the query
		return nil, &URLError{Want: "a URL whose percent signs begin an escape, such as %25 for itself", Got: quotedURL()}
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return nil, &URLError{Want: "a port from 1 to 65535", Got: quotedURL()}
		}
	}
	return u, nil
}

var invalidEscapePattern = regexp.MustCompile(`%(?:$|[^0-9A-Fa-f]|.$|.[^0-9A-Fa-f])`)

// hasValidHost reports whether the host of a URL is an IP address without a zone, or a name whose ASCII characters are letters, digits,
// dots, hyphens and underscores. url.Parse accepts other hosts.
func hasValidHost(u *url.URL) bool {
	host := u.Hostname()
	if strings.HasPrefix(u.Host, "[") {
		address, err := netip.ParseAddr(host)
		return err == nil && address.Zone() == "" // a zone names a network interface of one machine
	}
	return !strings.ContainsFunc(host, func(r rune) bool {
		return r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._", r)
	})
}

// URLNotes returns a note for each unusual part of a URL that ParseURL accepted: credentials, and a fragment. The notes contain no text of
// the URL.
func URLNotes(u *url.URL) []string {
	var notes []string
	if u.User != nil {
		notes = append(notes, "the URL carries credentials, which end up in logs; sipgate stopped documenting them in 2018")
	}
	if u.Fragment != "" {
		notes = append(notes, "the URL has a fragment, which HTTP does not transmit")
	}
	return notes
}

// QuoteURL returns a URL in quotes for people: as it was written, but without user name and password, and cut after 120 characters.
func QuoteURL(raw string) string {
	const maxLength = 120
	raw = HideUserinfo(raw)
	if runes := []rune(raw); len(runes) > maxLength {
		raw = string(runes[:maxLength]) + "…"
	}
	return strconv.Quote(raw)
}

// HideUserinfo returns a URL with an ellipsis in place of user name and password. A #, / or ? in a password must be escaped; otherwise the
// rest of the password becomes another part of the URL. So if the URL cannot be parsed, has no //, or has an @ in its fragment, everything
// up to the last @ is replaced.
func HideUserinfo(raw string) string {
	lastAtSign := strings.LastIndexByte(raw, '@')
	if lastAtSign < 0 {
		return raw
	}
	start := 0
	if scheme := schemePattern.FindString(raw); scheme != "" {
		start = len(scheme)
	}
	if u, err := url.Parse(raw); err == nil && start > 0 && !strings.Contains(u.Fragment, "@") {
		end := len(raw)
		if i := strings.IndexAny(raw[start:], "/?#"); i >= 0 {
			end = start + i
		}
		if lastAtSign = strings.LastIndexByte(raw[start:end], '@'); lastAtSign < 0 {
			return raw
		}
		lastAtSign += start
	}
	return raw[:start] + "…" + raw[lastAtSign:]
}

var schemePattern = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//`)
