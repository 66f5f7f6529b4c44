package requirements_test

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// wavFile returns the beginning of a mono WAV file: PCM, 16 bits.
func wavFile(hertz uint32) []byte {
	out := binary.LittleEndian.AppendUint32([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"), hertz)
	return append(binary.LittleEndian.AppendUint32(out, 2*hertz), 2, 0, 16, 0)
}

func TestSoundIsJudgedByItsStatusAndFirstBytes(t *testing.T) {
	t.Parallel()
	const url = "https://receiver.example/hello.wav"
	type results struct{ Reachable, Format string } // "met", "gap", or Got of the finding
	tests := map[string]struct {
		sound transcript.Sound
		want  results
	}{
		"mono, 8000 Hz: met":                        {transcript.Sound{Status: 200, Head: wavFile(8000)}, results{"met", "met"}},
		"44100 Hz: finding":                         {transcript.Sound{Status: 200, Head: wavFile(44100)}, results{"met", url + ": a WAV file, PCM, 16 bits, mono, 44100 Hz"}},
		"MP3: finding":                              {transcript.Sound{Status: 200, Kind: "audio/mpeg", Head: []byte("ID3\x03\x00\x00\x00\x00\x00\x00\x00\x00")}, results{"met", url + ": no WAV file, but audio/mpeg"}},
		"HTML page: finding":                        {transcript.Sound{Status: 200, Kind: "text/html; charset=utf-8", Head: []byte("<!DOCTYPE html><title>Gone</title>")}, results{"met", url + ": no WAV file, but text/html; charset=utf-8"}},
		"empty file: finding":                       {transcript.Sound{Status: 200}, results{"met", url + ": an empty file"}},
		"file ends within its format: finding":      {transcript.Sound{Status: 200, Head: wavFile(8000)[:30]}, results{"met", url + ": a WAV file that does not say its format"}},
		"format after the bytes that are kept: gap": {transcript.Sound{Status: 200, Head: append([]byte("RIFF....WAVELIST\xff\xff\xff\xff"), make([]byte, transcript.SoundHeadBytes-20)...)}, results{"met", "gap"}},
		"status 404: finding":                       {transcript.Sound{Status: 404}, results{url + ": status 404", "gap"}},
		"connection refused: finding":               {transcript.Sound{Failure: "connection refused"}, results{url + ": connection refused", "gap"}},
		"body cut off: finding":                     {transcript.Sound{Status: 200, Failure: "unexpected EOF", Head: wavFile(8000)}, results{url + ": unexpected EOF", "gap"}},
		"private address, so not fetched: gap":      {transcript.Sound{NotAllowed: "a private address"}, results{"gap", "gap"}},
		"this machine cannot connect: gap":          {transcript.Sound{LocalFailure: "no route"}, results{"gap", "gap"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.sound.URL = url
			call := transcript.Call{Exchanges: []transcript.Exchange{{
				Sent:    transcript.Sent{Push: push.Push{Event: push.NewCall}},
				Outcome: transcript.Outcome{End: transcript.Complete, Status: 200, Sounds: []transcript.Sound{test.sound}},
			}}}
			got := results{}
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
