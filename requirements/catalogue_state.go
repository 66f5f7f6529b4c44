package requirements

func stateCatalogue() []Requirement {
	return []Requirement{
		{
			ID:     "state.transfer",
			Level:  Must,
			Needs:  Needs{{CanState}},
			Says:   "The receiver shows the first call as over and the second as answered after a transfer, and the second as over where nobody picked up.",
			Source: transferChapter,
			So:     "The application shows calls that are not there, or misses one that is.",
			Fix:    "Change the state of the one call that the push names by callId; an event on one leg says nothing about the other.",
		},
		{
			ID:     "state.forward",
			Level:  Must,
			Needs:  Needs{{CanState}},
			Says:   "The receiver shows the first call as over at once after a forward, and only the second as going on.",
			Source: forwardChapter,
			So:     "The application shows two calls where there is one.",
			Fix:    "Treat the cause forwarded as the end of that leg, like any other cause.",
		},
		{
			ID:     "state.ended",
			Level:  Must,
			Needs:  Needs{{CanState}},
			Says:   "The receiver shows a call as over once its hangup push has come.",
			Source: `sipgate API reference, "onHangup"; reported: sipgate.io issue #96`,
			So:     "Open calls pile up.",
			Fix:    "Store the end of the call before responding to the hangup push, and in every case: answered or not, whatever the cause.",
		},
		{
			ID:     "state.apart",
			Level:  Must,
			Needs:  Needs{{CanState}},
			Says:   "The receiver keeps calls apart whose ids begin with the same 128 characters.",
			Source: "reported: sipgate.io issue #90",
			So:     "Two calls are taken for one.",
			Fix:    "Widen the column for callId (VARCHAR(255), TEXT) and index the whole of it, not a prefix; have the database refuse rather than cut.",
		},
		{
			ID:     "state.once",
			Level:  Must,
			Needs:  Needs{{CanState}},
			Says:   "The receiver counts a push once though it comes twice.",
			Source: "reported: sipgate.io issue #106",
			So:     "Calls are counted twice.",
			Fix:    "Put a unique key on callId (with event, where events are stored) and update instead of inserting again.",
		},
	}
}
