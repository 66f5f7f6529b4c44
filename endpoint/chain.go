package endpoint

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"slices"
)

// sentChain is what a receiver sent, put in order for judging.
type sentChain struct {
	leaf   *x509.Certificate
	others []*x509.Certificate // without duplicates, as sent
	// reached is the leaf and its chain of issuers, as far as they were sent.
	reached []*x509.Certificate

	selfSigned    bool // the leaf is self-signed
	leafNotFirst  bool // the receiver's own certificate comes after one of its issuers
	brokenAt      *x509.Certificate
	duplicateSent bool
}

// readChain expects at least one certificate.
func readChain(chain []*x509.Certificate) sentChain {
	s := sentChain{leaf: chain[0]}
	if startsWithIssuer(chain) {
		s.leafNotFirst = true
		s.leaf = chain[slices.IndexFunc(chain, func(c *x509.Certificate) bool { return !c.IsCA })]
	}
	for _, c := range chain {
		if c.Equal(s.leaf) {
			continue
		}
		if slices.ContainsFunc(s.others, c.Equal) {
			s.duplicateSent = true
			continue
		}
		s.others = append(s.others, c)
	}
	leaves := 0
	for _, c := range chain {
		if c.Equal(s.leaf) {
			leaves++
		}
	}
	s.duplicateSent = s.duplicateSent || leaves > 1
	s.selfSigned = isSelfSigned(s.leaf)

	s.reached = []*x509.Certificate{s.leaf}
	for last := s.leaf; !isSelfSigned(last); {
		next := slices.IndexFunc(s.others, func(c *x509.Certificate) bool {
			return isIssuer(c, last) && !slices.ContainsFunc(s.reached, c.Equal)
		})
		if next < 0 {
			s.brokenAt = falseIssuer(last, s.others)
			break
		}
		last = s.others[next]
		s.reached = append(s.reached, last)
	}
	return s
}

// lastReached is the last certificate that the receiver's chain reaches.
func (s sentChain) lastReached() *x509.Certificate { return s.reached[len(s.reached)-1] }

// startsWithIssuer reports whether the chain is in the wrong order: its first certificate is an authority's that signed, directly or
// through others, a receiver's certificate further down.
func startsWithIssuer(chain []*x509.Certificate) bool {
	if len(chain) < 2 || !chain[0].IsCA {
		return false
	}
	leaf := slices.IndexFunc(chain, func(c *x509.Certificate) bool { return !c.IsCA })
	if leaf < 0 {
		return false
	}
	seen := []*x509.Certificate{chain[leaf]}
	for len(seen) <= len(chain) {
		last := seen[len(seen)-1]
		next := slices.IndexFunc(chain, func(c *x509.Certificate) bool {
			return isIssuer(c, last) && !slices.ContainsFunc(seen, c.Equal)
		})
		if next < 0 {
			return false
		}
		if next == 0 || chain[next].Equal(chain[0]) {
			return true
		}
		seen = append(seen, chain[next])
	}
	return false
}

// falseIssuer returns the certificate that the child names, by name and key, as its issuer but that did not sign it; nil if there is none.
func falseIssuer(child *x509.Certificate, others []*x509.Certificate) *x509.Certificate {
	for _, c := range others {
		if bytes.Equal(c.RawSubject, child.RawIssuer) && len(child.AuthorityKeyId) > 0 &&
			bytes.Equal(c.SubjectKeyId, child.AuthorityKeyId) && !isSignedBy(child, c) {
			return c
		}
	}
	return nil
}

// orderNotes returns what is odd about the order of the chain. used are the certificates that the path to a root needs.
func (s sentChain) orderNotes(used []*x509.Certificate) (notes []string) {
	if s.duplicateSent {
		notes = append(notes, "The receiver sends a certificate twice.")
	}
	last := -1
	for _, c := range used {
		at := slices.IndexFunc(s.others, c.Equal)
		if at < 0 {
			continue
		}
		if at < last {
			notes = append(notes, "The receiver sends its chain in another order than from its own certificate upwards; TLS 1.2 forbids it, and some clients refuse it.")
			break
		}
		last = at
	}
	issuers := []string{string(s.leaf.RawIssuer)}
	for grown := true; grown; {
		grown = false
		for _, c := range s.others {
			if slices.Contains(issuers, string(c.RawSubject)) && !slices.Contains(issuers, string(c.RawIssuer)) {
				issuers, grown = append(issuers, string(c.RawIssuer)), true
			}
		}
	}
	for _, c := range s.others {
		if !slices.Contains(issuers, string(c.RawSubject)) {
			notes = append(notes, fmt.Sprintf("The receiver sends a certificate that has nothing to do with its chain: %s.", subject(c)))
		}
	}
	return notes
}

func subject(c *x509.Certificate) string { return quotedName(c.Subject.String(), c.Subject.CommonName) }

func issuer(c *x509.Certificate) string { return quotedName(c.Issuer.String(), c.Issuer.CommonName) }

// quotedName prefers the common name, because people know authorities by it.
func quotedName(full, common string) string {
	if common != "" {
		full = common
	}
	if full == "" {
		return "(no name)"
	}
	return fmt.Sprintf("%q", full)
}
