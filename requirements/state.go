package requirements

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// ShowsState reports whether the states of a call are judged: those of a plain call, and of a call for a requirement about states.
func ShowsState(c transcript.Call) bool {
	return c.Stimulus == "" || rulesOf(c.Stimulus).Watched
}

// StateAfter returns the state of a leg that follows from the pushes about it; "" if there are none. They may come in any order, and twice.
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

// LateAnswer reports whether a push is the answer push of StateLateAnswer, which is sent after the hangup push of its call. The response
// does not matter: sipgate discards it, and a receiver may refuse the answer of a call that is over.
func LateAnswer(c transcript.Call, x transcript.Exchange) bool {
	return c.Stimulus == StateLateAnswer && x.Push.Event == push.Answer
}
