package endpoint

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestParseURLRefusesURLsThatAreNotAbsoluteOrNotValid(t *testing.T) {
	t.Parallel()
	const (
		absolute = "an absolute http or https URL"
		escapes  = "a URL whose percent signs begin an escape, such as %25 for itself"
	)
	tests := []struct {
		name string
		raw  string
		want *URLError
	}{
		{"an empty URL", "", &URLError{absolute, "nothing"}},
		{"a path", "/hangup", &URLError{absolute, `the relative URL "/hangup"`}},
		{"a relative path", "hangup?x=1", &URLError{absolute, `the relative URL "hangup?x=1"`}},
		{"a host without scheme", "www.example.com/push", &URLError{absolute, `the relative URL "www.example.com/push"`}},
		{"a host and port without scheme", "localhost:3000/push", &URLError{absolute, `"localhost:3000/push", whose scheme is "localhost"`}},
		{"an address and port without scheme", "127.0.0.1:3000/push", &URLError{absolute, `"127.0.0.1:3000/push", which cannot be parsed`}},
		{"a URL that begins with two slashes", "//www.example.com/push", &URLError{absolute, `"//www.example.com/push", which lacks the scheme`}},
		{"an FTP URL", "ftp://www.example.com/", &URLError{absolute, `"ftp://www.example.com/", whose scheme is "ftp"`}},
		{"a javascript URL", "javascript:alert(1)", &URLError{absolute, `"javascript:alert(1)", whose scheme is "javascript"`}},
		{"no host", "https:///push", &URLError{"a URL with a host", `"https:///push"`}},
		{"a port and no host", "https://:8443/push", &URLError{"a URL with a host", `"https://:8443/push"`}},
		{"no slashes after the scheme", "https:www.example.com", &URLError{"a URL with a host", `"https:www.example.com"`}},
		{"a placeholder in braces as host", "https://{host}/push", &URLError{absolute, `"https://{host}/push", which cannot be parsed`}},
		{"a placeholder in angle brackets as host", "https://<host>/push", &URLError{"a URL with a host name", `"https://<host>/push"`}},
		{"a shell variable as host", "https://$HOST/push", &URLError{"a URL with a host name", `"https://$HOST/push"`}},
		{"an IPv6 address without its first bracket", "https://receiver%25eth0]:8443/", &URLError{"a URL with a host name", `"https://receiver%25eth0]:8443/"`}},
		{"an IPv6 address with a zone", "https://[fe80::1%25eth0]/", &URLError{"a URL with a host name", `"https://[fe80::1%25eth0]/"`}},
		{"a space in the path", "https://www.example.com/a b", &URLError{"a URL without white space", `"https://www.example.com/a b"`}},
		{"a space before the URL", " https://www.example.com/", &URLError{"a URL without white space", `" https://www.example.com/"`}},
		{"a no-break space", "https://www.example.com/\u00a0", &URLError{"a URL without white space", `"https://www.example.com/\u00a0"`}},
		{"a line break", "https://www.example.com/\r\nX: y", &URLError{"a URL without white space", `"https://www.example.com/\r\nX: y"`}},
		{"a control character", "https://www.example.com/\x00", &URLError{"a URL without control characters", `"https://www.example.com/\x00"`}},
		{"a byte that is not UTF-8", "https://www.example.com/\xff", &URLError{absolute, `bytes that are no UTF-8 in "https://www.example.com/\xff"`}},
		{"port 0", "https://www.example.com:0/", &URLError{"a port from 1 to 65535", `"https://www.example.com:0/"`}},
		{"port 65536", "https://www.example.com:65536/", &URLError{"a port from 1 to 65535", `"https://www.example.com:65536/"`}},
		{"a port of 20 digits", "https://www.example.com:99999999999999999999/", &URLError{"a port from 1 to 65535", `"https://www.example.com:99999999999999999999/"`}},
		{"a port that is not a number", "https://www.example.com:https/", &URLError{absolute, `"https://www.example.com:https/", which cannot be parsed`}},
		{"an invalid escape in the path", "https://www.example.com/%zz", &URLError{absolute, `"https://www.example.com/%zz", which cannot be parsed`}},
		{"a percent sign at the end of the query", "https://www.example.com/?a=100%", &URLError{escapes, `"https://www.example.com/?a=100%"`}},
		{"an escape of one digit in the query", "https://www.example.com/?a=%2&b=1", &URLError{escapes, `"https://www.example.com/?a=%2&b=1"`}},
		{"an escape of one digit at the end of the query", "https://www.example.com/?a=%2", &URLError{escapes, `"https://www.example.com/?a=%2"`}},
		{"an invalid escape in the query", "https://www.example.com/?a=%zz", &URLError{escapes, `"https://www.example.com/?a=%zz"`}},
		{"credentials: not in the error", "https://doc:flux@www.example.com:0/", &URLError{"a port from 1 to 65535", `"https://…@www.example.com:0/"`}},
		{"a password with an at sign: not in the error", "ftp://doc:fl@ux@www.example.com/", &URLError{absolute, `"ftp://…@www.example.com/", whose scheme is "ftp"`}},
		{"an encoded line break: encoded in the error", "/a%0d%0aX:y", &URLError{absolute, `the relative URL "/a%0d%0aX:y"`}},
		{"a URL of 2049 bytes", "https://www.example.com/" + strings.Repeat("a", 2025), &URLError{"a URL of at most 2048 bytes", "one of 2049 bytes"}},
		{"a URL of 301 characters: cut in the error", "/" + strings.Repeat("a", 300), &URLError{absolute, `the relative URL "/` + strings.Repeat("a", 119) + `…"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseURL(tt.raw)
			var got *URLError
			if !errors.As(err, &got) {
				t.Fatalf("ParseURL(%q) = error %v, want a *URLError", tt.raw, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParseURL(%q) mismatch (-want +got):\n%s", tt.raw, diff)
			}
		})
	}
}

func TestParseURLAcceptsAbsoluteURLs(t *testing.T) {
	t.Parallel()
	const (
		credentials = "the URL carries credentials, which end up in logs; sipgate stopped documenting them in 2018"
		fragment    = "the URL has a fragment, which HTTP does not transmit"
	)
	tests := []struct {
		name  string
		raw   string
		notes []string
	}{
		{"an https URL", "https://www.example.com/push", nil},
		{"an http URL", "http://www.example.com", nil},
		{"scheme and host in upper case", "HTTPS://WWW.EXAMPLE.COM/push", nil},
		{"a query", "https://www.example.com/push?a=1&b=2", nil},
		{"port 65535", "https://www.example.com:65535/", nil},
		{"an empty port", "https://www.example.com:/", nil},
		{"an IPv6 address", "https://[::1]:8443/push", nil},
		{"an underscore in the host", "https://push_check.example.com/", nil},
		{"umlauts in host, path and query", "https://müller.example.com/ü?ö=ä", nil},
		{"an encoded line break in the path", "https://www.example.com/%0d%0a", nil},
		{"a user name and a password", "https://doc:flux@www.example.com/", []string{credentials}},
		{"a user name", "https://doc@www.example.com/", []string{credentials}},
		{"a fragment", "https://www.example.com/#top", []string{fragment}},
		{"credentials and a fragment", "https://doc:flux@www.example.com/#top", []string{credentials, fragment}},
		{"a URL of 2048 bytes", "https://www.example.com/" + strings.Repeat("a", 2024), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u, err := ParseURL(tt.raw)
			if err != nil {
				t.Fatalf("ParseURL(%q) = error %v", tt.raw, err)
			}
			if diff := cmp.Diff(tt.notes, URLNotes(u)); diff != "" {
				t.Errorf("URLNotes(%q) mismatch (-want +got):\n%s", tt.raw, diff)
			}
		})
	}
}

func FuzzURLIsParsedOrRefusedWithAURLError(f *testing.F) {
	for _, seed := range []string{"https://www.example.com:8443/push?a=1&b=2#c", "//www.example.com", "/hangup", "http://doc:flux@[::1]:0/%0d%0a", "https://{host}/", "\x7f"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := ParseURL(raw)
		if err == nil {
			if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.ContainsFunc(raw, unicode.IsSpace) {
				t.Errorf("ParseURL(%q) = %#v, want an error", raw, u)
			}
			if _, err := url.Parse(u.String()); err != nil {
				t.Errorf("ParseURL(%q) gives a URL that cannot be parsed again: %v", raw, err)
			}
			return
		}
		var cause *URLError
		if !errors.As(err, &cause) || cause.Want == "" || cause.Got == "" {
			t.Errorf("ParseURL(%q) = error %#v, want a *URLError with Want and Got", raw, err)
		}
		if strings.ContainsFunc(err.Error(), unicode.IsControl) {
			t.Errorf("ParseURL(%q): the error %q contains control characters", raw, err)
		}
	})
}
