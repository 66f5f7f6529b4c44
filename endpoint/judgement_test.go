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
	w := chainMaker{t}
	public := w.newAuthority(certs.Plan{})
	good := w.issue(public, certs.Leaf{})
	trust := endpoint.Trust{Now: now, Roots: []endpoint.Root{{Certificate: public.Root}}}
	connected := func(f endpoint.Failure, version uint16, chain []*x509.Certificate) endpoint.Handshake {
		return endpoint.Handshake{
			Host: host, Scheme: "https", Address: "127.0.0.1:443", Version: version, Chain: chain, Failure: f,
		}
	}
	var certificateRules, tlsRules []string
	certificateRules = append(certificateRules, "not-self-signed", "complete-chain", "trusted-chain", "in-date",
		"name-matches", "server-certificate", "strong-keys", "expires-later")
	tlsRules = append([]string{"handshake", "tls-version"}, certificateRules...)
	all := func(rules []string, because string) map[string]string {
		causes := map[string]string{}
		for _, r := range rules {
			causes[r] = because
		}
		return causes
	}
	with := func(m map[string]string, rule, because string) map[string]string {
		m[rule] = because
		return m
	}

	tests := []struct {
		name  string
		give  endpoint.Handshake
		allow bool // --allow-http
		want  []string
		gaps  map[string]string // by unjudged rule: the rule that prevented the judgement; "-": not applicable; "?": another reason
	}{
		{name: "no problem", give: connected("", tls.VersionTLS13, good), gaps: map[string]string{}},
		{name: "plain HTTP not allowed", give: endpoint.Handshake{Host: host, Scheme: "http"}, want: []string{"https"},
			gaps: all(append([]string{"reachable"}, tlsRules...), "https")},
		{name: "plain HTTP allowed, not dialled", give: endpoint.Handshake{Host: host, Scheme: "http"}, allow: true,
			want: []string{"https --allow-http"}, gaps: with(all(tlsRules, "-"), "reachable", "?")},
		{name: "plain HTTP allowed, connected", give: endpoint.Handshake{Host: host, Scheme: "http", Address: "127.0.0.1:80"}, allow: true,
			want: []string{"https --allow-http"}, gaps: all(tlsRules, "-")},
		{name: "plain HTTP allowed, connection refused", give: endpoint.Handshake{
			Host: host, Scheme: "http", Address: "127.0.0.1:80", Failure: endpoint.ConnectionRefused,
		}, allow: true, want: []string{"reachable", "https --allow-http"}, gaps: all(tlsRules, "-")},
		{name: "HTTPS, not dialled", give: endpoint.Handshake{Host: host, Scheme: "https"}, gaps: all(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "unknown host", give: endpoint.Handshake{Host: host, Scheme: "https", Failure: endpoint.UnknownHost},
			want: []string{"reachable"}, gaps: all(tlsRules, "reachable")},
		{name: "connection refused", give: connected(endpoint.ConnectionRefused, 0, nil), want: []string{"reachable"}, gaps: all(tlsRules, "reachable")},
		{name: "no connection in time", give: connected(endpoint.ConnectTimeout, 0, nil), want: []string{"reachable"}, gaps: all(tlsRules, "reachable")},
		{name: "connection reset", give: connected(endpoint.ConnectionReset, 0, nil), want: []string{"reachable"}, gaps: all(tlsRules, "reachable")},
		{name: "name not looked up", give: endpoint.Handshake{Host: host, Scheme: "https", Failure: endpoint.NoLookup}, gaps: all(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "no route", give: connected(endpoint.NoRoute, 0, nil), gaps: all(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "not permitted", give: connected(endpoint.NotPermitted, 0, nil), gaps: all(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "too many open files", give: connected(endpoint.NoResources, 0, nil), gaps: all(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "unreachable for an unknown cause", give: connected(endpoint.Unreachable, 0, nil), gaps: all(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "no route, plain HTTP allowed", give: endpoint.Handshake{Host: host, Scheme: "http", Address: "127.0.0.1:80", Failure: endpoint.NoRoute}, allow: true,
			want: []string{"https --allow-http"}, gaps: with(all(tlsRules, "-"), "reachable", "?")},
		{name: "plain HTTP on the TLS port", give: connected(endpoint.PlainHTTP, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "not TLS", give: connected(endpoint.NotTLS, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "handshake timed out", give: connected(endpoint.HandshakeTimeout, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "connection closed in the handshake", give: connected(endpoint.HandshakeClosed, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "TLS alert", give: connected(endpoint.HandshakeAlert, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "no TLS settings in common", give: connected(endpoint.NoCommonSettings, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "host not served", give: connected(endpoint.HostNotServed, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "HTTP/1.1 not offered", give: connected(endpoint.NoHTTP1, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "unparsable certificate", give: connected(endpoint.UnparsableChain, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "client certificate demanded", give: connected(endpoint.ClientCertificate, tls.VersionTLS13, good), want: []string{"handshake"}, gaps: map[string]string{}},
		{name: "client certificate demanded, self-signed certificate", give: connected(endpoint.ClientCertificate, tls.VersionTLS13, w.selfSigned(certs.Leaf{})),
			want: []string{"not-self-signed", "handshake"}, gaps: map[string]string{"complete-chain": "not-self-signed", "trusted-chain": "not-self-signed"}},
		{name: "TLS version too old and unknown", give: connected(endpoint.TooOldTLS, 0, nil), want: []string{"tls-version"},
			gaps: with(all(certificateRules, "tls-version"), "handshake", "tls-version")},
		{name: "TLS 1.1, self-signed certificate", give: connected(endpoint.TooOldTLS, tls.VersionTLS11, w.selfSigned(certs.Leaf{})),
			want: []string{"tls-version", "not-self-signed"},
			gaps: map[string]string{"handshake": "tls-version", "complete-chain": "not-self-signed", "trusted-chain": "not-self-signed"}},
		{name: "handshake ended by pushcheck because of an expired certificate", give: connected(endpoint.EndedForCertificate, tls.VersionTLS13, w.issue(public, certs.Leaf{
			NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day),
		})), want: []string{"in-date"}, gaps: map[string]string{"handshake": "in-date", "expires-later": "in-date"}},
		{name: "leaf after the intermediate", give: connected(endpoint.OtherHandshakeError, tls.VersionTLS13, []*x509.Certificate{good[1], good[0]}),
			want: []string{"complete-chain"}, gaps: map[string]string{"handshake": "complete-chain"}},
		{name: "only the leaf sent", give: connected("", tls.VersionTLS13, good[:1]), want: []string{"complete-chain", "trusted-chain"}, gaps: map[string]string{}},
		{name: "self-signed with CA:TRUE", give: connected("", tls.VersionTLS13, w.selfSigned(certs.Leaf{Change: func(c *x509.Certificate) { c.IsCA = true }})),
			want: []string{"not-self-signed"},
			gaps: map[string]string{"complete-chain": "not-self-signed", "trusted-chain": "not-self-signed", "server-certificate": "not-self-signed"}},
		{name: "private authority, root not sent", give: connected("", tls.VersionTLS13, w.issue(w.newAuthority(certs.Plan{Name: "Private"}), certs.Leaf{})),
			want: []string{"trusted-chain"}, gaps: map[string]string{"complete-chain": "trusted-chain"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			trust := trust
			trust.AllowHTTP = tt.allow
			problems, _ := endpoint.Judge(tt.give, trust)
			if diff := cmp.Diff(tt.want, ruleNames(problems)); diff != "" {
				t.Errorf("Judge(%s) mismatch (-want +got):\n%s", tt.name, diff)
			}
			got := map[string]string{}
			for _, j := range endpoint.Judgements(tt.give, problems) {
				rule, because := strings.TrimPrefix(j.Rule, "transport."), strings.TrimPrefix(j.BlockingRule, "transport.")
				switch {
				case j.NotApplicable != "":
					got[rule] = "-"
				case !j.Judged && because == "":
					got[rule] = "?"
				case !j.Judged:
					got[rule] = because
				}
			}
			if diff := cmp.Diff(tt.gaps, got); diff != "" {
				t.Errorf("Judgements(%s) gaps mismatch (-want +got):\n%s", tt.name, diff)
			}
			checkPrimary(t, problems)
			checkJudged(t, tt.give, problems)
		})
	}
}

func TestPlainHTTPBlocksSendingUnlessItIsWaived(t *testing.T) {
	t.Parallel()
	for _, allow := range []bool{false, true} {
		problems, _ := endpoint.Judge(endpoint.Handshake{Host: host, Scheme: "http"}, endpoint.Trust{Now: now, AllowHTTP: allow})
		if got := slices.ContainsFunc(problems, endpoint.Problem.BlocksSending); got == allow {
			t.Errorf("with AllowHTTP %v a plain http URL blocks: %v, want %v", allow, got, !allow)
		}
	}
}
