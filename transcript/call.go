package transcript

import "github.com/pushcheck/pushcheck/push"

// NotSent is a push of the story that was not sent.
type NotSent struct {
	Step   int
	Leg    string
	Push   push.Push
	Reason NotSentReason
	Detail string // a sentence
}

// NotSentReason is why a push was not sent.
type NotSentReason string

const (
	NotSubscribed NotSentReason = "not subscribed"         // no response that sipgate acts on named a URL for it
	UnusableURL   NotSentReason = "unusable URL"           // a response named an invalid URL
	NotAllowed    NotSentReason = "not allowed"            // the policy forbids connections to its host
	Blocked       NotSentReason = "blocked"                // a transport problem of its host forbids sending
	Prevented     NotSentReason = "not possible from here" // this machine cannot connect to its host
	NotReached    NotSentReason = "not reached"            // its host accepted no connection
	Stopped       NotSentReason = "stopped"                // the run had stopped sending
	NoOutgoing    NotSentReason = "no outgoing URL"        // there is no URL for newCall pushes of outgoing calls
	Lost          NotSentReason = "lost"                   // left out on purpose, as if it had been lost on the way
)

// Call is the transcript of a call that was played.
type Call struct {
	ID        int     // number in the run, from 1
	Scenario  string  // name of the call scenario, such as "transfer-answered"
	Kind      Kind    // how it was played; "" in calls that were saved by older versions, see PlayedKind
	Stimulus  string  // id of the requirement of the call's odd push or stimulus; "" for a plain call
	Variant   Variant // which variant of the requirement was played; "" for a plain call
	Feature   string  // title of the feature scenario that it was played for; "" for send
	Probe     bool    // part of the probe, which finds out the receiver's capabilities
	Exchanges []Exchange
	NotSent   []NotSent
	States    []StateQuestion // the states that the application showed, if it can be asked
	Skipped   []Skipped
	Steered   bool // the receiver's own action changed the story
	Complete  bool // the story was played to its end
	Crowd     int  // how many calls were played at once; 0: one call

	Background
}

// Background is what happened outside a call and bears on it.
type Background struct {
	// Lost is how the receiver was lost; nil: it was not lost. If there are Exchanges, it was lost during this call. If there are none, it
	// was lost before, and the call was not played.
	Lost           *Loss
	EarlierFailure *Exchange // the first push of an earlier try that was not accepted; nil if there was one try
	RefusedByLimit bool      // an earlier try was refused because of the receiver's limit

	// GoodCallBefore is how the receiver treated the good call before a stimulus, by event; nil if none was played.
	GoodCallBefore map[push.Event]Treatment
}

// Variant is one of the forms in which a requirement is tried, such as one of the hangup causes. Its name is a clause from features,
// such as "the caller is a SIP id".
type Variant string

// Skipped is an act of the story that could not happen.
type Skipped struct {
	Deed           string // such as "Marty answers"
	Leg            string
	Reason         string
	ReceiverAction string // what the receiver did with the call, such as "rejects", if that is the reason; otherwise ""
}
