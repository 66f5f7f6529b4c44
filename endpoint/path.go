package endpoint

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"slices"
)

// path is a chain of certificates from a receiver's certificate to a trusted authority.
type path struct {
	certificates         []*x509.Certificate             // the leaf first, the trusted authority last
	isPublic             bool                            // the authority is a public root; otherwise it is one of Trust.ExtraAuthorities
	constraint           func([]*x509.Certificate) error // Root.Constraint of a public root; nil: no constraint
	missingIntermediates []*x509.Certificate             // intermediates that the receiver did not send; they are in Trust.ExtraAuthorities
	problems             []Problem                       // the result of findProblems
}

// Limits of the search for one chain, because a receiver may send hundreds of certificates.
const (
	maxSignatures = 200 // signatures that are checked
	maxPaths      = 16  // paths that are compared
)

// pathSearch searches for paths. If the receiver did not send an intermediate, pathSearch takes it from Trust.ExtraAuthorities, so that a
// problem can name the missing intermediate.
type pathSearch struct {
	trust            Trust
	sentCertificates []*x509.Certificate // the certificates that the receiver sent
	candidates       []*x509.Certificate // possible intermediates
	signatureCount   int                 // the number of signatures that were checked
	paths            []path              // the paths that were found
}

// bestPath returns the best path. A path to a public root is better than any other path. Then fewer missing intermediates are better,
// then fewer problems, then fewer certificates. It returns false if there is no path.
func bestPath(chain sentChain, trust Trust) (path, bool) {
	search := pathSearch{trust: trust, sentCertificates: append([]*x509.Certificate{chain.leaf}, chain.others...), candidates: chain.others}
	for _, c := range trust.ExtraAuthorities {
		if !slices.ContainsFunc(search.candidates, c.Equal) {
			search.candidates = append(slices.Clip(search.candidates), c)
		}
	}
	search.followIssuers([]*x509.Certificate{chain.leaf})
	for i := range search.paths {
		search.paths[i].problems = search.paths[i].findProblems(trust.Now)
	}
	if len(search.paths) == 0 {
		return path{}, false
	}
	return slices.MinFunc(search.paths, func(a, b path) int {
		privateRank := func(p path) int {
			if p.isPublic {
				return 0
			}
			return 1
		}
		return cmp.Or(
			cmp.Compare(privateRank(a), privateRank(b)),
			cmp.Compare(len(a.missingIntermediates), len(b.missingIntermediates)),
			cmp.Compare(len(a.problems), len(b.problems)),
			cmp.Compare(len(a.certificates), len(b.certificates)),
		)
	}), true
}

// followIssuers extends a chain by each possible issuer of its last certificate, and adds the paths that reach a trusted authority.
func (s *pathSearch) followIssuers(chain []*x509.Certificate) {
	last := chain[len(chain)-1]
	for _, r := range s.trust.Roots {
		if s.isIssuerWithinLimits(r.Certificate, last) {
			s.addPath(path{certificates: append(slices.Clip(chain), r.Certificate), isPublic: true, constraint: r.Constraint})
		}
	}
	for _, c := range s.trust.ExtraAuthorities {
		if s.isIssuerWithinLimits(c, last) && !slices.ContainsFunc(chain, c.Equal) {
			s.addPath(path{certificates: append(slices.Clip(chain), c)})
		}
	}
	for _, c := range s.candidates {
		if !slices.ContainsFunc(chain, c.Equal) && s.isIssuerWithinLimits(c, last) {
			s.followIssuers(append(slices.Clip(chain), c))
		}
	}
}

// isIssuerWithinLimits returns the same as isIssuer, or false if a limit of the search is reached.
func (s *pathSearch) isIssuerWithinLimits(parent, child *x509.Certificate) bool {
	if len(s.paths) >= maxPaths || !bytes.Equal(parent.RawSubject, child.RawIssuer) {
		return false
	}
	s.signatureCount++
	return s.signatureCount <= maxSignatures && isSignedBy(child, parent)
}

// addPath records a path and its missing intermediates.
func (s *pathSearch) addPath(p path) {
	issuers := p.certificates[1:]
	if p.isPublic {
		issuers = issuers[:len(issuers)-1]
	}
	for _, c := range issuers {
		if !slices.ContainsFunc(s.sentCertificates, c.Equal) && !bytes.Equal(c.RawSubject, c.RawIssuer) {
			p.missingIntermediates = append(p.missingIntermediates, c)
		}
	}
	s.paths = append(s.paths, p)
}
