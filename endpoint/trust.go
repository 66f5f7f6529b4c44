package endpoint

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"fmt"
	"slices"
)

const (
	wantTrusted  = "a chain up to a public authority"
	wantComplete = "the receiver's certificate first, then every intermediate"
)

// RevocationNote is the note that Judge returns for every chain that leads to a trusted authority.
const RevocationNote = "Revocation of certificates was not checked."

// judgeChain judges the certificates that a receiver sent. handshake.Chain must not be empty.
func judgeChain(handshake Handshake, trust Trust) (problems []Problem, notes []string) {
	chain := newSentChain(handshake.Chain)
	if chain.isLeafNotFirst {
		problems = append(problems, Problem{
			Rule: ruleComplete, Want: wantComplete,
			Got: fmt.Sprintf("the first certificate is that of an authority, %s; the receiver's own comes after it", subjectName(handshake.Chain[0])),
			Fix: "Reverse the order: the receiver's own certificate comes first, then what signed it, and so on.",
		})
	}

	judgedChain := chain.issuerChain
	if chain.isSelfSigned {
		problems = append(problems, selfSignedProblem(chain.leaf), problemOrNone(dateProblem(chain.issuerChain, trust.Now)), problemOrNone(strengthProblem(chain.issuerChain)))
	} else if p, ok := bestPath(chain, trust); ok {
		judgedChain = p.certificates
		problems = append(problems, p.problemsWithRoot(trust)...)
		notes = append(notes, RevocationNote)
	} else {
		problems = append(problems, chain.trustProblems(trust)...)
		problems = append(problems, problemOrNone(dateProblem(chain.issuerChain, trust.Now)), problemOrNone(strengthProblem(chain.withoutSelfSignedRoot())))
	}
	problems = append(problems,
		problemOrNone(nameProblem(chain.leaf, handshake.Host)), problemOrNone(serverUseProblem(chain)), problemOrNone(expiryProblem(chain.leaf, trust.Now)))

	notes = append(notes, chain.orderNotes(judgedChain)...)
	notes = append(notes, certificateNotes(handshake, chain, judgedChain, trust.Now)...)
	return mergeByRule(problems), notes
}

// problemsWithRoot returns the problems of a path, with further problems if intermediates are missing or if the root is not public.
func (p path) problemsWithRoot(trust Trust) []Problem {
	problems := slices.Clone(p.problems)
	if len(p.missingIntermediates) > 0 {
		problems = append(problems, Problem{
			Rule: ruleComplete, Want: wantComplete,
			Got: fmt.Sprintf("the intermediate certificate %s is missing; it is known only from the CA file", subjectName(p.missingIntermediates[0])),
		})
	}
	if !p.isPublic {
		problems = append(problems, Problem{
			Rule: ruleTrusted, Want: wantTrusted, Waived: cmp.Or(trust.ExtraFlag, "--ca-file"),
			Got: fmt.Sprintf("a chain up to %s, trusted only through the CA file", subjectName(p.certificates[len(p.certificates)-1])),
		})
	}
	if len(p.problems) == 0 {
		// Finally, let the verifier of the standard library check everything, for problems that the checks above do not find.
		if err := p.verify(trust.Now, x509.ExtKeyUsageServerAuth, false); err != nil {
			problems = append(problems, p.distrustProblem(verifyErrorText(err)))
		}
	}
	return problems
}

func selfSignedProblem(leaf *x509.Certificate) Problem {
	return Problem{
		Rule: ruleSelfSigned,
		Want: "a certificate that an authority signed",
		Got:  fmt.Sprintf("the certificate %s is signed by its own key: sipgate refuses this", subjectName(leaf)),
	}
}

