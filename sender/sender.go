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

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Options say where pushes go and under which rules.
type Options struct {
	Incoming *url.URL // where newCall pushes of incoming calls go
	Outgoing *url.URL // where those of outgoing calls go; nil: nowhere

	CAs          []*x509.Certificate // trusted besides the public authorities; what needs them is waived
	AllowHTTP    bool                // plain HTTP is sent to, and waived
	ConnectTo    []ConnectTo
	Follow       []string // hosts that follow-up pushes may go to besides the target's own
	FollowAlways bool     // follow-up pushes go to the push URL where there is no subscription
	Header       http.Header
	SignKey      *rsa.PrivateKey // signs every push that brings no signature of its own; nil: none is signed
	Dialect      push.Dialect
	Limits       Limits
	Speed        float64                                    // how many times faster than the story's clock; 0: as fast as the receiver responds
	Observe      func(transcript.Call, transcript.Exchange) // an exchange is through; of calls played side by side several may be told at a time
	Now          func() time.Time                           // default time.Now; certificates are judged by it
	RoundTripper http.RoundTripper                          // stands in for the network; nil: the network
}

// Sender plays calls at one receiver. It is safe for concurrent use.
type Sender struct {
	opts   Options
	dialer *Dialer
	asked  atomic.Bool // the receiver asks for the credentials of its URL
	absent atomic.Bool // it was waited for in vain

	mu        sync.Mutex
	places    map[string]func() transcript.Connection // by origin: look at it once, for everybody who asks
	order     []string
	silences  map[push.Event]int
	prevented string          // why this machine could not connect for the last push that brought no response; "" if it could
	heard     map[string]bool // URLs of sounds that were fetched
	patience  patience
	active    map[*bool]bool // exchanges under way; the value they point at turns true where they overlap
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
			judged: &judged{known: map[sight]opinion{}},
			Target: opts.Incoming, Follow: follow, ConnectTo: opts.ConnectTo, Limits: opts.Limits, Now: opts.Now,
			Trust: endpoint.Trust{Extra: opts.CAs, AllowHTTP: opts.AllowHTTP},
		},
		places:   map[string]func() transcript.Connection{},
		silences: map[push.Event]int{},
		heard:    map[string]bool{},
		active:   map[*bool]bool{},
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

// Rewired tells whether the user had connections to the receiver led elsewhere than its URL says.
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

// maxSilences is how many pushes of one event may go without any response in a row before that event is sent no more.
const maxSilences = 3

// Unresponsive tells whether the receiver left so many newCall pushes in a row without any response that nothing more is
// sent to it.
func (s *Sender) Unresponsive() bool { return s.givenUp(push.NewCall) }

// Prevented returns why this machine could not connect for the last newCall push. It returns "" if it could.
func (s *Sender) Prevented() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.prevented
}

func (s *Sender) givenUp(e push.Event) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.silences[e] >= maxSilences
}

// note counts the exchanges of an event that brought no response, in a row. Odd pushes say nothing about the plain ones, and
// those that ran beside others nothing about the receiver.
func (s *Sender) note(x transcript.Exchange) {
	if x.Odd {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.Push.Event == push.NewCall {
		s.prevented = ""
		if x.Failure.Local() {
			s.prevented = x.Detail
		}
	}
	switch {
	case x.Responded():
		s.silences[x.Push.Event] = 0
	case !x.Alone && !s.Hasty(x) || x.End == transcript.Interrupted || x.End == transcript.BlockedEnd:
	case x.Push.Event == push.NewCall || fruitless(x):
		s.silences[x.Push.Event]++ // a follow-up that fails at once costs no time
	}
}

// enter notes that an exchange begins; the function it returns notes the end and tells whether it was alone throughout.
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
