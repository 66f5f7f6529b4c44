package endpoint_test

import (
	"net/url"
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
)

func TestURLBehindProxyReturnsAPlainHTTPURLForTheHostAndPortOfThePushURL(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, target, returned string
		want                   string // "": no replacement
	}{
		{name: "same host and port", target: "http://127.0.0.1:8080/push", returned: "https://127.0.0.1:8080/hangup?a=b", want: "http://127.0.0.1:8080/hangup?a=b"},
		{name: "host in another letter case", target: "http://receiver.test:8080/push", returned: "https://Receiver.TEST:8080/hangup", want: "http://receiver.test:8080/hangup"},
		{name: "no port in both URLs", target: "http://receiver.test/push", returned: "https://receiver.test/hangup", want: "http://receiver.test/hangup"},
		{name: "port 80 in the push URL, no port in the https URL", target: "http://receiver.test:80/push", returned: "https://receiver.test/hangup", want: "http://receiver.test:80/hangup"},
		{name: "port 80 in both URLs", target: "http://receiver.test:80/push", returned: "https://receiver.test:80/hangup", want: "http://receiver.test:80/hangup"},
		{name: "no port in the push URL, port 80 in the https URL", target: "http://receiver.test/push", returned: "https://receiver.test:80/hangup", want: "http://receiver.test/hangup"},
		{name: "port 443 in the push URL, no port in the https URL", target: "http://receiver.test:443/push", returned: "https://receiver.test/hangup", want: "http://receiver.test:443/hangup"},
		{name: "host with a final dot", target: "http://receiver.test:8080/push", returned: "https://receiver.test.:8080/hangup", want: "http://receiver.test:8080/hangup"},
		{name: "IPv6 address in two forms", target: "http://[::1]:8080/push", returned: "https://[0:0:0:0:0:0:0:1]:8080/hangup", want: "http://[::1]:8080/hangup"},
		{name: "credentials in the https URL", target: "http://receiver.test:8080/push", returned: "https://doc:delorean@receiver.test:8080/hangup", want: "http://doc:delorean@receiver.test:8080/hangup"},
		{name: "another port: no replacement", target: "http://127.0.0.1:8080/push", returned: "https://127.0.0.1:8443/hangup"},
		{name: "port 8080 in the push URL, no port in the https URL: no replacement", target: "http://127.0.0.1:8080/push", returned: "https://127.0.0.1/hangup"},
		{name: "another host: no replacement", target: "http://127.0.0.1:8080/push", returned: "https://localhost:8080/hangup"},
		{name: "https push URL: no replacement", target: "https://127.0.0.1:8080/push", returned: "https://127.0.0.1:8080/hangup"},
		{name: "http URL returned: no replacement", target: "http://127.0.0.1:8080/push", returned: "http://127.0.0.1:8080/hangup"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := endpoint.URLBehindProxy([]*url.URL{nil, parseURL(t, tt.target)}, parseURL(t, tt.returned))
			if ok != (tt.want != "") || ok && got.String() != tt.want {
				t.Errorf("URLBehindProxy(%s, %s) = %v, %v, want %q", tt.target, tt.returned, got, ok, tt.want)
			}
		})
	}
}
