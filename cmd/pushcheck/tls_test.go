package main

import (
	"crypto/tls"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/testtools"
	"github.com/pushcheck/pushcheck/receiver"
)

// startTLSReceiver starts the reference receiver with faults, and writes its authority to a file. The file is empty if the receiver has no
// TLS.
func startTLSReceiver(t *testing.T, faults ...string) (instance *receiver.Instance, caFile string) {
	t.Helper()
	var c receiver.Config
	for _, name := range faults {
		f, err := receiver.FindFault(name)
		if err != nil {
			t.Fatal(err)
		}
		c.Options.Faults = append(c.Options.Faults, f)
	}
	instance, err := receiver.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = instance.Close() })
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(caFile, instance.RootPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	return instance, caFile
}

// idsByStatusInReport reads a JSON report, and returns the ids of the requirements by status.
func idsByStatusInReport(t *testing.T, file string) map[string][]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var report struct{ Requirements []struct{ ID, Status string } }
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatal(err)
	}
	idsByStatus := map[string][]string{}
	for _, r := range report.Requirements {
		idsByStatus[r.Status] = append(idsByStatus[r.Status], r.ID)
	}
	return idsByStatus
}

func TestAConnectionIsJudgedWithoutAnyPush(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		fault      string // "": no fault
		passCA     bool   // pass the receiver's authority with --ca-file
		flags      []string
		exit       int
		failed     []string
		wantOutput []string
	}{
		{fault: "", passCA: true, exit: 0, wantOutput: []string{"certificate 1 of 2", "CN=localhost", "names     localhost, 127.0.0.1, ::1", "ECDSA P-256", "days left", "TLS 1.3", "waived  transport.trusted-chain", "Revocation of certificates was not checked"}},
		{fault: "", passCA: true, flags: []string{"--no-waivers"}, exit: 1, wantOutput: []string{"transport.trusted-chain is not met"}},
		{fault: "", exit: 1, failed: []string{"transport.trusted-chain"}, wantOutput: []string{"the handshake", "public authority", "nothing here"}},
		{fault: "self-signed", exit: 1, failed: []string{"transport.not-self-signed"}, wantOutput: []string{"sipgate refuses a self-signed certificate", "Let's Encrypt", "(itself)"}},
		{fault: "missing-intermediate", exit: 1, passCA: true, failed: []string{"transport.trusted-chain", "transport.complete-chain"}, wantOutput: []string{"fullchain.pem", "certificate 1 of 1"}},
		{fault: "expired", passCA: true, exit: 1, failed: []string{"transport.in-date"}, wantOutput: []string{"reload", "(ended 1 hour ago)"}},
		{fault: "not-yet-valid", passCA: true, exit: 1, failed: []string{"transport.in-date"}, wantOutput: []string{"(begins in 23 hours)"}},
		{fault: "expiring-soon", passCA: true, exit: 0, wantOutput: []string{"warned  transport.expires-later", "certbot renew"}},
		{fault: "expiring-soon", passCA: true, flags: []string{"--strict"}, exit: 1, wantOutput: []string{"transport.expires-later is not met"}},
		{fault: "other-name", passCA: true, exit: 1, failed: []string{"transport.name-matches"}, wantOutput: []string{"other.example"}},
		{fault: "weak-key", passCA: true, exit: 1, failed: []string{"transport.strong-keys"}, wantOutput: []string{"RSA 1024"}},
		{fault: "tls-1.1", passCA: true, exit: 1, failed: []string{"transport.tls-version"}, wantOutput: []string{"TLS 1.1"}},
		{fault: "client-certificate", passCA: true, exit: 1, failed: []string{"transport.handshake"}, wantOutput: []string{"client certificate"}},
		{fault: "no-tls", exit: 1, failed: []string{"transport.handshake"}, wantOutput: []string{"plain HTTP on the port of an https URL"}},
		{fault: "plain-http", exit: 1, failed: []string{"transport.https"}, wantOutput: []string{"unencrypted"}},
		{fault: "plain-http", flags: []string{"--allow-http"}, exit: 0, wantOutput: []string{"waived  transport.https"}},
	} {
		name := strings.Join(append([]string{test.fault}, test.flags...), " ")
		if test.fault == "" {
			name = "no fault" + name
		}
		if !test.passCA {
			name += ", without --ca-file"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			instance, ca := startTLSReceiver(t, strings.Fields(test.fault)...)
			file := filepath.Join(t.TempDir(), "report.json")
			args := append([]string{"tls", instance.URL, "--report", "json=" + file}, test.flags...)
			if test.passCA {
				args = append(args, "--ca-file", ca)
			}
			got := runCommand(t, args...)
			if got.exit != test.exit || got.stderr != "" {
				t.Errorf("exit %d, want %d; stderr %q", got.exit, test.exit, got.stderr)
			}
			idsByStatus := idsByStatusInReport(t, file)
			if diff := cmp.Diff(test.failed, idsByStatus["failed"]); diff != "" {
				t.Errorf("failed requirements mismatch (-want +got):\n%s", diff)
			}
			output := strings.Join(strings.Fields(got.stdout), " ")
			for _, text := range test.wantOutput {
				if !strings.Contains(output, strings.Join(strings.Fields(text), " ")) {
					t.Errorf("the output lacks %q:\n%s", text, got.stdout)
				}
			}
			for _, status := range []string{"passed", "failed", "warned", "waived", "undetermined", "not-applicable"} {
				for _, id := range idsByStatus[status] {
					if !strings.HasPrefix(id, "transport.") || id == "transport.no-redirect" || id == "transport.basic-auth" {
						t.Errorf("%s is %s, want it skipped: no push was sent", id, status)
					}
				}
			}
			if n := instance.PushCount(); n != 0 {
				t.Errorf("%d pushes reached the receiver", n)
			}
		})
	}
}

