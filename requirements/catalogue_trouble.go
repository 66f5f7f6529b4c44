package requirements

// Ids of requirements that the code of this package names.
const (
	troubleMissingHangup = "trouble.missing-hangup"
	troubleMissingAnswer = "trouble.missing-answer"
	troubleLateHangup    = "trouble.late-hangup"
	troubleOutOfOrder    = "trouble.out-of-order"
	troubleDuplicatePush = "trouble.duplicate-push"
	troubleMalformedPush = "trouble.malformed-push"
	TroubleManyCalls     = "trouble.many-calls"
)

const scannedEndpointsSource = "observed: whatever is public gets scanned"

func troubleCatalogue() []Requirement {
	return []Requirement{
		{
			ID:          troubleMissingHangup,
			Level:       Should,
			Needs:       Needs{{CanHangup}},
			Statement:   "The receiver goes on working after a call whose hangup push never came.",
			Source:      "reported: sipgate.io issues #45, #64, #93 and #96",
			Consequence: "One lost push blocks a user or the whole application.",
			Fix:         "Close open calls automatically after some hours, and accept a new call even if another is open.",
		},
		{
			ID:          troubleMissingAnswer,
			Level:       Must,
			Needs:       Needs{{CanHangup}},
			Statement:   "The receiver accepts a hangup push for a call whose answer push never came.",
			Source:      "reported: sipgate.io issues #81 and #109",
			Consequence: "The call stays open.",
			Fix:         "Let hangup end the call from any state; do not fail because the time of the answer is unknown.",
			Rules:       Rules{Excuses: []Excuse{{ID: callUnanswered}}},
		},
		{
			ID:          troubleLateHangup,
			Level:       Must,
			Needs:       Needs{{CanAnswer}, {CanHangup}},
			Statement:   "The receiver accepts the hangup push of the first leg after that of the second.",
			Source:      "reported: sipgate.io issue #128; observed: both orders have been documented",
			Consequence: "The first leg stays open.",
			Fix:         "End legs one by one by callId, and do not delete the first with the second.",
			Rules:       Rules{Excuses: []Excuse{{ID: callTransferAnswered}}},
		},
		{
			ID:          troubleOutOfOrder,
			Level:       Should,
			Needs:       Needs{{CanHangup}},
			Statement:   "The receiver accepts the newCall push of the second leg before the hangup push of the first.",
			Source:      "reported: sipgate.io issue #134 (98 ms apart)",
			Consequence: "Forwarded calls get lost when two pushes overtake each other.",
			Fix:         "Do not require that the first leg is over before the second begins; origCallId may name a call that is still open.",
			Rules:       Rules{Excuses: []Excuse{{ID: callForwardBusy}}},
		},
		{
			ID:          troubleDuplicatePush,
			Level:       Should,
			Statement:   "The receiver accepts a push that it has received before.",
			Source:      "reported: sipgate.io issues #41, #106 and #130",
			Consequence: "The second push fails, or the call counts twice.",
			Fix:         "Insert or update by callId and event (ON CONFLICT, INSERT IGNORE, findOrCreate) so that a unique key does not turn into a 500.",
		},
		{
			ID:          "trouble.unknown-call",
			Level:       Should,
			Needs:       Needs{{CanAnswer, CanHangup}},
			Statement:   "The receiver survives an answer or hangup push for a call that it does not know.",
			Source:      "observed: receivers are restarted in the middle of calls",
			Consequence: "The receiver crashes on a push that it could ignore.",
			Fix:         "Check the result of the look-up by callId and respond with 200 if nothing is found.",
			Notes:       "No dropped connection and no 5xx; a 4xx is fine, since sipgate discards the response.",
			Rules:       Rules{MayBeRefused: true},
		},
		{
			ID:          troubleMalformedPush,
			Level:       Must,
			Statement:   "The receiver survives requests that are no pushes, and accepts the next good one.",
			Source:      scannedEndpointsSource,
			Consequence: "Anybody who knows the URL can stop the receiver.",
			Fix:         "Respond with 400, 405 or 415 to what cannot be read, and catch every exception of a parser; look events up in a Map or a switch, not in a plain object.",
			Notes:       "pushcheck sends an empty body, no event, other content types (JSON, text, multipart), a GET, a broken percent-encoding, event=__proto__, and a bad Host header. Any status will do, as does closing the connection in time. The receiver survives if it treats the next good push as it treated the one before.",
			Rules:       Rules{Excuses: []Excuse{{ID: signatureMissing}}},
		},
		{
			ID:          "trouble.oversized-push",
			Level:       Must,
			Statement:   "The receiver survives bodies of 1 MiB and 64 MiB, and accepts the next good push.",
			Source:      scannedEndpointsSource,
			Consequence: "Anybody who knows the URL can stop the receiver.",
			Fix:         "Limit the body: nginx client_max_body_size, the limit of express.urlencoded, Flask MAX_CONTENT_LENGTH, http.MaxBytesReader in Go. 64 KiB are plenty.",
			Notes:       "Refusing it, closing the connection or stopping half-way is fine. The receiver survives if it treats the next good push as it treated the one before. The 64 MiB are sent to loopback and private addresses only, unless --heavy is set.",
			Rules:       Rules{Excuses: []Excuse{{ID: signatureMissing}}},
		},
		{
			ID:          "trouble.slow-push",
			Level:       Should,
			Statement:   "The receiver accepts pushes while a connection sends nothing, half a request or a body that never ends.",
			Source:      scannedEndpointsSource + "; receivers with a single thread exist",
			Consequence: "One idle connection stops all calls.",
			Fix:         "Handle connections side by side (several workers or threads, not a development server) and limit how long a request may take to arrive. If the thread that accepts connections also makes the TLS handshake, one silent client blocks all others, even with many threads: in Python wrap the socket with do_handshake_on_connect=False, or put a proxy such as nginx or Caddy in front.",
			Rules:       Rules{Excuses: []Excuse{{ID: signatureMissing}}},
		},
		{
			ID:          TroubleManyCalls,
			Level:       Must,
			Statement:   "The receiver accepts 50 calls at once.",
			Source:      `sipgate documentation, "Push API": call data is passed on in real time`,
			Consequence: "It fails at the busiest time, when calls matter most.",
			Fix:         "Enlarge the pools of workers and database connections, and keep slow look-ups out of the handler.",
			Notes:       "Each push has the full time limit.",
		},
	}
}
