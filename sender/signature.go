package sender

import (
	"crypto/rsa"
	"net/http"
	"strings"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
)

// sign adds a signature to a request, unless key is nil or the signature header is set already. A signature header without a value means
// that there must be no signature.
func sign(req *experiment.Request, key *rsa.PrivateKey) error {
	if key == nil {
		return nil
	}
	for name := range req.Header {
		if strings.EqualFold(name, push.SignatureHeader) {
			return nil
		}
	}
	signature, err := push.Sign(key, req.Body)
	if err != nil {
		return err
	}
	req.Header.Set(push.SignatureHeader, signature)
	return nil
}

// decisiveHeaders returns, for the transcript, the headers that receivers use to decide whether to accept a push. Signatures are replaced
// by a placeholder, except the signature of the genuine captured push, which is public.
func decisiveHeaders(header http.Header) http.Header {
	var out http.Header
	for name, values := range header {
		name = http.CanonicalHeaderKey(name)
		if len(values) == 0 || name != push.SignatureHeader && name != "X-Forwarded-For" {
			continue
		}
		if out == nil {
			out = http.Header{}
		}
		for _, value := range values {
			if _, publicSignature := push.GenuinePush(); value != publicSignature {
				value = RedactHeader(name, value)
			}
			out.Add(name, value)
		}
	}
	return out
}
