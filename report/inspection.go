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

// PrintInspection prints a run that only connected, and sent no push: each connection with its certificates, and the requirements about
// connections. Times are relative to now. The last line is the conclusion.
func (t *Terminal) PrintInspection(v verdict.Verdict, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := &inspectionPage{findingsPage: findingsPage{page: t.newPage().page, rows: v.Rows, evidence: evidenceOf(v), verbose: t.opts.Verbose}, now: now}
	if !t.opts.Quiet {
		for _, c := range v.Connections {
			p.writeConnection(c)
		}
		p.writeOutcomes()
	}
	p.writeFailures()
	p.writeExcusedAndWarnings()
	if !t.opts.Quiet {
		p.writeNotes(v.Notes)
		p.writeUnchecked()
	}
	p.writeProblems(v.Problems)
	p.writeGap()
	p.writeInspectionResult(v)
	t.print(p.text.String())
}

// inspectionPage writes a verdict on connections.
type inspectionPage struct {
	findingsPage
	now time.Time
}

func (p *inspectionPage) writeConnection(c transcript.Connection) {
	p.writeConnectionHead(c)
	for i, cert := range c.Handshake.Chain {
		p.writeCertificate(i, len(c.Handshake.Chain), cert)
	}
}

// writeCertificate writes the important fields of a certificate.
func (p *inspectionPage) writeCertificate(i, count int, c *x509.Certificate) {
	p.writeTitle(bold, fmt.Sprintf("certificate %d of %d", i+1, count))
	maxLength := 3 * p.width
	p.writeField("subject", clipLong(firstNonEmptyName(c.Subject.String(), nil), maxLength))
	issuer := firstNonEmptyName(c.Issuer.String(), nil)
	if string(c.RawSubject) == string(c.RawIssuer) {
		issuer += " (itself)"
	}
	p.writeField("issuer", clipLong(issuer, maxLength))
	validity, validityStyle := validityText(c, p.now)
	p.writeStyledField("valid", validity, validityStyle)
	if names := certificateNames(c); len(names) > 0 {
		p.writeField("names", clipLong(strings.Join(names, ", "), 2*maxLength))
	} else if !c.IsCA {
		p.writeStyledField("names", "none (subjectAltName); a common name does not count", yellow)
	}
	p.writeField("key", fmt.Sprintf("%s, signed with %s", keyDescription(c), c.SignatureAlgorithm))
	p.writeField("sha256", fmt.Sprintf("%x", sha256.Sum256(c.Raw)))
}

// validityText returns the dates between which a certificate is valid, and how much time is left, how long ago the validity ended, or how
// soon it begins.
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

// writeOutcomes lists the status of each requirement about connections, with the reason if the requirement was not judged.
func (p *inspectionPage) writeOutcomes() {
	p.writeTitle(bold, "what sipgate would see")
	var rows []verdict.Row
	statusWidth := 0
	for _, r := range p.rows {
		if r.Area() == "transport" {
			rows = append(rows, r)
			statusWidth = max(statusWidth, utf8.RuneCountInString(statusWords(r.Status)))
		}
	}
	for _, r := range rows {
		statusStyle, reason := dim, reasonOf(r)
		switch r.Status {
		case verdict.Passed:
			statusStyle, reason = green, ""
		case verdict.Failed:
			statusStyle, reason = red, ""
		case verdict.Warned, verdict.Waived, verdict.Known:
			statusStyle, reason = yellow, ""
		}
		p.put(plain, "  ").put(statusStyle, pad(statusWords(r.Status), statusWidth)).put(plain, "  "+r.ID)
		if reason == "" {
			p.endLine()
			continue
		}
		reasonColumn := 2 + statusWidth + 2 + longestIDLength(rows) + 2
		if p.width-reasonColumn < 20 {
			p.endLine()
			p.writeParagraph(6, clipLong(reason, 4*p.width))
			continue
		}
		p.put(plain, strings.Repeat(" ", longestIDLength(rows)+2-utf8.RuneCountInString(r.ID)))
		for i, l := range wrap(clipLong(reason, 4*p.width), p.width-reasonColumn) {
			if i > 0 {
				p.put(plain, strings.Repeat(" ", reasonColumn))
			}
			p.put(plain, l).endLine()
		}
	}
}

// writeExcusedAndWarnings writes the requirements that are not met and do not count as failures: warnings, then waived requirements, then
// known failures.
func (p *inspectionPage) writeExcusedAndWarnings() {
	for _, s := range []verdict.Status{verdict.Warned, verdict.Waived, verdict.Known} {
		for _, r := range rowsWithStatus(p.rows, s) {
			if s == verdict.Warned || !r.Fatal {
				p.writeInFull(r, statusWords(s), yellow)
			}
		}
	}
}

// writeUnchecked lists what a connection cannot show.
func (p *inspectionPage) writeUnchecked() {
	p.writeTitle(bold, "not checked")
	p.writeParagraph(2, "What only a push can show: redirects, credentials and every response. pushcheck run sends pushes.")
	p.writeParagraph(2, "The route from sipgate's network: a firewall may admit this machine, but not sipgate.")
}

// writeInspectionResult writes the consequence of the conclusion, and then the conclusion.
func (p *inspectionPage) writeInspectionResult(v verdict.Verdict) {
	consequence := ""
	switch conclusionOf(v) {
	case verdict.Conformant:
		consequence = "As far as a connection shows, sipgate would deliver its pushes here."
		if len(rowsWithStatus(v.Rows, verdict.Waived)) > 0 {
			consequence = "Your flags waive requirements; sipgate does not."
		}
	case verdict.NotConformant:
		if slices.ContainsFunc(v.Connections, transcript.Connection.IsBlocked) {
			consequence = "pushcheck run would send nothing here."
		}
	}
	if consequence != "" {
		p.writeParagraph(0, consequence)
	}
	p.writeConclusion(conclusionOf(v), sentence(v))
}
