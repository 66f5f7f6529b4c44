package requirements

// Ids of requirements that the code of this package names.
const (
	stateTransfer          = "state.transfer"
	stateForward           = "state.forward"
	stateEnded             = "state.ended"
	StateSimilarIDs        = "state.apart"
	StateRepeatedPushes    = "state.once"
	StateAnswerAfterHangup = "state.late-answer"
)

func stateCatalogue() []Requirement {
	return []Requirement{
		{
			ID:          stateTransfer,
			Level:       Must,
			Needs:       Needs{{CanState}},
			Statement:   "The receiver shows the first call as over and the second as answered after a transfer, and the second as over if nobody picked up.",
			Source:      transferChapter,
			Consequence: "The application shows calls that do not exist, or misses one that does.",
			Fix:         "Change the state of the one call that the push names by callId; an event on one leg says nothing about the other.",
			Notes:       "The application is asked by --state-url or --state-command after every push, and has two seconds to show the change (--state-wait). A call that it forgot counts as over. If it shows no call as answered, nothing is reported: name its word for that with --state-map.",
			Rules:       Rules{Excuses: []Excuse{{ID: stateEnded}}},
		},
		{
			ID:          stateForward,
			Level:       Must,
			Needs:       Needs{{CanState}},
			Statement:   "The receiver shows the first call as over at once after a forward, and only the second as going on.",
			Source:      forwardChapter,
			Consequence: "The application shows two calls instead of one.",
			Fix:         "Treat the cause forwarded as the end of that leg, like any other cause.",
			Notes:       "Judged before the second call begins, and again after each push of it. Undetermined if the end of a plain call is not shown either.",
			Rules:       Rules{Excuses: []Excuse{{ID: stateEnded}}},
		},
		{
			ID:          stateEnded,
			Level:       Must,
			Needs:       Needs{{CanState}},
			Statement:   "The receiver shows a call as over once its hangup push has come.",
			Source:      `sipgate API reference, "onHangup"; reported: sipgate.io issue #96`,
			Consequence: "Open calls pile up.",
			Fix:         "Store the end of the call before responding to the hangup push, and in every case: answered or not, whatever the cause.",
			Notes:       "A receiver may forget a call that is over: a call that was known before and is unknown afterwards counts as over. An answered call that is unknown all along is undetermined, since the look-up may be wrong.",
		},
		{
			ID:          StateSimilarIDs,
			Level:       Must,
			Needs:       Needs{{CanState}},
			Statement:   "The receiver keeps calls apart whose ids begin with the same 128 characters.",
			Source:      "reported: sipgate.io issue #90",
			Consequence: "Two calls are taken for one.",
			Fix:         "Widen the column for callId (VARCHAR(255), TEXT), index the whole of it, not a prefix, and let the database refuse a value that is too long instead of cutting it.",
			Notes:       "Two calls whose ids have 136 characters and differ in the last eight go on at once. A second call that is refused where the first was accepted counts as well.",
			Rules:       Rules{Excuses: []Excuse{{ID: stateEnded}, {ID: pushLongCallIDs}}, StatesJudged: true},
		},
		{
			ID:          StateRepeatedPushes,
			Level:       Must,
			Needs:       Needs{{CanState}},
			Statement:   "The receiver counts a push once even if it comes twice.",
			Source:      "reported: sipgate.io issue #106",
			Consequence: "Calls are counted twice.",
			Fix:         "Put a unique key on callId (with event, if events are stored) and update instead of inserting again.",
			Notes:       "newCall and answer come twice and the hangup once: an application that counts two calls then shows one that goes on. What is counted elsewhere, for example in a report, cannot be seen in the state of a call.",
			Rules:       Rules{Excuses: []Excuse{{ID: stateEnded}}, StatesJudged: true},
		},
		{
			ID:          StateAnswerAfterHangup,
			Level:       Should,
			Needs:       Needs{{CanState}, {CanAnswer}, {CanHangup}},
			Statement:   "The receiver does not reopen a call if its answer push is handled after its hangup push.",
			Source:      "inferred from pushes that follow each other within 0.1 s, over separate connections (sipgate.io issue #134), and from delayed pushes (sipgate.io issue #132)",
			Consequence: "A call that is over is shown as answered for ever.",
			Fix:         "Let an answer push change a call only while it rings: UPDATE … SET state = 'answered' WHERE call_id = … AND state = 'ringing'. Keep calls that are over for a while instead of deleting them, so that a late push finds one.",
			Notes:       "The hangup push is sent before the answer push of the same call. The response to the late answer does not matter. Not applicable to an application that shows a call only when it is answered.",
			Rules:       Rules{Excuses: []Excuse{{ID: stateEnded}}, StatesJudged: true},
		},
	}
}
