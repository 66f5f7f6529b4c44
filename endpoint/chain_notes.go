package endpoint

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"time"
)

// maxUsualLifetime is what public authorities issued at most until March 2026; since then they issue for less.
const maxUsualLifetime = 398 * 24 * time.Hour

// chainNotes returns notes on what breaks no rule today but may matter later.
func chainNotes(h Handshake, s sentChain, used []*x509.Certificate, now time.Time) (notes []string) {
	if life := s.leaf.NotAfter.Sub(s.leaf.NotBefore); life > maxUsualLifetime+time.Minute {
		notes = append(notes, fmt.Sprintf("The certificate is valid for %s, longer than public authorities issue them.", formatSpan(life)))
	}
	for _, c := range used[1:] {
		if left := c.NotAfter.Sub(now); left >= 0 && left < expiryLimit(c) {
			notes = append(notes, fmt.Sprintf("The authority's certificate %s expires on %s.", subject(c), formatDate(c.NotAfter)))
		}
	}
	if !hasUsage(s.leaf) {
		notes = append(notes, "The certificate does not say what it is for (no extended key usage); public authorities always say so.")
	}
	if demandsStaple(s.leaf) && len(h.Staple) == 0 {
		notes = append(notes, "The certificate demands a stapled OCSP response with every handshake (must-staple), and the receiver sends none; clients that look for it refuse that.")
	}
	if note := stapledRevocation(h.Staple, s.leaf, used); note != "" {
		notes = append(notes, note)
	}
	if usesCBC(h.Suite) {
		notes = append(notes, "The receiver agreed on a cipher suite with CBC only; suites with GCM or ChaCha20 are the current ones.")
	}
	return notes
}

// demandsStaple reports whether the certificate has the TLS feature status_request ("must staple", RFC 7633).
func demandsStaple(c *x509.Certificate) bool {
	feature := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}
	for _, e := range c.Extensions {
		var features []int
		if !e.Id.Equal(feature) {
			continue
		}
		if _, err := asn1.Unmarshal(e.Value, &features); err != nil {
			continue
		}
		for _, f := range features {
			if f == 5 {
				return true
			}
		}
	}
	return false
}

// usesCBC reports whether a cipher suite, of those that pushcheck offers, is one with CBC.
func usesCBC(suite uint16) bool {
	switch suite {
	case 0xc009, 0xc00a, 0xc013, 0xc014:
		return true
	}
	return false
}
