package main

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReceiverWithTheFilesThatCertWritesConforms(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "new folder")
	got := runCommand(t, "cert", "--out", folder, "--days", "30", "Receiver.test", "127.0.0.1", "receiver.test", "::1")
	if got.exit != 0 || got.stderr != "" {
		t.Fatalf("exit %d: %s", got.exit, got.stderr)
	}
	ca, chain, key := filepath.Join(folder, "ca.pem"), filepath.Join(folder, "receiver.pem"), filepath.Join(folder, "receiver.key")
	for _, text := range []string{"pushcheck run --ca-file '" + ca + "' https://receiver.test:8443/", "ssl_certificate ", "load_cert_chain", "https.createServer", "sipgate does not trust"} {
		if !strings.Contains(got.stdout, text) {
			t.Errorf("the output lacks %q:\n%s", text, got.stdout)
		}
	}
	pair, err := tls.LoadX509KeyPair(chain, key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"receiver.test", "127.0.0.1", "::1"}, certificateHosts(pair.Leaf)); diff != "" {
		t.Errorf("names mismatch (-want +got):\n%s", diff)
	}
	if remaining := time.Until(pair.Leaf.NotAfter); remaining < 29*24*time.Hour || remaining > 30*24*time.Hour {
		t.Errorf("the certificate is valid for another %s, want 30 days", remaining)
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	server.StartTLS()
	t.Cleanup(server.Close)
	for _, host := range []string{"receiver.test", "127.0.0.1"} {
		_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
		result := runCommand(t, "tls", "--ca-file", ca, "--connect-to", "receiver.test:"+port+":127.0.0.1:"+port, "https://"+host+":"+port+"/")
		if result.exit != 0 || !strings.Contains(result.stdout, "conformant: 11 requirements met, 1 waived") {
			t.Errorf("tls of %s: exit %d:\n%s%s", host, result.exit, result.stdout, result.stderr)
		}
	}
}

// certificateHosts returns the host names and IP addresses that a certificate names.
func certificateHosts(c *x509.Certificate) []string {
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}

func TestCertReplacesALinkByAKeyThatOnlyItsOwnerCanRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	key := filepath.Join(folder, "receiver.key")
	linkTarget := filepath.Join(t.TempDir(), "target")
	if err := os.WriteFile(linkTarget, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(linkTarget, key); err != nil {
		t.Fatal(err)
	}
	if got := runCommand(t, "cert", "--force", "--out", folder, "localhost"); got.exit != 0 {
		t.Fatalf("exit %d: %s", got.exit, got.stderr)
	}
	info, err := os.Lstat(key)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o600 {
		t.Errorf("the key's mode is %s, want -rw-------", info.Mode())
	}
	if data, err := os.ReadFile(linkTarget); err != nil || string(data) != "mine" {
		t.Errorf("the file to which the link pointed holds %q, want it unchanged (%v)", data, err)
	}
}

func TestCertOverwritesFilesOnlyWithForce(t *testing.T) {
	t.Parallel()
	for _, existing := range []string{"ca.pem", "receiver.pem", "receiver.key"} {
		t.Run(existing, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, existing), []byte("precious"), 0o600); err != nil {
				t.Fatal(err)
			}
			got := runCommand(t, "cert", "--out", folder, "localhost")
			if got.exit != 2 || !strings.Contains(got.stderr, existing+" already exists\nhint: --force") {
				t.Errorf("exit %d, want 2 with a hint: %s", got.exit, got.stderr)
			}
			entries, err := os.ReadDir(folder)
			if err != nil || len(entries) != 1 {
				t.Errorf("%d files in the folder, want the one that was there (%v)", len(entries), err)
			}
			if data, _ := os.ReadFile(filepath.Join(folder, existing)); string(data) != "precious" {
				t.Errorf("%s holds %q, want it as it was", existing, data)
			}
			if got := runCommand(t, "cert", "--force", "--out", folder, "localhost"); got.exit != 0 {
				t.Errorf("with --force: exit %d: %s", got.exit, got.stderr)
			}
			if _, err := tls.LoadX509KeyPair(filepath.Join(folder, "receiver.pem"), filepath.Join(folder, "receiver.key")); err != nil {
				t.Errorf("with --force: %v", err)
			}
		})
	}
}

func TestHostNameOfOver64CharactersIsOnlyAnAlternativeName(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	host := strings.Repeat("a", 60) + ".receiver.test" // a common name has 64 characters at most
	if got := runCommand(t, "cert", "--out", folder, host); got.exit != 0 {
		t.Fatalf("exit %d: %s", got.exit, got.stderr)
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, "receiver.pem"), filepath.Join(folder, "receiver.key"))
	if err != nil {
		t.Fatal(err)
	}
	if pair.Leaf.Subject.CommonName != "" || pair.Leaf.VerifyHostname(host) != nil {
		t.Errorf("subject %q, names %q: want it only among the names", pair.Leaf.Subject, pair.Leaf.DNSNames)
	}
}

func TestHostOfACertificateIsNormalizedOrRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ raw, want string }{
		{"localhost", "localhost"}, {"Example.ORG.", "example.org"}, {"*.receiver.test", "*.receiver.test"},
		{"bücher.example", "xn--bcher-kva.example"}, {"my_host", "my_host"}, {"[::1]", "::1"}, {"::ffff:127.0.0.1", "127.0.0.1"},
		{"2001:DB8::0:1", "2001:db8::1"}, {"a..b", ""}, {"-a", ""}, {".", ""}, {"fe80::1%eth0", ""}, {"1.2.3", ""}, {"user@host", ""},
	} {
		got, err := hostName(test.raw)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("hostName(%q) = %q, %v, want %q", test.raw, got, err, test.want)
		}
	}
}
