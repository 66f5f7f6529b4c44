package requirements_test

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// wav is the beginning of a WAV file, with other chunks before the one with its format.
func wav(coding, channels, bits uint16, rate uint32, before ...string) []byte {
	out := []byte("RIFF\x00\x00\x00\x00WAVE")
	for _, chunk := range before {
		out = append(out, "LIST"...)
		out = binary.LittleEndian.AppendUint32(out, uint32(len(chunk)))
		out = append(out, chunk...)
		if len(chunk)%2 == 1 {
			out = append(out, 0)
		}
	}
	out = append(out, "fmt \x10\x00\x00\x00"...)
	out = binary.LittleEndian.AppendUint16(out, coding)
	out = binary.LittleEndian.AppendUint16(out, channels)
	out = binary.LittleEndian.AppendUint32(out, rate)
	out = binary.LittleEndian.AppendUint32(out, rate*uint32(channels)*uint32(bits)/8)
	out = binary.LittleEndian.AppendUint16(out, channels*bits/8)
	return binary.LittleEndian.AppendUint16(out, bits)
}

func TestASoundIsJudgedByItsBeginning(t *testing.T) {
	t.Parallel()
	const url = "https://receiver.example/hello.wav"
	type said struct{ Reachable, Format string } // "met", "gap" or what was got
	extensible := append(wav(0xFFFE, 1, 16, 8000), 22, 0, 16, 0, 4, 0, 0, 0, 1, 0)
	extensible[16] = 40 // the chunk is longer
	long := append(wav(1, 1, 16, 8000), make([]byte, 24)...)
	long[16] = 40
	stub := append([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x08\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00"), "data\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	unsaid := said{"met", url + ": a WAV file that does not say its format"}
	other := said{"met", url + ": no WAV file, but application/octet-stream"}
	octets := func(head string) transcript.Sound {
		return transcript.Sound{Status: 200, Kind: "application/octet-stream", Head: slices.Clip([]byte(head))}
	}
	tests := map[string]struct {
		sound transcript.Sound
		want  said
	}{
		"as wanted":                                  {transcript.Sound{Status: 200, Head: wav(1, 1, 16, 8000)}, said{"met", "met"}},
		"with a chunk before":                        {transcript.Sound{Status: 200, Head: wav(1, 1, 16, 8000, "odd")}, said{"met", "met"}},
		"in the extensible form":                     {transcript.Sound{Status: 200, Head: extensible}, said{"met", "met"}},
		"extensible form without its coding":         {transcript.Sound{Status: 200, Head: wav(0xFFFE, 1, 16, 8000)}, said{"met", url + ": a WAV file, coding 65534 instead of PCM, 16 bits, mono, 8000 Hz"}},
		"with a longer format that need not be read": {transcript.Sound{Status: 200, Head: long}, said{"met", "met"}},
		"with a format too short to be one":          {transcript.Sound{Status: 200, Head: stub}, unsaid},
		"with three channels":                        {transcript.Sound{Status: 200, Head: wav(1, 3, 16, 8000)}, said{"met", url + ": a WAV file, PCM, 16 bits, 3 channels, 8000 Hz"}},
		"nothing but a name":                         {octets("RIFF\x00\x00\x00\x00WAVE"), unsaid},
		"less than a name":                           {octets("RIFF\x00\x00\x00\x00WAV"), other},
		"two letters":                                {octets("RI"), other},
		"another RIFF file":                          {octets("RIFF\x00\x00\x00\x00AVI fmt "), other},
		"the other byte order":                       {octets("RIFX\x00\x00\x00\x00WAVEfmt "), other},
		"stereo":                                     {transcript.Sound{Status: 200, Head: wav(1, 2, 16, 8000)}, said{"met", url + ": a WAV file, PCM, 16 bits, stereo, 8000 Hz"}},
		"of a compact disc":                          {transcript.Sound{Status: 200, Head: wav(1, 1, 16, 44100)}, said{"met", url + ": a WAV file, PCM, 16 bits, mono, 44100 Hz"}},
		"A-law":                                      {transcript.Sound{Status: 200, Head: wav(6, 1, 8, 8000)}, said{"met", url + ": a WAV file, coding 6 instead of PCM, 8 bits, mono, 8000 Hz"}},
		"MP3":                                        {transcript.Sound{Status: 200, Kind: "audio/mpeg", Head: []byte("ID3\x03\x00\x00\x00\x00\x00\x00\x00\x00")}, said{"met", url + ": no WAV file, but audio/mpeg"}},
		"a page":                                     {transcript.Sound{Status: 200, Kind: "text/html; charset=utf-8", Head: []byte("<!DOCTYPE html><title>Gone</title>")}, said{"met", url + ": no WAV file, but text/html; charset=utf-8"}},
		"empty":                                      {transcript.Sound{Status: 200}, said{"met", url + ": an empty file"}},
		"cut within its format":                      {transcript.Sound{Status: 200, Head: wav(1, 1, 16, 8000)[:30]}, said{"met", url + ": a WAV file that does not say its format"}},
		"a chunk beyond its end":                     {transcript.Sound{Status: 200, Head: []byte("RIFF....WAVELIST\xff\xff\xff\xff")}, said{"met", url + ": a WAV file that does not say its format"}},
		"a chunk beyond what is read":                {transcript.Sound{Status: 200, Head: wav(1, 1, 16, 8000, strings.Repeat("a", 5000))[:transcript.SoundHead]}, said{"met", "gap"}},
		"gone":                                       {transcript.Sound{Status: 404}, said{url + ": status 404", "gap"}},
		"not there":                                  {transcript.Sound{Failure: "connection refused"}, said{url + ": connection refused", "gap"}},
		"cut off":                                    {transcript.Sound{Status: 200, Failure: "unexpected EOF", Head: wav(1, 1, 16, 8000)}, said{url + ": unexpected EOF", "gap"}},
		"not allowed to ask":                         {transcript.Sound{NotAllowed: "a private address"}, said{"gap", "gap"}},
		"this machine cannot connect":                {transcript.Sound{Prevented: "no route"}, said{"gap", "gap"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.sound.URL = url
			call := transcript.Call{Exchanges: []transcript.Exchange{{
				Sent:    transcript.Sent{Push: push.Push{Event: push.NewCall}},
				Outcome: transcript.Outcome{End: transcript.Complete, Status: 200, Sounds: []transcript.Sound{test.sound}},
			}}}
			got := said{}
			for _, j := range requirements.JudgeCall(call, requirements.Target{}) {
				outcome := "met"
				switch {
				case len(j.Findings) > 0:
					outcome = j.Findings[0].Got
				case len(j.Gaps) > 0:
					outcome = "gap"
				}
				switch j.Requirement {
				case "play.reachable":
					got.Reachable = outcome
				case "play.wav-format":
					got.Format = outcome
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("JudgeCall(%s) mismatch (-want +got):\n%s", name, diff)
			}
		})
	}
}
