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

// maxURLBytes is how long a URL may be that a receiver names.
const maxURLBytes = 2048

// URLError is why a URL that a receiver named cannot be used.
type URLError struct {
	Want string // what was expected, in a few words
	Got  string // what was found, quoted if it comes from the receiver; not decoded, and without credentials
}

func (e *URLError) Error() string {
	return fmt.Sprintf("judging URL: got %s, want %s", e.Got, e.Want)
}

// ParseURL reads a URL that a receiver named for follow-ups, digits or a sound file. It has to be absolute, http or
// https, with a host, without white space and control characters, with a port of 1 to 65535 if any, and at most 2048 bytes long; otherwise
// the error is a *URLError. URLNotes reports what is odd but allowed. ParseURL does not check which host the URL names.
//
// See transport: URLs that a receiver returns.
func ParseURL(raw string) (*url.URL, error) {
	const absolute = "an absolute http or https URL"
	if raw == "" {
		return nil, &URLError{Want: absolute, Got: "nothing"}
	}
	if len(raw) > maxURLBytes {
		return nil, &URLError{Want: fmt.Sprintf("a URL of at most %d bytes", maxURLBytes), Got: fmt.Sprintf("one of %d bytes", len(raw))}
	}
	shown := func() string { return ShownURL(raw) }
	if !utf8.ValidString(raw) {
		return nil, &URLError{Want: absolute, Got: "bytes that are no UTF-8 in " + shown()}
	}
	for _, r := range raw {
		switch {
		case unicode.IsSpace(r):
			return nil, &URLError{Want: "a URL without white space", Got: shown()}
		case unicode.IsControl(r):
			return nil, &URLError{Want: "a URL without control characters", Got: shown()}
		}
	}
	if strings.HasPrefix(raw, "//") {
		return nil, &URLError{Want: absolute, Got: shown() + ", which lacks the scheme"}
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		// The cause is left out: it can repeat credentials and decoded characters.
		return nil, &URLError{Want: absolute, Got: shown() + ", which cannot be parsed"}
	case u.Scheme == "":
		return nil, &URLError{Want: absolute, Got: "the relative URL " + shown()}
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, &URLError{Want: absolute, Got: fmt.Sprintf("%s, whose scheme is %q", shown(), u.Scheme)}
	case u.Hostname() == "":
		return nil, &URLError{Want: "a URL with a host", Got: shown()}
	case !isHost(u):
		return nil, &URLError{Want: "a URL with a host name", Got: shown()}
	case badEscape.MatchString(u.RawQuery): // url.Parse looks at those before the query only
		return nil, &URLError{Want: "a URL whose percent signs begin an escape, such as %25 for itself", Got: shown()}
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return nil, &URLError{Want: "a port from 1 to 65535", Got: shown()}
		}
	}
	return u, nil
}

var badEscape = regexp.MustCompile(`%(?:$|[^0-9A-Fa-f]|.$|.[^0-9A-Fa-f])`)

// isHost reports whether a URL's host is valid: an IP address, or a name of letters, digits, dots, hyphens and underscores. url.Parse
// accepts more.
func isHost(u *url.URL) bool {
	host := u.Hostname()
	if strings.HasPrefix(u.Host, "[") {
		address, err := netip.ParseAddr(host)
		return err == nil && address.Zone() == "" // a zone is an interface of this machine and means nothing elsewhere
	}
	return !strings.ContainsFunc(host, func(r rune) bool {
		return r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._", r)
	})
}

// URLNotes returns a sentence for each thing that is odd about a URL that ParseURL accepted: credentials in it, a fragment.
// The notes contain no part of the URL.
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

// ShownURL quotes a URL for people: cut if it is long, without user name and password, everything else as written.
func ShownURL(raw string) string {
	const most = 120
	raw = WithoutUserinfo(raw)
	if runes := []rune(raw); len(runes) > most {
		raw = string(runes[:most]) + "…"
	}
	return strconv.Quote(raw)
}

// WithoutUserinfo returns a URL with an ellipsis in place of user name and password. If the URL cannot be parsed, or an @ in its
// fragment shows that a # of the password ended it early, everything before the last @ is replaced: a #, / or ? in a password
// that is not escaped makes the rest of the password look like another part of the URL.
func WithoutUserinfo(raw string) string {
	at := strings.LastIndexByte(raw, '@')
	if at < 0 {
		return raw
	}
	start := 0
	if scheme := schemeAndSlashes.FindString(raw); scheme != "" {
		start = len(scheme)
	}
	if u, err := url.Parse(raw); err == nil && start > 0 && !strings.Contains(u.Fragment, "@") {
		end := len(raw)
		if i := strings.IndexAny(raw[start:], "/?#"); i >= 0 {
			end = start + i
		}
		if at = strings.LastIndexByte(raw[start:end], '@'); at < 0 {
			return raw
		}
		at += start
	}
	return raw[:start] + "…" + raw[at:]
}

var schemeAndSlashes = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//`)
