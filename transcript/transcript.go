// Package transcript holds what happened while calls were played: every push with its response, and what was seen of each
// connection.
//
// Begin with Call, which is what sender.Sender.Play returns. The records are plain values that can be printed, compared, saved and
// read again. Nothing here judges; see package requirements for that.
package transcript

import (
	"net/http"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
)

// Connection is what was seen of one origin (scheme, host and port) the first time it was needed.
type Connection struct {
	Origin    string // such as https://localhost:8443
	FollowUp  bool   // it was needed for a follow-up URL, not for the push URL
	Handshake endpoint.Handshake
	Problems  []endpoint.Problem
	Notes     []string // shown in reports, without effect on the verdict
}

// Shown returns the origin with the host as the URL that led there has it.
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
	Complete       End = "complete"            // a whole response, the only good end
	NotConnected   End = "not connected"       // no connection: see Exchange.Failure
	BlockedEnd     End = "blocked"             // nothing was sent because of a transport problem, or see ForLimit
	TimedOut       End = "timed out"           // not one byte of a response in time
	Late           End = "incomplete in time"  // a response began and was not complete in time
	NeverEnded     End = "never ended"         // the document was complete, but the response did not end
	Dropped        End = "dropped"             // connection closed or reset before the first byte of a response
	Truncated      End = "truncated"           // connection closed or reset in the middle of a response
	NotHTTP        End = "not HTTP"            // what came back is no HTTP/1.x response
	HeadersTooLong End = "headers too long"    // more response headers than the limit
	BodyTooLong    End = "body too long"       // more body than the limit; reading stopped there
	BadEncoding    End = "unreadable encoding" // the content encoding is not the one declared, or is unknown
	HeldOpen       End = "held open"           // never completed, on purpose: no response was waited for
	Interrupted    End = "interrupted"         // the run was cancelled meanwhile
)

// Exchange is one push with its response, or with the reason why there is none.
type Exchange struct {
	Step    int           // number of the step in its call
	Leg     string        // the person or target that the leg rings, such as "Doc"
	Push    push.Push     // what was said
	URL     string        // where it went, credentials replaced
	Body    []byte        // the form as sent
	Sent    http.Header   // X-Sipgate-Signature, replaced by a placeholder, and X-Forwarded-For, where it had them
	Due     time.Duration // since the story's start, by the story's clock
	Billed  bool          // sipgate bills this push
	Leaves  string        // with Billed: where the leg leads that leaves the account
	Odd     bool          // it was changed from what the story made, see Call.Stimulus
	Copy    bool          // the same push had been sent before, on purpose
	Raw     string        // what was sent in place of a push, such as "a JSON document"; "" for a push
	Foreign Request       // with Raw: how it was sent
	Alone   bool          // no other push was under way to the receiver
	Asked   bool          // the receiver asked for the credentials of its URL first, and was given them
	Retry   bool          // repeated, because an earlier try ended on a connection that the receiver had closed

	End     End
	Reset   bool             // for Dropped: the connection was reset, so the push may not have been read
	TLS     bool             // for Dropped: TLS ended the connection, and Detail says why
	Failure endpoint.Failure // for NotConnected
	Detail  string           // the end in the system's words; "" for Complete

	Status       int // 0 if no status line came
	Proto        string
	Header       http.Header   // at most 4 KiB, secrets replaced
	ContentType  string        // as sent, "" if there was none
	ResponseBody []byte        // decoded; at most 64 KiB are kept
	BodyLength   int64         // bytes read of the decoded body, or the Content-Length where that was larger
	Took         time.Duration // from the first byte of the request to the end
	TimeLimit    time.Duration // what would have been waited for at most
	Hurried      bool          // that was less than the limit of the run, because earlier pushes got no response

	Exempt    Exempt    // why its refusal is not judged, as far as the run shows; "" if it is judged
	Aftermath Aftermath // how the receiver was right after it, if it was not accepted
	Printed   string    // what the receiver's process printed meanwhile, if it broke on this push and the run had started it

	Document response.Document // what the body says; only read for newCall and dtmf pushes
	Sounds   []Sound           // files that it wants played and that were not looked at before in the run
}

