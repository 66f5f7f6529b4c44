package sender

import (
	"context"
	"crypto/rsa"
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

// Options define where pushes go, and the rules for sending them.
type Options struct {
	Incoming *url.URL // URL for newCall pushes of incoming calls
	Outgoing *url.URL // URL for newCall pushes of outgoing calls; nil: these pushes are not sent

	Trust        endpoint.Trust  // what the user trusts in addition to the public authorities; a requirement that is met only because of this trust is waived
	ConnectTo    []ConnectTo     // the first ConnectTo that matches the URL is used
	FollowHosts  []string        // hosts that follow-up pushes may go to, besides the host of the push URL
	FollowAlways bool            // follow-up pushes go to the push URL if there is no subscription
	Header       http.Header     // headers of the user, see requestHeader
	SignKey      *rsa.PrivateKey // signs every push that has no signature yet; nil: no push is signed
	Dialect      push.Dialect    // the way in which pushes are written as forms
	Limits       Limits          // limits of time and memory for each exchange

	Speed        float64                                    // factor by which calls are played faster than in real time; 0: without pauses
	OnExchange   func(transcript.Call, transcript.Exchange) // called after each exchange; must be safe for concurrent use if calls are played concurrently
	OnPause      func(next call.Step, wait time.Duration)   // called before each wait for the next step; not called if Speed is 0
	Now          func() time.Time                           // returns the time at which certificates are judged; default time.Now
	RoundTripper http.RoundTripper                          // used instead of the network; nil: the network
}

// Sender plays calls at one receiver. It is safe for concurrent use.
type Sender struct {
	opts                 Options
	dialer               *Dialer
	credentialsRequested atomic.Bool // the receiver asks for the credentials of its URL

	mu               sync.Mutex
	inspections      map[string]func() transcript.Connection // by origin; each function inspects its origin once
	inspectedOrigins []string
	fetchedSounds    map[string]bool // URLs of sounds that were fetched
	openExchanges    map[*bool]bool  // keys: exchanges that have not ended; *key is true if another exchange took place at the same time
}

// New returns a sender. It makes no connections.
func New(opts Options) *Sender {
	followHosts := slices.Clone(opts.FollowHosts)
	if opts.Outgoing != nil {
		followHosts = append(followHosts, opts.Outgoing.Hostname())
	}
	return &Sender{
		opts: opts,
		dialer: &Dialer{
			judgements: &judgementCache{},
			Target:     opts.Incoming, FollowHosts: followHosts, ConnectTo: opts.ConnectTo, Limits: opts.Limits, Now: opts.Now,
			Trust: opts.Trust,
		},
		inspections:   map[string]func() transcript.Connection{},
		fetchedSounds: map[string]bool{},
		openExchanges: map[*bool]bool{},
	}
}

// Inspect connects to the origin of a URL, and returns a record of the connection with its problems. It inspects each origin only once;
// later it returns the same record. It sends no push.
func (s *Sender) Inspect(ctx context.Context, u *url.URL) transcript.Connection {
	origin := endpoint.Origin(u)
	s.mu.Lock()
	inspect, ok := s.inspections[origin]
	if !ok {
		inspect = sync.OnceValue(func() transcript.Connection { return s.inspect(ctx, u) })
		s.inspections[origin] = inspect
		s.inspectedOrigins = append(s.inspectedOrigins, origin)
	}
	s.mu.Unlock()
	return inspect()
}

func (s *Sender) inspect(ctx context.Context, u *url.URL) transcript.Connection {
	var connection transcript.Connection
	if s.opts.RoundTripper == nil {
		connection = s.dialer.Inspect(ctx, u)
	}
	connection.Origin = endpoint.Origin(u)
	connection.FollowUp = !slices.Contains(s.Origins(), connection.Origin)
	return connection
}

// Origins returns the origins of the push URLs.
func (s *Sender) Origins() []string {
	origins := []string{endpoint.Origin(s.opts.Incoming)}
	if s.opts.Outgoing != nil && endpoint.Origin(s.opts.Outgoing) != origins[0] {
		origins = append(origins, endpoint.Origin(s.opts.Outgoing))
	}
	return origins
}

// urlBehindProxy returns the URL that pushcheck connects to for u, a URL in a response. If the receiver is judged over plain HTTP behind
// its TLS proxy, urlBehindProxy returns the URL behind the proxy, see endpoint.URLBehindProxy. Otherwise it returns u.
func (s *Sender) urlBehindProxy(u *url.URL) *url.URL {
	if inside, ok := endpoint.URLBehindProxy([]*url.URL{s.opts.Incoming, s.opts.Outgoing}, u); ok && s.opts.Trust.AllowHTTP {
		return inside
	}
	return u
}

// UsesConnectTo reports whether an entry of Options.ConnectTo replaces the host or port of the push URL.
func (s *Sender) UsesConnectTo() bool {
	_, _, fromConnectTo := s.dialer.dialAddress(s.opts.Incoming)
	return fromConnectTo
}

// Connections returns the record of each origin that was inspected, in the order of first use.
func (s *Sender) Connections() []transcript.Connection {
	s.mu.Lock()
	inspections := make([]func() transcript.Connection, 0, len(s.inspectedOrigins))
	for _, o := range s.inspectedOrigins {
		inspections = append(inspections, s.inspections[o])
	}
	s.mu.Unlock()
	var out []transcript.Connection
	for _, inspect := range inspections {
		out = append(out, inspect()) // waits if the inspection has not ended
	}
	return out
}

// beginExchange marks the beginning of an exchange. The function that it returns marks the end, and reports whether no other exchange took
// place at the same time.
func (s *Sender) beginExchange() (endExchange func() (alone bool)) {
	hasOverlap := new(bool)
	s.mu.Lock()
	for other := range s.openExchanges {
		*other, *hasOverlap = true, true
	}
	s.openExchanges[hasOverlap] = true
	s.mu.Unlock()
	return func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.openExchanges, hasOverlap)
		return !*hasOverlap
	}
}
