package sender

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/testtools"
)

const day = 24 * time.Hour

// receiverSetup describes a receiver on loopback and what Inspect has to report about it.
type receiverSetup struct {
	name                 string
	serve                func(net.Conn) int
	host                 string              // host in the URL; default 127.0.0.1
	roots                []*x509.Certificate // publicly trusted roots, in addition to the public authority of the test
	caFile               []*x509.Certificate // certificates in the CA file of the user
	want                 []string            // result of rulesOf for the problems; the rule of the primary problem comes first
	reason               string              // part of the primary problem's evidence
	failure              endpoint.Failure    // Failure in the record of the handshake
	version              uint16              // TLS version in the record of the handshake; 0: any
	notes                []string            // texts in the notes, without the note about revocation
	limit                time.Duration       // limit for the handshake; 0: the limit of authorities.dialer
	closesAfterHandshake bool                // the receiver closes after the handshake, so a part of a push may arrive
	why                  string              // explains the expectation; shown if the test fails
}

// receiverSetups returns all setups. cas issues their certificates.
func receiverSetups(t *testing.T, cas authorities) []receiverSetup {
	t.Helper()
	return slices.Concat(
		goodSetups(cas), trustSetups(cas), chainSetups(cas), dateSetups(cas), nameSetups(cas), usageSetups(cas), strengthSetups(cas),
		versionSetups(cas), handshakeSetups(cas),
	)
}

func TestInspectReportsTheProblemsOfAReceiver(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("receivers", func(t *testing.T) {
		cas := newAuthorities(t)
		for _, tt := range receiverSetups(t, cas) {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				receiver := listen(t, tt.serve)
				d, u := tt.dialerAndURL(t, cas, receiver)
				connection := d.Inspect(t.Context(), u)
				if diff := cmp.Diff(tt.want, rulesOf(connection.Problems)); diff != "" {
					t.Errorf("Inspect(%s) mismatch (-want +got):\n%s%s\n%+v", tt.name, diff, tt.why, connection.Problems)
				}
				if len(tt.want) > 0 && tt.reason == "" {
					t.Error("the row has no reason for the primary problem")
				}
				for i, p := range connection.Problems {
					if p.Primary != (i == 0) {
						t.Errorf("problem %d, %s: Primary = %v", i, p.Rule, p.Primary)
					}
					if i == 0 && !strings.Contains(p.Got, tt.reason) {
						t.Errorf("%s says %q, want %q in it", p.Rule, p.Got, tt.reason)
					}
				}
				h := connection.Handshake
				if h.Failure != tt.failure {
					t.Errorf("failure %q (%s), want %q", h.Failure, h.Detail, tt.failure)
				}
				if tt.version != 0 && h.Version != tt.version {
					t.Errorf("version %#x, want %#x", h.Version, tt.version)
				}
				if h.Address != receiver.listener.Addr().String() {
					t.Errorf("address %q, want %q", h.Address, receiver.listener.Addr())
				}
				checkNotes(t, tt.notes, connection.Notes)
				bytes, dials := receiver.waitAndClose()
				if bytes != 0 {
					t.Errorf("Inspect sent %d bytes of application data, want none", bytes)
				}
				connectsAgain := tt.failure == endpoint.TooOldTLS || tt.failure == endpoint.NoCommonSettings
				if want := 1; !connectsAgain && dials != want {
					t.Errorf("Inspect made %d connections, want %d", dials, want)
				}
			})
		}
	})
}

// checkNotes reports missing notes and notes that are not expected. It ignores the note about revocation.
func checkNotes(t *testing.T, want, got []string) {
	t.Helper()
	got = slices.DeleteFunc(slices.Clone(got), func(n string) bool { return n == endpoint.RevocationNote })
	ok := len(got) == len(want)
	for i := range got {
		ok = ok && strings.Contains(got[i], want[i])
	}
	if !ok {
		t.Errorf("notes %q, want them to say %q", got, want)
	}
}

// dialerAndURL returns the dialer and the URL with which the test connects to the receiver.
func (s receiverSetup) dialerAndURL(t *testing.T, cas authorities, receiver *connReceiver) (*Dialer, *url.URL) {
	t.Helper()
	d := cas.dialer()
	d.Trust.ExtraAuthorities = s.caFile
	for _, root := range s.roots {
		d.Trust.Roots = append(d.Trust.Roots, endpoint.Root{Certificate: root})
	}
	if s.limit != 0 {
		d.Limits.Handshake = s.limit
	}
	if s.host == "" {
		return d, receiver.url(t, "https", "127.0.0.1")
	}
	d.ConnectTo = []ConnectTo{{Host: s.host, ToHost: "127.0.0.1"}}
	return d, receiver.url(t, "https", s.host)
}

// rulesOf returns the rules of the problems without "transport.". The flag that waives a rule follows the rule.
func rulesOf(problems []endpoint.Problem) (out []string) {
	for _, p := range problems {
		rule := strings.TrimPrefix(p.Rule, "transport.")
		if p.Waived != "" {
			rule += " " + p.Waived
		}
		out = append(out, rule)
	}
	return out
}

// withLeaf returns the serve function of a receiver with a certificate that the public authority issued for l.
func (cas authorities) withLeaf(l certs.Leaf) func(net.Conn) int {
	return speakTLS(serverConfig(cas.issue(cas.public, l)))
}

// withChangedLeaf returns the serve function of a receiver whose certificate is changed before it is signed.
func (cas authorities) withChangedLeaf(change func(*x509.Certificate)) func(net.Conn) int {
	return cas.withLeaf(certs.Leaf{Change: change})
}

// withConfig returns the serve function of a receiver with a good certificate and a changed TLS configuration.
func (cas authorities) withConfig(change func(*tls.Config)) func(net.Conn) int {
	config := serverConfig(cas.issue(cas.public, certs.Leaf{}))
	change(config)
	return speakTLS(config)
}

// withChain returns the serve function of a receiver with a good certificate that sends a changed chain.
func (cas authorities) withChain(change func(c tls.Certificate) [][]byte) func(net.Conn) int {
	c := cas.issue(cas.public, certs.Leaf{})
	c.Certificate = change(c)
	return speakTLS(serverConfig(c))
}

// withAuthority returns the serve function of a receiver whose certificate is issued by another public authority, and the root of that
// authority.
func (cas authorities) withAuthority(p certs.Plan, l certs.Leaf) (func(net.Conn) int, []*x509.Certificate) {
	cas.t.Helper()
	if p.Name == "" {
		p.Name = "Public"
	}
	a, err := p.Make()
	if err != nil {
		cas.t.Fatal(err)
	}
	return speakTLS(serverConfig(cas.issue(a, l))), []*x509.Certificate{a.Root}
}

// chainOfLength returns a certificate whose chain has a number of intermediates, and the root of the chain.
func (cas authorities) chainOfLength(intermediates int, change func(level int, c *x509.Certificate)) (tls.Certificate, []*x509.Certificate) {
	cas.t.Helper()
	certificate, root, err := testtools.LongChain{Intermediates: intermediates, Hosts: []string{"receiver.test"}, Now: time.Now(), Change: change}.Build()
	if err != nil {
		cas.t.Fatal(err)
	}
	return certificate, []*x509.Certificate{root}
}
