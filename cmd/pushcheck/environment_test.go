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

// runAsProgram is the environment variable that makes this test binary run as pushcheck.
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

// runProgram runs pushcheck in another process, with these environment variables.
func runProgram(t *testing.T, environment []string, args ...string) outcome {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), executable, args...)
	cmd.Env = append([]string{runAsProgram + "=1"}, environment...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exited *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exited) {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// tlsPort starts a TLS server with a configuration, which listens until the test ends. It returns the server's port on this machine.
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

func TestProxyAndTLSVariablesDoNotChangeTheVerdict(t *testing.T) {
	t.Parallel()
	authority, err := certs.NewAuthority("Public", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	mustMake := func(c tls.Certificate, err error) tls.Certificate {
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	issue := func(l certs.Leaf) tls.Certificate {
		l.Hosts = []string{"receiver.test"}
		return mustMake(authority.Issue(l))
	}
	rsa := issue(certs.Leaf{Key: testtools.RSA(2048)})
	configWithSuite := func(id uint16) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{rsa}, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{id}}
	}
	configWith := func(c tls.Certificate) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{c}} }
	selfSigned := mustMake(certs.SelfSigned(certs.Leaf{Hosts: []string{"receiver.test"}}))
	negativeSerial := issue(certs.Leaf{})
	negativeSerial.Certificate = [][]byte{testtools.NegativeSerial(negativeSerial.Leaf), negativeSerial.Certificate[1]}

	dir := t.TempDir()
	caFile, trustedFile := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "trusted.pem")
	trustedPEM := append(authority.RootPEM(), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: selfSigned.Certificate[0]})...)
	for file, data := range map[string][]byte{caFile: authority.RootPEM(), trustedFile: trustedPEM} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	proxy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	proxyConnections := make(chan struct{}, 100)
	t.Cleanup(func() { _ = proxy.Close() })
	go func() {
		for {
			c, err := proxy.Accept()
			if err != nil {
				return
			}
			proxyConnections <- struct{}{}
			_ = c.Close()
		}
	}()
	proxyURL := "http://" + proxy.Addr().String()
	variables := []string{
		"GODEBUG=tlsrsakex=1,tls3des=1,tlssha1=1,tls10server=1,x509sha1=1,x509negativeserial=1,x509usefallbackroots=1,x509usepolicies=0,tlsmaxrsasize=16384,rsa1024min=0,http2client=0,httplaxcontentlength=1",
		"HTTP_PROXY=" + proxyURL, "HTTPS_PROXY=" + proxyURL, "ALL_PROXY=" + proxyURL, "http_proxy=" + proxyURL, "https_proxy=" + proxyURL, "NO_PROXY=",
		"SSL_CERT_FILE=" + trustedFile, "SSL_CERT_DIR=" + dir,
	}

	for _, tt := range []struct {
		name   string
		config *tls.Config
		passCA bool     // pass the authority with --ca-file
		want   []string // failed requirements
	}{
		{name: "a certificate of a trusted authority", config: configWith(issue(certs.Leaf{})), passCA: true},
		{name: "a certificate of an authority that is not trusted", config: configWith(issue(certs.Leaf{})), want: []string{"transport.trusted-chain"}},
		{name: "a self-signed certificate", config: configWith(selfSigned), passCA: true, want: []string{"transport.not-self-signed"}},
		{name: "RSA key exchange only", config: configWithSuite(tls.TLS_RSA_WITH_AES_128_GCM_SHA256), passCA: true, want: []string{"transport.handshake"}},
		{name: "3DES only", config: configWithSuite(tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA), passCA: true, want: []string{"transport.handshake"}},
		{name: "a negative serial number", config: configWith(negativeSerial), passCA: true, want: []string{"transport.handshake"}},
		{name: "an RSA key of 8,200 bits", config: configWith(issue(certs.Leaf{Key: testtools.RSAWithoutPrivateKey(8200)})), passCA: true, want: []string{"transport.handshake"}},
		{name: "a signature with SHA-1", config: configWith(issue(certs.Leaf{Change: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }})), passCA: true, want: []string{"transport.strong-keys"}},
		{name: "TLS 1.1 only", config: &tls.Config{Certificates: []tls.Certificate{rsa}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, passCA: true, want: []string{"transport.tls-version"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			port := tlsPort(t, tt.config)
			judge := func(environment ...string) (int, any, []string) {
				file := filepath.Join(t.TempDir(), "report.json")
				args := []string{"tls", "https://receiver.test:" + port + "/push", "--connect-to", "receiver.test::127.0.0.1:", "--report", "json=" + file}
				if tt.passCA {
					args = append(args, "--ca-file", caFile)
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
				return got.exit, report, idsByStatusInReport(t, file)["failed"]
			}
			exit, plainReport, failed := judge()
			if diff := cmp.Diff(tt.want, failed); diff != "" || (exit == 0) != (len(tt.want) == 0) {
				t.Errorf("exit %d, failed mismatch (-want +got):\n%s", exit, diff)
			}
			exitWithVariables, reportWithVariables, _ := judge(variables...)
			if diff := cmp.Diff(plainReport, reportWithVariables); diff != "" || exit != exitWithVariables {
				t.Errorf("exit %d, and %d with the environment; reports mismatch (-without +with the environment):\n%s", exit, exitWithVariables, diff)
			}
		})
	}
	t.Cleanup(func() {
		if n := len(proxyConnections); n > 0 {
			t.Errorf("%d connections went through a proxy", n)
		}
	})
}

func TestPushesIgnoreAProxyInTheEnvironment(t *testing.T) {
	t.Parallel()
	instance, err := receiver.Start(t.Context(), receiver.Config{Hosts: []string{"receiver.test"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = instance.Close() })
	u, err := url.Parse(instance.URL)
	if err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, instance.RootPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	// The URL has a host name, because Go uses no proxy for an address of this machine.
	got := runProgram(t, []string{"HTTPS_PROXY=http://127.0.0.1:1", "HTTP_PROXY=http://127.0.0.1:1"},
		"run", "--ca-file", ca, "--only", "push.newcall", "--connect-to", "receiver.test::127.0.0.1:", "https://receiver.test:"+u.Port()+"/")
	if got.exit != 0 || instance.PushCount() == 0 {
		t.Errorf("exit %d after %d pushes, want 0:\n%s%s", got.exit, instance.PushCount(), got.stdout, got.stderr)
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