// trustProblems returns the problems of a chain from which no path leads to a trusted authority.
func (s sentChain) trustProblems(trust Trust) []Problem {
	last := s.lastIssuer()
	trustProblem := Problem{Rule: ruleTrusted, Want: wantTrusted}
	nameIsTrusted := slices.ContainsFunc(trust.Roots, func(r Root) bool { return bytes.Equal(r.Certificate.RawSubject, last.RawIssuer) }) ||
		slices.ContainsFunc(trust.ExtraAuthorities, func(c *x509.Certificate) bool { return bytes.Equal(c.RawSubject, last.RawIssuer) })
	switch {
	case s.falseIssuer != nil:
		trustProblem.Got = fmt.Sprintf("%s names %s as its issuer, whose key did not sign it: the signature is broken", subjectName(last), subjectName(s.falseIssuer))
		trustProblem.Fix = "Have the certificate issued again, or copy it again: it was changed after it was signed."
	case isSelfSigned(last):
		trustProblem.Got = fmt.Sprintf("a chain up to %s, an authority that is not publicly trusted", subjectName(last))
		trustProblem.Fix = developmentFix(last, nameIsTrusted)
	case nameIsTrusted:
		trustProblem.Got = fmt.Sprintf("%s names %s as its issuer; a trusted authority has that name, but did not sign it", subjectName(last), issuerName(last))
		trustProblem.Fix = "If the certificate is from that authority, serve fullchain.pem of the latest renewal unchanged: an older intermediate has the same name. Otherwise have it issued by a public authority."
		trustProblem.Fix = cmp.Or(developmentFix(last, nameIsTrusted), trustProblem.Fix)
	case len(s.issuerChain) == 1:
		reason := fmt.Sprintf("the receiver did not send the certificate of its issuer, %s: an intermediate is missing, or the issuer is a private authority", issuerName(s.leaf))
		trustProblem.Got = reason
		trustProblem.Fix = "If the certificate is from a public authority, sending the intermediate fixes this too; if it is from a private one, have it issued by a public authority such as Let's Encrypt."
		completenessProblem := Problem{Rule: ruleComplete, Want: wantComplete, Got: reason}
		if fix := developmentFix(last, nameIsTrusted); fix != "" {
			trustProblem.Fix = fix
		}
		if slices.Contains(s.leaf.Issuer.Organization, CertOrganization) {
			completenessProblem.Fix = "Serve the file as pushcheck wrote it, receiver.pem: it holds the certificate and the intermediate."
		}
		return []Problem{completenessProblem, trustProblem}
	default:
		trustProblem.Got = fmt.Sprintf("the chain ends at %s, whose issuer %s is not publicly trusted and was not sent", subjectName(last), issuerName(last))
		trustProblem.Fix = "If that issuer is an intermediate of a public authority, send it too; if it is a private authority, have the certificate issued by a public one."
		trustProblem.Fix = cmp.Or(developmentFix(last, nameIsTrusted), trustProblem.Fix)
	}
	return []Problem{trustProblem}
}

// withoutSelfSignedRoot returns the issuer chain without a self-signed last certificate, because the strength of a root does not matter.
func (s sentChain) withoutSelfSignedRoot() []*x509.Certificate {
	if isSelfSigned(s.lastIssuer()) {
		return s.issuerChain[:len(s.issuerChain)-1]
	}
	return s.issuerChain
}

// problemOrNone returns p if the problem was found, or the zero Problem, which mergeByRule ignores.
func problemOrNone(p Problem, found bool) Problem {
	if !found {
		return Problem{}
	}
	return p
}

// mergeByRule merges the problems of each rule into one problem. The result is waived only if each of the merged problems is waived.
func mergeByRule(problems []Problem) (merged []Problem) {
	for _, p := range problems {
		if p.Rule == "" {
			continue
		}
		i := slices.IndexFunc(merged, func(q Problem) bool { return q.Rule == p.Rule })
		switch {
		case i < 0:
			merged = append(merged, p)
		case merged[i].Waived != "" && p.Waived == "":
			merged[i] = p
		case merged[i].Waived == "" && p.Waived != "":
		case merged[i].Got != p.Got:
			merged[i].Got += "; " + p.Got
		}
	}
	return merged
}
