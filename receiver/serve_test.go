package receiver_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/receiver"
)

func start(t *testing.T, c receiver.Config) *receiver.Instance {
	t.Helper()
	instance, err := receiver.Start(t.Context(), c)
	if err != nil {
		t.Fatalf("Start(%+v): %v", c, err)
	}
	t.Cleanup(func() {
		if err := instance.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return instance
}

func withFaults(t *testing.T, names ...string) receiver.Options {
	t.Helper()
	var o receiver.Options
	for _, name := range names {
		fault, err := receiver.FindFault(name)
		if err != nil {
			t.Fatal(err)
		}
		o.Faults = append(o.Faults, fault)
	}
	return o
}

// client returns a client that trusts only the receiver's authority.
func client(t *testing.T, r *receiver.Instance) *http.Client {
	t.Helper()
	pool := x509.NewCertPool()
	if r.RootPEM != nil && !pool.AppendCertsFromPEM(r.RootPEM) {
		t.Fatal("RootPEM holds no certificate")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func mustPost(t *testing.T, c *http.Client, pushURL, form string) (*http.Response, string) {
	t.Helper()
	resp, err := c.Post(pushURL, formType, strings.NewReader(form))
	if err != nil {
		t.Fatalf("POST %s: %v", pushURL, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("POST %s: reading the response: %v", pushURL, err)
	}
	return resp, string(body)
}

func TestAServedReceiverRespondsToAWholeCall(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		config receiver.Config
		scheme string
	}{
		{"over TLS", receiver.Config{}, "https"},
		{"over TLS, with a host name as address", receiver.Config{Listen: "localhost:0"}, "https"},
		{"over plain HTTP", receiver.Config{PlainHTTP: true}, "http"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := start(t, test.config)
			c := client(t, r)
			resp, body := mustPost(t, c, r.URL, incomingNewCall)
			want := fmt.Sprintf(xmlDeclaration+`<Response onAnswer="%[1]sanswer" onHangup="%[1]shangup"/>`+"\n", r.URL)
			if diff := cmp.Diff(want, body); diff != "" {
				t.Errorf("response mismatch (-want +got):\n%s", diff)
			}
			if resp.Proto != "HTTP/1.1" || resp.ContentLength != int64(len(want)) || !strings.HasPrefix(r.URL, test.scheme+"://") {
				t.Errorf("response of %s is %s with Content-Length %d, want HTTP/1.1, %d and %s", r.URL, resp.Proto, resp.ContentLength, len(want), test.scheme)
			}
			for _, step := range []struct{ path, form string }{{"answer", answerPush}, {"hangup", hangupPush}} {
				if resp, body := mustPost(t, c, r.URL+step.path, step.form); resp.StatusCode != 200 || body != "" {
					t.Errorf("%s gives %d and %q, want an empty 200", step.path, resp.StatusCode, body)
				}
			}
			state, err := c.Get(r.URL + "calls/12111955")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = state.Body.Close() }()
			if text, err := io.ReadAll(state.Body); err != nil || string(text) != `{"callId":"12111955","state":"over"}` {
				t.Errorf("state is %s, %v, want over", text, err)
			}
			if got := r.PushCount(); got != 3 {
				t.Errorf("PushCount() = %d, want 3", got)
			}
		})
	}
}

func TestStartRefusesInvalidAddressesAndOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []receiver.Config{
		{Listen: "127.0.0.1"},
		{Listen: "127.0.0.1:99999"},
		{Options: receiver.Options{BaseURL: "/hooks"}},
	} {
		if r, err := receiver.Start(t.Context(), c); err == nil {
			t.Errorf("Start(%+v) serves %s, want an error", c, r.URL)
			_ = r.Close()
		}
	}
}

func TestCertificateNamesConfiguredHosts(t *testing.T) {
	t.Parallel()
	r := start(t, receiver.Config{Hosts: []string{"receiver.test", "127.0.0.1"}})
	c := client(t, r)
	transport := c.Transport.(*http.Transport)
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, strings.Trim(strings.TrimPrefix(r.URL, "https:"), "/"))
	}
	for _, host := range []string{"receiver.test", "localhost", "127.0.0.1", "[::1]"} {
		_, body := mustPost(t, c, "https://"+host, incomingNewCall)
		if want := "https://" + host + "/answer"; !strings.Contains(body, want) {
			t.Errorf("response at %s is %s, want %s in it", host, body, want)
		}
	}
	if _, err := c.Post("https://other.test", formType, strings.NewReader(incomingNewCall)); err == nil {
		t.Error("the certificate names a host that it should not")
	}
}

func TestRequestsWithoutHostAreRefused(t *testing.T) {
	t.Parallel()
	r := start(t, receiver.Config{PlainHTTP: true})
	conn, err := net.Dial("tcp", strings.Trim(strings.TrimPrefix(r.URL, "http:"), "/"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintf(conn, "POST / HTTP/1.0\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", formType, len(incomingNewCall), incomingNewCall); err != nil {
		t.Fatal(err)
	}
	reply, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(reply), "HTTP/1.0 400 ") {
		t.Errorf("response is %q, %v, want status 400", reply, err)
	}
}
