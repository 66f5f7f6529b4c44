package transcript

import (
	"net/http"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
)

// End is how an exchange ended.
type End string

const (
	Complete       End = "complete"            // a complete response, the only good end
	NotConnected   End = "not connected"       // no connection, see Exchange.Failure
	BlockedEnd     End = "blocked"             // nothing was sent, because of a transport problem or for the reason ExemptByLimit
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
	Step         int           // number of the step in its call
	Leg          string        // the person or target that the leg rings, such as "Doc"
	Push         push.Push     // the push that was sent
	URL          string        // the URL, with credentials replaced
	Body         []byte        // the form as sent
	SentHeader   http.Header   // the headers X-Sipgate-Signature, with a placeholder, and X-Forwarded-For, if the push had them
	Due          time.Duration // time since the story's start, by the story's clock
	Billed       bool          // sipgate bills this push
	BilledTarget string        // if Billed: the number outside the account that the leg leads to
	TimeLimit    time.Duration // the time limit of the exchange
}

// Twist is what was not ordinary about a push, or about how it was sent.
type Twist struct {
	Odd              bool    // the push was changed from the story's, see Call.Stimulus
	Copy             bool    // the same push was sent before, on purpose
	ForeignName      string  // description of a request that is not a push, such as "a JSON document"; "" for a push
	Foreign          Request // if ForeignName is set: how it was sent
	Alone            bool    // no other push was under way to the receiver
	AskedCredentials bool    // the receiver asked for the credentials of its URL first, and got them
	Retry            bool    // the push was sent again, because the receiver had closed the connection of the first try
	Hurried          bool    // TimeLimit was less than the limit of the run, because earlier pushes got no response
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
	Method      string // "": POST
	Host        string // the Host header; "": as for a push
	ContentType string // the Content-Type; "": none
	Padding     int64  // how many letters a followed Exchange.Body
	Unfinished  bool   // the request was left incomplete
}

// Exempt is why the refusal of a push is not judged.
type Exempt string

const (
	ExemptByLimit     Exempt = "limit"     // the receiver limits the number of pushes; End is BlockedEnd
	ExemptBySignature Exempt = "signature" // the receiver verifies with sipgate's key, and sipgate has not signed the push
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
