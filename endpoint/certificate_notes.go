package endpoint

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"time"
)

// maxPublicLifetime is the longest lifetime that public authorities could give a certificate until March 2026. Today's limit is lower.
const maxPublicLifetime = 398 * 24 * time.Hour

// certificateNotes returns notes about properties of the certificates and the cipher suite that break no rule. judgedChain
// begins with the leaf and ends with the last issuer that is known.
func certificateNotes(handshake Handshake, chain sentChain, judgedChain []*x509.Certificate, now time.Time) (notes []string) {
	if lifetime := chain.leaf.NotAfter.Sub(chain.leaf.NotBefore); lifetime > maxPublicLifetime+time.Minute {
		notes = append(notes, fmt.Sprintf("The certificate is valid for %s, longer than public authorities issue them.", formatDuration(lifetime)))
	}
	for _, c := range judgedChain[1:] {
		if remaining := c.NotAfter.Sub(now); remaining >= 0 && remaining < expiryLimit(c) {
			notes = append(notes, fmt.Sprintf("The authority's certificate %s expires on %s.", subjectName(c), formatTime(c.NotAfter)))
		}
	}
	if !hasExtendedKeyUsage(chain.leaf) {
		notes = append(notes, "The certificate does not say what it is for (no extended key usage); public authorities always say so.")
	}
	if requiresStaple(chain.leaf) && len(handshake.Staple) == 0 {
		notes = append(notes, "The certificate demands a stapled OCSP response with every handshake (must-staple), and the receiver sends none; clients that look for it refuse that.")
	}
	if note := revocationNote(handshake.Staple, chain.leaf, judgedChain); note != "" {
		notes = append(notes, note)
	}
	if isCBCSuite(handshake.Suite) {
		notes = append(notes, "The receiver agreed on a cipher suite with CBC only; suites with GCM or ChaCha20 are the current ones.")
	}
	return notes
}

// requiresStaple reports whether the certificate has the TLS feature status_request ("must staple", RFC 7633).
func requiresStaple(c *x509.Certificate) bool {
	tlsFeature := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}
	for _, e := range c.Extensions {
		var features []int
		if !e.Id.Equal(tlsFeature) {
			continue
		}
		if _, err := asn1.Unmarshal(e.Value, &features); err != nil {
			continue
		}
		for _, f := range features {
			if f == 5 { // status_request
				return true
			}
		}
	}
	return false
}

// isCBCSuite reports whether a cipher suite is a CBC suite that pushcheck offers in its first handshake.
func isCBCSuite(suite uint16) bool {
	switch suite {
	case 0xc009, 0xc00a, 0xc013, 0xc014:
		return true
	}
	return false
}
