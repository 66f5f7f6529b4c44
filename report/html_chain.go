package report

import (
	"bytes"
	"crypto/x509"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/internal/wording"
)

// htmlChain is the certificate chain of a connection as a picture.
type htmlChain struct {
	Connection connectionRecord
	Boxes      []htmlBox
	Problems   []htmlProblem
}

// htmlBox is a certificate that was sent, or one that is missing.
type htmlBox struct {
	Title       string
	Class       string // "sent", "missing", "root" or "extra"
	Name        string
	Alternative []string // the names in it
	From, Until string
	Link        string // how the box above is related to it; empty if it is not
	SHA256      string
}

// htmlProblem is what is wrong with a connection.
type htmlProblem struct {
	Sign      htmlSign
	ID        string
	Want, Got string
	Waived    string
}

// htmlChainOf draws the certificates from the receiver's own upwards. A certificate that did not issue the one above breaks the chain.
func htmlChainOf(c connectionRecord, chain []*x509.Certificate) htmlChain {
	out := htmlChain{Connection: cleanedConnection(c)}
	path, extra := chainPath(chain)
	for n, i := range path {
		box := certificateBox(chain[i], c.Certificates[i])
		box.Title, box.Class, box.Link = "sent", "sent", "issued by"
		if n == 0 {
			box.Title, box.Link = "sent: the receiver's own", ""
		}
		out.Boxes = append(out.Boxes, box)
	}
	if len(path) > 0 {
		if top := chain[path[len(path)-1]]; !bytes.Equal(top.RawIssuer, top.RawSubject) {
			out.Boxes = append(out.Boxes, issuerBox(top, c.Problems))
		}
	}
	for _, i := range extra {
		box := certificateBox(chain[i], c.Certificates[i])
		box.Title, box.Class = "sent as well: it issued none of the certificates above", "extra"
		out.Boxes = append(out.Boxes, box)
	}
	for _, p := range c.Problems {
		sign := htmlSign{"bad", "✗", "not met"}
		if p.Waived != "" {
			sign = htmlSign{"warn", "~", "waived"}
		} else if p.Milder {
			sign = htmlSign{"warn", "!", "warning"}
		}
		out.Problems = append(out.Problems, htmlProblem{sign, clipLong(p.ID, shortText), clipLong(p.Want, longText), clipLong(p.Got, longText), clipLong(p.Waived, shortText)})
	}
	return out
}

// chainPath returns the places of the certificates that lead from the first one upwards, and those of the rest.
func chainPath(chain []*x509.Certificate) (path, extra []int) {
	for next := 0; next >= 0 && len(chain) > 0; {
		path = append(path, next)
		top := chain[next]
		next = -1
		for i, c := range chain {
			if !slices.Contains(path, i) && bytes.Equal(top.RawIssuer, c.RawSubject) {
				next = i
				break
			}
		}
	}
	for i := range chain {
		if !slices.Contains(path, i) {
			extra = append(extra, i)
		}
	}
	return path, extra
}

// certificateBox shows a certificate that was sent.
func certificateBox(c *x509.Certificate, record certificateRecord) htmlBox {
	return htmlBox{Name: clipLong(nameOr(c.Subject.String(), c.DNSNames), 2*shortText), From: day(c.NotBefore), Until: day(c.NotAfter),
		Alternative: clippedNames(hosts(c)), SHA256: record.SHA256[:16]}
}

// issuerBox shows the issuer of the last certificate, which was not sent: it is missing, or it is an authority, which need not be sent.
func issuerBox(c *x509.Certificate, problems []problemRecord) htmlBox {
	has := func(id string) bool {
		return slices.ContainsFunc(problems, func(p problemRecord) bool { return p.ID == id })
	}
	box := htmlBox{Title: "authority, known to sipgate and not sent", Class: "root", Link: "issued by", Name: clipLong(nameOr(c.Issuer.String(), nil), 2*shortText)}
	switch {
	case has("transport.complete-chain"):
		box.Title, box.Class = "✗ missing: the receiver does not send it", "missing"
	case has("transport.trusted-chain"):
		box.Title = "authority, not known to sipgate and not sent"
	}
	return box
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02") }

// clippedNames returns at most six names, and counts the others.
func clippedNames(names []string) []string {
	const most = 6
	var out []string
	for _, n := range names[:min(len(names), most)] {
		out = append(out, clipLong(n, shortText))
	}
	if n := len(names) - most; n > 0 {
		out = append(out, wording.Count(n, "more name"))
	}
	return out
}

// cleanedConnection cuts the texts of a connection.
func cleanedConnection(c connectionRecord) connectionRecord {
	for _, text := range []*string{&c.Origin, &c.Address, &c.TLS, &c.Suite} {
		*text = clipLong(*text, 2*shortText)
	}
	c.Detail = clipLong(c.Detail, longText)
	return c
}
