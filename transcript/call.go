package transcript

import "github.com/pushcheck/pushcheck/push"

// NotSent is a push that was not sent.
type NotSent struct {
	Step   int    // number of the step in its call
	Leg    string // name of the leg, see Sent.Leg
	Push   push.Push
	Reason NotSentReason
	Detail string // a sentence that explains the reason
}

// NotSentReason is the reason why a push was not sent.
type NotSentReason string

const (
	NotSubscribed NotSentReason = "not subscribed"         // no response that sipgate acts on has a URL for the push
	UnusableURL   NotSentReason = "unusable URL"           // the URL for the push in a response is not valid
	NotAllowed    NotSentReason = "not allowed"            // pushcheck may not connect to the host of the URL
	Blocked       NotSentReason = "blocked"                // a transport problem of the host forbids sending
	CannotConnect NotSentReason = "not possible from here" // this machine cannot connect to the host
	NotReached    NotSentReason = "not reached"            // the host accepted no connection
	RunStopped    NotSentReason = "stopped"                // the run had stopped sending pushes
	NoOutgoing    NotSentReason = "no outgoing URL"        // the user gave no URL for newCall pushes of outgoing calls
	LeftOut       NotSentReason = "lost"                   // pushcheck left out the push on purpose, to simulate a lost push
)

// Call is the transcript of a played call.
type Call struct {
	ID            int     // number in the run, from 1
	Scenario      string  // name of the call scenario, such as "transfer-answered"
	Kind          Kind    // the way in which the call was played; "" in calls that older versions of pushcheck saved, see PlayedKind
	RequirementID string  // id of the requirement that the call tests with an odd push or another stimulus; "" for a plain call
	Variant       Variant // the variant of that requirement; "" for a plain call
	Feature       string  // title of the feature scenario for which the call was played; "" for pushcheck send
	Probe         bool    // the call is part of the probe, which finds out the receiver's capabilities
	Exchanges     []Exchange
	NotSent       []NotSent
	States        []StateQuestion // the states that the application showed, if the user named an oracle
	Skipped       []Skipped
	Steered       bool // an action of the receiver changed how the call went on
	Complete      bool // the call was played to its end
	Crowd         int  // the number of calls that were played at once; 0: only this call

	Background
}

// Background holds events outside a call that affect how the call is judged.
type Background struct {
	// Lost describes how the receiver was lost; nil: it was not lost. If the call has Exchanges, the receiver was lost during the call.
	// Otherwise it was lost earlier, and the call was not played.
	Lost           *Loss
	EarlierFailure *Exchange // the first refused push of an earlier try of the call; nil if there was only one try
	RefusedByLimit bool      // an earlier try was refused because of the receiver's rate limit

	// GoodCallBefore shows how the receiver treated the pushes of a good call, which was played before the stimulus to check the receiver's
	// health. nil: no such call was played.
	GoodCallBefore map[push.Event]Treatment
}

// Variant names a case with which a requirement is tested, such as one of the hangup causes. The name is a clause of the feature files,
// such as "the caller is a SIP id".
type Variant string

// Skipped is an act of a call scenario, such as answering, that could not happen in the call.
type Skipped struct {
	Deed           string // such as "Marty answers"
	Leg            string // name of the leg of the act
	Reason         string // the reason why the act could not happen
	ReceiverAction string // if an action of the receiver is the reason: a verb for "the receiver … the call", such as "rejects"; otherwise ""
}
