package endpoint

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"
)

// findProblems returns the problems of a path: invalid dates, weak keys or signatures, and every other reason why the verifier of the
// standard library refuses the path. It does not check the name of the host.
func (p path) findProblems(now time.Time) (problems []Problem) {
	certificatesBelowRoot := p.certificates[:len(p.certificates)-1]
	if invalidDates, hasInvalidDates := dateProblem(p.certificates, now); hasInvalidDates {
		problems = append(problems, invalidDates)
	}
	weakness, isWeak := strengthProblem(certificatesBelowRoot)
	if isWeak {
		problems = append(problems, weakness)
	}
	if p.constraint != nil {
		if err := p.constraint(certificatesBelowRoot); err != nil {
			problems = append(problems, Problem{
				Rule: ruleTrusted, Want: wantTrusted, Got: "the authority is no longer trusted for certificates as new as this: " + err.Error(),
				Fix: "Have the certificate issued by another public authority such as Let's Encrypt: a new one of this authority is not trusted either.",
			})
			return problems
		}
	}
	if hasAnyWeakSignature(certificatesBelowRoot) {
		return problems // the verifier would report the weak signatures again
	}
	for i, child := range certificatesBelowRoot {
		// Check here whether the issuer may sign: the verifier would report only that the authority is unknown.
		parent := p.certificates[i+1]
		if child.CheckSignatureFrom(parent) != nil {
			return append(problems, p.distrustProblem(fmt.Sprintf("%s signed %s and is not allowed to sign certificates", subjectName(parent), subjectName(child))))
		}
	}
	if err := p.verify(now, x509.ExtKeyUsageAny, true); err != nil {
		return append(problems, p.distrustProblem(verifyErrorText(err)))
	}
	if err := p.verify(now, x509.ExtKeyUsageServerAuth, true); err != nil {
		problems = append(problems, p.pathUseProblem())
	}
	return problems
}

// pathUseProblem returns the problem of a path that is valid, but not for servers.
func (p path) pathUseProblem() Problem {
	forbidsServers := func(c *x509.Certificate) bool { return !allowsServerUse(c) }
	problem := Problem{Rule: ruleServer, Want: wantServer}
	issuerIndex := slices.IndexFunc(p.certificates[1:], forbidsServers)
	if issuerIndex < 0 && forbidsServers(p.certificates[0]) {
		problem.Got = "the certificate's extended key usage does not allow servers"
		return problem
	}
	problem.Got = "an authority of its chain may not issue certificates for servers (extended key usage)"
	if issuerIndex >= 0 {
		problem.Got += ": " + subjectName(p.certificates[issuerIndex+1])
	}
	problem.Fix = "Have a certificate for servers issued by an authority that may issue them, such as a public one; a new certificate of the same authority has the same problem."
	return problem
}

// verify checks the path with the verifier of the standard library. If ignoreDates is true, the verifier gets copies of the certificates
// with dates that include now, because another rule checks the real dates.
func (p path) verify(now time.Time, usage x509.ExtKeyUsage, ignoreDates bool) error {
	certificate := func(i int) *x509.Certificate {
		c := p.certificates[i]
		if ignoreDates {
			copied := *c
			copied.NotBefore, copied.NotAfter = now.Add(-time.Hour), now.Add(time.Hour)
			c = &copied
		}
		return c
	}
	last := len(p.certificates) - 1
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	if p.constraint != nil {
		roots.AddCertWithConstraint(certificate(last), p.constraint)
	} else {
		roots.AddCert(certificate(last))
	}
	for i := 1; i < last; i++ {
		intermediates.AddCert(certificate(i))
	}
	_, err := certificate(0).Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: intermediates, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{usage},
	})
	return err
}

// distrustProblem returns the problem of a path that is not valid, although its root is trusted.
func (p path) distrustProblem(got string) Problem {
	reason := ": the root is trusted, a certificate below it is not valid."
	if !p.isPublic {
		reason = ". Only --ca-file makes the root trusted, sipgate does not trust it; and a certificate below it is not valid, so --ca-file does not help."
	}
	return Problem{
		Rule: ruleTrusted, Want: wantTrusted, Got: got,
		Fix: "Have the certificate issued by a public authority such as Let's Encrypt, and serve its fullchain.pem unchanged" + reason,
	}
}

// verifyErrorText returns a description of the verifier's error for people.
func verifyErrorText(err error) string {
	var invalidError x509.CertificateInvalidError
	if errors.As(err, &invalidError) && invalidError.Cert != nil {
		name := subjectName(invalidError.Cert)
		switch invalidError.Reason {
		case x509.NotAuthorizedToSign:
			return name + " is not an authority's certificate and signed another one"
		case x509.TooManyIntermediates:
			return name + " allows fewer certificates below it than there are (path length)"
		case x509.CANotAuthorizedForThisName:
			return "an authority of the chain may not issue certificates for this name: " + invalidError.Detail
		}
	}
	if errors.As(err, new(x509.UnhandledCriticalExtension)) {
		return "a certificate of the chain has a critical extension that is not understood"
	}
	return err.Error()
}
