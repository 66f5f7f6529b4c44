package endpoint

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// Judge returns the problems of the connection to a receiver: at most one problem for each rule, in the order in which the user should fix
// them. If there are problems, the first is primary; waived problems are sorted last. The notes describe unusual facts that break no rule.
//
// If the handshake failed after the receiver had sent its certificates, the certificates are judged too.
func Judge(handshake Handshake, trust Trust) (problems []Problem, notes []string) {
	handshake = handshake.rejectNegativeSerial()
	if handshake.Scheme == "http" {
		problems = append(problems, plainHTTPProblem(handshake, trust))
	}
	if p, ok := failureProblem(handshake); ok {
		problems = append(problems, p)
	}
	if handshake.Scheme != "http" && len(handshake.Chain) > 0 {
		chainProblems, chainNotes := judgeChain(handshake, trust)
		problems, notes = append(problems, chainProblems...), chainNotes
	}
	return sortProblems(handshake, problems), notes
}

// rejectNegativeSerial returns the handshake with the failure UnparsableChain if a certificate has a negative serial number. By default Go
// does not parse such a certificate, but the environment can allow it (GODEBUG=x509negativeserial=1). The environment must not change a
// verdict.
func (h Handshake) rejectNegativeSerial() Handshake {
	for _, c := range h.Chain {
		if c.SerialNumber != nil && c.SerialNumber.Sign() < 0 {
			h.Failure, h.Detail, h.Chain = UnparsableChain, fmt.Sprintf("%s has a negative serial number", subjectName(c)), nil
			return h
		}
	}
	return h
}

// sortProblems sorts the problems and marks the first as primary. If the receiver sent certificates before the handshake failed, the
// certificates may be the cause, so the handshake problem comes after the certificate problems. But if pushcheck got the certificates only
// by offering an obsolete cipher suite, the suite is the cause, and the handshake problem stays before the certificate problems.
func sortProblems(handshake Handshake, problems []Problem) []Problem {
	rules := Rules()
	rank := func(p Problem) int {
		n := slices.Index(rules, p.Rule)
		if p.Rule == ruleHandshake && len(handshake.Chain) > 0 && obsoleteAlgorithm(handshake.Suite) == "" {
			n = len(rules)
		}
		if p.Waived != "" {
			n += 2 * len(rules)
		} else if !p.BlocksSending() {
			n += len(rules) + 1
		}
		return n
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(rank(a), rank(b)) })
	for i := range problems {
		problems[i].Primary = i == 0
	}
	return problems
}

func plainHTTPProblem(handshake Handshake, trust Trust) Problem {
	p := Problem{
		Rule: ruleHTTPS,
		Want: "an https URL",
		Got:  "a plain http URL: pushcheck sends nothing there (sipgate would, unencrypted, for accounts made before September 2025)",
	}
	if trust.AllowHTTP {
		p.Waived = "--allow-http"
		p.Got = "a plain http URL: sipgate sends there, unencrypted, only for accounts made before September 2025"
	} else if isUnderDevelopment(handshake) {
		p.Fix = "For development add --allow-http: pushes are then sent over plain HTTP, and transport.https is waived, never passed. In service the receiver needs an https URL, " +
			"with a certificate of a public authority; a proxy such as Caddy or nginx in front of it will do."
	}
	return p
}

const logFix = "Look into the log of the TLS server or proxy at the receiver. openssl s_client -connect HOST:PORT -servername HOST shows the same handshake step by step."

