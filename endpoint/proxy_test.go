package endpoint_test

import (
	"net/url"
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
)

func TestReturnedURLAtTheHostAndPortOfAPlainHTTPPushURLBecomesPlainHTTP(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, pushURL, returnedURL string
		want                       string // "": no replacement
	}{
		{name: "same host and port", pushURL: "http://127.0.0.1:8080/push", returnedURL: "https://127.0.0.1:8080/hangup?a=b", want: "http://127.0.0.1:8080/hangup?a=b"},
		{name: "host in another letter case", pushURL: "http://receiver.test:8080/push", returnedURL: "https://Receiver.TEST:8080/hangup", want: "http://receiver.test:8080/hangup"},
		{name: "no port in both URLs", pushURL: "http://receiver.test/push", returnedURL: "https://receiver.test/hangup", want: "http://receiver.test/hangup"},
		{name: "port 80 in the push URL, no port in the https URL", pushURL: "http://receiver.test:80/push", returnedURL: "https://receiver.test/hangup", want: "http://receiver.test:80/hangup"},
		{name: "port 80 in both URLs", pushURL: "http://receiver.test:80/push", returnedURL: "https://receiver.test:80/hangup", want: "http://receiver.test:80/hangup"},
		{name: "no port in the push URL, port 80 in the https URL", pushURL: "http://receiver.test/push", returnedURL: "https://receiver.test:80/hangup", want: "http://receiver.test/hangup"},
		{name: "port 443 in the push URL, no port in the https URL", pushURL: "http://receiver.test:443/push", returnedURL: "https://receiver.test/hangup", want: "http://receiver.test:443/hangup"},
		{name: "host with a final dot", pushURL: "http://receiver.test:8080/push", returnedURL: "https://receiver.test.:8080/hangup", want: "http://receiver.test:8080/hangup"},
		{name: "IPv6 address in two forms", pushURL: "http://[::1]:8080/push", returnedURL: "https://[0:0:0:0:0:0:0:1]:8080/hangup", want: "http://[::1]:8080/hangup"},
		{name: "credentials in the https URL", pushURL: "http://receiver.test:8080/push", returnedURL: "https://doc:delorean@receiver.test:8080/hangup", want: "http://doc:delorean@receiver.test:8080/hangup"},
		{name: "another port: no replacement", pushURL: "http://127.0.0.1:8080/push", returnedURL: "https://127.0.0.1:8443/hangup"},
		{name: "port 8080 in the push URL, no port in the https URL: no replacement", pushURL: "http://127.0.0.1:8080/push", returnedURL: "https://127.0.0.1/hangup"},
		{name: "another host: no replacement", pushURL: "http://127.0.0.1:8080/push", returnedURL: "https://localhost:8080/hangup"},
		{name: "https push URL: no replacement", pushURL: "https://127.0.0.1:8080/push", returnedURL: "https://127.0.0.1:8080/hangup"},
		{name: "returned http URL: no replacement", pushURL: "http://127.0.0.1:8080/push", returnedURL: "http://127.0.0.1:8080/hangup"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := endpoint.URLBehindProxy([]*url.URL{nil, parseURL(t, tt.pushURL)}, parseURL(t, tt.returnedURL))
			if ok != (tt.want != "") || ok && got.String() != tt.want {
				t.Errorf("URLBehindProxy(%s, %s) = %v, %v, want %q", tt.pushURL, tt.returnedURL, got, ok, tt.want)
			}
		})
	}
}
