package receiver_test

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/receiver"
)

func TestTransportFaultsCauseOnlyTheExpectedProblems(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"":                     nil,
		"plain-http":           {"plain HTTP"},
		"no-tls":               {"no TLS"},
		"nobody-there":         {"nothing listens"},
		"self-signed":          {"self-signed", "untrusted"},
		"private-authority":    {"untrusted"},
		"missing-intermediate": {"untrusted", "one certificate only"},
		"expired":              {"expired"},
		"not-yet-valid":        {"not yet valid"},
		"expiring-soon":        {"expires soon"},
		"other-name":           {"other name"},
		"ca-as-leaf":           {"authority"},
		"client-usage":         {"not for servers"},
		"weak-key":             {"weak key"},
		"tls-1.1":              {"no TLS 1.2", "TLS 1.1"},
		"client-certificate":   {"client certificate demanded"},
		"redirect":             nil, // nothing is wrong with the connection
		"no-entry":             nil,
		"dies-of-json":         nil,
		"dies-of-size":         nil,

		"refuses-and-dies-of-json": nil,
		"one-connection":           nil,
		"one-push":                 nil,
		"ends-of-anonymous":        nil,
		"ends-of-busy":             nil,
	}
	for _, fault := range receiver.Faults() {
		if _, ok := want[fault.Name]; !ok && fault.Phase == receiver.Transport && !fault.NeedsKey {
			t.Errorf("transport fault %q is not in the table", fault.Name)
		}
	}
	for name, want := range want {
		t.Run("fault "+name, func(t *testing.T) {
			t.Parallel()
			var o receiver.Options
			if name != "" {
				o = withFaults(t, name)
			}
			r := start(t, receiver.Config{Options: o})
			if diff := cmp.Diff(want, diagnose(t, r)); diff != "" {
				t.Errorf("problems of the connection mismatch (-want +got):\n%s", diff)
			}
			if got := r.PushCount(); got != 0 {
				t.Errorf("PushCount() = %d although nothing was sent, want 0", got)
			}
		})
	}
}

// diagnose connects to a receiver and returns the problems of the connection.
func diagnose(t *testing.T, r *receiver.Instance) []string {
	t.Helper()
	pushURL, err := url.Parse(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	if pushURL.Scheme == "http" {
		return []string{"plain HTTP"}
	}
	clientCertificateDemanded := false
	config := &tls.Config{
		InsecureSkipVerify: true, MinVersion: tls.VersionTLS12,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			clientCertificateDemanded = true
			return &tls.Certificate{}, nil
		},
	}
	conn, err := tls.Dial("tcp", pushURL.Host, config)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return []string{"nothing listens"}
	}
	if notTLS := (tls.RecordHeaderError{}); errors.As(err, &notTLS) {
		return []string{"no TLS"}
	}
	var problems []string
	if err != nil && !clientCertificateDemanded {
		problems = append(problems, "no TLS 1.2")
		config.MinVersion = tls.VersionTLS10
		conn, err = tls.Dial("tcp", pushURL.Host, config)
	}
	if err != nil {
		t.Fatalf("dialling %s: %v", r.URL, err)
	}
	defer func() { _ = conn.Close() }()
	state := conn.ConnectionState()
	leaf := state.PeerCertificates[0]
	addIf := func(condition bool, problem string) {
		if condition {
			problems = append(problems, problem)
		}
	}
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	roots.AppendCertsFromPEM(r.RootPEM)
	for _, c := range state.PeerCertificates[1:] {
		intermediates.AddCert(c)
	}
	_, verifyErr := leaf.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: intermediates, CurrentTime: leaf.NotAfter.Add(-time.Minute), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	now := time.Now()
	rsaKey, isRSA := leaf.PublicKey.(*rsa.PublicKey)
	selfSigned := leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) == nil
	addIf(selfSigned, "self-signed")
	addIf(verifyErr != nil, "untrusted")
	addIf(!selfSigned && len(state.PeerCertificates) == 1, "one certificate only")
	addIf(now.After(leaf.NotAfter), "expired")
	addIf(now.Before(leaf.NotBefore), "not yet valid")
	addIf(now.Before(leaf.NotAfter) && now.Add(14*24*time.Hour).After(leaf.NotAfter), "expires soon")
	addIf(leaf.VerifyHostname(pushURL.Hostname()) != nil, "other name")
	addIf(leaf.IsCA, "authority")
	addIf(!slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageServerAuth), "not for servers")
	addIf(isRSA && rsaKey.N.BitLen() == 1024, "weak key")
	addIf(state.Version == tls.VersionTLS11, "TLS 1.1")
	addIf(clientCertificateDemanded, "client certificate demanded")
	return problems
}

func TestReceiversWithoutTLSAcceptPlainHTTP(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain-http", "no-tls"} {
		r := start(t, receiver.Config{Options: withFaults(t, name)})
		httpURL := strings.Replace(r.URL, "https://", "http://", 1)
		resp, body := mustPost(t, client(t, r), httpURL, incomingNewCall)
		want := fmt.Sprintf(xmlDeclaration+`<Response onAnswer="%[1]sanswer" onHangup="%[1]shangup"/>`+"\n", httpURL)
		if diff := cmp.Diff(want, body); diff != "" || resp.StatusCode != 200 {
			t.Errorf("%s gives %d, response mismatch (-want +got):\n%s", name, resp.StatusCode, diff)
		}
		if r.RootPEM != nil {
			t.Errorf("%s has an authority to trust", name)
		}
	}
}

func TestStartRefusesCertificateFaultsWithoutTLS(t *testing.T) {
	t.Parallel()
	if _, err := receiver.Start(t.Context(), receiver.Config{PlainHTTP: true, Options: withFaults(t, "expired")}); err == nil {
		t.Error("an expired certificate without TLS starts, want an error")
	}
	start(t, receiver.Config{PlainHTTP: true, Options: withFaults(t, "redirect", "slow")})
}
