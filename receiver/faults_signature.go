package receiver

import (
	"net/http"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// signatureFaults lists the faults of receivers that verify signatures.
func signatureFaults() []Fault {
	faults := setPhase(Pushes, verificationFaults())
	for i := range faults {
		faults[i].NeedsKey = true
	}
	return faults
}

func verificationFaults() []Fault {
	return []Fault{
		{
			Name: "signature-of-text", Description: "verifies the decoded text of the body instead of its bytes",
			Breaks:      []string{"signature.valid"},
			changeGuard: func(g *guard) { g.bytesToVerify = decodedBody },
		},
		{
			Name: "signature-of-form", Description: "verifies the body as it would encode it, instead of the body that was sent",
			Breaks:      []string{"signature.any-body"},
			changeGuard: func(g *guard) { g.bytesToVerify = reencodedBody },
		},
		{
			Name: "signature-optional", Description: "accepts a push that is not signed",
			Breaks:      []string{"signature.missing"},
			changeGuard: func(g *guard) { g.acceptsUnsigned = true },
		},
		{
			Name: "signature-stumble", Description: "drops the push that comes after one without a signature",
			Breaks:      []string{"signature.missing"},
			changeGuard: func(g *guard) { g.dropsPushAfterUnsigned = true },
		},
		{
			Name: "signature-unchecked", Description: "accepts any signature",
			Breaks:      []string{"signature.forged"},
			changeGuard: func(g *guard) { g.acceptsAnySignature = true },
		},
		{
			Name: "signature-newcall-only", Description: "verifies newCall pushes only, so that anybody can answer and end its calls",
			Phase: Memory, Breaks: []string{"signature.missing", "signature.forged"},
			changeGuard: func(g *guard) { g.verifiesNewCallsOnly = true },
		},
		{
			Name: "signature-hangup-dies", Description: "stops responding after a hangup push without a signature",
			Breaks:     []string{"signature.missing"},
			Conditions: Conditions{Slow: true},
			crash: crash{stopsResponding: func(r *http.Request) bool {
				return r.URL.Path == hangupPath && r.Header.Get(push.SignatureHeader) == ""
			}},
		},
		{
			Name: "signature-ends", Description: "ends at a newCall without a signature, and is started again after a fifth of a second",
			Phase: Transport, Breaks: []string{"signature.missing"},
			crash: crash{endsProcess: func(r *http.Request) bool {
				return r.Header.Get(push.SignatureHeader) == "" && fieldIs(push.FieldEvent, string(push.NewCall))(r)
			}, restartAfter: 200 * time.Millisecond},
		},
		{
			Name: "signature-one-proxy", Description: "refuses a signed push that came over more than one proxy",
			Breaks:      []string{"signature.any-proxy"},
			changeGuard: func(g *guard) { g.acceptsForwardedFor = func(from string) bool { return !strings.Contains(from, ",") } },
		},
	}
}

// decodedBody returns the body without its URL encoding. If the body has encoded characters, the result differs from the signed
// bytes.
func decodedBody(body []byte) []byte {
	form, err := push.ParseForm(body)
	if err != nil {
		return body
	}
	var lines []string
	for _, f := range form {
		lines = append(lines, f.Name+"="+f.Value)
	}
	return []byte(strings.Join(lines, "&"))
}

// reencodedBody parses a form and writes it again, in the order and the encoding of observed pushes.
func reencodedBody(body []byte) []byte {
	form, err := push.ParseForm(body)
	if err != nil {
		return body
	}
	p, err := push.FromForm(form)
	if err != nil {
		return body
	}
	return p.Form(push.ObservedDialect()).Encode(false)
}
