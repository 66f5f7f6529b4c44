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

// Limits of a responseCache. If maxHeads is reached, all heads are removed. If another limit is reached, all responses are removed.
const (
	maxResponses  = 4 << 10 // number of responses to the pushes of one class
	maxCacheBytes = 8 << 20 // bytes of all cached responses
	maxHeads      = 256     // number of response heads
)

// responseCache caches parsed responses, so that the same bytes are not parsed twice. Its exchanges are shared and must not be changed. It
// is safe for concurrent use.
type responseCache struct {
	mu         sync.Mutex
	byBytes    [classCount]map[string]*transcript.Exchange // by all bytes of the response
	size       int                                         // total length of the keys of byBytes
	byHead     map[string]*cachedHead                      // by the bytes of the head, including the empty line after it
	seenHashes [4 << 10]uint64                             // hashes of responses that came at least once
	seed       maphash.Seed
}

// cachedHead is the head of a response whose body has a Content-Length and no content coding.
type cachedHead struct {
	length      int                 // length of the body
	input       response.Input      // arguments of the parser, without a body
	withoutBody transcript.Exchange // exchange of a response with this head, without its body
}

func newResponseCache() *responseCache {
	m := &responseCache{seed: maphash.MakeSeed(), byHead: map[string]*cachedHead{}}
	for c := range m.byBytes {
		m.byBytes[c] = map[string]*transcript.Exchange{}
	}
	return m
}

// pushClass is a class of pushes. The responses to all pushes of a class are read in the same way.
type pushClass int

const (
	discardedClass pushClass = iota // sipgate discards the response
	incomingClass                   // the response is read as for an incoming call
	outgoingClass                   // the response is read as for an outgoing call
	classCount
)

func pushClassOf(step call.Step) pushClass {
	switch {
	case !step.IsResponseRead():
		return discardedClass
	case step.IsOutgoing():
		return outgoingClass
	}
	return incomingClass
}

// lookUp returns the exchange of a complete response, or nil if the response has to be parsed. shared means that later calls may return the
// same exchange.
func (m *responseCache) lookUp(step call.Step, raw []byte) (x *transcript.Exchange, shared bool) {
	class := pushClassOf(step)
	m.mu.Lock()
	x = m.byBytes[class][string(raw)]
	headEnd := headLength(raw)
	head := m.byHead[string(raw[:headEnd])]
	m.mu.Unlock()
	switch {
	case x != nil:
		return x, true
	case head == nil || len(raw)-headEnd != head.length:
		return nil, false
	case class == discardedClass && head.withoutBody.Accepted():
		return &head.withoutBody, true
	}
	x = new(transcript.Exchange)
	*x = head.withoutBody
	in := head.input
	in.Body, in.Outgoing = bytes.Clone(raw[headEnd:]), step.IsOutgoing()
	x.ResponseBody = in.Body
	if class != discardedClass {
		x.Document = response.Parse(in)
	}
	return x, m.add(class, raw, x)
}

// headLength returns the length of a response head with the empty line after it, or 0 if there is no empty line.
func headLength(raw []byte) int {
	head, _, ok := bytes.Cut(raw, []byte("\r\n\r\n"))
	if !ok {
		return 0
	}
	return len(head) + len("\r\n\r\n")
}

// add caches the exchange of a complete response if the same bytes came before. It reports whether the exchange is now in the cache.
func (m *responseCache) add(class pushClass, raw []byte, x *transcript.Exchange) bool {
	hash := maphash.Bytes(m.seed, raw)
	m.mu.Lock()
	defer m.mu.Unlock()
	slot := &m.seenHashes[hash%uint64(len(m.seenHashes))]
	if *slot != hash {
		*slot = hash
		return false
	}
	if len(m.byBytes[class]) >= maxResponses || m.size+len(raw) > maxCacheBytes {
		for _, responses := range m.byBytes {
			clear(responses)
		}
		m.size = 0
	}
	m.byBytes[class][string(raw)] = x
	m.size += len(raw)
	return true
}

// addParsed caches a response that was parsed, and its head. It reports whether the exchange is now in the cache.
func (m *responseCache) addParsed(step call.Step, raw []byte, resp *http.Response, x *transcript.Exchange) bool {
	headEnd := headLength(raw)
	if headEnd > 0 && int64(len(raw)-headEnd) == resp.ContentLength && len(resp.TransferEncoding) == 0 && resp.Header.Get("Content-Encoding") == "" {
		head := &cachedHead{length: len(raw) - headEnd, withoutBody: *x}
		head.input.MediaType, head.input.Charset = response.ParseContentType(x.ContentType)
		head.withoutBody.ResponseBody, head.withoutBody.Document = nil, response.Document{}
		m.mu.Lock()
		if len(m.byHead) >= maxHeads {
			clear(m.byHead)
		}
		m.byHead[string(raw[:headEnd])] = head
		m.mu.Unlock()
	}
	return m.add(pushClassOf(step), raw, x)
}
