package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/testtools"
	"github.com/pushcheck/pushcheck/receiver"
)

// runAsProgram is the variable that makes this test binary run as pushcheck.
const runAsProgram = "PUSHCHECK_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if address := os.Getenv(runAsReceiver); address != "" {
		serveReceiver(address)
	}
	if os.Getenv(runAsProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// runProgram runs the program as a process of its own, with an environment.
func runProgram(t *testing.T, environment []string, args ...string) outcome {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), own, args...)
	cmd.Env = append([]string{runAsProgram + "=1"}, environment...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exited *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exited) {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// tlsPort returns a port of this machine at which a TLS server with a configuration listens until the test ends.
func tlsPort(t *testing.T, config *tls.Config) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_ = c.SetDeadline(time.Now().Add(20 * time.Second))
				if s := tls.Server(c, config); s.Handshake() == nil {
					_, _ = io.Copy(io.Discard, s)
				}
			}()
		}
	}()
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port
}

func TestTheEnvironmentDoesNotChangeTheVerdict(t *testing.T) {
	t.Parallel()
	public, err := certs.NewAuthority("Public", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	made := func(c tls.Certificate, err error) tls.Certificate {
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	issued := func(l certs.Leaf) tls.Certificate {
		l.Hosts = []string{"receiver.test"}
		return made(public.Issue(l))
	}
	rsa := issued(certs.Leaf{Key: testtools.RSA(2048)})
	suite := func(id uint16) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{rsa}, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{id}}
	}
	with := func(c tls.Certificate) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{c}} }
	own := made(certs.SelfSigned(certs.Leaf{Hosts: []string{"receiver.test"}}))
	negative := issued(certs.Leaf{})
	negative.Certificate = [][]byte{testtools.NegativeSerial(negative.Leaf), negative.Certificate[1]}

	dir := t.TempDir()
	ca, trusted := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "trusted.pem")
	everything := append(public.RootPEM(), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]})...)
	for file, data := range map[string][]byte{ca: public.RootPEM(), trusted: everything} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	proxy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	detours := make(chan struct{}, 100)
	t.Cleanup(func() { _ = proxy.Close() })
	go func() {
		for {
			c, err := proxy.Accept()
			if err != nil {
				return
			}
			detours <- struct{}{}
			_ = c.Close()
		}
	}()
	via := "http://" + proxy.Addr().String()
	hostile := []string{
		"GODEBUG=tlsrsakex=1,tls3des=1,tlssha1=1,tls10server=1,x509sha1=1,x509negativeserial=1,x509usefallbackroots=1,x509usepolicies=0,tlsmaxrsasize=16384,rsa1024min=0,http2client=0,httplaxcontentlength=1",
		"HTTP_PROXY=" + via, "HTTPS_PROXY=" + via, "ALL_PROXY=" + via, "http_proxy=" + via, "https_proxy=" + via, "NO_PROXY=",
		"SSL_CERT_FILE=" + trusted, "SSL_CERT_DIR=" + dir,
	}

	for _, tt := range []struct {
		name   string
		config *tls.Config
		trust  bool
		want   []string // failed requirements
	}{
		{name: "a certificate of a trusted authority", config: with(issued(certs.Leaf{})), trust: true},
		{name: "a certificate of an authority that is not trusted", config: with(issued(certs.Leaf{})), want: []string{"transport.trusted-chain"}},
		{name: "a self-signed certificate", config: with(own), trust: true, want: []string{"transport.not-self-signed"}},
		{name: "RSA key exchange only", config: suite(tls.TLS_RSA_WITH_AES_128_GCM_SHA256), trust: true, want: []string{"transport.handshake"}},
		{name: "3DES only", config: suite(tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA), trust: true, want: []string{"transport.handshake"}},
		{name: "a negative serial number", config: with(negative), trust: true, want: []string{"transport.handshake"}},
		{name: "an RSA key of 8,200 bits", config: with(issued(certs.Leaf{Key: testtools.PublicOnly(8200)})), trust: true, want: []string{"transport.handshake"}},
		{name: "a signature with SHA-1", config: with(issued(certs.Leaf{Change: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }})), trust: true, want: []string{"transport.strong-keys"}},
		{name: "TLS 1.1 only", config: &tls.Config{Certificates: []tls.Certificate{rsa}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, trust: true, want: []string{"transport.tls-version"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			port := tlsPort(t, tt.config)
			judged := func(environment ...string) (int, any, []string) {
				file := filepath.Join(t.TempDir(), "report.json")
				args := []string{"tls", "https://receiver.test:" + port + "/push", "--connect-to", "receiver.test::127.0.0.1:", "--report", "json=" + file}
				if tt.trust {
					args = append(args, "--ca-file", ca)
				}
				got := runProgram(t, environment, args...)
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatalf("exit %d, %s%v", got.exit, got.stderr, err)
				}
				var report struct{ Requirements, Notes any }
				if err := json.Unmarshal(data, &report); err != nil {
					t.Fatal(err)
				}
				return got.exit, report, statusesInReport(t, file)["failed"]
			}
			exit, plain, failed := judged()
			if diff := cmp.Diff(tt.want, failed); diff != "" || (exit == 0) != (len(tt.want) == 0) {
				t.Errorf("exit %d, failed mismatch (-want +got):\n%s", exit, diff)
			}
			exitUnder, under, _ := judged(hostile...)
			if diff := cmp.Diff(plain, under); diff != "" || exit != exitUnder {
				t.Errorf("exit %d and then %d; the environment changes the verdict (-without +with):\n%s", exit, exitUnder, diff)
			}
		})
	}
	t.Cleanup(func() {
		if n := len(detours); n > 0 {
			t.Errorf("%d connections went through a proxy", n)
		}
	})
}

func TestAPushIgnoresTheProxyOfTheEnvironment(t *testing.T) {
	t.Parallel()
	running, err := receiver.Start(t.Context(), receiver.Config{Hosts: []string{"receiver.test"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Close() })
	u, err := url.Parse(running.URL)
	if err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, running.RootPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	// The URL has a host name, because Go uses no proxy for an address of this machine.
	got := runProgram(t, []string{"HTTPS_PROXY=http://127.0.0.1:1", "HTTP_PROXY=http://127.0.0.1:1"},
		"run", "--ca-file", ca, "--only", "push.newcall", "--connect-to", "receiver.test::127.0.0.1:", "https://receiver.test:"+u.Port()+"/")
	if got.exit != 0 || running.PushCount() == 0 {
		t.Errorf("exit %d after %d pushes, want 0:\n%s%s", got.exit, running.PushCount(), got.stdout, got.stderr)
	}
}

func TestGODEBUGKeepsOnlySettingsThatChangeNoVerdict(t *testing.T) {
	t.Parallel()
	for give, want := range map[string]string{
		"":                     "",
		"netdns=go+1":          "netdns=go+1",
		"x509negativeserial=1": "",
		"tlsrsakex=1,netdns=cgo,urlmaxqueryparams=1": "netdns=cgo",
	} {
		if got := harmlessSettings(give); got != want {
			t.Errorf("harmlessSettings(%q) = %q, want %q", give, got, want)
		}
	}
}

func TestFIPSModeIsRefusedWithExit2(t *testing.T) {
	t.Parallel()
	got := runProgram(t, []string{"GODEBUG=fips140=on"}, "version")
	if got.exit != 2 || !strings.Contains(got.stderr, "GODEBUG=fips140") {
		t.Errorf("exit %d, want 2 and the reason; standard error: %s", got.exit, got.stderr)
	}
}
