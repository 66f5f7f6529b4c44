package endpoint_test

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
)

func TestJudgementsNameTheRuleThatPreventedAJudgement(t *testing.T) {
	t.Parallel()
	maker := chainMaker{t}
	publicAuthority := maker.newAuthority(certs.Plan{})
	validChain := maker.issue(publicAuthority, certs.Leaf{})
	trust := endpoint.Trust{Now: now, Roots: []endpoint.Root{{Certificate: publicAuthority.Root}}}
	httpsHandshake := func(f endpoint.Failure, version uint16, chain []*x509.Certificate) endpoint.Handshake {
		return endpoint.Handshake{
			Host: host, Scheme: "https", Address: "127.0.0.1:443", Version: version, Chain: chain, Failure: f,
		}
	}
	var certificateRules, tlsRules []string
	certificateRules = append(certificateRules, "not-self-signed", "complete-chain", "trusted-chain", "in-date",
		"name-matches", "server-certificate", "strong-keys", "expires-later")
	tlsRules = append([]string{"handshake", "tls-version"}, certificateRules...)
	sameReason := func(rules []string, reason string) map[string]string {
		reasonByRule := map[string]string{}
		for _, r := range rules {
			reasonByRule[r] = reason
		}
		return reasonByRule
	}
	addReason := func(m map[string]string, rule, reason string) map[string]string {
		m[rule] = reason
		return m
	}

	// A reason is the rule that prevented the judgement, or "-" if the rule is not applicable, or "?" for any other reason.
	tests := []struct {
		name      string
		give      endpoint.Handshake
		allowHTTP bool              // --allow-http
		want      []string          // the rules of the problems, as ruleNames lists them
		unjudged  map[string]string // the reason for each rule that is not judged
	}{
		{name: "no problem", give: httpsHandshake("", tls.VersionTLS13, validChain), unjudged: map[string]string{}},
		{name: "plain HTTP not allowed", give: endpoint.Handshake{Host: host, Scheme: "http"}, want: []string{"https"},
			unjudged: sameReason(append([]string{"reachable"}, tlsRules...), "https")},
		{name: "plain HTTP allowed, not dialled", give: endpoint.Handshake{Host: host, Scheme: "http"}, allowHTTP: true,
			want: []string{"https --allow-http"}, unjudged: addReason(sameReason(tlsRules, "-"), "reachable", "?")},
		{name: "plain HTTP allowed, connected", give: endpoint.Handshake{Host: host, Scheme: "http", Address: "127.0.0.1:80"}, allowHTTP: true,
			want: []string{"https --allow-http"}, unjudged: sameReason(tlsRules, "-")},
		{name: "plain HTTP allowed, connection refused", give: endpoint.Handshake{
			Host: host, Scheme: "http", Address: "127.0.0.1:80", Failure: endpoint.ConnectionRefused,
		}, allowHTTP: true, want: []string{"reachable", "https --allow-http"}, unjudged: sameReason(tlsRules, "-")},
		{name: "HTTPS, not dialled", give: endpoint.Handshake{Host: host, Scheme: "https"}, unjudged: sameReason(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "unknown host", give: endpoint.Handshake{Host: host, Scheme: "https", Failure: endpoint.UnknownHost},
			want: []string{"reachable"}, unjudged: sameReason(tlsRules, "reachable")},
		{name: "connection refused", give: httpsHandshake(endpoint.ConnectionRefused, 0, nil), want: []string{"reachable"}, unjudged: sameReason(tlsRules, "reachable")},
		{name: "no connection in time", give: httpsHandshake(endpoint.ConnectTimeout, 0, nil), want: []string{"reachable"}, unjudged: sameReason(tlsRules, "reachable")},
		{name: "connection reset", give: httpsHandshake(endpoint.ConnectionReset, 0, nil), want: []string{"reachable"}, unjudged: sameReason(tlsRules, "reachable")},
		{name: "name not looked up", give: endpoint.Handshake{Host: host, Scheme: "https", Failure: endpoint.NoLookup}, unjudged: sameReason(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "no route", give: httpsHandshake(endpoint.NoRoute, 0, nil), unjudged: sameReason(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "not permitted", give: httpsHandshake(endpoint.NotPermitted, 0, nil), unjudged: sameReason(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "too many open files", give: httpsHandshake(endpoint.NoResources, 0, nil), unjudged: sameReason(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "unreachable for an unknown cause", give: httpsHandshake(endpoint.Unreachable, 0, nil), unjudged: sameReason(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "no route, plain HTTP allowed", give: endpoint.Handshake{Host: host, Scheme: "http", Address: "127.0.0.1:80", Failure: endpoint.NoRoute}, allowHTTP: true,
			want: []string{"https --allow-http"}, unjudged: addReason(sameReason(tlsRules, "-"), "reachable", "?")},
		{name: "plain HTTP on the TLS port", give: httpsHandshake(endpoint.PlainHTTP, 0, nil), want: []string{"handshake"}, unjudged: sameReason(tlsRules[1:], "handshake")},
		{name: "not TLS", give: httpsHandshake(endpoint.NotTLS, 0, nil), want: []string{"handshake"}, unjudged: sameReason(tlsRules[1:], "handshake")},
		{name: "handshake timed out", give: httpsHandshake(endpoint.HandshakeTimeout, 0, nil), want: []string{"handshake"}, unjudged: sameReason(tlsRules[1:], "handshake")},
		{name: "connection closed in the handshake", give: httpsHandshake(endpoint.HandshakeClosed, 0, nil), want: []string{"handshake"}, unjudged: sameReason(tlsRules[1:], "handshake")},
		{name: "TLS alert", give: httpsHandshake(endpoint.HandshakeAlert, 0, nil), want: []string{"handshake"}, unjudged: sameReason(tlsRules[1:], "handshake")},
		{name: "no TLS settings in common", give: httpsHandshake(endpoint.NoCommonSettings, 0, nil), want: []string{"handshake"}, unjudged: sameReason(tlsRules[1:], "handshake")},
		{name: "host not served", give: httpsHandshake(endpoint.HostNotServed, 0, nil), want: []string{"handshake"}, unjudged: sameReason(tlsRules[1:], "handshake")},
		{name: "HTTP/1.1 not offered", give: httpsHandshake(endpoint.NoHTTP1, 0, nil), want: []string{"handshake"}, unjudged: sameReason(tlsRules[1:], "handshake")},
		{name: "unparsable certificate", give: httpsHandshake(endpoint.UnparsableChain, 0, nil), want: []string{"handshake"}, unjudged: sameReason(tlsRules[1:], "handshake")},
		{name: "client certificate demanded", give: httpsHandshake(endpoint.ClientCertificate, tls.VersionTLS13, validChain), want: []string{"handshake"}, unjudged: map[string]string{}},
		{name: "client certificate demanded, self-signed certificate", give: httpsHandshake(endpoint.ClientCertificate, tls.VersionTLS13, maker.selfSignedChain(certs.Leaf{})),
			want: []string{"not-self-signed", "handshake"}, unjudged: map[string]string{"complete-chain": "not-self-signed", "trusted-chain": "not-self-signed"}},
		{name: "unknown TLS version that is too old", give: httpsHandshake(endpoint.TooOldTLS, 0, nil), want: []string{"tls-version"},
			unjudged: addReason(sameReason(certificateRules, "tls-version"), "handshake", "tls-version")},
		{name: "TLS 1.1, self-signed certificate", give: httpsHandshake(endpoint.TooOldTLS, tls.VersionTLS11, maker.selfSignedChain(certs.Leaf{})),
			want:     []string{"tls-version", "not-self-signed"},
			unjudged: map[string]string{"handshake": "tls-version", "complete-chain": "not-self-signed", "trusted-chain": "not-self-signed"}},
		{name: "handshake ended by pushcheck because of an expired certificate", give: httpsHandshake(endpoint.EndedForCertificate, tls.VersionTLS13, maker.issue(publicAuthority, certs.Leaf{
			NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day),
		})), want: []string{"in-date"}, unjudged: map[string]string{"handshake": "in-date", "expires-later": "in-date"}},
		{name: "leaf after the intermediate", give: httpsHandshake(endpoint.OtherHandshakeError, tls.VersionTLS13, []*x509.Certificate{validChain[1], validChain[0]}),
			want: []string{"complete-chain"}, unjudged: map[string]string{"handshake": "complete-chain"}},
		{name: "only the leaf sent", give: httpsHandshake("", tls.VersionTLS13, validChain[:1]), want: []string{"complete-chain", "trusted-chain"}, unjudged: map[string]string{}},
		{name: "self-signed with CA:TRUE", give: httpsHandshake("", tls.VersionTLS13, maker.selfSignedChain(certs.Leaf{Change: func(c *x509.Certificate) { c.IsCA = true }})),
			want:     []string{"not-self-signed"},
			unjudged: map[string]string{"complete-chain": "not-self-signed", "trusted-chain": "not-self-signed", "server-certificate": "not-self-signed"}},
		{name: "private authority, root not sent", give: httpsHandshake("", tls.VersionTLS13, maker.issue(maker.newAuthority(certs.Plan{Name: "Private"}), certs.Leaf{})),
			want: []string{"trusted-chain"}, unjudged: map[string]string{"complete-chain": "trusted-chain"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			trust := trust
			trust.AllowHTTP = tt.allowHTTP
			problems, _ := endpoint.Judge(tt.give, trust)
			if diff := cmp.Diff(tt.want, ruleNames(problems)); diff != "" {
				t.Errorf("Judge(%s) mismatch (-want +got):\n%s", tt.name, diff)
			}
			got := map[string]string{}
			for _, j := range endpoint.Judgements(tt.give, problems) {
				rule, blockingRule := strings.TrimPrefix(j.Rule, "transport."), strings.TrimPrefix(j.BlockingRule, "transport.")
				switch {
				case j.NotApplicable != "":
					got[rule] = "-"
				case !j.Judged && blockingRule == "":
					got[rule] = "?"
				case !j.Judged:
					got[rule] = blockingRule
				}
			}
			if diff := cmp.Diff(tt.unjudged, got); diff != "" {
				t.Errorf("Judgements(%s) unjudged rules mismatch (-want +got):\n%s", tt.name, diff)
			}
			checkProblems(t, problems)
			checkJudgements(t, tt.give, problems)
		})
	}
}

func TestPlainHTTPBlocksSendingUnlessAllowed(t *testing.T) {
	t.Parallel()
	for _, allow := range []bool{false, true} {
		problems, _ := endpoint.Judge(endpoint.Handshake{Host: host, Scheme: "http"}, endpoint.Trust{Now: now, AllowHTTP: allow})
		if got := slices.ContainsFunc(problems, endpoint.Problem.BlocksSending); got == allow {
			t.Errorf("with AllowHTTP %v a plain http URL blocks: %v, want %v", allow, got, !allow)
		}
	}
}
