package sender

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
)

// judged remembers what was said of a connection: a run makes very many to the same receiver, and to verify its chain takes
// longer than to send it a push. What was seen a minute ago is judged anew, since certificates run out.
type judged struct {
	mu    sync.Mutex
	known map[sight]opinion
}

// sight is all of a handshake that a judgement rests on.
type sight struct {
	scheme, host, written, address string
	version, suite                 uint16
	chain                          [sha256.Size]byte
	staple                         [sha256.Size]byte
	failure                        endpoint.Failure
	detail                         string
	minute                         time.Time
}

type opinion struct {
	problems []endpoint.Problem
	notes    []string
}

// judge is endpoint.Judge.
func (j *judged) judge(h endpoint.Handshake, t endpoint.Trust) ([]endpoint.Problem, []string) {
	if j == nil {
		return endpoint.Judge(h, t)
	}
	key := sight{
		h.Scheme, h.Host, h.Written, h.Address, h.Version, h.Suite, [sha256.Size]byte{}, sha256.Sum256(h.Staple), h.Failure, h.Detail, t.Now.Truncate(time.Minute),
	}
	sum := sha256.New()
	for _, c := range h.Chain {
		one := sha256.Sum256(c.Raw)
		sum.Write(one[:])
	}
	sum.Sum(key.chain[:0])
	j.mu.Lock()
	said, ok := j.known[key]
	j.mu.Unlock()
	if ok {
		return said.problems, said.notes
	}
	said.problems, said.notes = endpoint.Judge(h, t)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.known[key] = said
	return said.problems, said.notes
}
