package main

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/net/idna"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/wording"
)

// certFlags are the flags of cert.
type certFlags struct {
	out   string
	days  int
	force bool
}

// The files that cert writes.
const (
	authorityFile = "ca.pem"
	chainFile     = "receiver.pem"
	keyFile       = "receiver.key"
)

// Clients accept no certificate that is valid for more than maxDays.
const maxDays = 398

func (a *app) certCommand() *cobra.Command {
	var f certFlags
	cmd := &cobra.Command{
		Use:   "cert HOST…",
		Short: "Make a certificate for a receiver under development",
		Long: "Makes a certificate authority, and a certificate (ECDSA P-256) for these host names and addresses. It writes " + authorityFile + " for --ca-file, and for the receiver " +
			chainFile + " (the certificate with its chain) and " + keyFile + ".\n\n" +
			"Only a client that is given " + authorityFile + " trusts the certificate; sipgate does not. The key of the authority is not kept.",
		Example: "  pushcheck cert localhost 127.0.0.1\n  pushcheck cert --out certs --days 30 receiver.test",
		RunE:    func(_ *cobra.Command, args []string) error { return a.makeCertificateFiles(f, args) },
	}
	flags := cmd.Flags()
	registerOutFolder(flags, &f.out)
	flags.IntVar(&f.days, "days", 90, "the certificate is valid for `N` days")
	registerForce(flags, &f.force)
	return cmd
}

// makeCertificateFiles makes a certificate for the hosts in args, and writes its files.
func (a *app) makeCertificateFiles(f certFlags, args []string) error {
	if len(args) == 0 {
		return usage("no host name and no address is given", "as in: pushcheck cert localhost 127.0.0.1")
	}
	var hosts []string
	for _, arg := range args {
		host, err := hostName(arg)
		if err != nil {
			return usage(err.Error(), "%s", hostHint(arg))
		}
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	if f.days < 1 || f.days > maxDays {
		return wrongValue("days", f.days, fmt.Sprintf("1 to %d are possible", maxDays), "clients refuse certificates that are valid for longer")
	}
	files, expires, err := makeCertificate(hosts, f.days)
	if err != nil {
		return err
	}
	if err := writeNewFiles(f, files); err != nil {
		return err
	}
	return a.explainCertificate(f, hosts, expires)
}

// newFile is a file that is going to be written.
type newFile struct {
	name string
	mode fs.FileMode
	data []byte
}

// makeCertificate makes the authority, the certificate and its key.
func makeCertificate(hosts []string, days int) (files []newFile, expires time.Time, err error) {
	now := time.Now()
	authority, err := certs.NewAuthority(endpoint.CertOrganization, now)
	if err != nil {
		return nil, expires, err
	}
	expires = now.AddDate(0, 0, days)
	leaf, err := authority.Issue(certs.Leaf{Hosts: hosts, NotAfter: expires, Change: func(c *x509.Certificate) {
		if len(c.Subject.CommonName) > 64 { // X.509 limits this name to 64 characters, and clients check only the subjectAltName
			c.Subject = pkix.Name{}
		}
	}})
	if err != nil {
		return nil, expires, err
	}
	key, err := certs.KeyPEM(leaf)
	if err != nil {
		return nil, expires, err
	}
	return []newFile{
		{authorityFile, 0o644, authority.RootPEM()},
		{chainFile, 0o644, certs.ChainPEM(leaf)},
		{keyFile, 0o600, key},
	}, expires, nil
}

// writeNewFiles writes files to the folder f.out. If one of them exists and f.force is false, it writes none of them.
func writeNewFiles(f certFlags, files []newFile) error {
	if err := os.MkdirAll(f.out, 0o755); err != nil {
		return wrongFlag("out", err.Error(), "name a folder that can be written to")
	}
	for _, file := range files {
		name := filepath.Join(f.out, file.name)
		info, err := os.Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return fmt.Errorf("writing the files: %w", err)
		case info.IsDir():
			return usage(fmt.Sprintf("%s is a folder", name), "choose another folder with --out")
		case !f.force:
			return usage(fmt.Sprintf("%s already exists", name), "--force overwrites it, --out DIR chooses another folder")
		}
	}
	for _, file := range files {
		if err := writeNew(filepath.Join(f.out, file.name), file.mode, file.data); err != nil {
			return fmt.Errorf("writing the files: %w", err)
		}
	}
	return nil
}

