package requirements

// Ids that judges name.
const (
	PushNewCall           = "push.newcall"
	pushHangup            = "push.hangup"
	pushOutgoing          = "push.outgoing"
	pushEncodedBrackets   = "push.encoded-brackets"
	pushRawBrackets       = "push.raw-brackets"
	pushGoldenCapture     = "push.golden-capture"
	pushLongCallIds       = "push.long-call-ids"
	pushDiversion         = "push.diversion"
	pushHangupCauses      = "push.hangup-causes"
	pushUnknownCause      = "push.unknown-cause"
	pushAnswerWithoutUser = "push.answer-without-user"
	pushDtmfNothing       = "push.dtmf-nothing"
)

const (
	goldenCapture   = "observed in a genuine push captured in 2021"
	hangupCauses    = `sipgate API reference, "Hangup causes"`
	transferChapter = `sipgate documentation, FAQ "What happens when a call is transferred?"`
	forwardChapter  = `sipgate documentation, FAQ "How is forwarding signaled?"`
)

func pushCatalogue() []Requirement {
	return []Requirement{
		{
			ID:     PushNewCall,
			Level:  Must,
			Says:   "The receiver accepts the push of a new call.",
			Source: `sipgate documentation, "Push API"`,
			So:     "Without the newCall the receiver does not know the call and cannot subscribe to what follows.",
			Fix:    "Route POST of the push URL to the handler, read the body as application/x-www-form-urlencoded, and respond with 200. Take the route out of CSRF protection and out of login (Rails, Django, Laravel).",
			Notes:  "A push is accepted if it gets a 2xx status in time and the connection is not dropped. No connection, a dropped one, a 4xx or a 5xx fails here. A 2xx other than 200 fails response.status. A late response fails response.in-time, and one that never ends fails response.ends; this requirement is then undetermined.",
			Rules:  Rules{Traits: []Trait{plainNewCall}},
		},
		{
			ID:     "push.answer",
			Level:  Must,
			Needs:  Needs{{CanAnswer}},
			Says:   "The receiver accepts the push that says that a call was answered.",
			Source: `sipgate API reference, "onAnswer"`,
			So:     "In the application the call goes on ringing although people are talking.",
			Fix:    "Serve POST at the URL given as onAnswer, and respond with 200 and an empty body. The field user is a single one there, without brackets; user, userId and fullUserId may be empty or absent.",
			Notes:  "The body is not judged, since sipgate discards it. A URL that responds with 404, 405 or 410 or refuses the connection fails following.reachable.",
			Rules:  Rules{Traits: []Trait{plainAnswer}},
		},
		{
			ID:     pushHangup,
			Level:  Must,
			Needs:  Needs{{CanHangup}},
			Says:   "The receiver accepts the push that says that a call has ended.",
			Source: `sipgate API reference, "onHangup"`,
			So:     "In the application the call never ends.",
			Fix:    "Serve POST at the URL given as onHangup, and respond with 200 and an empty body; do not expect a user, a hangup push has none.",
			Notes:  "The hangup push of a call that the receiver rejects or ends itself counts as well, whatever its cause. The body is not judged, since sipgate discards it. A URL that responds with 404, 405 or 410 or refuses the connection fails following.reachable.",
			Rules:  Rules{Traits: []Trait{plainHangup}},
		},
		{
			ID:     "push.dtmf",
			Level:  Must,
			Needs:  Needs{{CanGather}},
			Says:   "The receiver accepts the push that carries the digits of a Gather.",
			Source: `sipgate API reference, "onData"`,
			So:     "What the caller has typed is lost and the menu leads nowhere.",
			Fix:    "Serve POST at the URL given as onData; expect event, callId and dtmf only, and respond with the next Response.",
			Notes:  "A URL that responds with 404, 405 or 410 or refuses the connection fails following.reachable.",
			Rules:  Rules{Traits: []Trait{plainDTMF}},
		},
		{
			ID:     pushOutgoing,
			Level:  Must,
			Needs:  Needs{{CanOutgoing}},
			Says:   "The receiver accepts the newCall push of an outgoing call at the URL entered for outgoing calls.",
			Source: `sipgate documentation, "Set Webhooks": incoming and outgoing calls have a URL each`,
			So:     "The calls that users place are missing from the application.",
			Fix:    "Handle direction=out as well: the field from is then the user's number or SIP id, and the field to is the dialled number. If the outgoing URL differs, name it with --outgoing; if there is none, use --outgoing none.",
			Rules:  Rules{Traits: []Trait{outgoingNewCall}},
		},
		{
			ID:     pushEncodedBrackets,
			Level:  Must,
			Says:   "The receiver finds the users of a newCall push whose brackets are percent-encoded (user%5B%5D).",
			Source: goldenCapture,
			So:     "Real pushes encode the brackets although the examples of the reference do not; the users of every call are lost.",
			Fix:    "Leave decoding to a form parser instead of searching the raw body for user[]: express.urlencoded, request.form.getlist(\"user[]\"), $_POST[\"user\"], r.PostForm[\"user[]\"].",
			Rules:  Rules{Contrast: pushRawBrackets},
		},
		{
			ID:     pushRawBrackets,
			Level:  Should,
			Says:   "The receiver finds the users of a newCall push whose brackets are left as they are (user[]).",
			Source: `sipgate API reference, "New call" (curl example); observed in the official library sipgateio-node`,
			So:     "Trying the receiver with the curl lines of the reference fails although real pushes work.",
			Fix:    "Read the field by its decoded name, user[], and do not search or replace user%5B%5D in the raw body.",
		},
		{
			ID:     pushGoldenCapture,
			Level:  Must,
			Says:   "The receiver accepts a genuine push as sipgate sent it, with its body and sipgate's headers byte for byte.",
			Source: goldenCapture,
			So:     "What fails on a recorded push fails on the first real call.",
			Fix:    "Compare the push, which --verbose shows, with what the handler expects: userId[] and fullUserId[] absent, user[] present and empty, xcid and origCallId present.",
			Notes:  "Path, Host and X-Forwarded-For are the target's. If the receiver refuses the push because it knows the callId, nothing is reported: the same push with fresh ids decides. Not applicable to a receiver that verifies signatures with another key than sipgate's. If the receiver refuses every plain push, this push is sent as it is and with one digit changed under the same signature. If the receiver accepts the genuine push and refuses the changed one like the plain ones, it verifies with sipgate's key, and whatever it refused is undetermined.",
		},
		{
			ID:     "push.user-empty",
			Level:  Must,
			Says:   "The receiver accepts a newCall push whose user[] is present but empty.",
			Source: goldenCapture,
			So:     "A parser that treats user%5B%5D= as a broken pair fails on such calls.",
			Fix:    "Use a form parser that keeps empty fields, and treat an empty name as no user. Python's parse_qs drops them: parse_qs(body, keep_blank_values=True).get(\"user[]\", []).",
			Rules:  Rules{Traits: []Trait{emptyUser, noUserIDs}},
		},
		{
			ID:     "push.user-absent",
			Level:  Must,
			Says:   "The receiver accepts a newCall push without any user: no user[], no userId[] and no fullUserId[].",
			Source: "observed in a trace that sipgate published in 2017 (sipgate/docs, push-api/troubleshooting.md)",
			So:     "A handler that reads the first user without checking fails, and the call is missing.",
			Fix:    "Default to an empty list before indexing: const users = [].concat(body.user ?? []), request.form.getlist(\"user[]\"), parse_qs(body, keep_blank_values=True).get(\"user[]\", []), (array)($_POST[\"user\"] ?? []).",
			Rules:  Rules{Traits: []Trait{noUser, noUserIDs}},
		},
		{
			ID:     "push.group-call",
			Level:  Must,
			Says:   "The receiver accepts a newCall push that names several users.",
			Source: `sipgate API reference, "New call": user[]; form parsers that make an object of a list of more than twenty`,
			So:     "Calls to groups are missing or shown for one person only.",
			Fix:    "Read user[], userId[] and fullUserId[] as lists; the fields repeat, once for each user.",
			Notes:  "Sent are a group of three users and one of twenty-five. No document says how large a group may be, so the large one is inferred, and a finding about it is a warning.",
			Rules:  Rules{Traits: []Trait{severalUsers}, Excuses: []Excuse{{ID: callGroup, If: followUp}}},
		},
		{
			ID:     "push.utf8-names",
			Level:  Must,
			Says:   "The receiver accepts names of users with umlauts in UTF-8, plus signs and ampersands.",
			Source: "reported: sipgate.io issue #62",
			So:     "Calls of some users fail and those of others do not, which takes long to find.",
			Fix:    "Decode the body once, as UTF-8, with a form parser (+ is a space, %2B a plus), and store names in a UTF-8 column (utf8mb4 in MySQL).",
		},
		{
			ID:     "push.anonymous-caller",
			Level:  Must,
			Says:   "The receiver accepts a call whose from is the word anonymous.",
			Source: `sipgate API reference, "New call": from`,
			So:     "Calls with a suppressed number are lost.",
			Fix:    "Treat the field from as text, check it for anonymous before parsing it as a number, and accept a contact look-up without a result.",
			Rules:  Rules{Watched: true},
		},
		{
			ID:     "push.odd-caller",
			Level:  Should,
			Says:   "The receiver accepts a from that is empty and one that is a SIP id such as 1234567e0.",
			Source: "reported: sipgate.io issues #46, #52 and #56",
			So:     "Some calls are lost, most of them outgoing ones.",
			Fix:    "Do not reject a push because its field from is not a phone number: keep that as text, and format it only if it can be parsed.",
		},
		{
			ID:     "push.odd-callee",
			Level:  Should,
			Says:   "The receiver accepts a to that begins with 00, one of two digits and one that is a SIP id.",
			Source: "reported: sipgate.io issues #46 and #100",
			So:     "Calls to colleagues and calls dialled with an international prefix are lost.",
			Fix:    "Do not reject a push because to is not in E.164 form: keep it as text and normalise a leading 00 for look-ups only.",
		},
		{
			ID:     pushLongCallIds,
			Level:  Must,
			Says:   "The receiver accepts a callId of 136 characters.",
			Source: "reported: sipgate.io issues #130 and #140",
			So:     "A narrow column cuts the id off, so that calls run into each other, or refuses the call.",
			Fix:    "Keep callId and origCallId as text, with room for 255 characters (VARCHAR(255), TEXT), never as a number.",
		},
		{
			ID:     "push.orig-call-id",
			Level:  Must,
			Says:   "The receiver accepts an origCallId that is absent, empty, the same as callId, or that of another call.",
			Source: "reported: sipgate.io issues #135 and #140",
			So:     "Transfers fail, or new calls look like transfers.",
			Fix:    "Treat a call as transferred or forwarded only if origCallId is neither empty nor equal to callId, and handle an origCallId that is not known.",
			Rules:  Rules{Traits: []Trait{ofAnotherCall}, Watched: true},
		},
		{
			ID:     pushDiversion,
			Level:  Must,
			Says:   "The receiver accepts pushes with a diversion and pushes without one.",
			Source: transferChapter + ` and "How is forwarding signaled?"`,
			So:     "Calls that were forwarded or transferred are lost, or all others are.",
			Fix:    "Treat diversion as optional in newCall, answer and hangup pushes: the field is absent if nothing was diverted.",
			Rules:  Rules{Traits: []Trait{divertedNewCall, diverted}},
		},
		{
			ID:     "push.any-field-order",
			Level:  Must,
			Says:   "The receiver accepts the fields of a push in any order.",
			Source: goldenCapture + ", whose order differs from the documentation's",
			So:     "The order has changed over the years; after the next change the receiver accepts no push.",
			Fix:    "Read fields by name with a form parser, not by position or with one regular expression over the whole body.",
		},
		{
			ID:     "push.unknown-field",
			Level:  Must,
			Says:   "The receiver accepts a push with a field that it does not know.",
			Source: "reported: sipgate.io issue #106 (origCallId appeared unannounced)",
			So:     "The next field that sipgate adds stops every call.",
			Fix:    "Ignore unknown fields: no strict schema (pydantic extra=\"forbid\", Joi without .unknown(), additionalProperties: false) on pushes.",
		},
		{
			ID:     "push.unknown-event",
			Level:  Should,
			Says:   "The receiver survives a push of an event that it does not know.",
			Source: "observed: dtmf was added after newCall, answer and hangup",
			So:     "The next event that sipgate adds stops the receiver.",
			Fix:    "Give the switch over event a default branch that responds with 200 and an empty body, or with 400, and throws nothing.",
			Notes:  "A response in time that is no 5xx will do; the connection must not be dropped.",
			Rules:  Rules{Survival: true},
		},
		{
			ID:     pushHangupCauses,
			Level:  Must,
			Needs:  Needs{{CanHangup}},
			Says:   "The receiver accepts a hangup push with each of the documented causes.",
			Source: hangupCauses,
			So:     "Calls that end with a cause that it refuses stay open.",
			Fix:    "Handle normalClearing, busy, cancel, noAnswer, congestion, notFound and forwarded, and end the call for each of them.",
			Notes:  "Each cause is a variant, also at a receiver that rejects or ends every call. Inferred: sipgate sends such a receiver only the cause of its own action, and the others once it lets a call through.",
			Rules:  Rules{Traits: []Trait{otherCause}},
		},
		{
			ID:     pushUnknownCause,
			Level:  Should,
			Needs:  Needs{{CanHangup}},
			Says:   "The receiver accepts a hangup push with a cause that it does not know.",
			Source: "reported: sipgate.io issues #55 and #71 (chanunavail)",
			So:     "Calls that end with a new cause stay open.",
			Fix:    "End the call on every hangup push and keep cause as text, not as an enumeration that throws (Enum.valueOf, a CHECK constraint).",
			Rules:  Rules{Traits: []Trait{unknownCause}, Watched: true},
		},
		{
			ID:     pushAnswerWithoutUser,
			Level:  Must,
			Needs:  Needs{{CanAnswer}},
			Says:   "The receiver accepts an answer push whose user is empty, left out, or the word voicemail.",
			Source: "reported: sipgate.io issues #70 and #134",
			So:     "Calls taken by voicemail, a queue or an outside phone fail in the application.",
			Fix:    "Look the user up only if user and userId are present, and keep the call answered if no user is found.",
			Rules:  Rules{Traits: []Trait{namelessAnswer, answerWithoutID}},
		},
		{
			ID:     "push.answering-number",
			Level:  Must,
			Needs:  Needs{{CanAnswer}},
			Says:   "The receiver accepts answer and hangup pushes with an answeringNumber and without one.",
			Source: `sipgate API reference, "onAnswer" and "onHangup"`,
			So:     "Calls that were redirected fail, or all others do.",
			Fix:    "Treat answeringNumber as optional text; it may differ from to if a call was redirected.",
			Rules:  Rules{Traits: []Trait{otherNumber}},
		},
		{
			ID:     pushDtmfNothing,
			Level:  Must,
			Needs:  Needs{{CanGather}},
			Says:   "The receiver accepts a dtmf push of a caller who pressed nothing, whether dtmf is empty or left out.",
			Source: `sipgate API reference, "Gather" and "onData", which contradict each other: both must work`,
			So:     "A caller who waits instead of typing breaks the menu.",
			Fix:    "Treat a missing dtmf and an empty one alike, and respond with the next action: ask again, dial someone, or hang up.",
			Rules:  Rules{Traits: []Trait{noDigits}, Excuses: []Excuse{{ID: callMenu, If: followUp}}},
		},
		{
			ID:     "push.dtmf-any-key",
			Level:  Must,
			Needs:  Needs{{CanGather}},
			Says:   "The receiver accepts digits that begin with zero and digits with * and #.",
			Source: `sipgate API reference, "onData"`,
			So:     "The digits of some callers are lost or changed.",
			Fix:    "Keep dtmf as text: parseInt and its like drop the zero and fail on * and #.",
			Rules:  Rules{Excuses: []Excuse{{ID: callMenu, If: followUp}}},
		},
	}
}
