package requirements

import (
	"cmp"
	"encoding/binary"
	"fmt"

	"github.com/pushcheck/pushcheck/transcript"
)

// judgeSounds judges the files that the response asks sipgate to play.
func (e evidence) judgeSounds() {
	for _, s := range e.exchange.Sounds {
		e.js = e.js.about(at(s.URL))
		unfetched := cmp.Or(s.NotAllowed, s.Prevented)
		switch {
		case unfetched != "":
			e.js.gap(playReachable, unfetched, "")
			e.formatUnseen(unfetched, "")
		case s.Status != 0 && s.Status != 200:
			e.soundNotFetched(s, fmt.Sprintf("status %d", s.Status))
		case s.Failure != "":
			e.soundNotFetched(s, s.Failure)
		default:
			e.js.met(playReachable)
			switch got, known := format(s); {
			case !known:
				e.formatUnseen(fmt.Sprintf("the format of %s is not in its first %d bytes, and pushcheck reads no more", s.URL, len(s.Head)), "")
			case got != telephone:
				e.broken(playWavFormat, telephone, fmt.Sprintf("%s: %s", s.URL, got))
			default:
				e.js.met(playWavFormat)
			}
		}
	}
}

// soundNotFetched notes that a file could not be fetched.
func (e evidence) soundNotFetched(s transcript.Sound, got string) {
	e.broken(playReachable, "a file that a GET fetches", s.URL+": "+got)
	e.formatUnseen("the sound file could not be fetched from here", playReachable)
}

// formatUnseen notes that pushcheck could not see the format of a file. sipgate may be able to.
func (e evidence) formatUnseen(reason, because string) {
	e.js.open(playWavFormat, Gap{Reason: reason, Because: because, FromHere: true})
}

// telephone is the only format that sipgate plays.
const telephone = "a WAV file, PCM, 16 bits, mono, 8000 Hz"

// format describes the format of a sound by its first bytes. RIFF chunks come in any order; the one named "fmt " decides. It returns false
// if that chunk was not read, because it is further back.
func format(s transcript.Sound) (string, bool) {
	head := s.Head
	if len(head) == 0 {
		return "an empty file", true
	}
	if len(head) < 12 || string(head[:4]) != "RIFF" || string(head[8:12]) != "WAVE" {
		return "no WAV file, but " + s.Kind, true
	}
	const header, shortest = 8, 16 // bytes: of the header of a chunk, and of the shortest "fmt " chunk
	for rest := head[12:]; len(rest) >= header+shortest; {
		name, size := string(rest[:4]), int64(binary.LittleEndian.Uint32(rest[4:header]))
		rest = rest[header:]
		if name == "fmt " && size >= shortest {
			return described(rest[:min(size, int64(len(rest)))]), true
		}
		size += size % 2 // chunks are padded to an even length
		rest = rest[min(size, int64(len(rest))):]
	}
	return "a WAV file that does not say its format", len(head) < transcript.SoundHead
}

// described describes the format in a "fmt " chunk of at least 16 bytes.
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
