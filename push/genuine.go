package push

import (
	"bytes"
	_ "embed"
	"sync"
)

//go:embed testdata/golden-request.http
var genuineRequest []byte

// GenuinePush returns a push that sipgate sent in 2021: its body byte for byte, and its signature, which is valid under SipgateKey. sipgate
// published the capture in the tests of its pushapi-request-verifier. The call of the push is over.
func GenuinePush() (body []byte, signature string) {
	c := genuineCapture()
	return bytes.Clone(c.Body), c.Signatures[0]
}

var genuineCapture = sync.OnceValue(func() Capture {
	c, err := ParseCapture(genuineRequest)
	if err != nil || len(c.Signatures) != 1 {
		panic("the embedded genuine push cannot be read") // cannot happen: TestBothGenuineSignaturesAreValidUnderSipgatesKey reads the same file
	}
	return c
})

// AlteredGenuinePush returns the genuine push with another last digit of the called number, and the unchanged signature. The signature is
// not valid for the altered body.
func AlteredGenuinePush() (body []byte, signature string) {
	body, signature = GenuinePush()
	number := []byte("to=4928559389086")
	alteredNumber := bytes.Clone(number)
	alteredNumber[len(alteredNumber)-1] = '7'
	return bytes.Replace(body, number, alteredNumber, 1), signature
}
