package report

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// PrintInspection prints a run that only connected: what its connections showed, certificate by certificate, and the requirements about
// them. Times are relative to now. The last line is the result.
func (t *Terminal) PrintInspection(v verdict.Verdict, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := &inspectionPage{findingsPage: findingsPage{page: t.page().page, rows: v.Rows, evidence: evidenceOf(v), verbose: t.opts.Verbose}, now: now}
	if !t.opts.Quiet {
		for _, c := range v.Connections {
			p.connection(c)
		}
		p.outcomes()
	}
	p.writeFailures()
	p.writeExcusedAndWarnings()
	if !t.opts.Quiet {
		p.writeNotes(v.Notes)
		p.writeUnchecked()
	}
	p.writeProblems(v.Problems)
	p.gap()
	p.result(v)
	t.print(p.text.String())
}

// inspectionPage shows a verdict on connections.
type inspectionPage struct {
	findingsPage
	now time.Time
}

func (p *inspectionPage) connection(c transcript.Connection) {
	p.writeConnectionHead(c)
	for i, cert := range c.Handshake.Chain {
		p.certificate(i, len(c.Handshake.Chain), cert)
	}
}

// certificate shows the fields of a certificate that matter to people.
func (p *inspectionPage) certificate(i, count int, c *x509.Certificate) {
	p.title(bold, fmt.Sprintf("certificate %d of %d", i+1, count))
	long := 3 * p.width
	p.field("subject", clipLong(firstName(c.Subject.String(), nil), long))
	by := firstName(c.Issuer.String(), nil)
	if string(c.RawSubject) == string(c.RawIssuer) {
		by += " (itself)"
	}
	p.field("issuer", clipLong(by, long))
	valid, look := validityText(c, p.now)
	p.styledField("valid", valid, look)
	if names := certificateNames(c); len(names) > 0 {
		p.field("names", clipLong(strings.Join(names, ", "), 2*long))
	} else if !c.IsCA {
		p.styledField("names", "none (subjectAltName); a common name does not count", yellow)
	}
	p.field("key", fmt.Sprintf("%s, signed with %s", keyDescription(c), c.SignatureAlgorithm))
	p.field("sha256", fmt.Sprintf("%x", sha256.Sum256(c.Raw)))
}

// validityText describes from when to when a certificate is valid, and how now relates to that.
func validityText(c *x509.Certificate, now time.Time) (string, style) {
	const layout = "2006-01-02 15:04"
	text := c.NotBefore.UTC().Format(layout) + " to " + c.NotAfter.UTC().Format(layout) + " UTC"
	days := func(d time.Duration) string {
		if d < 48*time.Hour {
			return wording.Count(int(d/time.Hour), "hour")
		}
		return wording.Count(int(d/(24*time.Hour)), "day")
	}
	switch {
	case now.Before(c.NotBefore):
		return text + " (begins in " + days(c.NotBefore.Sub(now)) + ")", red
	case now.After(c.NotAfter):
		return text + " (ended " + days(now.Sub(c.NotAfter)) + " ago)", red
	}
	return text + " (" + days(c.NotAfter.Sub(now)) + " left)", plain
}

// certificateNames returns the names and addresses in a certificate; never nil.
func certificateNames(c *x509.Certificate) []string {
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}

func keyDescription(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + key.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return c.PublicKeyAlgorithm.String()
}

// outcomes lists the status of each requirement about the connection, with the reason if it was not judged.
func (p *inspectionPage) outcomes() {
	p.title(bold, "what sipgate would see")
	var rows []verdict.Row
	column := 0
	for _, r := range p.rows {
		if r.Area() == "transport" {
			rows = append(rows, r)
			column = max(column, utf8.RuneCountInString(statusWords(r.Status)))
		}
	}
	for _, r := range rows {
		look, why := dim, reasonOf(r)
		switch r.Status {
		case verdict.Passed:
			look, why = green, ""
		case verdict.Failed:
			look, why = red, ""
		case verdict.Warned, verdict.Waived, verdict.Known:
			look, why = yellow, ""
		}
		p.put(plain, "  ").put(look, pad(statusWords(r.Status), column)).put(plain, "  "+r.ID)
		if why == "" {
			p.end()
			continue
		}
		at := 2 + column + 2 + columnOf(rows) + 2
		if p.width-at < 20 {
			p.end()
			p.paragraph(6, clipLong(why, 4*p.width))
			continue
		}
		p.put(plain, strings.Repeat(" ", columnOf(rows)+2-utf8.RuneCountInString(r.ID)))
		for i, l := range wrap(clipLong(why, 4*p.width), p.width-at) {
			if i > 0 {
				p.put(plain, strings.Repeat(" ", at))
			}
			p.put(plain, l).end()
		}
	}
}

// writeExcusedAndWarnings shows requirements that are not met and do not count as failures: warnings, and what a flag or a list allows.
func (p *inspectionPage) writeExcusedAndWarnings() {
	for _, s := range []verdict.Status{verdict.Warned, verdict.Waived, verdict.Known} {
		for _, r := range withStatus(p.rows, s) {
			if s == verdict.Warned || !r.Fatal {
				p.writeInFull(r, statusWords(s), yellow)
			}
		}
	}
}

// writeUnchecked lists what a connection cannot show.
func (p *inspectionPage) writeUnchecked() {
	p.title(bold, "not checked")
	p.paragraph(2, "What takes a push to see: redirects, credentials and every response. pushcheck run sends some.")
	p.paragraph(2, "The way from sipgate's network to here: a firewall may let this machine in and sipgate not.")
}

// result shows the conclusion, and what follows from it.
func (p *inspectionPage) result(v verdict.Verdict) {
	follows := ""
	switch conclusionOf(v) {
	case verdict.Conformant:
		follows = "As far as a connection shows, sipgate would deliver its pushes here."
		if len(withStatus(v.Rows, verdict.Waived)) > 0 {
			follows = "What is waived is waived by a flag of yours, not by sipgate."
		}
	case verdict.NotConformant:
		if slices.ContainsFunc(v.Connections, transcript.Connection.IsBlocked) {
			follows = "pushcheck run would send nothing here."
		}
	}
	if follows != "" {
		p.paragraph(0, follows)
	}
	p.writeConclusion(conclusionOf(v), sentence(v))
}
