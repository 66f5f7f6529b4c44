package sender

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConnectToIsParsedInTheSyntaxOfCurl(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]ConnectTo{
		"receiver.test:443:127.0.0.1:8443": {"receiver.test", "443", "127.0.0.1", "8443"},
		"::127.0.0.1:8443":                 {"", "", "127.0.0.1", "8443"},
		"receiver.test:443::":              {"receiver.test", "443", "", ""},
		":443::8443":                       {"", "443", "", "8443"},
		":::":                              {},
		"[::1]:443:[fd00::2]:8443":         {"::1", "443", "fd00::2", "8443"},
		"::[::1]:":                         {"", "", "::1", ""},
	} {
		got, err := ParseConnectTo(text)
		if err != nil {
			t.Errorf("ParseConnectTo(%q): %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ParseConnectTo(%q) mismatch (-want +got):\n%s", text, diff)
		}
	}
	const brackets = "want an IPv6 address between square brackets"
	for text, want := range map[string]string{
		"": "got 1 parts", "receiver.test": "got 1 parts", "a:b:c": "got 3 parts", "a:443:b:443:": "got 5 parts", "::1:443:b:1:": "got 7 parts",
		"a:0:b:1": `"0" is no port`, "a:65536:b:1": "no port", "a:https:b:1": "no port", "a:443:b:-1": `"-1" is no port`,
		"[::1:443:b:1": brackets, "[::1": brackets, "[receiver.test]:443:b:1": brackets, "a:443:[::1]": "got 3 parts",
		"[::1]x:443:b:1": `unexpected "x:443:b:1"`, "[::1]443:b:1": `unexpected "443:b:1"`,
	} {
		if got, err := ParseConnectTo(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseConnectTo(%q) = %+v, %v, want an error with %q", text, got, err, want)
		}
	}
}

func TestConnectToRuleAppliesIfHostAndPortMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, rule, host, port string
		want                   []string // host and port; nil: the rule does not match
	}{
		{"host and port", "receiver.test:443:127.0.0.1:8443", "receiver.test", "443", []string{"127.0.0.1", "8443"}},
		{"host in another case and with a dot at its end", "Receiver.test:443:127.0.0.1:8443", "receiver.TEST.", "443", []string{"127.0.0.1", "8443"}},
		{"other host: no match", "receiver.test:443:127.0.0.1:8443", "other.test", "443", nil},
		{"other port: no match", "receiver.test:443:127.0.0.1:8443", "receiver.test", "8443", nil},
		{"rule for any host and port", "::127.0.0.1:8443", "other.test", "80", []string{"127.0.0.1", "8443"}},
		{"rule that changes the port of any host", ":::8443", "other.test", "443", []string{"other.test", "8443"}},
	}
	for _, tt := range tests {
		rule, err := ParseConnectTo(tt.rule)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		if rule.matches(tt.host, tt.port) {
			host, port := rule.apply(tt.host, tt.port)
			got = []string{host, port}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %q on %s:%s mismatch (-want +got):\n%s", tt.name, tt.rule, tt.host, tt.port, diff)
		}
	}
}
