package requirements

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Requirements about states that a plain call does not show have calls of their own.
// ShowsState reports whether a call is one whose states are looked at: a plain one, one that is played for their sake, or one that is
// odd in a way in which calls were seen to stay open.
func ShowsState(c transcript.Call) bool {
	return c.Stimulus == "" || rulesOf(c.Stimulus).Watched
}

// StateAfter is what the pushes about a leg amount to; "" if there are none. They may come in any order, and twice.
func StateAfter(exchanges []transcript.Exchange, callID string) transcript.CallState {
	var state transcript.CallState
	for _, x := range exchanges {
		if x.Push.CallID != callID {
			continue
		}
		switch {
		case x.Push.Event == push.Hangup:
			return transcript.CallOver
		case x.Push.Event == push.Answer:
			state = transcript.CallAnswered
		case x.Push.Event == push.NewCall && state == "":
			state = transcript.CallRinging
		}
	}
	return state
}

// LateAnswer reports whether a push is the answer push of StateLateAnswer, which is sent after the hangup push of its call. The
// response to it does not matter: sipgate discards it, and a receiver may well refuse the answer of a call that is over.
func LateAnswer(c transcript.Call, x transcript.Exchange) bool {
	return c.Stimulus == StateLateAnswer && x.Push.Event == push.Answer
}
