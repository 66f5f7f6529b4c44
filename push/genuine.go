package push

import (
	"bytes"
	_ "embed"
	"strings"
)

//go:embed testdata/golden-request.http
var genuine []byte

// Genuine is a push that sipgate really sent, captured in 2021 and published by sipgate in the tests of its pushapi-request-verifier: its body byte for byte, and the signature that it carried,
// which sipgate's public key verifies. The call has long been over.
func Genuine() (body []byte, signature string) {
	head, body, _ := bytes.Cut(bytes.ReplaceAll(genuine, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
	for line := range strings.Lines(string(head)) {
		if value, ok := strings.CutPrefix(line, "X-Sipgate-Signature: "); ok {
			signature = strings.TrimSpace(value)
		}
	}
	return bytes.Clone(body), signature
}
