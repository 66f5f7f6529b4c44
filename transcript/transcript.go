// Package transcript records how calls were played: every push with its response, and each connection.
//
// Begin with Call, the result of sender.Sender.Play. The records are plain values that can be printed, compared, saved and read again.
// The package does not judge them; package requirements does.
package transcript

import (
	"net/http"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
)

// Connection is the inspection of one origin (scheme, host and port) when it was needed for the first time.
type Connection struct {
	Origin    string // such as https://localhost:8443
	FollowUp  bool   // the origin is that of a follow-up URL, not of the push URL
	Handshake endpoint.Handshake
	Problems  []endpoint.Problem
	Notes     []string // shown in reports, without effect on the verdict
}

// Shown returns the origin with the host as it is written in the URL.
func (c Connection) Shown() string {
	if c.Handshake.Written == "" {
		return c.Origin
	}
	return strings.Replace(c.Origin, c.Handshake.Host, c.Handshake.Written, 1)
}

// Blocked reports whether nothing may be sent: a problem forbids it, or this machine cannot connect.
func (c Connection) Blocked() bool {
	if c.Handshake.Failure.Local() {
		return true
	}
	for _, p := range c.Problems {
		if p.Blocks() {
			return true
		}
	}
	return false
}

// BlockedBy returns why nothing may be sent, and the rule of the problem that forbids it. The rule is empty if this machine cannot
// connect. Both are empty if the connection is not blocked.
func (c Connection) BlockedBy() (rule, why string) {
	if why := c.Handshake.LocalReason(); why != "" {
		return "", why
	}
	for _, p := range c.Problems {
		if p.Blocks() {
			return p.Rule, p.Got
		}
	}
	return "", ""
}

// End is how an exchange ended.
type End string

const (
	Complete       End = "complete"            // a complete response, the only good end
	NotConnected   End = "not connected"       // no connection, see Exchange.Failure
	BlockedEnd     End = "blocked"             // nothing was sent, because of a transport problem or for the reason ForLimit
	TimedOut       End = "timed out"           // no byte of a response came in time
	Late           End = "incomplete in time"  // a response began and was not complete in time
	NeverEnded     End = "never ended"         // the document was complete, but the response did not end
	Dropped        End = "dropped"             // connection closed or reset before the first byte of a response
	Truncated      End = "truncated"           // connection closed or reset in the middle of a response
	NotHTTP        End = "not HTTP"            // the bytes that came are not an HTTP/1.x response
	HeadersTooLong End = "headers too long"    // more response headers than the limit
	BodyTooLong    End = "body too long"       // more body than the limit; reading stopped there
	BadEncoding    End = "unreadable encoding" // the content encoding is not the one declared, or is unknown
	HeldOpen       End = "held open"           // the request was left incomplete on purpose, without waiting for a response
	Interrupted    End = "interrupted"         // the run was cancelled during the exchange
)

// Exchange is one push with its response, or with the reason why there is none. Its groups are embedded, so that a field is read by
// its own name, as in x.Push and x.Status, and its group is named only by those who make an Exchange.
type Exchange struct {
	Sent
	Twist
	Outcome
	Exempt Exempt // why the refusal of the push is not judged; "" if it is judged
}

// Sent is what was sent, and where to.
type Sent struct {
	Step       int           // number of the step in its call
	Leg        string        // the person or target that the leg rings, such as "Doc"
	Push       push.Push     // the push that was sent
	URL        string        // the URL, with credentials replaced
	Body       []byte        // the form as sent
	SentHeader http.Header   // the headers X-Sipgate-Signature, with a placeholder, and X-Forwarded-For, if the push had them
	Due        time.Duration // time since the story's start, by the story's clock
	Billed     bool          // sipgate bills this push
	Leaves     string        // if Billed: the number outside the account that the leg leads to
	TimeLimit  time.Duration // the time limit of the exchange
}

