package receiver

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"strings"

	"github.com/pushcheck/pushcheck/push"
)

// page is the response to a GET of one of the receiver's own pages: the state of a call, or the sound.
func (r *Receiver) page(req *http.Request) (draft, bool) {
	if req.Method != http.MethodGet {
		return draft{}, false
	}
	path := req.URL.EscapedPath()
	if id, ok := strings.CutPrefix(path, callsPath); ok && id != "" {
		return r.statePage(path, id), true
	}
	if path != soundPath {
		return draft{}, false
	}
	d := draft{page: path, status: http.StatusOK, header: http.Header{}, body: sound()}
	d.header.Set("Content-Type", "audio/wav")
	return d, true
}

func (r *Receiver) statePage(path, escaped string) draft {
	d := draft{page: path, status: http.StatusOK, header: http.Header{}}
	id, err := url.PathUnescape(escaped)
	if err != nil {
		d.status = http.StatusBadRequest
		return d
	}
	state := r.State(id)
	if state == push.CallUnknown {
		d.status = http.StatusNotFound
	}
	d.header.Set("Content-Type", "application/json")
	d.header.Set("Cache-Control", "no-store")
	// Marshalling strings cannot fail.
	d.body, _ = json.Marshal(struct {
		CallID string         `json:"callId"`
		State  push.CallState `json:"state"`
	}{id, state})
	return d
}

// sound is a quarter of a second of A as sipgate plays it: mono 16-bit PCM WAV at 8 kHz. See wire-facts: XML response grammar.
func sound() []byte {
	const rate, samples = 8000, 2000
	le := binary.LittleEndian
	b := append(le.AppendUint32([]byte("RIFF"), 36+2*samples), "WAVEfmt "...)
	b = le.AppendUint32(b, 16)     // length of the format
	b = le.AppendUint16(b, 1)      // PCM
	b = le.AppendUint16(b, 1)      // channels
	b = le.AppendUint32(b, rate)   // samples a second
	b = le.AppendUint32(b, 2*rate) // bytes a second
	b = le.AppendUint16(b, 2)      // bytes a sample, of all channels
	b = le.AppendUint16(b, 16)     // bits a sample
	b = le.AppendUint32(append(b, "data"...), 2*samples)
	for i := range samples {
		b = le.AppendUint16(b, uint16(int16(8000*math.Sin(2*math.Pi*440*float64(i)/rate))))
	}
	return b
}
