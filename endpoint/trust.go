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

// RevocationNote is a note about every chain that is trusted.
const RevocationNote = "Revocation of certificates was not checked."

// judgeChain judges the certificates that a receiver showed. There is at least one.
func judgeChain(h Handshake, t Trust) (problems []Problem, notes []string) {
	s := newSentChain(h.Chain)
	if s.leafNotFirst {
		problems = append(problems, Problem{
			Rule: ruleComplete, Want: wantComplete,
			Got: fmt.Sprintf("the first certificate is that of an authority, %s; the receiver's own comes after it", subjectName(h.Chain[0])),
			Fix: "Reverse the order: the receiver's own certificate comes first, then what signed it, and so on.",
		})
	}

	used := s.issuerChain
	if s.selfSigned {
		problems = append(problems, selfSignedProblem(s.leaf), problemOrNone(dateProblem(s.issuerChain, t.Now)), problemOrNone(strengthProblem(s.issuerChain)))
	} else if p, ok := bestPath(s, t); ok {
		used = p.certificates
		problems = append(problems, p.problemsWithRoot(t)...)
		notes = append(notes, RevocationNote)
	} else {
		problems = append(problems, s.trustProblems(t)...)
		problems = append(problems, problemOrNone(dateProblem(s.issuerChain, t.Now)), problemOrNone(strengthProblem(s.withoutSelfSignedRoot())))
	}
	problems = append(problems,
		problemOrNone(nameProblem(s.leaf, h.Host)), problemOrNone(serverUseProblem(s)), problemOrNone(expiryProblem(s.leaf, t.Now)))

	notes = append(notes, s.orderNotes(used)...)
	notes = append(notes, certificateNotes(h, s, used, t.Now)...)
	return mergeByRule(problems), notes
}

// problemsWithRoot returns the problems of a path that leads to a trusted root, and of the root itself.
func (p path) problemsWithRoot(t Trust) []Problem {
	out := slices.Clone(p.problems)
	if len(p.missing) > 0 {
		out = append(out, Problem{
			Rule: ruleComplete, Want: wantComplete,
			Got: fmt.Sprintf("the intermediate certificate %s is missing; it is known only from the CA file", subjectName(p.missing[0])),
		})
	}
	if !p.public {
		out = append(out, Problem{
			Rule: ruleTrusted, Want: wantTrusted, Waived: cmp.Or(t.ExtraFlag, "--ca-file"),
			Got: fmt.Sprintf("a chain up to %s, trusted only through the CA file", subjectName(p.certificates[len(p.certificates)-1])),
		})
	}
	if len(p.problems) == 0 {
		// In the end the standard library's verifier checks everything strictly, in case the checks above overlooked something.
		if err := p.verify(t.Now, x509.ExtKeyUsageServerAuth, false); err != nil {
			out = append(out, p.distrustProblem(verifyErrorText(err)))
		}
	}
	return out
}

func selfSignedProblem(leaf *x509.Certificate) Problem {
	return Problem{
		Rule: ruleSelfSigned,
		Want: "a certificate that an authority signed",
		Got:  fmt.Sprintf("the certificate %s is signed by its own key: sipgate refuses this", subjectName(leaf)),
	}
}

// trustProblems returns why no path leads to a trusted root.
func (s sentChain) trustProblems(t Trust) []Problem {
	end := s.lastIssuer()
	trusted := Problem{Rule: ruleTrusted, Want: wantTrusted}
	named := slices.ContainsFunc(t.Roots, func(r Root) bool { return bytes.Equal(r.Certificate.RawSubject, end.RawIssuer) }) ||
		slices.ContainsFunc(t.ExtraAuthorities, func(c *x509.Certificate) bool { return bytes.Equal(c.RawSubject, end.RawIssuer) })
	switch {
	case s.falseIssuer != nil:
		trusted.Got = fmt.Sprintf("%s names %s as its issuer, whose key did not sign it: the signature is broken", subjectName(end), subjectName(s.falseIssuer))
		trusted.Fix = "Have the certificate issued again, or copy it again: it was changed after it was signed."
	case isSelfSigned(end):
		trusted.Got = fmt.Sprintf("a chain up to %s, an authority that is not publicly trusted", subjectName(end))
		trusted.Fix = developmentFix(end, named)
	case named:
		trusted.Got = fmt.Sprintf("%s names %s as its issuer; a trusted authority has that name, but did not sign it", subjectName(end), issuerName(end))
		trusted.Fix = "If the certificate is from that authority, serve fullchain.pem of the latest renewal unchanged: an older intermediate has the same name. Otherwise have it issued by a public authority."
		trusted.Fix = cmp.Or(developmentFix(end, named), trusted.Fix)
	case len(s.issuerChain) == 1:
		either := fmt.Sprintf("the receiver did not send the certificate of its issuer, %s: an intermediate is missing, or the issuer is a private authority", issuerName(s.leaf))
		trusted.Got = either
		trusted.Fix = "If the certificate is from a public authority, sending the intermediate fixes this too; if it is from a private one, have it issued by a public authority such as Let's Encrypt."
		complete := Problem{Rule: ruleComplete, Want: wantComplete, Got: either}
		if fix := developmentFix(end, named); fix != "" {
			trusted.Fix = fix
		}
		if slices.Contains(s.leaf.Issuer.Organization, CertOrganization) {
			complete.Fix = "Serve the file as pushcheck wrote it, receiver.pem: it holds the certificate and the intermediate."
		}
		return []Problem{complete, trusted}
	default:
		trusted.Got = fmt.Sprintf("the chain ends at %s, whose issuer %s is not publicly trusted and was not sent", subjectName(end), issuerName(end))
		trusted.Fix = "If that issuer is an intermediate of a public authority, send it too; if it is a private authority, have the certificate issued by a public one."
		trusted.Fix = cmp.Or(developmentFix(end, named), trusted.Fix)
	}
	return []Problem{trusted}
}

// withoutSelfSignedRoot returns the chain as sent, without a self-signed end: nothing depends on the strength of that certificate.
func (s sentChain) withoutSelfSignedRoot() []*x509.Certificate {
	if isSelfSigned(s.lastIssuer()) {
		return s.issuerChain[:len(s.issuerChain)-1]
	}
	return s.issuerChain
}

// problemOrNone turns "no problem" into a problem without a rule, which mergeByRule leaves out.
func problemOrNone(p Problem, found bool) Problem {
	if !found {
		return Problem{}
	}
	return p
}

// mergeByRule joins the problems of each rule into one. The problem that is kept is only waived if all of them are.
func mergeByRule(problems []Problem) (out []Problem) {
	for _, p := range problems {
		if p.Rule == "" {
			continue
		}
		at := slices.IndexFunc(out, func(q Problem) bool { return q.Rule == p.Rule })
		switch {
		case at < 0:
			out = append(out, p)
		case out[at].Waived != "" && p.Waived == "":
			out[at] = p
		case out[at].Waived == "" && p.Waived != "":
		case out[at].Got != p.Got:
			out[at].Got += "; " + p.Got
		}
	}
	return out
}
