package endpoint

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

const wantServer = "a certificate for servers: extended key usage serverAuth, key usage digitalSignature, not an authority's"

// expiryLimit returns the minimum time for which a certificate should still be valid: 14 days, or a third of its lifetime if that is less.
func expiryLimit(c *x509.Certificate) time.Duration {
	return min(14*24*time.Hour, c.NotAfter.Sub(c.NotBefore)/3)
}

// dateProblem returns a problem if a certificate of the chain is expired or not yet valid.
func dateProblem(chain []*x509.Certificate, now time.Time) (Problem, bool) {
	var got []string
	var notYetValid bool
	var leafExpired, intermediateExpired, rootExpired bool
	for i, c := range chain {
		name := "the certificate"
		if i > 0 {
			name = "the authority's certificate " + subjectName(c)
		}
		notYetValid = notYetValid || now.Before(c.NotBefore)
		switch {
		case now.Before(c.NotBefore):
			got = append(got, fmt.Sprintf("%s is not valid before %s", name, formatTime(c.NotBefore)))
		case now.After(c.NotAfter):
			selfSigned := isSelfSigned(c)
			leafExpired = leafExpired || i == 0
			intermediateExpired = intermediateExpired || i > 0 && !selfSigned
			rootExpired = rootExpired || i > 0 && selfSigned
			got = append(got, fmt.Sprintf("%s expired on %s", name, formatTime(c.NotAfter)))
		}
	}
	p := Problem{Rule: ruleInDate, Want: "certificates that are valid on " + formatTime(now), Got: strings.Join(got, "; ")}
	switch {
	case notYetValid:
		p.Fix = "Wait until the certificate is valid, or have one issued that is. If it should be by now, look at the clocks: of the machine that issued it, and of this one."
	case rootExpired:
		p.Fix = "Have the certificate issued by an authority whose root is valid: if the root has expired, another intermediate does not help. For an authority of your own, make a new root, give it to --ca-file, and issue the certificates below it again."
	case intermediateExpired && !leafExpired:
		p.Fix = "Renew the certificate, serve the fullchain.pem that the authority issues now, and reload whatever serves it: an old intermediate is still in use."
	}
	return p, len(got) > 0
}

// expiryProblem returns a problem if a certificate is valid now but expires soon. dateProblem reports certificates that are not valid now.
func expiryProblem(leaf *x509.Certificate, now time.Time) (Problem, bool) {
	remaining := leaf.NotAfter.Sub(now)
	if now.Before(leaf.NotBefore) || remaining < 0 || remaining >= expiryLimit(leaf) {
		return Problem{}, false
	}
	p := Problem{
		Rule: ruleExpiresLate, Milder: true,
		Want: fmt.Sprintf("at least %s left", formatDuration(expiryLimit(leaf))),
		Got:  fmt.Sprintf("the certificate expires on %s, in %s", formatTime(leaf.NotAfter), formatDuration(remaining)),
	}
	if slices.Contains(leaf.Issuer.Organization, CertOrganization) {
		p.Fix = "Make a new one with pushcheck cert --force, and restart the receiver with it; its authority is a new one too."
	}
	return p, true
}

// nameProblem returns a problem if a certificate is not valid for the host.
func nameProblem(leaf *x509.Certificate, host string) (Problem, bool) {
	if leaf.VerifyHostname(host) == nil {
		return Problem{}, false
	}
	var names []string
	for _, name := range leaf.DNSNames {
		names = append(names, fmt.Sprintf("%q", name))
	}
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	got := ""
	switch {
	case slices.Contains(leaf.DNSNames, host):
		got = fmt.Sprintf("it lists %q as a DNS name, where an IP address has to be listed as one", host)
	case len(names) > 5:
		got = fmt.Sprintf("it is for %s and %d others", strings.Join(names[:5], ", "), len(names)-5)
	case len(names) > 0:
		got = "it is for " + strings.Join(names, ", ")
	case leaf.Subject.CommonName != "":
		got = fmt.Sprintf("it names no host (subjectAltName); its common name %q does not count", leaf.Subject.CommonName)
	default:
		got = "it names no host (subjectAltName)"
	}
	p := Problem{Rule: ruleName, Want: fmt.Sprintf("a certificate for %q", host), Got: got}
	if _, err := netip.ParseAddr(host); err == nil {
		p.Fix = "Put the name that the certificate is for into the URL, instead of the address; or have one issued that lists the address as an IP address (Let's Encrypt does so for six days at a time)."
	}
	return p, true
}

