package endpoint

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"slices"
)

// sentChain holds the certificates that a receiver sent.
type sentChain struct {
	leaf   *x509.Certificate
	others []*x509.Certificate // the other certificates in the order in which they were sent, without duplicates
	// issuerChain begins with the leaf. Each further certificate is the issuer of the certificate before it. The chain ends with a
	// self-signed certificate, or before an issuer that was not sent.
	issuerChain []*x509.Certificate

	isSelfSigned   bool              // the leaf is self-signed
	isLeafNotFirst bool              // the leaf was sent after one of its issuers
	falseIssuer    *x509.Certificate // the result of findFalseIssuer for the last certificate of issuerChain
	hasDuplicate   bool              // a certificate was sent twice
}

// newSentChain sorts the certificates that a receiver sent. chain must not be empty.
func newSentChain(chain []*x509.Certificate) sentChain {
	result := sentChain{leaf: chain[0]}
	if startsWithIssuer(chain) {
		result.isLeafNotFirst = true
		result.leaf = chain[slices.IndexFunc(chain, func(c *x509.Certificate) bool { return !c.IsCA })]
	}
	for _, c := range chain {
		if c.Equal(result.leaf) {
			continue
		}
		if slices.ContainsFunc(result.others, c.Equal) {
			result.hasDuplicate = true
			continue
		}
		result.others = append(result.others, c)
	}
	leafCount := 0
	for _, c := range chain {
		if c.Equal(result.leaf) {
			leafCount++
		}
	}
	result.hasDuplicate = result.hasDuplicate || leafCount > 1
	result.isSelfSigned = isSelfSigned(result.leaf)

	result.issuerChain = []*x509.Certificate{result.leaf}
	for last := result.leaf; !isSelfSigned(last); {
		next := slices.IndexFunc(result.others, func(c *x509.Certificate) bool {
			return isIssuer(c, last) && !slices.ContainsFunc(result.issuerChain, c.Equal)
		})
		if next < 0 {
			result.falseIssuer = findFalseIssuer(last, result.others)
			break
		}
		last = result.others[next]
		result.issuerChain = append(result.issuerChain, last)
	}
	return result
}

// lastIssuer returns the last certificate of the issuer chain. It is the leaf if no issuer was sent.
func (s sentChain) lastIssuer() *x509.Certificate { return s.issuerChain[len(s.issuerChain)-1] }

// startsWithIssuer reports whether the chain is in the wrong order: its first certificate is a direct or indirect issuer of the
// receiver's own certificate, which comes later.
func startsWithIssuer(chain []*x509.Certificate) bool {
	if len(chain) < 2 || !chain[0].IsCA {
		return false
	}
	leaf := slices.IndexFunc(chain, func(c *x509.Certificate) bool { return !c.IsCA })
	if leaf < 0 {
		return false
	}
	issuers := []*x509.Certificate{chain[leaf]}
	for len(issuers) <= len(chain) {
		last := issuers[len(issuers)-1]
		next := slices.IndexFunc(chain, func(c *x509.Certificate) bool {
			return isIssuer(c, last) && !slices.ContainsFunc(issuers, c.Equal)
		})
		if next < 0 {
			return false
		}
		if next == 0 || chain[next].Equal(chain[0]) {
			return true
		}
		issuers = append(issuers, chain[next])
	}
	return false
}

// findFalseIssuer returns the certificate with the name and key id that child gives for its issuer, if the key of the certificate did not
// sign child. It returns nil if there is no such certificate.
func findFalseIssuer(child *x509.Certificate, others []*x509.Certificate) *x509.Certificate {
	for _, c := range others {
		if bytes.Equal(c.RawSubject, child.RawIssuer) && len(child.AuthorityKeyId) > 0 &&
			bytes.Equal(c.SubjectKeyId, child.AuthorityKeyId) && !isSignedBy(child, c) {
			return c
		}
	}
	return nil
}

// orderNotes returns notes about duplicate certificates, unrelated certificates and the order of the chain. judgedChain
// begins with the leaf and ends with the last issuer that is known.
func (s sentChain) orderNotes(judgedChain []*x509.Certificate) (notes []string) {
	if s.hasDuplicate {
		notes = append(notes, "The receiver sends a certificate twice.")
	}
	lastIndex := -1
	for _, c := range judgedChain {
		index := slices.IndexFunc(s.others, c.Equal)
		if index < 0 {
			continue
		}
		if index < lastIndex {
			notes = append(notes, "The receiver sends its chain in another order than from its own certificate upwards; TLS 1.2 forbids it, and some clients refuse it.")
			break
		}
		lastIndex = index
	}
	issuerNames := []string{string(s.leaf.RawIssuer)}
	for added := true; added; {
		added = false
		for _, c := range s.others {
			if slices.Contains(issuerNames, string(c.RawSubject)) && !slices.Contains(issuerNames, string(c.RawIssuer)) {
				issuerNames, added = append(issuerNames, string(c.RawIssuer)), true
			}
		}
	}
	for _, c := range s.others {
		if !slices.Contains(issuerNames, string(c.RawSubject)) {
			notes = append(notes, fmt.Sprintf("The receiver sends a certificate that does not belong to its chain: %s.", subjectName(c)))
		}
	}
	return notes
}

func subjectName(c *x509.Certificate) string {
	return quotedName(c.Subject.String(), c.Subject.CommonName)
}

func issuerName(c *x509.Certificate) string {
	return quotedName(c.Issuer.String(), c.Issuer.CommonName)
}

// quotedName returns the common name, by which people know authorities, in quotes. If the common name is empty, it quotes the full name.
func quotedName(fullName, commonName string) string {
	if commonName != "" {
		fullName = commonName
	}
	if fullName == "" {
		return "(no name)"
	}
	return fmt.Sprintf("%q", fullName)
}