// failureProblem returns the problem of the receiver that caused a failure. It returns false if there is no failure, if the cause may be on
// this machine, or if a problem of the certificates is the cause.
func failureProblem(handshake Handshake) (Problem, bool) {
	withDetail := handshake.withDetail
	handshakeProblem := Problem{Rule: ruleHandshake, Want: "a TLS handshake that completes in time and without a client certificate"}

	switch handshake.Failure {
	case NoFailure, EndedForCertificate:
		return Problem{}, false
	case NoLookup, NoRoute, NotPermitted, NoResources, Unreachable: // see Failure.IsLocal
		return Problem{}, false
	case UnknownHost, ConnectionRefused, ConnectTimeout, ConnectionReset:
		return reachabilityProblem(handshake), true
	case TooOldTLS:
		got := "the receiver refuses TLS 1.2 and 1.3"
		if handshake.Version != 0 {
			got = "the receiver speaks " + versionName(handshake.Version) + " at most"
		}
		return Problem{Rule: ruleVersion, Want: "TLS 1.2 or newer", Got: withDetail(got)}, true
	case PlainHTTP:
		handshakeProblem.Got = "plain HTTP on the port of an https URL"
		handshakeProblem.Fix = "Serve TLS on that port, or put a proxy that does so in front of it; or correct the port in the URL."
		if isUnderDevelopment(handshake) {
			handshakeProblem.Fix = "Serve TLS on that port, or put a proxy in front that does. For development: write http:// and add --allow-http."
		}
	case NotTLS:
		handshakeProblem.Got = withDetail("something that is not TLS")
		handshakeProblem.Fix = "Another service responds there: look at the port in the URL."
	case HandshakeTimeout:
		handshakeProblem.Got = "the TLS handshake was not complete in time"
		handshakeProblem.Fix = "Something accepts connections there and does not speak TLS, or responds too slowly: look at the port in the URL, at what listens on it, and at a proxy or firewall in between."
	case HandshakeClosed:
		handshakeProblem.Got = withDetail("the receiver closed the connection during the TLS handshake")
		handshakeProblem.Fix = "Check that TLS is served on that port: a service that does not speak TLS often closes the connection like this. Otherwise the log of the TLS server or proxy says why."
	case HandshakeAlert:
		handshakeProblem.Got = withDetail("the receiver broke off the TLS handshake")
		handshakeProblem.Fix = logFix
	case NoCommonSettings:
		got, fix := noCommonSettings(handshake)
		handshakeProblem.Got, handshakeProblem.Fix = withDetail(got), fix
	case HostNotServed:
		handshakeProblem.Got = withDetail("the receiver does not serve the name " + handshake.quotedHost())
		handshakeProblem.Fix = "Add the host of the URL to what terminates TLS (nginx server_name, Caddy site address, the domain list of a hosting service), with a certificate for it."
	case NoHTTP1:
		handshakeProblem.Got = withDetail("the receiver does not offer HTTP/1.1 (ALPN)")
		handshakeProblem.Fix = "Offer http/1.1 beside h2: that sipgate speaks HTTP/2 is not known."
	case ClientCertificate:
		handshakeProblem.Got = withDetail("the receiver demands a client certificate, and sipgate has none to show")
		handshakeProblem.Fix = "Do not require client certificates, at least not on the path of the pushes."
	case UnparsableChain:
		handshakeProblem.Got = withDetail("a certificate that cannot be read")
		handshakeProblem.Fix = "Have the certificate issued again, by a public authority such as Let's Encrypt, and serve its fullchain.pem unchanged: this one is malformed."
	default:
		if _, found := handshakeCause(handshake); found {
			return Problem{}, false
		}
		handshakeProblem.Got = withDetail("the TLS handshake failed")
		handshakeProblem.Fix = logFix
	}
	return handshakeProblem, true
}

// reachabilityProblem returns the problem of a receiver to which no connection could be made.
func reachabilityProblem(handshake Handshake) Problem {
	problem := Problem{Rule: ruleReachable, Want: "a connection to the URL's host and port"}
	switch handshake.Failure {
	case UnknownHost:
		problem.Got = "no address for the host " + handshake.quotedHost()
		problem.Fix = cmp.Or(connectToFix(handshake.Host), "Look at the spelling of the host and at its name in DNS.")
	case ConnectionRefused:
		problem.Got = "connection refused by " + handshake.Address + ": nothing listens there"
	case ConnectionReset:
		problem.Got = "connection reset by " + handshake.Address
	default:
		problem.Got = "no connection in time"
	}
	problem.Got = handshake.withDetail(problem.Got)
	return problem
}

// withDetail returns a text, followed by the detail of the failure in parentheses if there is a detail.
func (h Handshake) withDetail(text string) string {
	if h.Detail == "" {
		return text
	}
	return text + " (" + h.Detail + ")"
}

// handshakeCause returns the rule that the certificates break, if the handshake failed because of the certificates. Otherwise it returns
// false.
func handshakeCause(handshake Handshake) (rule string, found bool) {
	switch {
	case startsWithIssuer(handshake.Chain):
		return ruleComplete, true // the receiver's key does not belong to the first certificate
	case len(handshake.Chain) > 0 && keyWeakness(handshake.Chain[0]) != "":
		return ruleStrong, true // clients refuse every signature of such a key
	}
	return "", false
}

// quotedHost returns the host as it was written, in quotes. If the encoded host differs, the encoded host follows in parentheses.
func (h Handshake) quotedHost() string {
	if h.WrittenHost == "" {
		return strconv.Quote(h.Host)
	}
	return fmt.Sprintf("%q (%s)", h.WrittenHost, h.Host)
}

func versionName(version uint16) string {
	switch version {
	case 0x0300:
		return "SSL 3.0"
	case 0x0301:
		return "TLS 1.0"
	case 0x0302:
		return "TLS 1.1"
	case 0x0303:
		return "TLS 1.2"
	case 0x0304:
		return "TLS 1.3"
	}
	return fmt.Sprintf("TLS version %#04x", version)
}
