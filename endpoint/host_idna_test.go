package endpoint_test

import (
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
)

func TestHostIsTheSameHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, host, otherHost string
		same                  bool
	}{
		{name: "an umlaut and its IDNA encoding", host: "wärmepumpe.example", otherHost: "xn--wrmepumpe-v2a.example", same: true},
		{name: "upper case and a final dot", host: "WÄRMEPUMPE.example.", otherHost: "xn--wrmepumpe-v2a.example", same: true},
		{name: "a combining accent", host: "wa\u0308rmepumpe.example", otherHost: "wärmepumpe.example", same: true},
		{name: "a full-width dot", host: "receiver．test", otherHost: "receiver.test", same: true},
		{name: "a name with an underscore, in two letter cases", host: "my_host.test", otherHost: "MY_HOST.test", same: true},
		{name: "a name with an underscore and an umlaut, in two letter cases", host: "wärme_pumpe.test", otherHost: "WÄRME_PUMPE.test", same: true},
		{name: "an IPv4 address and its IPv4-mapped address", host: "[::ffff:127.0.0.1]", otherHost: "127.0.0.1", same: true},
		{name: "full-width digits", host: "１２７.0.0.1", otherHost: "127.0.0.1", same: true},
		{name: "with and without the umlaut: not the same", host: "wärmepumpe.example", otherHost: "warmepumpe.example"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := endpoint.SameHost(tt.host, tt.otherHost); got != tt.same {
				t.Errorf("SameHost(%q, %q) = %v, want %v", tt.host, tt.otherHost, got, tt.same)
			}
		})
	}
}

func TestHostWithAnUmlautMayBeDialledInEitherForm(t *testing.T) {
	t.Parallel()
	const writtenURL, encodedURL, otherURL = "https://wärmepumpe.example/push", "https://xn--wrmepumpe-v2a.example/push", "https://receiver.test/push"
	tests := []struct {
		name, pushURL, returnedURL string
		allowedHosts               []string
	}{
		{name: "push URL with umlaut, follow-up URL encoded", pushURL: writtenURL, returnedURL: encodedURL},
		{name: "push URL encoded, follow-up URL with umlaut", pushURL: encodedURL, returnedURL: writtenURL},
		{name: "--follow with umlaut, follow-up URL encoded", pushURL: otherURL, returnedURL: encodedURL, allowedHosts: []string{"Wärmepumpe.example"}},
		{name: "--follow encoded, follow-up URL with umlaut", pushURL: otherURL, returnedURL: writtenURL, allowedHosts: []string{"xn--wrmepumpe-v2a.example"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if ok, hint := endpoint.MayDial(parseURL(t, tt.pushURL), parseURL(t, tt.returnedURL), tt.allowedHosts); !ok {
				t.Errorf("MayDial(%s, %s, %q) = false, %q, want true", tt.pushURL, tt.returnedURL, tt.allowedHosts, hint)
			}
		})
	}
	if _, hint := endpoint.MayDial(parseURL(t, otherURL), parseURL(t, writtenURL), nil); !strings.Contains(hint, "--follow wärmepumpe.example if it is yours") {
		t.Errorf("the hint %q does not have the host as it was written", hint)
	}
	if !endpoint.IsSipgateHost("api.sipgate．de") {
		t.Error("IsSipgateHost(api.sipgate．de) = false, want true")
	}
}

func TestRedactKeepsTheHostAsWritten(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, give, want string
		host             string // the result of WrittenHost
	}{
		{name: "a host with an umlaut", give: "https://wärmepumpe.example:8443/push?a=ä", want: "https://wärmepumpe.example:8443/push?a=ä", host: "wärmepumpe.example"},
		{name: "a host with an umlaut, and credentials", give: "https://doc:delorean@wärmepumpe.example/push", want: "https://$USERINFO@wärmepumpe.example/push", host: "wärmepumpe.example"},
		{name: "a percent-encoded host", give: "https://w%C3%A4rmepumpe.example/push", want: "https://wärmepumpe.example/push", host: "wärmepumpe.example"},
		{name: "an IDNA-encoded host", give: "https://xn--wrmepumpe-v2a.example/push", want: "https://xn--wrmepumpe-v2a.example/push"},
		{name: "an ASCII host", give: "https://Receiver.test/push", want: "https://Receiver.test/push"},
		{name: "a host with a character that changes the text direction", give: "https://a\u202eb.example/", want: "https://a%E2%80%AEb.example/"},
		{name: "a host that is not UTF-8", give: "https://a\xffb.example/", want: "https://a%FFb.example/"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := parseURL(t, tt.give)
			if got := endpoint.Redact(u); got != tt.want {
				t.Errorf("Redact(%q) = %q, want %q", tt.give, got, tt.want)
			}
			if got := endpoint.WrittenHost(u); got != tt.host {
				t.Errorf("WrittenHost(%q) = %q, want %q", tt.give, got, tt.host)
			}
		})
	}
}

func TestProblemShowsTheHostAsWrittenAndAsEncoded(t *testing.T) {
	t.Parallel()
	u := parseURL(t, "https://wärmepumpe.example/push")
	for failure, want := range map[endpoint.Failure]string{
		endpoint.UnknownHost:   `no address for the host "wärmepumpe.example" (xn--wrmepumpe-v2a.example)`,
		endpoint.HostNotServed: `the receiver does not serve the name "wärmepumpe.example" (xn--wrmepumpe-v2a.example)`,
	} {
		problems, _ := endpoint.Judge(endpoint.Handshake{
			Host: endpoint.HostName(u), WrittenHost: endpoint.WrittenHost(u), Scheme: "https", Failure: failure,
		}, endpoint.Trust{})
		if len(problems) != 1 || problems[0].Got != want {
			t.Errorf("Judge(%s) = %+v, want one problem with %q", failure, problems, want)
		}
	}
}
