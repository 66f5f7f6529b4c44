package endpoint

import "slices"

// Judgement is whether a handshake allowed one rule to be judged.
type Judgement struct {
	Rule          string
	Judged        bool   // met, or not met and then among the problems
	BlockingRule  string // not judged: the rule whose problem stands in the way; "" if none does
	Reason        string // not judged: why, a sentence
	NotApplicable string // the rule does not concern this connection: why, a sentence
}

// Judgements returns, for each of Rules and in that order, whether the handshake allowed it to be judged. problems are what Judge returned
// for the same handshake. A rule with a problem is always judged.
func Judgements(h Handshake, problems []Problem) []Judgement {
	h = h.withStrictChain()
	has := func(rule string) bool {
		return slices.ContainsFunc(problems, func(p Problem) bool { return p.Rule == rule })
	}
	judgements := make([]Judgement, 0, len(Rules()))
	for _, rule := range Rules() {
		j := Judgement{Rule: rule, Judged: true}
		if !has(rule) {
			j = findGap(rule, h, problems)
			j.Rule = rule
			j.Judged = j.BlockingRule == "" && j.Reason == "" && j.NotApplicable == ""
		}
		judgements = append(judgements, j)
	}
	return judgements
}

// findGap is why a rule without a problem was not judged; the zero value if it was judged.
func findGap(rule string, h Handshake, problems []Problem) Judgement {
	find := func(rule string) (Problem, bool) {
		i := slices.IndexFunc(problems, func(p Problem) bool { return p.Rule == rule })
		if i < 0 {
			return Problem{}, false
		}
		return problems[i], true
	}
	because := func(rule, reason string) Judgement { return Judgement{BlockingRule: rule, Reason: reason} }

	if rule == ruleHTTPS {
		return Judgement{}
	}
	if h.Scheme == "http" {
		p, _ := find(ruleHTTPS)
		return plainGap(rule, h, p.Waived != "")
	}
	if h.Failure.IsLocal() {
		return Judgement{Reason: h.LocalReason()}
	}
	if rule == ruleReachable {
		if h.Address == "" {
			return Judgement{Reason: "no connection was made"}
		}
		return Judgement{}
	}
	if _, unreachable := find(ruleReachable); unreachable {
		return because(ruleReachable, "there was no connection")
	}
	if h.Address == "" {
		return Judgement{Reason: "no connection was made"}
	}
	if rule == ruleHandshake {
		return handshakeGap(h, problems)
	}
	if rule == ruleVersion {
		if h.Version == 0 {
			return because(ruleHandshake, "the handshake did not get that far")
		}
		return Judgement{}
	}
	if len(h.Chain) == 0 {
		if h.Failure == TooOldTLS {
			return because(ruleVersion, "the handshake did not get that far")
		}
		if h.Failure == UnparsableChain {
			return because(ruleHandshake, "the receiver's certificates cannot be read")
		}
		return because(ruleHandshake, "the receiver showed no certificate")
	}
	return chainGap(rule, h, problems)
}

// plainGap is the gap of a plain-HTTP connection, for every rule except ruleHTTPS.
func plainGap(rule string, h Handshake, allowed bool) Judgement {
	switch {
	case !allowed:
		return Judgement{BlockingRule: ruleHTTPS, Reason: "nothing is sent over plain HTTP"}
	case rule != ruleReachable:
		return Judgement{NotApplicable: "plain HTTP has no certificate and no handshake"}
	case h.Failure.IsLocal():
		return Judgement{Reason: h.LocalReason()}
	case h.Address == "":
		return Judgement{Reason: "no connection was made"}
	}
	return Judgement{}
}

// handshakeGap is the gap of the handshake rule if it has no problem.
func handshakeGap(h Handshake, problems []Problem) Judgement {
	switch h.Failure {
	case None:
		return Judgement{}
	case TooOldTLS:
		return Judgement{BlockingRule: ruleVersion, Reason: "no version was found that both sides allow"}
	case Withheld:
		for _, p := range problems {
			if p.Primary {
				return Judgement{BlockingRule: p.Rule, Reason: "pushcheck ended the handshake because of the certificate"}
			}
		}
	}
	if rule, _ := certificateCause(h); rule == ruleStrong {
		return Judgement{BlockingRule: rule, Reason: "a signature by so weak a key is not accepted"}
	}
	return Judgement{BlockingRule: ruleComplete, Reason: "the receiver's key cannot be checked when another certificate comes first"}
}

// chainGap is the gap of a rule about certificates, if some were shown.
func chainGap(rule string, h Handshake, problems []Problem) Judgement {
	has := func(rule string) bool {
		return slices.ContainsFunc(problems, func(p Problem) bool { return p.Rule == rule && p.Waived == "" })
	}
	s := readChain(h.Chain)
	switch rule {
	case ruleComplete, ruleTrusted:
		if s.selfSigned {
			return Judgement{BlockingRule: ruleSelfSigned, Reason: "a self-signed certificate has no chain"}
		}
		if rule == ruleComplete && has(ruleTrusted) && s.brokenAt == nil && !isSelfSigned(s.lastReached()) {
			return Judgement{BlockingRule: ruleTrusted, Reason: "it is not known where the certificate chain should end"}
		}
	case ruleServer:
		if s.selfSigned && s.leaf.IsCA {
			return Judgement{BlockingRule: ruleSelfSigned, Reason: "tools make self-signed certificates those of an authority by default"}
		}
	case ruleExpiresLate:
		if has(ruleInDate) {
			return Judgement{BlockingRule: ruleInDate, Reason: "a certificate is not valid now"}
		}
	}
	return Judgement{}
}