func TestTLSReportsAnUnreachableReceiver(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	// The port of this end of the connection is in use, and nothing listens at that port.
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	got := runCommand(t, "tls", "https://"+conn.LocalAddr().String()+"/")
	if got.exit != 1 || !strings.Contains(got.stdout, "transport.reachable is not met") {
		t.Errorf("exit %d, want 1 for transport.reachable:\n%s", got.exit, got.stdout)
	}
}

func TestTimeoutLimitsTheWaitForAHandshake(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // the operating system accepts connections, and nothing is sent
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	startedAt := time.Now()
	got := runCommand(t, "tls", "--timeout", "300ms", "https://"+listener.Addr().String()+"/")
	if got.exit != 1 || !strings.Contains(got.stdout, "transport.handshake is not met") {
		t.Errorf("exit %d, want 1 for transport.handshake:\n%s", got.exit, got.stdout)
	}
	if took := time.Since(startedAt); took > 4*time.Second {
		t.Errorf("it took %s; without --timeout a handshake has 5s", took)
	}
}

func TestTheMissingIntermediateIsShownBeforeTheUntrustedAuthority(t *testing.T) {
	t.Parallel()
	instance, ca := startTLSReceiver(t, "missing-intermediate")
	got := runCommand(t, "tls", instance.URL, "--ca-file", ca)
	intermediateOffset := strings.Index(got.stdout, "failed  transport.complete-chain  must")
	authorityOffset := strings.Index(got.stdout, "failed  transport.trusted-chain  must")
	if intermediateOffset < 0 || authorityOffset < intermediateOffset {
		t.Errorf("the missing intermediate is printed at %d, the authority at %d:\n%s", intermediateOffset, authorityOffset, got.stdout)
	}
}

func TestSuggestedFixNamesTheCauseOfARefusedConnection(t *testing.T) {
	t.Parallel()
	authority, err := certs.NewAuthority("Public", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, authority.RootPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	goodCertificate, err := authority.Issue(certs.Leaf{Hosts: []string{"127.0.0.1", "receiver.test"}})
	if err != nil {
		t.Fatal(err)
	}
	certificateOfName, err := authority.Issue(certs.Leaf{Hosts: []string{"receiver.test"}})
	if err != nil {
		t.Fatal(err)
	}
	rsaCertificate, err := authority.Issue(certs.Leaf{Hosts: []string{"127.0.0.1"}, Key: testtools.RSA(2048)})
	if err != nil {
		t.Fatal(err)
	}
	unreadableCertificate := goodCertificate
	unreadableCertificate.Certificate = [][]byte{[]byte("no certificate")}
	configWith := func(c tls.Certificate) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{c}} }
	for _, tt := range []struct {
		name       string
		config     *tls.Config
		wantOutput []string
	}{
		{"a URL with an address, and a certificate for a name", configWith(certificateOfName), []string{`got it is for "receiver.test"`, "Put the name that the certificate is for into the URL", "Revocation"}},
		{"a chain without its intermediate", configWith(certs.WithoutIntermediates(goodCertificate)), []string{"Serve fullchain.pem, not cert.pem", "sending the intermediate fixes this too"}},
		{"no cipher suite in common", &tls.Config{Certificates: []tls.Certificate{rsaCertificate}, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}}, []string{"it agreed on one with RSA key exchange", "Allow TLS 1.2 and 1.3 with their usual suites", "which cipher suites and kinds of key its client knows is not documented", "certificate 1 of 2"}},
		{"HTTP/3 only", &tls.Config{Certificates: []tls.Certificate{goodCertificate}, NextProtos: []string{"h3"}}, []string{"Offer http/1.1 beside h2"}},
		{"bytes that are no certificate", configWith(unreadableCertificate), []string{"a certificate that cannot be read", "fullchain.pem unchanged"}},
		{"no certificate for the name", &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, nil }}, []string{"does not serve the name", "server_name"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runCommand(t, "tls", "https://127.0.0.1:"+tlsPort(t, tt.config)+"/push", "--ca-file", ca)
			output := strings.Join(strings.Fields(got.stdout), " ")
			for _, text := range append(tt.wantOutput, "not checked") {
				if !strings.Contains(output, text) {
					t.Errorf("the output lacks %q:\n%s", text, got.stdout)
				}
			}
			if got.exit != 1 {
				t.Errorf("exit %d, want 1", got.exit)
			}
		})
	}
}
