package endpoint

// The ids of the transport requirements that Judge covers. The two other transport requirements, transport.no-redirect and
// transport.basic-auth, are not among them, because they need a response.
const (
	ruleHTTPS       = "transport.https"
	ruleReachable   = "transport.reachable"
	ruleHandshake   = "transport.handshake"
	ruleVersion     = "transport.tls-version"
	ruleSelfSigned  = "transport.not-self-signed"
	ruleComplete    = "transport.complete-chain"
	ruleTrusted     = "transport.trusted-chain"
	ruleInDate      = "transport.in-date"
	ruleName        = "transport.name-matches"
	ruleServer      = "transport.server-certificate"
	ruleStrong      = "transport.strong-keys"
	ruleExpiresLate = "transport.expires-later"
)

// Rules lists the ids of the requirements that Judge covers, in the order in which their problems should be fixed.
func Rules() []string {
	return []string{
		ruleHTTPS, ruleReachable, ruleHandshake, ruleVersion, ruleSelfSigned, ruleComplete, ruleTrusted, ruleInDate,
		ruleName, ruleServer, ruleStrong, ruleExpiresLate,
	}
}
