package endpoint

import (
	"crypto/x509"
	"fmt"

	"golang.org/x/crypto/ocsp"
)

// revocationNote returns a note if the stapled OCSP response shows that the receiver's certificate is revoked, and if the issuer of the
// certificate, or a responder that the issuer authorized, signed the response. judgedChain begins with the leaf and ends with the last
// issuer that is known. A revocation is a note and no problem, because it is not known whether sipgate checks stapled responses.
func revocationNote(staple []byte, leaf *x509.Certificate, judgedChain []*x509.Certificate) string {
	if len(staple) == 0 || len(judgedChain) < 2 {
		return ""
	}
	response, err := ocsp.ParseResponseForCert(staple, leaf, judgedChain[1])
	if err != nil || response.Status != ocsp.Revoked {
		return ""
	}
	return fmt.Sprintf("The OCSP response that the receiver staples says that its certificate was revoked on %s: clients that look at it end the handshake. Have a new certificate issued, for a new key.", formatTime(response.RevokedAt))
}
