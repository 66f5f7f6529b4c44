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

// pageFor returns the response to a request for a page: a GET of the state of a call or of the sound. It returns false for other requests.
func (r *Receiver) pageFor(req *http.Request) (draft, bool) {
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
	d := draft{pagePath: path, status: http.StatusOK, header: http.Header{}, body: soundFile()}
	d.header.Set("Content-Type", "audio/wav")
	return d, true
}

func (r *Receiver) statePage(path, escapedID string) draft {
	d := draft{pagePath: path, status: http.StatusOK, header: http.Header{}}
	id, err := url.PathUnescape(escapedID)
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

// soundFile returns a tone of 440 Hz that lasts a quarter of a second, in the format that sipgate plays: mono 16-bit PCM WAV at 8 kHz.
func soundFile() []byte {
	const rate, samples = 8000, 2000
	le := binary.LittleEndian
	b := append(le.AppendUint32([]byte("RIFF"), 36+2*samples), "WAVEfmt "...)
	b = le.AppendUint32(b, 16)     // length of the format
	b = le.AppendUint16(b, 1)      // PCM
	b = le.AppendUint16(b, 1)      // channels
	b = le.AppendUint32(b, rate)   // samples per second
	b = le.AppendUint32(b, 2*rate) // bytes per second
	b = le.AppendUint16(b, 2)      // bytes per sample of all channels
	b = le.AppendUint16(b, 16)     // bits per sample
	b = le.AppendUint32(append(b, "data"...), 2*samples)
	for i := range samples {
		b = le.AppendUint16(b, uint16(int16(8000*math.Sin(2*math.Pi*440*float64(i)/rate))))
	}
	return b
}
