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
			Notes:  "The application is asked by --state-url or --state-command after every push, and has two seconds to come round (--state-wait). A call that it forgot counts as over. Where it shows no call as answered nothing is held against it: say what it calls that with --state-map.",
		},
		{
			ID:     "state.forward",
			Level:  Must,
			Needs:  Needs{{CanState}},
			Says:   "The receiver shows the first call as over at once after a forward, and only the second as going on.",
			Source: forwardChapter,
			So:     "The application shows two calls where there is one.",
			Fix:    "Treat the cause forwarded as the end of that leg, like any other cause.",
			Notes:  "Judged before the second call begins, and again after each push of it. Undetermined where the end of a plain call is not shown either.",
		},
		{
			ID:     "state.ended",
			Level:  Must,
			Needs:  Needs{{CanState}},
			Says:   "The receiver shows a call as over once its hangup push has come.",
			Source: `sipgate API reference, "onHangup"; reported: sipgate.io issue #96`,
			So:     "Open calls pile up.",
			Fix:    "Store the end of the call before responding to the hangup push, and in every case: answered or not, whatever the cause.",
			Notes:  "A receiver may forget a call that is over: one that is unknown afterwards and was known before counts as over. An answered call that is unknown all along is undetermined, since the look-up may be wrong.",
		},
		{
			ID:     "state.apart",
			Level:  Must,
			Needs:  Needs{{CanState}},
			Says:   "The receiver keeps calls apart whose ids begin with the same 128 characters.",
			Source: "reported: sipgate.io issue #90",
			So:     "Two calls are taken for one.",
			Fix:    "Widen the column for callId (VARCHAR(255), TEXT) and index the whole of it, not a prefix; have the database refuse rather than cut.",
			Notes:  "Two calls whose ids have 136 characters and differ in the last eight go on at once. A second call that is refused where the first was accepted counts as well.",
		},
		{
			ID:     "state.once",
			Level:  Must,
			Needs:  Needs{{CanState}},
			Says:   "The receiver counts a push once though it comes twice.",
			Source: "reported: sipgate.io issue #106",
			So:     "Calls are counted twice.",
			Fix:    "Put a unique key on callId (with event, where events are stored) and update instead of inserting again.",
			Notes:  "newCall and answer come twice and the hangup once: who counts calls then shows one that goes on. What is counted elsewhere, in a report say, cannot be seen through the state of a call.",
		},
	}
}
