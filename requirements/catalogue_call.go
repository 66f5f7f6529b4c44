package requirements

// Ids of requirements that the code of this package names.
const (
	callTransferAnswered = "call.transfer-answered"
	callForwardBusy      = "call.forward-busy"
	callAnswered         = "call.answered"
	callUnanswered       = "call.unanswered"
	callGroup            = "call.group"
	callMenu             = "call.menu"
	callSteered          = "call.steered"
	callConcurrent       = "call.concurrent"
)

func callCatalogue() []Requirement {
	return []Requirement{
		{
			ID:          callTransferAnswered,
			Level:       Must,
			Needs:       Needs{{CanAnswer}, {CanHangup}},
			Statement:   "The receiver follows a call that is transferred to someone who picks up.",
			Source:      transferChapter + ", first list",
			Consequence: "Transferred calls get lost in the application.",
			Fix:         "Treat a newCall push with a new callId as a separate call. To link the two, use origCallId or diversion. The first leg's hangup comes after the second leg's answer.",
			Rules: Rules{
				Scenarios: []string{"transfer-answered", "transfer-answered-both-ends"},
				Excuses:   []Excuse{{ID: callUnanswered, Trait: hangupOfUnansweredCall}},
			},
		},
		{
			ID:          "call.transfer-unanswered",
			Level:       Must,
			Needs:       Needs{{CanAnswer}, {CanHangup}},
			Statement:   "The receiver follows a call that is transferred to someone who does not pick up.",
			Source:      transferChapter + ", second list",
			Consequence: "Transferred calls get lost in the application.",
			Fix:         "Accept a hangup for a second leg that was never answered, while the first leg goes on; do not end the first leg with it.",
			Rules: Rules{
				Scenarios: []string{"transfer-unanswered", "transfer-unanswered-both-ends", "transfer-unanswered-early-hangup"},
				Excuses:   []Excuse{{ID: callUnanswered, Trait: hangupOfUnansweredCall}},
			},
		},
		{
			ID:          callForwardBusy,
			Level:       Must,
			Needs:       Needs{{CanAnswer}, {CanHangup}},
			Statement:   "The receiver follows a call that is forwarded because the line is busy.",
			Source:      forwardChapter,
			Consequence: "Forwarded calls get lost in the application.",
			Fix:         "Accept a hangup with the cause forwarded and without an answer before it, then the newCall push of the second leg.",
			Rules:       Rules{Scenarios: []string{"forward-busy"}, Excuses: []Excuse{{ID: callUnanswered, Trait: hangupOfUnansweredCall}}},
		},
		{
			ID:          callAnswered,
			Level:       Must,
			Needs:       Needs{{CanAnswer}, {CanHangup}},
			Statement:   "The receiver follows a plain call, incoming or outgoing, from ringing to hangup.",
			Source:      `sipgate documentation, "Push API"`,
			Consequence: "No call at all is shown correctly.",
			Fix:         "Look at the first exchange that failed. Store the call under its callId at newCall, mark it as answered at answer, and end it at hangup.",
			Rules: Rules{
				Scenarios: []string{"incoming-answered", "outgoing-answered"},
				Excuses:   []Excuse{{ID: callUnanswered, Trait: hangupOfUnansweredCall}},
			},
		},
		{
			ID:          callUnanswered,
			Level:       Must,
			Needs:       Needs{{CanHangup}},
			Statement:   "The receiver follows calls that nobody answers: cancelled, busy, not picked up, congested or not found.",
			Source:      hangupCausesReference,
			Consequence: "Missed calls stay open.",
			Fix:         "Let a hangup end a call that was never answered, whatever the cause.",
			Rules: Rules{
				Scenarios: []string{"incoming-cancelled", "incoming-busy", "incoming-no-answer", "incoming-congestion", "incoming-not-found", "outgoing-cancelled", "outgoing-busy", "outgoing-no-answer", "outgoing-congestion", "outgoing-not-found"},
			},
		},
		{
			ID:          "call.voicemail",
			Level:       Must,
			Needs:       Needs{{CanAnswer}, {CanHangup}},
			Statement:   "The receiver follows a call that rings for a while and then goes to voicemail.",
			Source:      "reported: sipgate.io issue #134",
			Consequence: "Voicemail looks like a person who picked up, or the call is lost.",
			Fix:         "Expect a forward: hangup with cause forwarded, then a newCall and an answer push for voicemail, without userId.",
			Rules: Rules{
				Scenarios: []string{"forward-to-voicemail"},
				Excuses:   []Excuse{{ID: callUnanswered, Trait: hangupOfUnansweredCall}, {ID: callForwardBusy, Trait: divertedPush}},
			},
		},
		{
			ID:          callGroup,
			Level:       Must,
			Needs:       Needs{{CanAnswer}, {CanHangup}},
			Statement:   "The receiver follows a call to a group that one of its users answers.",
			Source:      `sipgate API reference, "New call": user[]; reported: sipgate.io issue #59`,
			Consequence: "Calls to groups get lost, or go on ringing for the others.",
			Fix:         "Expect one newCall push for all users and one answer push with the user who took it; there is no push for those who did not.",
			Rules: Rules{
				Scenarios:       []string{"group-answered", "group-unanswered"},
				WholeCallTraits: []Trait{answerOrHangup},
				Excuses:         []Excuse{{ID: callUnanswered, Trait: hangupOfUnansweredCall}},
			},
		},
		{
			ID:          "call.internal",
			Level:       Must,
			Needs:       Needs{{CanHangup}},
			Statement:   "The receiver follows a call between two users of the account, which sipgate pushes as an outgoing and an incoming call.",
			Source:      "reported: sipgate.io issues #76 and #130",
			Consequence: "Internal calls are counted twice or mixed up.",
			Fix:         "Keep the two calls apart by callId, and do not treat two calls as one because from and to are equal.",
			Rules: Rules{
				Scenarios:       []string{"internal-answered", "internal-no-answer"},
				WholeCallTraits: []Trait{plainNewCall, answerOrHangup},
				Excuses:         []Excuse{{ID: callUnanswered, Trait: hangupOfUnansweredCall}, {ID: callAnswered, Trait: outgoingAnswerOrHangup}},
			},
		},
		{
			ID:          callMenu,
			Level:       Must,
			Needs:       Needs{{CanGather}},
			Statement:   "The receiver follows a menu: the Gather, the digits, and the next response.",
			Source:      gatherReference,
			Consequence: "The menu gets stuck and the caller hears nothing more.",
			Fix:         "Find the call by the callId of the dtmf push, which has no from and to, and respond to it with the next action as XML.",
			Rules: Rules{
				Scenarios:        []string{"menu-digits", "menu-nothing-pressed", "menu-nothing-left-out"},
				WholeCallTraits:  []Trait{answerOrHangup},
				Excuses:          []Excuse{{ID: callUnanswered, Trait: hangupOfUnansweredCall}},
				MovesToPlainPush: true,
			},
		},
		{
			ID:          callSteered,
			Level:       Must,
			Needs:       Needs{{CanReject, CanEndCalls, CanDial}, {CanAnswer, CanHangup}},
			Statement:   "The receiver accepts the pushes that follow its own action: the hangup after Reject or Hangup, the answeringNumber after Dial.",
			Source:      `sipgate API reference, "Actions"`,
			Consequence: "Calls that the receiver steers stay open in the application.",
			Fix:         "Subscribe in the same Response as the action, and keep a steered call until its hangup push.",
			Rules: Rules{
				Excuses:             []Excuse{{ID: callUnanswered, Trait: hangupOfUnansweredCall}},
				NotApplicableReason: "the receiver steered no plain call; name a number at which it does, such as --numbers reject=NUMBER",
				MovesToPlainPush:    true,
			},
		},
		{
			ID:          callConcurrent,
			Level:       Must,
			Statement:   "The receiver accepts calls that overlap, and gives none of them the URL of another.",
			Source:      "sipgate documentation, FAQ: callId identifies the call",
			Consequence: "Calls are mixed up: an answer or hangup push changes another call.",
			Fix:         "Keep what belongs to a call under its callId, not in a global variable or \"the current call\", and build each response from its own push.",
		},
	}
}
