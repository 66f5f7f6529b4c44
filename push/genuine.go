package push

import (
	"bytes"
	_ "embed"
	"sync"
)

//go:embed testdata/golden-request.http
var goldenRequest []byte

// GenuinePush is a push that sipgate really sent, captured in 2021 and published by sipgate in the tests of its
// pushapi-request-verifier: its body byte for byte, and the signature that it carried,
// which sipgate's public key verifies. The call has long been over.
func GenuinePush() (body []byte, signature string) {
	c := goldenCapture()
	return bytes.Clone(c.Body), c.Signatures[0]
}

var goldenCapture = sync.OnceValue(func() Capture {
	c, err := ParseCapture(goldenRequest)
	if err != nil || len(c.Signatures) != 1 {
		panic("the genuine push of this program cannot be read") // a test makes sure that it can
	}
	return c
})

// AlteredGenuinePush is the genuine push with another last digit of the called number, and the signature of the genuine one, which does not
// verify it.
func AlteredGenuinePush() (body []byte, signature string) {
	body, signature = GenuinePush()
	number := []byte("to=4928559389086")
	other := bytes.Clone(number)
	other[len(other)-1] = '7'
	return bytes.Replace(body, number, other, 1), signature
}
