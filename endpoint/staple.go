package endpoint

import (
	"crypto/x509"
	"fmt"

	"golang.org/x/crypto/ocsp"
)

// stapledRevocation returns a note if the receiver itself shows, by the OCSP response that it staples, that its certificate was
// revoked. The response counts if the issuer of the certificate vouches for it; used is the chain, leaf first. It is a note and
// no finding, because it is not known whether sipgate looks at such a response.
func stapledRevocation(staple []byte, leaf *x509.Certificate, used []*x509.Certificate) string {
	if len(staple) == 0 || len(used) < 2 {
		return ""
	}
	response, err := ocsp.ParseResponseForCert(staple, leaf, used[1])
	if err != nil || response.Status != ocsp.Revoked {
		return ""
	}
	return fmt.Sprintf("The OCSP response that the receiver staples says that its certificate was revoked on %s: clients that look at it end the handshake. Have a new certificate issued, for a new key.", formatDate(response.RevokedAt))
}