// Request is how something was sent that is no push.
type Request struct {
	Method     string // "": POST
	Host       string // of the Host header; "": as for a push
	Type       string // of the body; "": none was declared
	Pad        int64  // letters a that followed Exchange.Body
	Unfinished bool   // it was never completed
}

// Exempt is why the refusal of a push is not judged.
type Exempt string

const (
	ForLimit     Exempt = "limit"     // the receiver limits how many pushes it takes; End is BlockedEnd
	ForSignature Exempt = "signature" // sipgate has not signed the push, and the receiver verifies with sipgate's key
)

// SoundHead is how many bytes of a sound are kept: its format stands at the beginning.
const SoundHead = 4 << 10

// Sound is a file that a response wants played, as far as it could be fetched.
type Sound struct {
	URL        string // credentials replaced
	NotAllowed string // why it must not be fetched; "" if it may
	Prevented  string // why this machine could not fetch it, or the run was interrupted before; "" otherwise
	Failure    string // why nothing, or not all, was read
	Status     int    // of the response; 0 if there was none
	Head       []byte // its first SoundHead bytes
	Kind       string // media type by its first bytes
}

// NotSent is a push that the story made due and that did not go out.
type NotSent struct {
	Step   int
	Leg    string
	Push   push.Push
	Reason NotSentReason
	Detail string // a sentence
}

// NotSentReason is why a push did not go out.
type NotSentReason string

const (
	NotSubscribed NotSentReason = "not subscribed"         // no response that sipgate acts on named a URL for it
	UnusableURL   NotSentReason = "unusable URL"           // a response named a URL that is none
	NotAllowed    NotSentReason = "not allowed"            // a host that may not be dialled without asking
	Blocked       NotSentReason = "blocked"                // the transport there is not in order
	Prevented     NotSentReason = "not possible from here" // this machine cannot connect to it
	NotReached    NotSentReason = "not reached"            // nothing could be connected to there
	Stopped       NotSentReason = "stopped"                // the run had stopped sending
	NoOutgoing    NotSentReason = "no outgoing URL"        // there is none for newCall pushes of outgoing calls
	Lost          NotSentReason = "lost"                   // left out on purpose, as if it had got lost on its way
)

// Call is a story that was played, exchange by exchange.
type Call struct {
	ID        int     // number in the run, from 1
	Scenario  string  // name of the call scenario, such as "transfer-answered"
	Kind      Kind    // how it was played; "" in calls that were saved by older versions, see PlayedAs
	Stimulus  string  // id of the requirement that the call's one odd push is about; "" for a plain call
	Variant   Variant // which of the requirement's odd pushes, or of the other things that are done for it; "" for a plain call
	Feature   string  // title of the feature scenario that wanted it; "" for send
	Probe     bool    // played to see what the receiver shows
	Exchanges []Exchange
	NotSent   []NotSent
	States    []Asked // the states of the legs that the application showed, if it can be asked
	Skipped   []Skipped
	Steered   bool // the receiver's own action changed the story
	Complete  bool // the story was played to its end
	Crowd     int  // how many calls were played at once; 0: it is one call

	// Lost is how the receiver was lost; nil: it was there all the time. With Exchanges it was lost within this call. Without any it was
	// lost before, and the call was not played.
	Lost    *Loss
	Earlier *Exchange // of an earlier try that went wrong; nil if once was enough
	Limited bool      // the receiver's limit refused a push of an earlier try

	// Before is how the good call before a stimulus was treated, by event; nil if none was played.
	Before map[push.Event]Treatment
}

// Variant is one of the forms in which a requirement is tried on a receiver, such as one of the hangup causes. It is named as a
// feature names it, by a clause such as "the caller is a SIP id".
type Variant string

// Skipped is a deed of the story that could not happen any more.
type Skipped struct {
	Deed   string // such as "Marty answers"
	Leg    string
	Reason string
	Does   string // what the receiver does with the call, such as "rejects", if that is the reason; else ""
}
