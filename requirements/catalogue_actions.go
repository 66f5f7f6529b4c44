package requirements

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Ids of requirements that the code of this package names.
const (
	playWavFormat = "play.wav-format"
	playReachable = "play.reachable"
)

const (
	dialReference   = `sipgate API reference, "Dial"`
	playReference   = `sipgate API reference, "Play"`
	gatherReference = `sipgate API reference, "Gather"`
)

func dialCatalogue() []Requirement {
	return []Requirement{
		{
			ID:          "dial.target",
			Level:       Must,
			Needs:       Needs{{CanDial}},
			Statement:   "The receiver names one kind of target in a Dial: Number or Voicemail.",
			Sentence:    "a redirect names numbers or the voicemail",
			Source:      dialReference + "; reported: sipgate.io issue #98",
			Consequence: "The call is not redirected.",
			Fix:         "Write <Dial><Number>493023125001</Number></Dial> or <Dial><Voicemail/></Dial>; to change only the caller id, repeat the dialled number in Number.",
			Notes:       "An empty Number names nothing.",
			Rules:       Rules{Occasion: OccasionDial},
		},
		{
			ID:          "dial.number-format",
			Level:       Must,
			Needs:       Needs{{CanDial}},
			Statement:   "The receiver writes a Number in E.164 form, with or without plus sign, or as an internal extension.",
			Sentence:    "every number of a redirect can be dialled",
			Source:      dialReference + " (digits only); reported: sipgate.io issue #100; observed in the official library's examples (+49…)",
			Consequence: "The call is not redirected.",
			Fix:         "Write 493023125001 rather than 030 23125001, (030) 23125-001 or 0049…: country code first, no blanks and no punctuation.",
			Rules:       Rules{Occasion: OccasionDial},
		},
		{
			ID:          "dial.max-five-targets",
			Level:       Must,
			Needs:       Needs{{CanDial}},
			Statement:   "The receiver names five numbers at most in a Dial.",
			Sentence:    "a redirect names five numbers at most",
			Source:      dialReference,
			Consequence: "The call is not redirected.",
			Fix:         "Cut the list to five, or redirect to a group of the account that rings the others.",
			Rules:       Rules{Occasion: OccasionDial},
		},
		{
			ID:          "dial.outgoing-one-target",
			Level:       Must,
			Needs:       Needs{{CanDial}},
			Statement:   "The receiver names one number only in a Dial for an outgoing call.",
			Sentence:    "a redirect of an outgoing call names one number",
			Source:      dialReference,
			Consequence: "Only incoming calls can ring several targets; the call is not redirected as intended.",
			Fix:         "Look at direction before building the response, and name one number only if it is out.",
			Rules:       Rules{Occasion: OccasionOutgoingDial},
		},
		{
			ID:          "dial.caller-id-format",
			Level:       Must,
			Needs:       Needs{{CanDial}},
			Statement:   "The receiver writes callerId in E.164 form, with or without plus sign.",
			Sentence:    "the caller id of a redirect is a number",
			Source:      dialReference,
			Consequence: "The caller id stays as the account has it.",
			Fix:         "Write callerId=\"493023125001\", or leave the attribute out if there is no number; anonymous=\"true\" suppresses it.",
			Rules:       Rules{Occasion: OccasionDial},
		},
		{
			ID:          "dial.anonymous-value",
			Level:       Must,
			Needs:       Needs{{CanDial}},
			Statement:   "The receiver gives anonymous the value true or false.",
			Sentence:    "anonymous in a redirect is true or false",
			Source:      dialReference,
			Consequence: "The number of the caller is shown although it should be suppressed.",
			Fix:         "Write anonymous=\"true\" or anonymous=\"false\" in lower case; not 1, yes, True or an empty value.",
			Rules:       Rules{Occasion: OccasionDial},
		},
	}
}

