package endpoint

import "slices"

// Judgement reports whether a rule could be judged from a handshake, and if not, why.
type Judgement struct {
	Rule          string
	Judged        bool   // the rule was checked; if the rule is not met, there is a problem
	BlockingRule  string // if not judged: the rule whose problem prevented the judgement; "" if no problem did
	Reason        string // if not judged: the reason, as a sentence
	NotApplicable string // if the rule does not apply to this connection: the reason, as a sentence; otherwise ""
}

// Judgements returns a judgement for each rule, in the order of Rules. problems is the result of Judge for the same handshake. A rule with a
// problem is always judged.
func Judgements(handshake Handshake, problems []Problem) []Judgement {
	handshake = handshake.rejectNegativeSerial()
	hasProblem := func(rule string) bool {
		return slices.ContainsFunc(problems, func(p Problem) bool { return p.Rule == rule })
	}
	judgements := make([]Judgement, 0, len(Rules()))
	for _, rule := range Rules() {
		j := Judgement{Rule: rule, Judged: true}
		if !hasProblem(rule) {
			j = judgeWithoutProblem(rule, handshake, problems)
			j.Rule = rule
			j.Judged = j.BlockingRule == "" && j.Reason == "" && j.NotApplicable == ""
		}
		judgements = append(judgements, j)
	}
	return judgements
}

// judgeWithoutProblem returns the reason why a rule without a problem was not judged. It returns the zero Judgement if the rule was judged.
func judgeWithoutProblem(rule string, handshake Handshake, problems []Problem) Judgement {
	findProblem := func(rule string) (Problem, bool) {
		i := slices.IndexFunc(problems, func(p Problem) bool { return p.Rule == rule })
		if i < 0 {
			return Problem{}, false
		}
		return problems[i], true
	}
	blockedBy := func(rule, reason string) Judgement { return Judgement{BlockingRule: rule, Reason: reason} }

	if rule == ruleHTTPS {
		return Judgement{}
	}
	if handshake.Scheme == "http" {
		p, _ := findProblem(ruleHTTPS)
		return judgePlainHTTP(rule, handshake, p.Waived != "")
	}
	if handshake.Failure.IsLocal() {
		return Judgement{Reason: handshake.LocalReason()}
	}
	if rule == ruleReachable {
		if handshake.Address == "" {
			return Judgement{Reason: "no connection was made"}
		}
		return Judgement{}
	}
	if _, unreachable := findProblem(ruleReachable); unreachable {
		return blockedBy(ruleReachable, "there was no connection")
	}
	if handshake.Address == "" {
		return Judgement{Reason: "no connection was made"}
	}
	if rule == ruleHandshake {
		return judgeHandshakeRule(handshake, problems)
	}
	if rule == ruleVersion {
		if handshake.Version == 0 {
			return blockedBy(ruleHandshake, "the handshake did not get that far")
		}
		return Judgement{}
	}
	if len(handshake.Chain) == 0 {
		if handshake.Failure == TooOldTLS {
			return blockedBy(ruleVersion, "the handshake did not get that far")
		}
		if handshake.Failure == UnparsableChain {
			return blockedBy(ruleHandshake, "the receiver's certificates cannot be read")
		}
		return blockedBy(ruleHandshake, "the receiver showed no certificate")
	}
	return judgeChainRule(rule, handshake, problems)
}

// judgePlainHTTP is judgeWithoutProblem for a plain HTTP connection and any rule except ruleHTTPS.
func judgePlainHTTP(rule string, handshake Handshake, plainHTTPAllowed bool) Judgement {
	switch {
	case !plainHTTPAllowed:
		return Judgement{BlockingRule: ruleHTTPS, Reason: "nothing is sent over plain HTTP"}
	case rule != ruleReachable:
		return Judgement{NotApplicable: "plain HTTP has no certificate and no handshake"}
	case handshake.Failure.IsLocal():
		return Judgement{Reason: handshake.LocalReason()}
	case handshake.Address == "":
		return Judgement{Reason: "no connection was made"}
	}
	return Judgement{}
}

// judgeHandshakeRule is judgeWithoutProblem for ruleHandshake.
func judgeHandshakeRule(handshake Handshake, problems []Problem) Judgement {
	switch handshake.Failure {
	case NoFailure:
		return Judgement{}
	case TooOldTLS:
		return Judgement{BlockingRule: ruleVersion, Reason: "no version was found that both sides allow"}
	case EndedForCertificate:
		for _, p := range problems {
			if p.Primary {
				return Judgement{BlockingRule: p.Rule, Reason: "pushcheck ended the handshake because of the certificate"}
			}
		}
	}
	if rule, _ := handshakeCause(handshake); rule == ruleStrong {
		return Judgement{BlockingRule: rule, Reason: "a signature by so weak a key is not accepted"}
	}
	return Judgement{BlockingRule: ruleComplete, Reason: "the receiver's key cannot be checked when another certificate comes first"}
}

// judgeChainRule is judgeWithoutProblem for a rule about certificates, if the receiver sent certificates.
func judgeChainRule(rule string, handshake Handshake, problems []Problem) Judgement {
	hasUnwaivedProblem := func(rule string) bool {
		return slices.ContainsFunc(problems, func(p Problem) bool { return p.Rule == rule && p.Waived == "" })
	}
	chain := newSentChain(handshake.Chain)
	switch rule {
	case ruleComplete, ruleTrusted:
		if chain.isSelfSigned {
			return Judgement{BlockingRule: ruleSelfSigned, Reason: "a self-signed certificate has no chain"}
		}
		if rule == ruleComplete && hasUnwaivedProblem(ruleTrusted) && chain.falseIssuer == nil && !isSelfSigned(chain.lastIssuer()) {
			return Judgement{BlockingRule: ruleTrusted, Reason: "it is not known where the certificate chain should end"}
		}
	case ruleServer:
		if chain.isSelfSigned && chain.leaf.IsCA {
			return Judgement{BlockingRule: ruleSelfSigned, Reason: "tools make self-signed certificates those of an authority by default"}
		}
	case ruleExpiresLate:
		if hasUnwaivedProblem(ruleInDate) {
			return Judgement{BlockingRule: ruleInDate, Reason: "a certificate is not valid now"}
		}
	}
	return Judgement{}
}
