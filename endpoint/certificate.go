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

// expiryLimit is how long a certificate should at least stay valid.
func expiryLimit(c *x509.Certificate) time.Duration {
	return min(14*24*time.Hour, c.NotAfter.Sub(c.NotBefore)/3)
}

func checkDates(chain []*x509.Certificate, now time.Time) (Problem, bool) {
	var got []string
	var early, leaf, intermediate, root bool // not valid yet; expired
	for i, c := range chain {
		what := "the certificate"
		if i > 0 {
			what = "the authority's certificate " + subject(c)
		}
		early = early || now.Before(c.NotBefore)
		switch {
		case now.Before(c.NotBefore):
			got = append(got, fmt.Sprintf("%s is not valid before %s", what, formatDate(c.NotBefore)))
		case now.After(c.NotAfter):
			selfSigned := isSelfSigned(c)
			leaf, intermediate, root = leaf || i == 0, intermediate || i > 0 && !selfSigned, root || i > 0 && selfSigned
			got = append(got, fmt.Sprintf("%s expired on %s", what, formatDate(c.NotAfter)))
		}
	}
	p := Problem{Rule: ruleInDate, Want: "certificates that are valid on " + formatDate(now), Got: strings.Join(got, "; ")}
	switch {
	case early:
		p.Fix = "Wait until the certificate is valid, or have one issued that is. If it should be by now, look at the clocks: of the machine that issued it, and of this one."
	case root:
		p.Fix = "Have the certificate issued by an authority whose root is valid: if the root has expired, another intermediate does not help. For an authority of your own, make a new root, give it to --ca-file, and issue the certificates below it again."
	case intermediate && !leaf:
		p.Fix = "Renew the certificate, serve the fullchain.pem that the authority issues now, and reload whatever serves it: an old intermediate is still in use."
	}
	return p, len(got) > 0
}

// checkExpiry judges a certificate that is valid now. A certificate that is not valid now breaks another rule.
func checkExpiry(leaf *x509.Certificate, now time.Time) (Problem, bool) {
	left := leaf.NotAfter.Sub(now)
	if now.Before(leaf.NotBefore) || left < 0 || left >= expiryLimit(leaf) {
		return Problem{}, false
	}
	p := Problem{
		Rule: ruleExpiresLate, Milder: true,
		Want: fmt.Sprintf("at least %s left", formatSpan(expiryLimit(leaf))),
		Got:  fmt.Sprintf("the certificate expires on %s, in %s", formatDate(leaf.NotAfter), formatSpan(left)),
	}
	if slices.Contains(leaf.Issuer.Organization, CertAuthority) {
		p.Fix = "Make a new one with pushcheck cert --force, and restart the receiver with it; its authority is a new one too."
	}
	return p, true
}

func checkName(leaf *x509.Certificate, host string) (Problem, bool) {
	if leaf.VerifyHostname(host) == nil {
		return Problem{}, false
	}
	var named []string
	for _, name := range leaf.DNSNames {
		named = append(named, fmt.Sprintf("%q", name))
	}
	for _, ip := range leaf.IPAddresses {
		named = append(named, ip.String())
	}
	got := ""
	switch {
	case slices.Contains(leaf.DNSNames, host):
		got = fmt.Sprintf("it lists %q as a DNS name, where an IP address has to be listed as one", host)
	case len(named) > 5:
		got = fmt.Sprintf("it is for %s and %d others", strings.Join(named[:5], ", "), len(named)-5)
	case len(named) > 0:
		got = "it is for " + strings.Join(named, ", ")
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

// checkServerUse checks the certificate itself; what its issuers allow is checked with the path. A certificate without any extended key
// usage is only a note: verifiers, those of Java included, read it as "any". It is not checked whether a self-signed certificate is also
// an authority's: tools set that flag by default, and a new certificate fixes both.
func checkServerUse(s sentChain) (Problem, bool) {
	var got []string
	if s.leaf.BasicConstraintsValid && s.leaf.IsCA && !s.selfSigned {
		got = append(got, "the certificate is that of an authority (CA:TRUE)")
	}
	if !allowsServerUse(s.leaf) {
		got = append(got, "the certificate's extended key usage does not allow servers")
	}
	if s.leaf.KeyUsage != 0 && s.leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 && !s.leaf.IsCA {
		got = append(got, "the certificate's key usage does not allow digital signatures, which every TLS 1.3 handshake needs")
	}
	return Problem{Rule: ruleServer, Want: wantServer, Got: strings.Join(got, "; ")}, len(got) > 0
}

func hasUsage(c *x509.Certificate) bool { return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) > 0 }

func allowsServerUse(c *x509.Certificate) bool {
	return !hasUsage(c) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageServerAuth) ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

// checkStrength judges the keys and signatures of certificates, none of which is a root. It ignores the signature of a self-signed certificate.
func checkStrength(chain []*x509.Certificate) (Problem, bool) {
	var got []string
	var ownKey, authority bool // where the weakness is
	for i, c := range chain {
		what := "the certificate"
		if i > 0 {
			what = "the intermediate " + subject(c)
		}
		if weak := describeWeakKey(c); weak != "" {
			got = append(got, what+" has "+weak)
			ownKey, authority = ownKey || i == 0, authority || i > 0
		}
		if hasOldSignature(c) && !isSelfSigned(c) {
			got = append(got, fmt.Sprintf("%s is signed with %s", what, c.SignatureAlgorithm))
			authority = true // the issuer of c chose the algorithm
		}
	}
	p := Problem{
		Rule: ruleStrong, Want: "RSA keys of 2048 bits or more, curves from P-256, signatures with SHA-256 or better",
		Got: strings.Join(got, "; "),
	}
	const elsewhere = "by an authority with current keys and signatures, such as a public one, and serve its fullchain.pem unchanged"
	switch {
	case ownKey && authority:
		p.Fix = "Make a new key (ECDSA P-256 or RSA 2048) and have a certificate issued for it " + elsewhere + ": the authority's part is weak too."
	case authority:
		p.Fix = "The receiver's own key is strong enough, a new one changes nothing: have the certificate issued again " + elsewhere + "."
	}
	return p, len(got) > 0
}

func describeWeakKey(c *x509.Certificate) string {
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

func hasOldSignature(c *x509.Certificate) bool {
	switch c.SignatureAlgorithm {
	case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		return true
	}
	return false
}

func anyHasOldSignature(chain []*x509.Certificate) bool {
	return slices.ContainsFunc(chain, hasOldSignature)
}

func formatDate(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// formatSpan writes a duration in days, hours or minutes.
func formatSpan(d time.Duration) string {
	unit := func(n int, name string) string {
		if n == 1 {
			return "1 " + name
		}
		return fmt.Sprintf("%d %ss", n, name)
	}
	switch {
	case d >= 48*time.Hour:
		return unit(int(d/(24*time.Hour)), "day")
	case d >= time.Hour:
		return unit(int(d/time.Hour), "hour")
	}
	return unit(int(d/time.Minute), "minute")
}
