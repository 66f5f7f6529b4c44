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

func TestUnjudgedRuleNamesTheRuleThatIsTheCause(t *testing.T) {
	t.Parallel()
	w := workshop{t}
	public := w.found(certs.Plan{})
	good := w.issue(public, certs.Leaf{})
	trust := endpoint.Trust{Now: now, Roots: []endpoint.Root{{Certificate: public.Root}}}
	reached := func(f endpoint.Failure, version uint16, chain []*x509.Certificate) endpoint.Handshake {
		return endpoint.Handshake{
			Host: host, Scheme: "https", Address: "127.0.0.1:443", Version: version, Chain: chain, Failure: f,
		}
	}
	var certificateRules, tlsRules []string
	certificateRules = append(certificateRules, "not-self-signed", "complete-chain", "trusted-chain", "in-date",
		"name-matches", "server-certificate", "strong-keys", "expires-later")
	tlsRules = append([]string{"handshake", "tls-version"}, certificateRules...)
	all := func(rules []string, because string) map[string]string {
		out := map[string]string{}
		for _, r := range rules {
			out[r] = because
		}
		return out
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
		gaps  map[string]string // rule to what stands in the way; "-" not applicable, "?" nothing does
	}{
		{name: "all is well", give: reached("", tls.VersionTLS13, good), gaps: map[string]string{}},
		{name: "plain HTTP", give: endpoint.Handshake{Host: host, Scheme: "http"}, want: []string{"https"},
			gaps: all(append([]string{"reachable"}, tlsRules...), "https")},
		{name: "plain HTTP allowed, not dialled", give: endpoint.Handshake{Host: host, Scheme: "http"}, allow: true,
			want: []string{"https --allow-http"}, gaps: with(all(tlsRules, "-"), "reachable", "?")},
		{name: "plain HTTP allowed, connected", give: endpoint.Handshake{Host: host, Scheme: "http", Address: "127.0.0.1:80"}, allow: true,
			want: []string{"https --allow-http"}, gaps: all(tlsRules, "-")},
		{name: "plain HTTP allowed, refused", give: endpoint.Handshake{
			Host: host, Scheme: "http", Address: "127.0.0.1:80", Failure: endpoint.ConnectionRefused,
		}, allow: true, want: []string{"reachable", "https --allow-http"}, gaps: all(tlsRules, "-")},
		{name: "not dialled", give: endpoint.Handshake{Host: host, Scheme: "https"}, gaps: all(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "unknown host", give: endpoint.Handshake{Host: host, Scheme: "https", Failure: endpoint.UnknownHost},
			want: []string{"reachable"}, gaps: all(tlsRules, "reachable")},
		{name: "refused", give: reached(endpoint.ConnectionRefused, 0, nil), want: []string{"reachable"}, gaps: all(tlsRules, "reachable")},
		{name: "no connection in time", give: reached(endpoint.ConnectTimeout, 0, nil), want: []string{"reachable"}, gaps: all(tlsRules, "reachable")},
		{name: "reset", give: reached(endpoint.ConnectionReset, 0, nil), want: []string{"reachable"}, gaps: all(tlsRules, "reachable")},
		{name: "resolver silent", give: endpoint.Handshake{Host: host, Scheme: "https", Failure: endpoint.NoLookup}, gaps: all(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "no route", give: reached(endpoint.NoRoute, 0, nil), gaps: all(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "not permitted", give: reached(endpoint.NotPermitted, 0, nil), gaps: all(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "too many open files", give: reached(endpoint.NoResources, 0, nil), gaps: all(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "unreachable for an unknown cause", give: reached(endpoint.Unreachable, 0, nil), gaps: all(append([]string{"reachable"}, tlsRules...), "?")},
		{name: "no route, plain HTTP allowed", give: endpoint.Handshake{Host: host, Scheme: "http", Address: "127.0.0.1:80", Failure: endpoint.NoRoute}, allow: true,
			want: []string{"https --allow-http"}, gaps: with(all(tlsRules, "-"), "reachable", "?")},
		{name: "plain HTTP on the TLS port", give: reached(endpoint.PlainHTTP, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "not TLS", give: reached(endpoint.NotTLS, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "stalls", give: reached(endpoint.HandshakeTimeout, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "closes", give: reached(endpoint.HandshakeClosed, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "alert", give: reached(endpoint.HandshakeAlert, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "nothing in common", give: reached(endpoint.NothingInCommon, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "host not served", give: reached(endpoint.HostNotServed, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "no HTTP/1.1", give: reached(endpoint.NoHTTP1, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "unparsable", give: reached(endpoint.UnparsableChain, 0, nil), want: []string{"handshake"}, gaps: all(tlsRules[1:], "handshake")},
		{name: "client certificate demanded", give: reached(endpoint.ClientCertificate, tls.VersionTLS13, good), want: []string{"handshake"}, gaps: map[string]string{}},
		{name: "client certificate demanded by a self-signed receiver", give: reached(endpoint.ClientCertificate, tls.VersionTLS13, w.selfSigned(certs.Leaf{})),
			want: []string{"not-self-signed", "handshake"}, gaps: map[string]string{"complete-chain": "not-self-signed", "trusted-chain": "not-self-signed"}},
		{name: "too old, version unknown", give: reached(endpoint.TooOldTLS, 0, nil), want: []string{"tls-version"},
			gaps: with(all(certificateRules, "tls-version"), "handshake", "tls-version")},
		{name: "too old, with a self-signed certificate", give: reached(endpoint.TooOldTLS, tls.VersionTLS11, w.selfSigned(certs.Leaf{})),
			want: []string{"tls-version", "not-self-signed"},
			gaps: map[string]string{"handshake": "tls-version", "complete-chain": "not-self-signed", "trusted-chain": "not-self-signed"}},
		{name: "stopped at an expired certificate", give: reached(endpoint.Withheld, tls.VersionTLS13, w.issue(public, certs.Leaf{
			NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day),
		})), want: []string{"in-date"}, gaps: map[string]string{"handshake": "in-date", "expires-later": "in-date"}},
		{name: "leaf not first", give: reached(endpoint.OtherHandshakeError, tls.VersionTLS13, []*x509.Certificate{good[1], good[0]}),
			want: []string{"complete-chain"}, gaps: map[string]string{"handshake": "complete-chain"}},
		{name: "leaf alone", give: reached("", tls.VersionTLS13, good[:1]), want: []string{"complete-chain", "trusted-chain"}, gaps: map[string]string{}},
		{name: "self-signed CA:TRUE", give: reached("", tls.VersionTLS13, w.selfSigned(certs.Leaf{Change: func(c *x509.Certificate) { c.IsCA = true }})),
			want: []string{"not-self-signed"},
			gaps: map[string]string{"complete-chain": "not-self-signed", "trusted-chain": "not-self-signed", "server-certificate": "not-self-signed"}},
		{name: "private authority, its root not sent", give: reached("", tls.VersionTLS13, w.issue(w.found(certs.Plan{Name: "Private"}), certs.Leaf{})),
			want: []string{"trusted-chain"}, gaps: map[string]string{"complete-chain": "trusted-chain"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			trust := trust
			trust.AllowHTTP = tt.allow
			problems, _ := endpoint.Judge(tt.give, trust)
			if diff := cmp.Diff(tt.want, short(problems)); diff != "" {
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

func TestAWaivedProblemDoesNotBlock(t *testing.T) {
	t.Parallel()
	for _, allow := range []bool{false, true} {
		problems, _ := endpoint.Judge(endpoint.Handshake{Host: host, Scheme: "http"}, endpoint.Trust{Now: now, AllowHTTP: allow})
		if got := slices.ContainsFunc(problems, endpoint.Problem.BlocksSending); got == allow {
			t.Errorf("with AllowHTTP %v a plain http URL blocks: %v, want %v", allow, got, !allow)
		}
	}
}
