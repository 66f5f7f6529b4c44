package endpoint_test

import (
	"net/url"
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
)

func TestHTTPSURLOfThePlainPushURLsHostAndPortIsBehindAProxy(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, target, named string
		want                string // "": nothing stands in
	}{
		{name: "same host and port", target: "http://127.0.0.1:8080/push", named: "https://127.0.0.1:8080/hangup?a=b", want: "http://127.0.0.1:8080/hangup?a=b"},
		{name: "host in another case", target: "http://receiver.test:8080/push", named: "https://Receiver.TEST:8080/hangup", want: "http://receiver.test:8080/hangup"},
		{name: "no port in either", target: "http://receiver.test/push", named: "https://receiver.test/hangup", want: "http://receiver.test/hangup"},
		{name: "default port named", target: "http://receiver.test:80/push", named: "https://receiver.test/hangup", want: "http://receiver.test:80/hangup"},
		{name: "port 80 over https", target: "http://receiver.test:80/push", named: "https://receiver.test:80/hangup", want: "http://receiver.test:80/hangup"},
		{name: "port 80 over https, not named in the push URL", target: "http://receiver.test/push", named: "https://receiver.test:80/hangup", want: "http://receiver.test/hangup"},
		{name: "port 443 over http", target: "http://receiver.test:443/push", named: "https://receiver.test/hangup", want: "http://receiver.test:443/hangup"},
		{name: "a dot at the end", target: "http://receiver.test:8080/push", named: "https://receiver.test.:8080/hangup", want: "http://receiver.test:8080/hangup"},
		{name: "another spelling of an IPv6 address", target: "http://[::1]:8080/push", named: "https://[0:0:0:0:0:0:0:1]:8080/hangup", want: "http://[::1]:8080/hangup"},
		{name: "credentials", target: "http://receiver.test:8080/push", named: "https://doc:delorean@receiver.test:8080/hangup", want: "http://doc:delorean@receiver.test:8080/hangup"},
		{name: "another port", target: "http://127.0.0.1:8080/push", named: "https://127.0.0.1:8443/hangup"},
		{name: "default port of https beside another port", target: "http://127.0.0.1:8080/push", named: "https://127.0.0.1/hangup"},
		{name: "another host", target: "http://127.0.0.1:8080/push", named: "https://localhost:8080/hangup"},
		{name: "https push URL", target: "https://127.0.0.1:8080/push", named: "https://127.0.0.1:8080/hangup"},
		{name: "http URL named", target: "http://127.0.0.1:8080/push", named: "http://127.0.0.1:8080/hangup"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := endpoint.URLBehindProxy([]*url.URL{nil, parse(t, tt.target)}, parse(t, tt.named))
			if ok != (tt.want != "") || ok && got.String() != tt.want {
				t.Errorf("URLBehindProxy(%s, %s) = %v, %v, want %q", tt.target, tt.named, got, ok, tt.want)
			}
		})
	}
}
