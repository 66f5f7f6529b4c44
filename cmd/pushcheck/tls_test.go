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

// startTLSReceiver starts a receiver with faults. It writes the receiver's authority to a file, if there is one.
func startTLSReceiver(t *testing.T, faults ...string) (served *receiver.Instance, caFile string) {
	t.Helper()
	var c receiver.Config
	for _, name := range faults {
		f, err := receiver.FindFault(name)
		if err != nil {
			t.Fatal(err)
		}
		c.Options.Faults = append(c.Options.Faults, f)
	}
	served, err := receiver.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = served.Close() })
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(caFile, served.RootPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	return served, caFile
}

// statusesInReport reads the JSON report, and returns the ids of the requirements by status.
func statusesInReport(t *testing.T, file string) map[string][]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var report struct{ Requirements []struct{ ID, Status string } }
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatal(err)
	}
	by := map[string][]string{}
	for _, r := range report.Requirements {
		by[r.Status] = append(by[r.Status], r.ID)
	}
	return by
}

func TestAConnectionIsJudgedWithoutAnyPush(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		fault  string // "": a good receiver
		trust  bool   // with --ca-file
		flags  []string
		exit   int
		failed []string
		says   []string
	}{
		{fault: "", trust: true, exit: 0, says: []string{"certificate 1 of 2", "CN=localhost", "names     localhost, 127.0.0.1, ::1", "ECDSA P-256", "days left", "TLS 1.3", "waived  transport.trusted-chain", "Revocation of certificates was not checked"}},
		{fault: "", trust: true, flags: []string{"--no-waivers"}, exit: 1, says: []string{"transport.trusted-chain is not met"}},
		{fault: "", exit: 1, failed: []string{"transport.trusted-chain"}, says: []string{"the handshake", "public authority", "nothing here"}},
		{fault: "self-signed", exit: 1, failed: []string{"transport.not-self-signed"}, says: []string{"sipgate refuses a self-signed certificate", "Let's Encrypt", "(itself)"}},
		{fault: "missing-intermediate", exit: 1, trust: true, failed: []string{"transport.trusted-chain", "transport.complete-chain"}, says: []string{"fullchain.pem", "certificate 1 of 1"}},
		{fault: "expired", trust: true, exit: 1, failed: []string{"transport.in-date"}, says: []string{"reload", "(ended 1 hour ago)"}},
		{fault: "not-yet-valid", trust: true, exit: 1, failed: []string{"transport.in-date"}, says: []string{"(begins in 23 hours)"}},
		{fault: "expiring-soon", trust: true, exit: 0, says: []string{"warned  transport.expires-later", "certbot renew"}},
		{fault: "expiring-soon", trust: true, flags: []string{"--strict"}, exit: 1, says: []string{"transport.expires-later is not met"}},
		{fault: "other-name", trust: true, exit: 1, failed: []string{"transport.name-matches"}, says: []string{"other.example"}},
		{fault: "weak-key", trust: true, exit: 1, failed: []string{"transport.strong-keys"}, says: []string{"RSA 1024"}},
		{fault: "tls-1.1", trust: true, exit: 1, failed: []string{"transport.tls-version"}, says: []string{"TLS 1.1"}},
		{fault: "client-certificate", trust: true, exit: 1, failed: []string{"transport.handshake"}, says: []string{"client certificate"}},
		{fault: "no-tls", exit: 1, failed: []string{"transport.handshake"}, says: []string{"plain HTTP on the port of an https URL"}},
		{fault: "plain-http", exit: 1, failed: []string{"transport.https"}, says: []string{"unencrypted"}},
		{fault: "plain-http", flags: []string{"--allow-http"}, exit: 0, says: []string{"waived  transport.https"}},
	} {
		t.Run(strings.Join(append([]string{test.fault}, test.flags...), " "), func(t *testing.T) {
			t.Parallel()
			served, ca := startTLSReceiver(t, strings.Fields(test.fault)...)
			file := filepath.Join(t.TempDir(), "report.json")
			args := append([]string{"tls", served.URL, "--report", "json=" + file}, test.flags...)
			if test.trust {
				args = append(args, "--ca-file", ca)
			}
			got := runCommand(t, args...)
			if got.exit != test.exit || got.stderr != "" {
				t.Errorf("exit %d, want %d; stderr %q", got.exit, test.exit, got.stderr)
			}
			by := statusesInReport(t, file)
			if diff := cmp.Diff(test.failed, by["failed"]); diff != "" {
				t.Errorf("failed requirements mismatch (-want +got):\n%s", diff)
			}
			shown := strings.Join(strings.Fields(got.stdout), " ")
			for _, text := range test.says {
				if !strings.Contains(shown, strings.Join(strings.Fields(text), " ")) {
					t.Errorf("the output lacks %q:\n%s", text, got.stdout)
				}
			}
			for _, status := range []string{"passed", "failed", "warned", "waived", "undetermined", "not-applicable"} {
				for _, id := range by[status] {
					if !strings.HasPrefix(id, "transport.") || id == "transport.no-redirect" || id == "transport.basic-auth" {
						t.Errorf("%s is %s, want it skipped: no push was sent", id, status)
					}
				}
			}
			if n := served.PushCount(); n != 0 {
				t.Errorf("%d pushes reached the receiver", n)
			}
		})
	}
}

