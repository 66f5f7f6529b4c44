package requirements

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Ids of requirements that the code of this package names.
const (
	followingHTTPS            = "following.https"
	followingReachable        = "following.reachable"
	followingReachFromOutside = "following.reach-from-outside"
	followingHangupToo        = "following.hangup-too"
	followingEveryLeg         = "following.every-leg"
)

const followingEventsReference = `sipgate API reference, "Following events"`

func followingCatalogue() []Requirement {
	return []Requirement{
		{
			ID:          "following.answer-url",
			Level:       Must,
			Needs:       Needs{{CanAnswer}},
			Statement:   "The receiver gives onAnswer an absolute URL.",
			Sentence:    "the URL for the answer is absolute",
			Source:      followingEventsReference,
			Consequence: "No answer push is sent, and the call goes on ringing in the application.",
			Fix:         "Write the whole URL, such as https://example.com/push/answer, built from a configured base URL. In the XML write & as &amp;.",
			Rules:       Rules{PreventedPushes: []UnsentPushes{{transcript.UnusableURL, push.Answer}}, Occasion: OccasionAnswerSubscription},
		},
		{
			ID:          "following.hangup-url",
			Level:       Must,
			Needs:       Needs{{CanHangup}},
			Statement:   "The receiver gives onHangup an absolute URL.",
			Sentence:    "the URL for the hangup is absolute",
			Source:      followingEventsReference,
			Consequence: "No hangup push is sent, and the call never ends in the application.",
			Fix:         "Write the whole URL, such as https://example.com/push/hangup, built from a configured base URL. In the XML write & as &amp;.",
			Rules:       Rules{PreventedPushes: []UnsentPushes{{transcript.UnusableURL, push.Hangup}}, Occasion: OccasionHangupSubscription},
		},
		{
			ID:          followingHTTPS,
			Level:       Must,
			Statement:   "The receiver names follow-up URLs that meet the transport requirements of its push URL.",
			Sentence:    "every follow-up URL is as safe as the push URL",
			Source:      securityChapter,
			Consequence: "The pushes that follow are sent unencrypted, or fail in the handshake.",
			Fix:         "Build follow-up URLs from the public https address. Behind a proxy that ends TLS the application sees http: have it trust X-Forwarded-Proto (app.set(\"trust proxy\", 1), ProxyFix, SECURE_PROXY_SSL_HEADER) or configure the base URL.",
			Notes:       "If the receiver is judged over plain HTTP (--allow-http) and names https URLs with the same host and port as its push URL, it is directly behind a TLS proxy: pushes go there over plain HTTP, and this and following.reachable are waived, never passed.",
			Rules:       Rules{PreventedPushes: []UnsentPushes{{transcript.Blocked, ""}}},
		},
		{
			ID:          followingReachable,
			Level:       Must,
			Statement:   "The receiver accepts pushes at each follow-up URL that it names.",
			Sentence:    "every follow-up URL is served",
			Source:      "reported: sipgateio-node issue #29",
			Consequence: "The handlers for answer, hangup and dtmf pushes never run.",
			Fix:         "Send a POST to the exact URL of the response: the route has to exist for POST, and host and port have to be the public ones (serverAddress of sipgateio-node).",
			Notes:       "Fails if the connection or TLS is refused or the plain push gets 404, 405 or 410; any other refusal fails push.answer, push.hangup or push.dtmf. A URL on another host than the target's is called only if --follow names that host; otherwise this is undetermined.",
			Rules:       Rules{PreventedPushes: []UnsentPushes{{transcript.NotReached, ""}}},
		},
		{
			ID:          followingReachFromOutside,
			Level:       Should,
			Statement:   "A receiver with a public address names no localhost and no private address in its follow-up URLs.",
			Sentence:    "no follow-up URL has a private address",
			Source:      "reported: sipgateio-node issue #29; observed in examples copied as they are",
			Consequence: "sipgate cannot reach such an address: no answer, hangup or dtmf push arrives.",
			Fix:         "Put the public host into the configuration instead of localhost, 192.168.… or a container's name; behind a tunnel it is the tunnel's host.",
		},
		{
			ID:          followingHangupToo,
			Level:       Should,
			Needs:       Needs{{CanAnswer}},
			Statement:   "A receiver that subscribes to answer pushes subscribes to hangup pushes as well.",
			Sentence:    "a subscription to the answer comes with one to the hangup",
			Source:      followingEventsReference + "; reported: sipgate.io issue #96",
			Consequence: "It sees calls begin and never end.",
			Fix:         "Add onHangup to every Response that has onAnswer.",
			Notes:       "A receiver may subscribe to nothing; requirements that need a subscription are then not applicable.",
		},
		{
			ID:          followingEveryLeg,
			Level:       Must,
			Needs:       Needs{{CanHangup}},
			Statement:   "The receiver subscribes on every leg of a transferred or forwarded call as it did on the first.",
			Sentence:    "the receiver subscribes on the second leg as it did on the first",
			Source:      transferChapter + " (the transferred call is a new call)",
			Consequence: "The second leg never ends in the application.",
			Fix:         "Send onAnswer and onHangup in the response to each newCall push, whatever diversion and origCallId say.",
			Rules:       Rules{PreventedPushes: []UnsentPushes{{transcript.NotSubscribed, ""}}, NeedsSecondLeg: true, NotApplicableReason: "no call had a second leg whose newCall the receiver accepted without steering the call"},
		},
	}
}
