package requirements

import (
	"encoding/binary"
	"fmt"

	"github.com/pushcheck/pushcheck/transcript"
)

// judgeSounds judges the files that the response wants played.
func (e evidence) judgeSounds() {
	for _, s := range e.exchange.Sounds {
		const wanted = "a file that a GET fetches"
		switch {
		case s.NotAllowed != "":
			e.js.gap("play.reachable", s.NotAllowed, "")
			e.js.gap("play.wav-format", s.NotAllowed, "")
		case s.Status == 0:
			e.broken("play.reachable", wanted, fmt.Sprintf("%s: %s", s.URL, s.Failure))
			e.unheard()
		case s.Status != 200:
			e.broken("play.reachable", wanted, fmt.Sprintf("%s: status %d", s.URL, s.Status))
			e.unheard()
		case s.Failure != "":
			e.broken("play.reachable", wanted, fmt.Sprintf("%s: %s", s.URL, s.Failure))
			e.unheard()
		default:
			e.js.met("play.reachable")
			if got := format(s); got != telephone {
				e.broken("play.wav-format", telephone, fmt.Sprintf("%s: %s", s.URL, got))
			} else {
				e.js.met("play.wav-format")
			}
		}
	}
}

// unheard notes that a file could not be fetched from here: sipgate may have more luck.
func (e evidence) unheard() {
	j := e.js.of("play.wav-format")
	j.Gaps = append(j.Gaps, Gap{Reason: "the sound file could not be fetched from here", Because: "play.reachable", FromHere: true})
}

// telephone is the only format that sipgate plays.
const telephone = "a WAV file, PCM, 16 bits, mono, 8000 Hz"

// format tells in words what a sound is by its beginning. RIFF chunks come in any order; the one named "fmt " decides.
func format(s transcript.Sound) string {
	head := s.Head
	if len(head) == 0 {
		return "an empty file"
	}
	if len(head) < 12 || string(head[:4]) != "RIFF" || string(head[8:12]) != "WAVE" {
		return "no WAV file, but " + s.Kind
	}
	for rest := head[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:8]))
		rest = rest[8:]
		if name == "fmt " && size >= 16 && len(rest) >= 16 {
			return described(rest[:min(size, len(rest))])
		}
		size += size % 2 // chunks are padded to an even length
		if size > len(rest) {
			break
		}
		rest = rest[size:]
	}
	return "a WAV file that does not say its format at its beginning"
}

// described tells in words what a "fmt " chunk of at least 16 bytes says.
func described(chunk []byte) string {
	const pcm, extensible = 1, 0xFFFE
	u16 := func(at int) int { return int(binary.LittleEndian.Uint16(chunk[at:])) }
	coding := u16(0)
	if coding == extensible && len(chunk) >= 26 {
		coding = u16(24) // the first two bytes of the sub-format
	}
	name := fmt.Sprintf("coding %d instead of PCM", coding)
	if coding == pcm {
		name = "PCM"
	}
	channels := map[int]string{1: "mono", 2: "stereo"}[u16(2)]
	if channels == "" {
		channels = fmt.Sprintf("%d channels", u16(2))
	}
	return fmt.Sprintf("a WAV file, %s, %d bits, %s, %d Hz", name, u16(14), channels, binary.LittleEndian.Uint32(chunk[4:]))
}
