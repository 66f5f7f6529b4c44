package sender

import (
	"bytes"
	"hash/maphash"
	"net/http"
	"sync"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// Bounds of a memory. If one is reached, everything is forgotten.
const (
	knownResponses = 4 << 10
	knownBytes     = 8 << 20
	knownHeads     = 256
)

// memory caches parsed responses, so that the same bytes are not parsed twice. Its exchanges are shared and must not be changed. It is
// safe for concurrent use.
type memory struct {
	mu    sync.Mutex
	whole [classes]map[string]*transcript.Exchange // by all bytes
	size  int                                      // of all keys of whole
	heads map[string]*knownHead                    // by the bytes up to the empty line
	once  [4 << 10]uint64                          // hashes of responses that came once
	seed  maphash.Seed
}

// knownHead is a response head after which the body has a known length and no coding.
type knownHead struct {
	length int
	in     response.Input      // without a body
	empty  transcript.Exchange // of a whole response, without its body
}

func newMemory() *memory {
	m := &memory{seed: maphash.MakeSeed(), heads: map[string]*knownHead{}}
	for c := range m.whole {
		m.whole[c] = map[string]*transcript.Exchange{}
	}
	return m
}

// class groups the pushes whose responses are read in the same way.
type class int

const (
	discarded class = iota
	incoming
	outgoing
	classes
)

func classOf(step call.Step) class {
	switch {
	case !step.IsResponseRead():
		return discarded
	case step.IsOutgoing():
		return outgoing
	}
	return incoming
}

// read returns the exchange of a complete response, or nil if the response has to be parsed. again: the same exchange is also returned
// for other responses.
func (m *memory) read(step call.Step, raw []byte) (x *transcript.Exchange, again bool) {
	of := classOf(step)
	m.mu.Lock()
	x = m.whole[of][string(raw)]
	end := headLength(raw)
	h := m.heads[string(raw[:end])]
	m.mu.Unlock()
	switch {
	case x != nil:
		return x, true
	case h == nil || len(raw)-end != h.length:
		return nil, false
	case of == discarded && h.empty.Accepted():
		return &h.empty, true
	}
	x = new(transcript.Exchange)
	*x = h.empty
	in := h.in
	in.Body, in.Outgoing = bytes.Clone(raw[end:]), step.IsOutgoing()
	x.ResponseBody = in.Body
	if of != discarded {
		x.Document = response.Parse(in)
	}
	return x, m.keep(of, raw, x)
}

// headLength returns the length of a response head with the empty line after it, or 0 if there is no empty line.
func headLength(raw []byte) int {
	head, _, ok := bytes.Cut(raw, []byte("\r\n\r\n"))
	if !ok {
		return 0
	}
	return len(head) + len("\r\n\r\n")
}

// keep caches the exchange of a complete response if the same bytes came before. It reports whether it did.
func (m *memory) keep(of class, raw []byte, x *transcript.Exchange) bool {
	hash := maphash.Bytes(m.seed, raw)
	m.mu.Lock()
	defer m.mu.Unlock()
	place := &m.once[hash%uint64(len(m.once))]
	if *place != hash {
		*place = hash
		return false
	}
	if len(m.whole[of]) >= knownResponses || m.size+len(raw) > knownBytes {
		for _, known := range m.whole {
			clear(known)
		}
		m.size = 0
	}
	m.whole[of][string(raw)] = x
	m.size += len(raw)
	return true
}

// learn caches a response that was parsed, and its head. It reports whether the exchange will be returned for other responses.
func (m *memory) learn(step call.Step, raw []byte, resp *http.Response, x *transcript.Exchange) bool {
	end := headLength(raw)
	if end > 0 && int64(len(raw)-end) == resp.ContentLength && len(resp.TransferEncoding) == 0 && resp.Header.Get("Content-Encoding") == "" {
		h := &knownHead{length: len(raw) - end, empty: *x}
		h.in.Media, h.in.Charset = response.MediaType(x.ContentType)
		h.empty.ResponseBody, h.empty.Document = nil, response.Document{}
		m.mu.Lock()
		if len(m.heads) >= knownHeads {
			clear(m.heads)
		}
		m.heads[string(raw[:end])] = h
		m.mu.Unlock()
	}
	return m.keep(classOf(step), raw, x)
}
