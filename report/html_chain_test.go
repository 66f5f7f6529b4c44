package report_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestHTMLDrawsTheCertificateChain(t *testing.T) {
	t.Parallel()
	certificate := func(subject, issuer string) *x509.Certificate {
		return &x509.Certificate{Raw: []byte(subject), Subject: pkix.Name{CommonName: subject}, Issuer: pkix.Name{CommonName: issuer}, RawSubject: []byte(subject), RawIssuer: []byte(issuer)}
	}
	leaf, intermediate, root, other := certificate("leaf", "middle"), certificate("middle", "root"), certificate("root", "root"), certificate("other", "root")
	for name, test := range map[string]struct {
		chain []*x509.Certificate
		rule  string   // id of the requirement that is not met; "" if all are met
		want  []string // class and name of each box
	}{
		"no certificate":             {nil, "", nil},
		"complete, without the root": {[]*x509.Certificate{leaf, intermediate}, "", []string{"sent CN=leaf", "sent CN=middle", "root CN=root"}},
		"complete, with the root":    {[]*x509.Certificate{leaf, intermediate, root}, "", []string{"sent CN=leaf", "sent CN=middle", "sent CN=root"}},
		"wrong order":                {[]*x509.Certificate{leaf, root, intermediate}, "", []string{"sent CN=leaf", "sent CN=middle", "sent CN=root"}},
		"no intermediate":            {[]*x509.Certificate{leaf}, "transport.complete-chain", []string{"sent CN=leaf", "missing CN=middle"}},
		"another certificate instead of the intermediate": {[]*x509.Certificate{leaf, other}, "transport.complete-chain", []string{"sent CN=leaf", "missing CN=middle", "extra CN=other"}},
		"unknown authority": {[]*x509.Certificate{intermediate}, "transport.trusted-chain", []string{"sent CN=middle", "root CN=root"}},
		"self-signed":       {[]*x509.Certificate{root}, "transport.not-self-signed", []string{"sent CN=root"}},
	} {
		c := transcript.Connection{Origin: target, Handshake: endpoint.Handshake{Chain: test.chain}}
		if test.rule != "" {
			c.Problems = []endpoint.Problem{{Rule: test.rule, Got: "it"}}
		}
		var got []string
		boxes := regexp.MustCompile(`(?s)<div class="box (\w+)">.*?<p class="name">([^<]*)`)
		for _, m := range boxes.FindAllStringSubmatch(htmlOf(t, verdict.Verdict{Evidence: verdict.Evidence{Connections: []transcript.Connection{c}}}), -1) {
			got = append(got, m[1]+" "+m[2])
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: boxes mismatch (-want +got):\n%s", name, diff)
		}
	}
}
