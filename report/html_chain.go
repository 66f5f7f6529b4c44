package report

import (
	"bytes"
	"crypto/x509"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/internal/wording"
)

// htmlChain is a connection with its certificate chain, drawn as boxes.
type htmlChain struct {
	Connection connectionRecord
	Boxes      []htmlBox
	Problems   []htmlProblem
}

// htmlBox is a box for a certificate that was sent, or for a missing certificate.
type htmlBox struct {
	Title                 string
	Class                 string // "sent", "missing", "root" or "extra"
	Subject               string
	Names                 []string // the host names and addresses in the certificate
	ValidFrom, ValidUntil string
	Relation              string // how the box above is related to this box, such as "issued by"; empty if there is no relation
	SHA256                string
}

// htmlProblem is a problem of a connection.
type htmlProblem struct {
	Badge     htmlBadge
	ID        string
	Want, Got string
	Waived    string // flag that waives the requirement; "" if there is none
}

// htmlChainOf draws the certificates, beginning with the receiver's own. Below the box of a certificate is the box of its issuer.
// Certificates that issued no other certificate come last.
func htmlChainOf(c connectionRecord, chain []*x509.Certificate) htmlChain {
	out := htmlChain{Connection: shortenConnection(c)}
	path, extra := chainPath(chain)
	for n, i := range path {
		box := certificateBox(chain[i], c.Certificates[i])
		box.Title, box.Class, box.Relation = "sent", "sent", "issued by"
		if n == 0 {
			box.Title, box.Relation = "sent: the receiver's own", ""
		}
		out.Boxes = append(out.Boxes, box)
	}
	if len(path) > 0 {
		if last := chain[path[len(path)-1]]; !bytes.Equal(last.RawIssuer, last.RawSubject) {
			out.Boxes = append(out.Boxes, issuerBox(last, c.Problems))
		}
	}
	for _, i := range extra {
		box := certificateBox(chain[i], c.Certificates[i])
		box.Title, box.Class = "sent as well: it issued none of the certificates above", "extra"
		out.Boxes = append(out.Boxes, box)
	}
	for _, p := range c.Problems {
		badge := htmlBadge{"bad", "✗", "not met"}
		if p.Waived != "" {
			badge = htmlBadge{"warn", "~", "waived"}
		} else if p.Milder {
			badge = htmlBadge{"warn", "!", "warning"}
		}
		out.Problems = append(out.Problems, htmlProblem{badge, clipLong(p.ID, shortTextLength), clipLong(p.Want, longTextLength), clipLong(p.Got, longTextLength), clipLong(p.Waived, shortTextLength)})
	}
	return out
}

// chainPath returns the indexes of the first certificate, of its issuer, of the issuer's issuer and so on, as far as the chain has them.
// extra has the indexes of all other certificates.
func chainPath(chain []*x509.Certificate) (path, extra []int) {
	for next := 0; next >= 0 && len(chain) > 0; {
		path = append(path, next)
		last := chain[next]
		next = -1
		for i, c := range chain {
			if !slices.Contains(path, i) && bytes.Equal(last.RawIssuer, c.RawSubject) {
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

// certificateBox returns the box of a certificate that was sent.
func certificateBox(c *x509.Certificate, record certificateRecord) htmlBox {
	return htmlBox{Subject: clipLong(firstNonEmptyName(c.Subject.String(), c.DNSNames), 2*shortTextLength), ValidFrom: formatDay(c.NotBefore), ValidUntil: formatDay(c.NotAfter),
		Names: shortenNames(certificateNames(c)), SHA256: record.SHA256[:16]}
}

// issuerBox returns the box of the issuer of c, the last certificate in the chain. The issuer was not sent: it is missing, or it is a root,
// which need not be sent.
func issuerBox(c *x509.Certificate, problems []problemRecord) htmlBox {
	hasProblem := func(id string) bool {
		return slices.ContainsFunc(problems, func(p problemRecord) bool { return p.ID == id })
	}
	box := htmlBox{Title: "authority, known to sipgate and not sent", Class: "root", Relation: "issued by", Subject: clipLong(firstNonEmptyName(c.Issuer.String(), nil), 2*shortTextLength)}
	switch {
	case hasProblem("transport.complete-chain"):
		box.Title, box.Class = "✗ missing: the receiver does not send it", "missing"
	case hasProblem("transport.trusted-chain"):
		box.Title = "authority, not known to sipgate and not sent"
	}
	return box
}

func formatDay(t time.Time) string { return t.UTC().Format("2006-01-02") }

// shortenNames returns at most six names, and counts the others.
func shortenNames(names []string) []string {
	const maxNames = 6
	var out []string
	for _, n := range names[:min(len(names), maxNames)] {
		out = append(out, clipLong(n, shortTextLength))
	}
	if n := len(names) - maxNames; n > 0 {
		out = append(out, wording.Count(n, "more name"))
	}
	return out
}

// shortenConnection cuts the texts of a connection.
func shortenConnection(c connectionRecord) connectionRecord {
	for _, text := range []*string{&c.Origin, &c.Address, &c.TLS, &c.Suite} {
		*text = clipLong(*text, 2*shortTextLength)
	}
	c.Detail = clipLong(c.Detail, longTextLength)
	return c
}
