package transcript

import (
	"net/http"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
)

// End is the way in which an exchange ended.
type End string

const (
	Complete       End = "complete"            // the response was complete
	NotConnected   End = "not connected"       // there was no connection, see Outcome.Failure
	BlockedEnd     End = "blocked"             // the push was not sent, because of a transport problem or the receiver's rate limit
	TimedOut       End = "timed out"           // the receiver sent no byte of a response in time
	Late           End = "incomplete in time"  // the response began, but was not complete in time
	NeverEnded     End = "never ended"         // the response did not end after its XML document, or was longer than pushcheck reads
	Dropped        End = "dropped"             // the connection was closed or reset before the first byte of a response
	Truncated      End = "truncated"           // the connection was closed or reset in the middle of a response
	NotHTTP        End = "not HTTP"            // the receiver sent bytes that are no HTTP/1.x response
	HeadersTooLong End = "headers too long"    // the response headers are longer than the limit
	BodyTooLong    End = "body too long"       // the body or its Content-Length is larger than the limit
	BadEncoding    End = "unreadable encoding" // the body is not in the declared content encoding, or the encoding is unknown
	HeldOpen       End = "held open"           // pushcheck left the request incomplete on purpose, and did not wait for a response
	Interrupted    End = "interrupted"         // the run was cancelled during the exchange
)

// Exchange is the record of one push with its response, or with the reason why there is no response. The groups of fields are embedded, so
// code writes x.Push and x.Status. Only a composite literal names the groups.
type Exchange struct {
	Sent
	Twist
	Outcome
	Exempt Exempt // the reason why a refusal of the push is not judged; "" if a refusal is judged
}

// Sent describes the push that was sent, and its destination.
type Sent struct {
	Step         int           // number of the step in its call
	Leg          string        // name of the person whom the leg rings, such as "Doc", or "voicemail"
	Push         push.Push     // the push, before it was written as a form
	URL          string        // the URL, with a placeholder for credentials
	Body         []byte        // the body as it was sent
	SentHeader   http.Header   // the headers X-Sipgate-Signature (with a placeholder as value) and X-Forwarded-For, if the push had them
	Due          time.Duration // the time after the start of the call at which the push was due
	Billed       bool          // sipgate charges for the push
	BilledTarget string        // if Billed: the destination outside the account, in words
	TimeLimit    time.Duration // the time limit for the response
}

// Twist describes what was unusual about the push, or about how it was sent.
type Twist struct {
	Odd                  bool           // pushcheck changed the push on purpose, see Call.RequirementID
	Duplicate            bool           // pushcheck sent the same push before, on purpose
	ForeignName          string         // if the request was not a push: its description, such as "a JSON document"; otherwise ""
	ForeignRequest       ForeignRequest // if ForeignName is set: more about the request
	Alone                bool           // no other push to the receiver was under way
	CredentialsRequested bool           // the receiver first responded with 401, and then got the credentials of its URL
	Retry                bool           // this is the second try; the receiver had closed the idle connection of the first try
	ShortTimeLimit       bool           // TimeLimit was shorter than the limit of the run, because earlier pushes got no response
}

// Outcome describes the end of an exchange, the response, and the state of the receiver after it.
type Outcome struct {
	End        End
	WasReset   bool             // if End is Dropped: the connection was reset, so the receiver may not have read the push
	EndedByTLS bool             // if End is Dropped: the TLS layer ended the connection, and Detail has the reason
	Failure    endpoint.Failure // if End is NotConnected: the reason
	Detail     string           // the error text of the operating system or of a library; "" if End is Complete

	Status       int           // 0 if there was no status line
	Header       http.Header   // at most 4 KiB, with placeholders for secrets
	ContentType  string        // the value of the Content-Type header; "" if there was none
	ResponseBody []byte        // decoded, and cut after 64 KiB
	BodyLength   int64         // the number of decoded bytes that were read, or the Content-Length if it is larger
	Duration     time.Duration // the time from the start of the request to the end of the exchange; may include the time for connecting

	Document response.Document // the parsed body; only for newCall and dtmf pushes
	Sounds   []Sound           // the sound files of the response that were fetched after this exchange; each file is fetched once in a run

	Aftermath Aftermath // the state of the receiver after the push, if the push was not accepted
	Printed   string    // the output of the receiver's process, if the run started the process and the push may have crashed it
}

// ForeignRequest describes an HTTP request of another kind than a push, which pushcheck sent to see how the receiver treats it.
type ForeignRequest struct {
	Method      string // the HTTP method; "": POST
	Host        string // the Host header; "": the host of the URL
	ContentType string // the Content-Type header; "": no such header
	Padding     int64  // the number of bytes 'a' that were sent after Exchange.Body
	Unfinished  bool   // pushcheck left the request incomplete
}

// Exempt is the reason why the refusal of a push is not judged.
type Exempt string

const (
	ExemptByLimit     Exempt = "limit"     // the receiver has a rate limit; End is BlockedEnd
	ExemptBySignature Exempt = "signature" // the receiver verifies signatures with sipgate's key, and sipgate did not sign the push
)

// SoundHeadBytes is the number of bytes of a sound file that are kept. They contain its format.
const SoundHeadBytes = 4 << 10

// Sound is the beginning of a sound file that a response names, or the reason why the file was not fetched.
type Sound struct {
	URL          string // the URL, with a placeholder for credentials
	NotAllowed   string // the reason why pushcheck may not connect to the host; "" if it may
	LocalFailure string // the reason on this machine why the file was not fetched, such as an interrupted run; "" if there was none
	Failure      string // the reason why fetching failed; "" if it did not fail
	Status       int    // the HTTP status; 0 if there was no response
	Head         []byte // at most the first SoundHeadBytes bytes
	Kind         string // the media type, detected from Head
}
