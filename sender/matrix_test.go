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
	"github.com/pushcheck/pushcheck/internal/workshop"
)

const day = 24 * time.Hour

// receiverSetup is a receiver on loopback and what Inspect has to report.
type receiverSetup struct {
	name    string
	serve   func(net.Conn) int
	host    string              // of the URL; default 127.0.0.1
	roots   []*x509.Certificate // publicly trusted, in addition to the office's public authority
	extra   []*x509.Certificate // in the CA file
	want    []string            // rules without the area, the primary first; a waived one with its flag
	reason  string              // part of the primary problem's evidence
	failure endpoint.Failure
	version uint16   // 0: any
	notes   []string // texts in the notes, besides the one about revocation
	limit   time.Duration
	dies    bool // the receiver closes after the handshake, so that a push may arrive in part
	why     string
}

// receiverSetups returns all setups, with certificates of one office.
func receiverSetups(t *testing.T, o office) []receiverSetup {
	t.Helper()
	return slices.Concat(
		goodSetups(o), trustSetups(o), chainSetups(o), dateSetups(o), nameSetups(o), usageSetups(o), strengthSetups(o),
		versionSetups(o), handshakeSetups(o),
	)
}

func TestInspectReportsTheProblemsOfAReceiver(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("receivers", func(t *testing.T) {
		o := newOffice(t)
		for _, tt := range receiverSetups(t, o) {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				receiver := listen(t, tt.serve)
				d, u := tt.reach(t, o, receiver)
				seen := d.Inspect(t.Context(), u)
				if diff := cmp.Diff(tt.want, rulesOf(seen.Problems)); diff != "" {
					t.Errorf("Inspect(%s) mismatch (-want +got):\n%s%s\n%+v", tt.name, diff, tt.why, seen.Problems)
				}
				if len(tt.want) > 0 && tt.reason == "" {
					t.Error("the table does not say what the primary problem is")
				}
				for i, p := range seen.Problems {
					if p.Primary != (i == 0) {
						t.Errorf("problem %d, %s: Primary = %v", i, p.Rule, p.Primary)
					}
					if i == 0 && !strings.Contains(p.Got, tt.reason) {
						t.Errorf("%s says %q, want %q in it", p.Rule, p.Got, tt.reason)
					}
				}
				h := seen.Handshake
				if h.Failure != tt.failure {
					t.Errorf("failure %q (%s), want %q", h.Failure, h.Detail, tt.failure)
				}
				if tt.version != 0 && h.Version != tt.version {
					t.Errorf("version %#x, want %#x", h.Version, tt.version)
				}
				if h.Address != receiver.listener.Addr().String() {
					t.Errorf("address %q, want %q", h.Address, receiver.listener.Addr())
				}
				checkNotes(t, tt.notes, seen.Notes)
				bytes, dials := receiver.drained()
				if bytes != 0 {
					t.Errorf("Inspect sent %d bytes of application data, want none", bytes)
				}
				askedAgain := tt.failure == endpoint.TooOldTLS || tt.failure == endpoint.NoCommonSettings
				if want := 1; !askedAgain && dials != want {
					t.Errorf("Inspect made %d connections, want %d", dials, want)
				}
			})
		}
	})
}

// checkNotes reports notes that are not expected, except the one about revocation, and notes that are missing.
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

// reach returns a dialer and the URL for the receiver of a setup.
func (s receiverSetup) reach(t *testing.T, o office, receiver *scene) (*Dialer, *url.URL) {
	t.Helper()
	d := o.dialer()
	d.Trust.ExtraAuthorities = s.extra
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

// serves returns a receiver with a certificate of the public authority.
func (o office) serves(l certs.Leaf) func(net.Conn) int {
	return speakTLS(served(o.issue(o.public, l)))
}

// spoilt returns a receiver whose certificate was changed before it was signed.
func (o office) spoilt(by func(*x509.Certificate)) func(net.Conn) int {
	return o.serves(certs.Leaf{Change: by})
}

// configured returns a receiver with a good certificate and a changed TLS configuration.
func (o office) configured(by func(*tls.Config)) func(net.Conn) int {
	config := served(o.issue(o.public, certs.Leaf{}))
	by(config)
	return speakTLS(config)
}

// sends returns a receiver with a good certificate that sends a changed chain.
func (o office) sends(change func(c tls.Certificate) [][]byte) func(net.Conn) int {
	c := o.issue(o.public, certs.Leaf{})
	c.Certificate = change(c)
	return speakTLS(served(c))
}

// under returns a receiver certified by a second public authority, and that authority.
func (o office) under(p certs.Plan, l certs.Leaf) (func(net.Conn) int, []*x509.Certificate) {
	o.t.Helper()
	if p.Name == "" {
		p.Name = "Public"
	}
	a, err := p.Make()
	if err != nil {
		o.t.Fatal(err)
	}
	return speakTLS(served(o.issue(a, l))), []*x509.Certificate{a.Root}
}

// tower returns a certificate with so many intermediates above it, and their root.
func (o office) tower(between int, change func(level int, c *x509.Certificate)) (tls.Certificate, []*x509.Certificate) {
	o.t.Helper()
	made, root, err := workshop.LongChain{Between: between, Hosts: []string{"receiver.test"}, Now: time.Now(), Change: change}.Build()
	if err != nil {
		o.t.Fatal(err)
	}
	return made, []*x509.Certificate{root}
}
