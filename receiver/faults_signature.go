package receiver

import (
	"net/http"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// signatureFaults are those of receivers that verify signatures.
func signatureFaults() []Fault {
	faults := inPhase(Pushes, falseVerifications())
	for i := range faults {
		faults[i].NeedsKey = true
	}
	return faults
}

func falseVerifications() []Fault {
	return []Fault{
		{
			Name: "signature-of-text", Summary: "verifies the decoded text of the body instead of its bytes",
			Breaks:    []string{"signature.valid"},
			distracts: func(g *guard) { g.body = decoded },
		},
		{
			Name: "signature-of-form", Summary: "verifies the body as it would encode it, instead of the body that was sent",
			Breaks:    []string{"signature.any-body"},
			distracts: func(g *guard) { g.body = rewritten },
		},
		{
			Name: "signature-optional", Summary: "accepts a push that is not signed",
			Breaks:    []string{"signature.missing"},
			distracts: func(g *guard) { g.optional = true },
		},
		{
			Name: "signature-stumble", Summary: "drops the push that comes after one without a signature",
			Breaks:    []string{"signature.missing"},
			distracts: func(g *guard) { g.stumbles = true },
		},
		{
			Name: "signature-unchecked", Summary: "accepts any signature",
			Breaks:    []string{"signature.forged"},
			distracts: func(g *guard) { g.careless = true },
		},
		{
			Name: "signature-newcall-only", Summary: "verifies newCall pushes only, so that anybody can answer and end its calls",
			Phase: Memory, Breaks: []string{"signature.missing", "signature.forged"},
			distracts: func(g *guard) { g.lax = true },
		},
		{
			Name: "signature-hangup-dies", Summary: "stops responding after a hangup push without a signature",
			Breaks:     []string{"signature.missing"},
			Conditions: Conditions{Slow: true},
			crash: crash{kills: func(r *http.Request) bool {
				return r.URL.Path == hangupPath && r.Header.Get(push.SignatureHeader) == ""
			}},
		},
		{
			Name: "signature-ends", Summary: "ends at a newCall without a signature, and is started again after a fifth of a second",
			Phase: Transport, Breaks: []string{"signature.missing"},
			crash: crash{ends: func(r *http.Request) bool {
				return r.Header.Get(push.SignatureHeader) == "" && withField(push.FieldEvent, string(push.NewCall))(r)
			}, back: 200 * time.Millisecond},
		},
		{
			Name: "signature-one-proxy", Summary: "refuses a signed push that came over more than one proxy",
			Breaks:    []string{"signature.any-proxy"},
			distracts: func(g *guard) { g.mayCome = func(from string) bool { return !strings.Contains(from, ",") } },
		},
	}
}

// decoded is the body without its URL encoding. A receiver that hashes this no longer has the signed bytes.
func decoded(body []byte) []byte {
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

// rewritten is a form parsed and written again, in the order and the encoding of observed pushes.
func rewritten(body []byte) []byte {
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
