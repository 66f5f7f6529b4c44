package endpoint

import (
	"bytes"
	"crypto"
	"crypto/md5"
	"crypto/rsa"
	"crypto/x509"
)

// isIssuer reports whether child names parent as its issuer and the key of parent signed child. It accepts weak algorithms, and parents
// that are not allowed to sign: other checks report them.
func isIssuer(parent, child *x509.Certificate) bool {
	return bytes.Equal(parent.RawSubject, child.RawIssuer) && isSignedBy(child, parent)
}

func isSelfSigned(c *x509.Certificate) bool { return isIssuer(c, c) }

// isSignedBy reports whether the key of parent signed child. It also accepts MD5, which crypto/x509 refuses.
func isSignedBy(child, parent *x509.Certificate) bool {
	if child.SignatureAlgorithm == x509.MD5WithRSA {
		key, ok := parent.PublicKey.(*rsa.PublicKey)
		sum := md5.Sum(child.RawTBSCertificate)
		return ok && rsa.VerifyPKCS1v15(key, crypto.MD5, sum[:], child.Signature) == nil
	}
	return parent.CheckSignature(child.SignatureAlgorithm, child.RawTBSCertificate, child.Signature) == nil
}
