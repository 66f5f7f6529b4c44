package requirements

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/pushcheck/pushcheck/internal/wav"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeSounds judges the sound files that the response asks sipgate to play.
func (e evidence) judgeSounds() {
	for _, s := range e.exchange.Sounds {
		e.js = e.js.forVariant(variantAt(s.URL))
		unfetched := cmp.Or(s.NotAllowed, s.LocalFailure)
		switch {
		case unfetched != "":
			e.js.leaveOpen(playReachable, unfetched, "")
			e.addFormatNotSeen(unfetched, "")
		case s.Status != 0 && s.Status != 200:
			e.addNotFetched(s, fmt.Sprintf("status %d", s.Status))
		case s.Failure != "":
			e.addNotFetched(s, s.Failure)
		default:
			e.js.addMet(playReachable)
			switch got, known := soundFormat(s); {
			case !known:
				e.addFormatNotSeen(fmt.Sprintf("the format of %s is not in its first %d bytes, and pushcheck reads no more", s.URL, len(s.Head)), "")
			case got != playableFormat:
				e.addFinding(playWavFormat, playableFormat, fmt.Sprintf("%s: %s", s.URL, got))
			default:
				e.js.addMet(playWavFormat)
			}
		}
	}
}

// addNotFetched adds the finding that a sound file could not be fetched.
func (e evidence) addNotFetched(s transcript.Sound, got string) {
	e.addFinding(playReachable, "a file that a GET fetches", s.URL+": "+got)
	e.addFormatNotSeen("the sound file could not be fetched from here", playReachable)
}

// addFormatNotSeen adds a gap for a sound file of which pushcheck does not know the format. sipgate may be able to fetch it.
func (e evidence) addFormatNotSeen(reason, because string) {
	e.js.addGap(playWavFormat, Gap{Reason: reason, CauseID: because, OnlyLocal: true})
}

// playableFormat is the only format that sipgate plays.
const playableFormat = "a WAV file, PCM, 16 bits, mono, 8000 Hz"

// soundFormat describes the format of a sound by its first bytes. It returns false if the format comes after the bytes that were kept.
func soundFormat(s transcript.Sound) (string, bool) {
	format, err := wav.Parse(s.Head)
	switch {
	case len(s.Head) == 0:
		return "an empty file", true
	case errors.Is(err, wav.ErrNotWAV):
		return "no WAV file, but " + s.Kind, true
	case err != nil:
		return "a WAV file that does not say its format", len(s.Head) < transcript.SoundHeadBytes
	}
	return "a WAV file, " + format.String(), true
}