func TestAnUnreachableReceiverIsAFinding(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	held, err := net.Dial("tcp", listener.Addr().String()) // its own port is in use, and nothing listens there
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = held.Close() })
	got := runCommand(t, "tls", "https://"+held.LocalAddr().String()+"/")
	if got.exit != 1 || !strings.Contains(got.stdout, "transport.reachable is not met") {
		t.Errorf("exit %d, want 1 for transport.reachable:\n%s", got.exit, got.stdout)
	}
}

func TestTheTimeoutLimitsTheWaitForAReceiverThatStalls(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // the system accepts connections, and nothing is sent
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	begin := time.Now()
	got := runCommand(t, "tls", "--timeout", "300ms", "https://"+listener.Addr().String()+"/")
	if got.exit != 1 || !strings.Contains(got.stdout, "transport.handshake is not met") {
		t.Errorf("exit %d, want 1 for transport.handshake:\n%s", got.exit, got.stdout)
	}
	if took := time.Since(begin); took > 4*time.Second {
		t.Errorf("it took %s; without --timeout a handshake has 5s", took)
	}
}

func TestTheMissingIntermediateIsShownBeforeTheUntrustedAuthority(t *testing.T) {
	t.Parallel()
	served, ca := startTLSReceiver(t, "missing-intermediate")
	got := runCommand(t, "tls", served.URL, "--ca-file", ca)
	complete := strings.Index(got.stdout, "failed  transport.complete-chain  must")
	trusted := strings.Index(got.stdout, "failed  transport.trusted-chain  must")
	if complete < 0 || trusted < complete {
		t.Errorf("the missing intermediate is printed at %d, the authority at %d:\n%s", complete, trusted, got.stdout)
	}
}

func TestFixNamesTheCauseOfARefusedConnection(t *testing.T) {
	t.Parallel()
	authority, err := certs.NewAuthority("Public", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, authority.RootPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	good, err := authority.Issue(certs.Leaf{Hosts: []string{"127.0.0.1", "receiver.test"}})
	if err != nil {
		t.Fatal(err)
	}
	named, err := authority.Issue(certs.Leaf{Hosts: []string{"receiver.test"}})
	if err != nil {
		t.Fatal(err)
	}
	rsa, err := authority.Issue(certs.Leaf{Hosts: []string{"127.0.0.1"}, Key: testtools.RSA(2048)})
	if err != nil {
		t.Fatal(err)
	}
	junk := good
	junk.Certificate = [][]byte{[]byte("no certificate")}
	with := func(c tls.Certificate) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{c}} }
	for _, tt := range []struct {
		name   string
		config *tls.Config
		says   []string
	}{
		{"an address", with(named), []string{`got it is for "receiver.test"`, "Put the name that the certificate is for into the URL", "Revocation"}},
		{"a missing intermediate", with(certs.WithoutIntermediates(good)), []string{"Serve fullchain.pem, not cert.pem", "sending the intermediate fixes this too"}},
		{"no suite in common", &tls.Config{Certificates: []tls.Certificate{rsa}, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}}, []string{"it agreed on one with RSA key exchange", "Allow TLS 1.2 and 1.3 with their usual suites", "which cipher suites and kinds of key its client knows is not documented", "certificate 1 of 2"}},
		{"HTTP/3 only", &tls.Config{Certificates: []tls.Certificate{good}, NextProtos: []string{"h3"}}, []string{"Offer http/1.1 beside h2"}},
		{"bytes that are no certificate", with(junk), []string{"a certificate that cannot be read", "fullchain.pem unchanged"}},
		{"no certificate for the name", &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, nil }}, []string{"does not serve the name", "server_name"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runCommand(t, "tls", "https://127.0.0.1:"+tlsPort(t, tt.config)+"/push", "--ca-file", ca)
			shown := strings.Join(strings.Fields(got.stdout), " ")
			for _, text := range append(tt.says, "not checked") {
				if !strings.Contains(shown, text) {
					t.Errorf("the output lacks %q:\n%s", text, got.stdout)
				}
			}
			if got.exit != 1 {
				t.Errorf("exit %d, want 1", got.exit)
			}
		})
	}
}