// writeNew removes a file and writes a new one. The new file does not inherit the mode of the old file or the target of a link.
func writeNew(name string, mode fs.FileMode, data []byte) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	w, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return errors.Join(err, w.Close())
}

// explainCertificate prints which files were made and how to use them.
func (a *app) explainCertificate(f certFlags, hosts []string, expires time.Time) error {
	host := strings.Replace(hosts[0], "*", "www", 1)
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	authority, chain, key := filepath.Join(f.out, authorityFile), filepath.Join(f.out, chainFile), filepath.Join(f.out, keyFile)
	_, err := fmt.Fprintf(a.stdout, `%[1]s: the authority, for the programs that have to trust it
%[2]s: the certificate with its chain, for %[4]s, until %[5]s
%[3]s: its private key, readable by you alone

serve it
  nginx   ssl_certificate %[6]q; ssl_certificate_key %[7]q;
  Node    https.createServer({cert: fs.readFileSync(%[2]q), key: fs.readFileSync(%[3]q)}, app)
  Python  context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH); context.load_cert_chain(%[2]q, %[3]q)
judge it
  pushcheck run --ca-file %[8]s %[9]s

sipgate does not trust this authority. In production, use a certificate of a public authority, such as Let's Encrypt.
`, authority, chain, key, strings.Join(hosts, ", "), expires.UTC().Format(time.DateOnly), absolutePath(chain), absolutePath(key),
		wording.ShellWord(authority), wording.ShellWord("https://"+host+":8443/"))
	return err
}

// absolutePath returns the absolute path of a file, for a configuration of nginx. nginx looks for a relative path in its own folder.
func absolutePath(name string) string {
	if full, err := filepath.Abs(name); err == nil {
		return full
	}
	return name
}

// hostLabel matches a part of a host name between two dots.
var hostLabel = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$`)

// hostName returns a host in the form in which a certificate names it: an address in its shortest form, or a name in lower case and ASCII.
// Only the first label may be *.
func hostName(raw string) (string, error) {
	invalid := fmt.Errorf("%q is neither a host name nor an address", raw)
	if ip, err := netip.ParseAddr(strings.Trim(raw, "[]")); err == nil {
		if ip.Zone() != "" {
			return "", invalid
		}
		return ip.Unmap().String(), nil
	}
	wildcard, rest := "", strings.TrimSuffix(raw, ".")
	if after, ok := strings.CutPrefix(rest, "*."); ok {
		wildcard, rest = "*.", after
	}
	ascii, err := idna.Lookup.ToASCII(rest)
	if err != nil {
		ascii = strings.ToLower(rest)
	}
	labels := strings.Split(ascii, ".")
	for _, l := range labels {
		if !hostLabel.MatchString(l) {
			return "", invalid
		}
	}
	endsInNumber := strings.Trim(labels[len(labels)-1], "0123456789") == ""
	if len(wildcard+ascii) > 253 || endsInNumber || wildcard != "" && len(labels) < 2 {
		return "", invalid
	}
	return wildcard + ascii, nil
}

// hostHint returns the hint for a text that is not a host. For a URL, the hint names the host of the URL; otherwise it is an example.
func hostHint(raw string) string {
	rest := raw
	if _, after, ok := strings.Cut(rest, "://"); ok {
		rest = after
	}
	rest, _, _ = strings.Cut(rest, "/")
	if host, _, err := net.SplitHostPort(rest); err == nil {
		rest = host
	}
	if host, err := hostName(rest); err == nil && rest != raw {
		return fmt.Sprintf("the host alone is wanted: pushcheck cert %s", host)
	}
	return "as in: pushcheck cert localhost 127.0.0.1"
}
