package endpoint

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"
)

// examine returns what is wrong with a path: dates, strength, and everything else that makes a verifier refuse it. It does not check
// the host's name.
func (p path) examine(now time.Time) (faults []Problem) {
	below := p.certificates[:len(p.certificates)-1]
	if dates, isWrong := checkDates(p.certificates, now); isWrong {
		faults = append(faults, dates)
	}
	weak, isWeak := checkStrength(below)
	if isWeak {
		faults = append(faults, weak)
	}
	if p.constraint != nil {
		if err := p.constraint(below); err != nil {
			faults = append(faults, Problem{
				Rule: ruleTrusted, Want: wantTrusted, Got: "the authority is no longer trusted for certificates as new as this: " + err.Error(),
				Fix: "Have the certificate issued by another public authority such as Let's Encrypt: a new one of this authority is not trusted either.",
			})
			return faults
		}
	}
	if anyHasOldSignature(below) {
		return faults // the verifier does not know such signatures and would only repeat that
	}
	for i, child := range below {
		// An issuer that may not sign is found here: the verifier would report an unknown authority.
		parent := p.certificates[i+1]
		if child.CheckSignatureFrom(parent) != nil {
			return append(faults, p.distrustProblem(fmt.Sprintf("%s signed %s and is not allowed to sign certificates", subject(parent), subject(child))))
		}
	}
	if err := p.verify(now, x509.ExtKeyUsageAny, true); err != nil {
		return append(faults, p.distrustProblem(describeVerifyError(err)))
	}
	if err := p.verify(now, x509.ExtKeyUsageServerAuth, true); err != nil {
		faults = append(faults, p.serverUseProblem())
	}
	return faults
}

// serverUseProblem is the problem of a path that is valid, but not for servers.
func (p path) serverUseProblem() Problem {
	isLimited := func(c *x509.Certificate) bool { return !allowsServerUse(c) }
	problem := Problem{Rule: ruleServer, Want: wantServer}
	above := slices.IndexFunc(p.certificates[1:], isLimited)
	if above < 0 && isLimited(p.certificates[0]) {
		problem.Got = "the certificate's extended key usage does not allow servers"
		return problem
	}
	problem.Got = "an authority of its chain may not issue certificates for servers (extended key usage)"
	if above >= 0 {
		problem.Got += ": " + subject(p.certificates[above+1])
	}
	problem.Fix = "Have a certificate for servers issued through an authority that may issue them, as public ones may: another one from the same authority will not do."
	return problem
}

// verify checks this path alone with the verifier of the standard library. With anyTime it does so as if every certificate were valid
// now: dates are a rule of their own.
func (p path) verify(now time.Time, usage x509.ExtKeyUsage, anyTime bool) error {
	certificate := func(i int) *x509.Certificate {
		c := p.certificates[i]
		if anyTime {
			copied := *c
			copied.NotBefore, copied.NotAfter = now.Add(-time.Hour), now.Add(time.Hour)
			c = &copied
		}
		return c
	}
	end := len(p.certificates) - 1
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	if p.constraint != nil {
		roots.AddCertWithConstraint(certificate(end), p.constraint)
	} else {
		roots.AddCert(certificate(end))
	}
	for i := 1; i < end; i++ {
		intermediates.AddCert(certificate(i))
	}
	_, err := certificate(0).Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: intermediates, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{usage},
	})
	return err
}

// distrustProblem is the problem of a path that is not accepted, although its root is trusted.
func (p path) distrustProblem(got string) Problem {
	why := ": the root is trusted, a certificate below it is not in order."
	if !p.public {
		why = ". Only --ca-file makes the root trusted, sipgate does not trust it; and a certificate below it is not in order, so that --ca-file does not help either."
	}
	return Problem{
		Rule: ruleTrusted, Want: wantTrusted, Got: got,
		Fix: "Have the certificate issued by a public authority such as Let's Encrypt, and serve its fullchain.pem unchanged" + why,
	}
}

// describeVerifyError describes the verifier's error.
func describeVerifyError(err error) string {
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) && invalid.Cert != nil {
		name := subject(invalid.Cert)
		switch invalid.Reason {
		case x509.NotAuthorizedToSign:
			return name + " is not an authority's certificate and signed another one"
		case x509.TooManyIntermediates:
			return name + " allows fewer certificates below it than there are (path length)"
		case x509.CANotAuthorizedForThisName:
			return "an authority of the chain may not issue certificates for this name: " + invalid.Detail
		}
	}
	if errors.As(err, new(x509.UnhandledCriticalExtension)) {
		return "a certificate of the chain has a critical extension that is not understood"
	}
	return err.Error()
}
