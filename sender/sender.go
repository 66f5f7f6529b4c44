package sender

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Options say where pushes go and under which rules.
type Options struct {
	Incoming *url.URL // where newCall pushes of incoming calls go
	Outgoing *url.URL // where those of outgoing calls go; nil: nowhere

	CAs          []*x509.Certificate // trusted besides the public authorities; what needs them is waived
	CAFlag       string              // the flag that names them; default --ca-file
	AllowHTTP    bool                // plain HTTP is sent to, and waived
	ConnectTo    []ConnectTo
	Follow       []string // hosts that follow-up pushes may go to besides the target's own
	FollowAlways bool     // follow-up pushes go to the push URL if there is no subscription
	Header       http.Header
	SignKey      *rsa.PrivateKey // signs every push that brings no signature of its own; nil: none is signed
	Dialect      push.Dialect
	Limits       Limits
	Speed        float64                                    // how many times faster than the story's clock; 0: as fast as the receiver responds
	Observe      func(transcript.Call, transcript.Exchange) // called after each exchange; if calls are played side by side, several times at once
	Pause        func(next call.Step, wait time.Duration)   // the story goes on with this step after so long; not called with Speed 0
	Now          func() time.Time                           // default time.Now; certificates are judged by it
	RoundTripper http.RoundTripper                          // stands in for the network; nil: the network
}

// Sender plays calls at one receiver. It is safe for concurrent use.
type Sender struct {
	opts   Options
	dialer *Dialer
	asked  atomic.Bool // the receiver asks for the credentials of its URL

	mu     sync.Mutex
	places map[string]func() transcript.Connection // by origin: look at it once, for everybody who asks
	order  []string
	heard  map[string]bool // URLs of sounds that were fetched
	active map[*bool]bool  // exchanges under way; the value they point at turns true where they overlap
}

// New sets a sender up. It connects to nothing.
func New(opts Options) *Sender {
	follow := slices.Clone(opts.Follow)
	if opts.Outgoing != nil {
		follow = append(follow, opts.Outgoing.Hostname())
	}
	return &Sender{
		opts: opts,
		dialer: &Dialer{
			judged: &judged{},
			Target: opts.Incoming, Follow: follow, ConnectTo: opts.ConnectTo, Limits: opts.Limits, Now: opts.Now,
			Trust: endpoint.Trust{Extra: opts.CAs, ExtraFlag: opts.CAFlag, AllowHTTP: opts.AllowHTTP},
		},
		places: map[string]func() transcript.Connection{},
		heard:  map[string]bool{},
		active: map[*bool]bool{},
	}
}

// Inspect looks at how a URL's origin is reached, once for every origin. No push is sent.
func (s *Sender) Inspect(ctx context.Context, u *url.URL) transcript.Connection {
	origin := endpoint.Origin(u)
	s.mu.Lock()
	look, ok := s.places[origin]
	if !ok {
		look = sync.OnceValue(func() transcript.Connection { return s.look(ctx, u) })
		s.places[origin] = look
		s.order = append(s.order, origin)
	}
	s.mu.Unlock()
	return look()
}

func (s *Sender) look(ctx context.Context, u *url.URL) transcript.Connection {
	var seen transcript.Connection
	if s.opts.RoundTripper == nil {
		seen = s.dialer.Inspect(ctx, u)
	}
	seen.Origin = endpoint.Origin(u)
	seen.FollowUp = !slices.Contains(s.Origins(), seen.Origin)
	return seen
}

// Origins are those of the push URLs.
func (s *Sender) Origins() []string {
	origins := []string{endpoint.Origin(s.opts.Incoming)}
	if s.opts.Outgoing != nil && endpoint.Origin(s.opts.Outgoing) != origins[0] {
		origins = append(origins, endpoint.Origin(s.opts.Outgoing))
	}
	return origins
}

// inside returns where a URL that the receiver named leads to: right behind the TLS proxy of a receiver that is judged over
// plain HTTP (see endpoint.Inside), and else to where it says.
func (s *Sender) inside(u *url.URL) *url.URL {
	if inside, ok := endpoint.Inside([]*url.URL{s.opts.Incoming, s.opts.Outgoing}, u); ok && s.opts.AllowHTTP {
		return inside
	}
	return u
}

// Rewired reports whether the user had connections to the receiver led elsewhere than its URL says.
func (s *Sender) Rewired() bool {
	_, _, rewired := s.dialer.address(s.opts.Incoming)
	return rewired
}

// Connections returns what was seen of each origin, in the order in which they were needed.
func (s *Sender) Connections() []transcript.Connection {
	s.mu.Lock()
	looks := make([]func() transcript.Connection, 0, len(s.order))
	for _, o := range s.order {
		looks = append(looks, s.places[o])
	}
	s.mu.Unlock()
	var out []transcript.Connection
	for _, look := range looks {
		out = append(out, look()) // waits for one that is under way
	}
	return out
}

// enter notes that an exchange begins; the function it returns notes the end and reports whether it was alone throughout.
func (s *Sender) enter() (leave func() (alone bool)) {
	overlapped := new(bool)
	s.mu.Lock()
	for other := range s.active {
		*other, *overlapped = true, true
	}
	s.active[overlapped] = true
	s.mu.Unlock()
	return func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.active, overlapped)
		return !*overlapped
	}
}
