package sender

import (
	"crypto/rsa"
	"net/http"
	"strings"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
)

// sign signs what goes over the wire, unless its header names a signature already: another one, or none at all where the name
// has no value.
func sign(w *experiment.Wire, key *rsa.PrivateKey) error {
	if key == nil {
		return nil
	}
	for name := range w.Header {
		if strings.EqualFold(name, push.SignatureHeader) {
			return nil
		}
	}
	signature, err := push.Sign(key, w.Body)
	if err != nil {
		return err
	}
	w.Header.Set(push.SignatureHeader, signature)
	return nil
}

// decisive are the headers that receivers take or refuse a push by, as they are kept in a transcript. Signatures are
// replaced, except that of the genuine captured push, which everybody knows.
func decisive(header http.Header) http.Header {
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
			if _, public := push.Genuine(); value != public {
				value = ShownHeader(name, value)
			}
			out.Add(name, value)
		}
	}
	return out
}