func playCatalogue() []Requirement {
	return []Requirement{
		{
			ID:          "play.url",
			Level:       Must,
			Needs:       Needs{{CanPlay}},
			Statement:   "The receiver names the sound of a Play by one absolute http or https URL.",
			Sentence:    "a sound is named by an absolute URL",
			Source:      playReference,
			Consequence: "Nothing is played.",
			Fix:         "Write <Play><Url>https://example.com/welcome.wav</Url></Play>, with host; sipgate cannot fetch a path without one.",
			Rules:       Rules{Occasion: OccasionPlay},
		},
		{
			ID:          playWavFormat,
			Level:       Must,
			Needs:       Needs{{CanPlay}},
			Statement:   "The receiver has its sounds as WAV files with one channel of 16-bit PCM at 8 kHz.",
			Sentence:    "a sound is a mono 16-bit PCM WAV file at 8 kHz",
			Source:      playReference,
			Consequence: "Nothing is played.",
			Fix:         "Convert it: ffmpeg -i in.mp3 -ac 1 -ar 8000 -c:a pcm_s16le out.wav, or sox in.mp3 -c 1 -r 8000 -b 16 out.wav.",
			Notes:       "Undetermined if the file cannot be fetched.",
		},
		{
			ID:          playReachable,
			Level:       Should,
			Needs:       Needs{{CanPlay}},
			Statement:   "The receiver names sound files that can be fetched.",
			Sentence:    "a sound can be fetched",
			Source:      playReference,
			Consequence: "Nothing is played, unless sipgate can reach what this machine cannot.",
			Fix:         "Put the file where a GET without login finds it, and try the exact URL of the response with curl.",
			Notes:       "A file that cannot be fetched from here may still be one that sipgate can fetch. The format is then undetermined.",
		},
	}
}

func gatherCatalogue() []Requirement {
	return []Requirement{
		{
			ID:          "gather.ondata",
			Level:       Must,
			Needs:       Needs{{CanGather}},
			Statement:   "The receiver gives each Gather an onData with an absolute URL.",
			Sentence:    "a gather names an absolute URL for the digits",
			Source:      gatherReference,
			Consequence: "The digits are sent nowhere.",
			Fix:         "Write <Gather onData=\"https://example.com/dtmf\">, with scheme and host, on Gather itself and not on Response.",
			Rules:       Rules{PreventedPushes: []UnsentPushes{{transcript.UnusableURL, push.DTMF}}, Occasion: OccasionGather},
		},
		{
			ID:          "gather.max-digits",
			Level:       Must,
			Needs:       Needs{{CanGather}},
			Statement:   "The receiver gives maxDigits as a whole number of at least 1.",
			Sentence:    "the number of digits is a whole number",
			Source:      gatherReference,
			Consequence: "The digits are not collected as intended.",
			Fix:         "Write maxDigits=\"4\", or leave it out for one digit.",
			Rules:       Rules{Occasion: OccasionGather},
		},
		{
			ID:          "gather.timeout",
			Level:       Must,
			Needs:       Needs{{CanGather}},
			Statement:   "The receiver gives timeout as a whole number of milliseconds, at least 1.",
			Sentence:    "the time for digits is a whole number of milliseconds",
			Source:      gatherReference,
			Consequence: "The digits are not collected as intended.",
			Fix:         "Write timeout=\"5000\" for five seconds, without a unit, or leave it out for two seconds.",
			Rules:       Rules{Occasion: OccasionGather},
		},
		{
			ID:          "gather.type",
			Level:       Must,
			Needs:       Needs{{CanGather}},
			Statement:   "The receiver gives type the value dtmf.",
			Sentence:    "the type of a gather is dtmf",
			Source:      gatherReference,
			Consequence: "The digits are not collected.",
			Fix:         "Write type=\"dtmf\" or leave it out; there is no other kind of input.",
			Rules:       Rules{Occasion: OccasionGather},
		},
		{
			ID:          "gather.nesting",
			Level:       Must,
			Needs:       Needs{{CanGather}},
			Statement:   "The receiver puts nothing into a Gather but a Play.",
			Sentence:    "nothing but a sound is nested in a gather",
			Source:      gatherReference + " (nesting rules)",
			Consequence: "The action inside does not happen.",
			Fix:         "Move the action out: an action that follows the digits belongs in the response to the dtmf push.",
			Rules:       Rules{Occasion: OccasionGather},
		},
	}
}

// endingCatalogue holds the requirements about the two actions that end a call: the areas reject and hangup.
func endingCatalogue() []Requirement {
	return []Requirement{
		{
			ID:          "reject.reason",
			Level:       Must,
			Needs:       Needs{{CanReject}},
			Statement:   "The receiver gives a Reject the reason rejected or busy.",
			Sentence:    "the reject reason is rejected or busy",
			Source:      `sipgate API reference, "Reject"`,
			Consequence: "The call is not turned down as intended.",
			Fix:         "Write <Reject reason=\"busy\"/> for the busy tone, <Reject/> for a call that is turned down.",
			Rules:       Rules{Occasion: OccasionReject},
		},
		{
			ID:          "hangup.empty",
			Level:       Should,
			Needs:       Needs{{CanEndCalls}},
			Statement:   "The receiver writes Hangup without content.",
			Sentence:    "the Hangup action is empty",
			Source:      `sipgate API reference, "Hangup"`,
			Consequence: "The content is ignored.",
			Fix:         "Write <Hangup/> with nothing inside.",
			Rules:       Rules{Occasion: OccasionHangup},
		},
	}
}