// Twist is what was not ordinary about a push, or about how it was sent.
type Twist struct {
	Odd     bool    // the push was changed from the story's, see Call.Stimulus
	Copy    bool    // the same push was sent before, on purpose
	Raw     string  // description of a request that is not a push, such as "a JSON document"; "" for a push
	Foreign Request // if Raw is set: how it was sent
	Alone   bool    // no other push was under way to the receiver
	Asked   bool    // the receiver asked for the credentials of its URL first, and got them
	Retry   bool    // the push was sent again, because the receiver had closed the connection of the first try
	Hurried bool    // TimeLimit was less than the limit of the run, because earlier pushes got no response
}

// Outcome is how an exchange ended, what came back, and how the receiver was after it.
type Outcome struct {
	End     End
	Reset   bool             // if Dropped: the connection was reset, so the receiver may not have read the push
	TLS     bool             // if Dropped: TLS ended the connection, and Detail has the reason
	Failure endpoint.Failure // if NotConnected: why
	Detail  string           // the reason in the system's words; "" if Complete

	Status       int           // 0 if no status line came
	Header       http.Header   // at most 4 KiB, secrets replaced
	ContentType  string        // as the receiver sent it; "" if there was none
	ResponseBody []byte        // decoded; at most 64 KiB are kept
	BodyLength   int64         // bytes of the decoded body that were read, or the Content-Length if that is larger
	Took         time.Duration // from the first byte of the request to the end

	Document response.Document // the parsed body; only for newCall and dtmf pushes
	Sounds   []Sound           // sound files in the response that were fetched for it; each is fetched once in a run

	Aftermath Aftermath // state of the receiver after the push, if the push was not accepted
	Printed   string    // what the receiver's process printed, if the push may have crashed it and the run had started it
}

// Request describes how a request was sent that is not a push.
type Request struct {
	Method     string // "": POST
	Host       string // the Host header; "": as for a push
	Type       string // the Content-Type; "": none
	Pad        int64  // how many letters a followed Exchange.Body
	Unfinished bool   // the request was left incomplete
}

// Exempt is why the refusal of a push is not judged.
type Exempt string

const (
	ForLimit     Exempt = "limit"     // the receiver limits the number of pushes; End is BlockedEnd
	ForSignature Exempt = "signature" // the receiver verifies with sipgate's key, and sipgate has not signed the push
)

// SoundHead is how many bytes of a sound are kept. They contain its format.
const SoundHead = 4 << 10

// Sound is the beginning of a sound file in a response, or the reason why it was not fetched.
type Sound struct {
	URL        string // with credentials replaced
	NotAllowed string // why fetching it is not allowed; "" if it is allowed
	Prevented  string // why this machine could not fetch it, or that the run was interrupted; "" otherwise
	Failure    string // why reading it failed; "" if it did not
	Status     int    // HTTP status; 0 if there was no response
	Head       []byte // at most the first SoundHead bytes
	Kind       string // media type, detected from Head
}

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
	Kind      Kind    // how it was played; "" in calls that were saved by older versions, see PlayedAs
	Stimulus  string  // id of the requirement of the call's odd push or stimulus; "" for a plain call
	Variant   Variant // which variant of the requirement was played; "" for a plain call
	Feature   string  // title of the feature scenario that it was played for; "" for send
	Probe     bool    // part of the probe, which finds out the receiver's capabilities
	Exchanges []Exchange
	NotSent   []NotSent
	States    []Asked // the states that the application showed, if it can be asked
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
	Lost    *Loss
	Earlier *Exchange // the first push of an earlier try that was not accepted; nil if there was one try
	Limited bool      // an earlier try was refused because of the receiver's limit

	// Before is how the receiver treated the good call before a stimulus, by event; nil if none was played.
	Before map[push.Event]Treatment
}

// Variant is one of the forms in which a requirement is tried, such as one of the hangup causes. Its name is a clause from features,
// such as "the caller is a SIP id".
type Variant string

// Skipped is an act of the story that could not happen.
type Skipped struct {
	Deed   string // such as "Marty answers"
	Leg    string
	Reason string
	Does   string // what the receiver did with the call, such as "rejects", if that is the reason; otherwise ""
}