// serverUseProblem returns a problem if the receiver's own certificate is not for use by servers. path.findProblems checks the usages that
// the issuers allow. A certificate without extended key usage is no problem, because verifiers such as Java's then allow any use;
// certificateNotes mentions it. A self-signed certificate with the flag CA:TRUE is no problem either: many tools set the flag by default,
// and the receiver needs a new certificate anyway.
func serverUseProblem(chain sentChain) (Problem, bool) {
	var got []string
	if chain.leaf.BasicConstraintsValid && chain.leaf.IsCA && !chain.isSelfSigned {
		got = append(got, "the certificate is that of an authority (CA:TRUE)")
	}
	if !allowsServerUse(chain.leaf) {
		got = append(got, "the certificate's extended key usage does not allow servers")
	}
	if chain.leaf.KeyUsage != 0 && chain.leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 && !chain.leaf.IsCA {
		got = append(got, "the certificate's key usage does not allow digital signatures, which every TLS 1.3 handshake needs")
	}
	return Problem{Rule: ruleServer, Want: wantServer, Got: strings.Join(got, "; ")}, len(got) > 0
}

func hasExtendedKeyUsage(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) > 0
}

func allowsServerUse(c *x509.Certificate) bool {
	return !hasExtendedKeyUsage(c) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageServerAuth) ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

// strengthProblem returns a problem if a certificate has a weak key or a weak signature. The chain must not contain a root, but its leaf
// may be self-signed. The signature of a self-signed leaf is ignored.
func strengthProblem(chain []*x509.Certificate) (Problem, bool) {
	var got []string
	var hasWeakLeafKey, hasWeakAuthority bool
	for i, c := range chain {
		name := "the certificate"
		if i > 0 {
			name = "the intermediate " + subjectName(c)
		}
		if weakness := keyWeakness(c); weakness != "" {
			got = append(got, name+" has "+weakness)
			hasWeakLeafKey, hasWeakAuthority = hasWeakLeafKey || i == 0, hasWeakAuthority || i > 0
		}
		if hasWeakSignature(c) && !isSelfSigned(c) {
			got = append(got, fmt.Sprintf("%s is signed with %s", name, c.SignatureAlgorithm))
			hasWeakAuthority = true // the issuer of c chose the algorithm
		}
	}
	p := Problem{
		Rule: ruleStrong, Want: "RSA keys of 2048 bits or more, curves from P-256, signatures with SHA-256 or better",
		Got: strings.Join(got, "; "),
	}
	const byStrongAuthority = "by an authority with current keys and signatures, such as a public one, and serve its fullchain.pem unchanged"
	switch {
	case hasWeakLeafKey && hasWeakAuthority:
		p.Fix = "Make a new key (ECDSA P-256 or RSA 2048) and have a certificate issued for it " + byStrongAuthority + ": the authority's part is weak too."
	case hasWeakAuthority:
		p.Fix = "The receiver's own key is strong enough, a new one changes nothing: have the certificate issued again " + byStrongAuthority + "."
	}
	return p, len(got) > 0
}

// keyWeakness returns the reason why the key of a certificate is weak, or "" if the key is strong.
func keyWeakness(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < 2048 {
			return fmt.Sprintf("an RSA key of %d bits", bits)
		}
	case *ecdsa.PublicKey:
		if bits := key.Curve.Params().BitSize; bits < 256 {
			return "a key on the curve " + key.Curve.Params().Name
		}
	}
	return ""
}

func hasWeakSignature(c *x509.Certificate) bool {
	switch c.SignatureAlgorithm {
	case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		return true
	}
	return false
}

func hasAnyWeakSignature(chain []*x509.Certificate) bool {
	return slices.ContainsFunc(chain, hasWeakSignature)
}

// formatTime returns a time in UTC, without seconds.
func formatTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// formatDuration returns a duration in days, hours or minutes, rounded down.
func formatDuration(d time.Duration) string {
	formatCount := func(n int, name string) string {
		if n == 1 {
			return "1 " + name
		}
		return fmt.Sprintf("%d %ss", n, name)
	}
	switch {
	case d >= 48*time.Hour:
		return formatCount(int(d/(24*time.Hour)), "day")
	case d >= time.Hour:
		return formatCount(int(d/time.Hour), "hour")
	}
	return formatCount(int(d/time.Minute), "minute")
}
