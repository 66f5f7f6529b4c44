package endpoint

import (
	"net/url"
	"testing"
)

func TestOriginLeavesOutTheDefaultPort(t *testing.T) {
	t.Parallel()
	for give, want := range map[string]string{
		"https://Receiver.TEST/push":      "https://receiver.test",
		"https://receiver.test:443":       "https://receiver.test",
		"https://localhost:8443/a?b":      "https://localhost:8443",
		"http://receiver.test:80":         "http://receiver.test",
		"http://receiver.test:443":        "http://receiver.test:443",
		"https://[::1]:8443":              "https://[::1]:8443",
		"https://user:secret@bücher.test": "https://xn--bcher-kva.test",
	} {
		u, err := url.Parse(give)
		if err != nil {
			t.Fatal(err)
		}
		if got := Origin(u); got != want {
			t.Errorf("Origin(%q) = %q, want %q", give, got, want)
		}
	}
}

func TestHostKindClassifiesHostsWithoutResolvingThem(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]Kind{
		"localhost": Loopback, "receiver.localhost.": Loopback, "127.0.0.1": Loopback, "::1": Loopback,
		"10.0.0.7": Private, "169.254.169.254": LinkLocal, "8.8.8.8": Public, "example.org": UnknownKind,
	} {
		if got := HostKind(host); got != want {
			t.Errorf("HostKind(%q) = %q, want %q", host, got, want)
		}
	}
}

func TestRedactReplacesCredentials(t *testing.T) {
	t.Parallel()
	u, err := url.Parse("https://doc:secret@example.org/push?a=b")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Redact(u), "https://$USERINFO@example.org/push?a=b"; got != want {
		t.Errorf("Redact(%q) = %q, want %q", u.Redacted(), got, want)
	}
}
