package endpoint

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"slices"
)

// path is a chain from a receiver's certificate up to a trusted authority.
type path struct {
	certificates []*x509.Certificate // the leaf first, the trusted end last
	public       bool                // the end is a public root; else it is one of the user's
	constraint   func([]*x509.Certificate) error
	unsent       []*x509.Certificate // intermediates that are known from the user's CA file only
	faults       []Problem           // rule and what was seen, of the path as a whole
}

// The most signatures that are checked and paths that are kept for one chain. A receiver may send hundreds of certificates.
const (
	maxSignatures = 200
	maxPaths      = 16
)

// search looks for paths. Certificates of the user's bridge gaps, so that a gap can be named.
type search struct {
	trust      Trust
	sent       []*x509.Certificate
	candidates []*x509.Certificate
	signatures int
	found      []path
}

// bestPath returns the best path: public roots come first, then paths without gaps, then those with the fewest faults. It returns false
// if there is no path.
func bestPath(s sentChain, t Trust) (path, bool) {
	finder := search{trust: t, sent: append([]*x509.Certificate{s.leaf}, s.others...), candidates: s.others}
	for _, c := range t.Extra {
		if !slices.ContainsFunc(finder.candidates, c.Equal) {
			finder.candidates = append(slices.Clip(finder.candidates), c)
		}
	}
	finder.followIssuers([]*x509.Certificate{s.leaf})
	for i := range finder.found {
		finder.found[i].faults = finder.found[i].examine(t.Now)
	}
	if len(finder.found) == 0 {
		return path{}, false
	}
	return slices.MinFunc(finder.found, func(a, b path) int {
		rank := func(p path) int {
			if p.public {
				return 0
			}
			return 1
		}
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)),
			cmp.Compare(len(a.unsent), len(b.unsent)),
			cmp.Compare(len(a.faults), len(b.faults)),
			cmp.Compare(len(a.certificates), len(b.certificates)),
		)
	}), true
}

// followIssuers follows the issuers of the last certificate.
func (s *search) followIssuers(from []*x509.Certificate) {
	last := from[len(from)-1]
	for _, r := range s.trust.Roots {
		if s.isIssuer(r.Certificate, last) {
			s.addPath(path{certificates: append(slices.Clip(from), r.Certificate), public: true, constraint: r.Constraint})
		}
	}
	for _, c := range s.trust.Extra {
		if s.isIssuer(c, last) && !slices.ContainsFunc(from, c.Equal) {
			s.addPath(path{certificates: append(slices.Clip(from), c)})
		}
	}
	for _, c := range s.candidates {
		if !slices.ContainsFunc(from, c.Equal) && s.isIssuer(c, last) {
			s.followIssuers(append(slices.Clip(from), c))
		}
	}
}

func (s *search) isIssuer(parent, child *x509.Certificate) bool {
	if len(s.found) >= maxPaths || !bytes.Equal(parent.RawSubject, child.RawIssuer) {
		return false
	}
	s.signatures++
	return s.signatures <= maxSignatures && isSignedBy(child, parent)
}

func (s *search) addPath(p path) {
	links := p.certificates[1:]
	if p.public {
		links = links[:len(links)-1]
	}
	for _, c := range links {
		if !slices.ContainsFunc(s.sent, c.Equal) && !bytes.Equal(c.RawSubject, c.RawIssuer) {
			p.unsent = append(p.unsent, c)
		}
	}
	s.found = append(s.found, p)
}
