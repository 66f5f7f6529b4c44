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
		e.judgements = e.judgements.withVariants(variantNamed(s.URL))
		unfetchedReason := cmp.Or(s.NotAllowed, s.LocalFailure)
		switch {
		case unfetchedReason != "":
			e.judgements.addGapWithReason(playReachable, unfetchedReason, "")
			e.addUnknownFormatGap(unfetchedReason, "")
		case s.Status != 0 && s.Status != 200:
			e.addUnfetchedSound(s, fmt.Sprintf("status %d", s.Status))
		case s.Failure != "":
			e.addUnfetchedSound(s, s.Failure)
		default:
			e.judgements.recordMet(playReachable)
			switch format, isKnown := soundFormat(s); {
			case !isKnown:
				e.addUnknownFormatGap(fmt.Sprintf("the format of %s is not in its first %d bytes, and pushcheck reads no more", s.URL, len(s.Head)), "")
			case format != playableFormat:
				e.addFinding(playWavFormat, playableFormat, fmt.Sprintf("%s: %s", s.URL, format))
			default:
				e.judgements.recordMet(playWavFormat)
			}
		}
	}
}

// addUnfetchedSound adds the finding that a sound file could not be fetched.
func (e evidence) addUnfetchedSound(s transcript.Sound, got string) {
	e.addFinding(playReachable, "a file that a GET fetches", s.URL+": "+got)
	e.addUnknownFormatGap("the sound file could not be fetched from here", playReachable)
}

// addUnknownFormatGap adds a gap for a sound file whose format pushcheck could not find out. sipgate may be able to.
func (e evidence) addUnknownFormatGap(reason, causeID string) {
	e.judgements.addGap(playWavFormat, Gap{Reason: reason, CauseID: causeID, OnlyLocal: true})
}

// playableFormat is the only format that sipgate plays.
const playableFormat = "a WAV file, PCM, 16 bits, mono, 8000 Hz"

// soundFormat describes the format of a sound by its first bytes. It returns false if there are too few bytes to show the format.
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
