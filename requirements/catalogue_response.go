package requirements

// Ids of requirements that the code of this package names.
const (
	responseStatus           = "response.status"
	responseContentType      = "response.content-type"
	responseWellFormed       = "response.well-formed"
	responseRoot             = "response.root"
	responseKnownElements    = "response.known-elements"
	responseInTime           = "response.in-time"
	responsePrompt           = "response.prompt"
	responseEnds             = "response.ends"
	responseReadableEncoding = "response.readable-encoding"
	responseReasonableSize   = "response.reasonable-size"
)

const xmlResponseReference = `sipgate API reference, "The XML response"`

func responseCatalogue() []Requirement {
	return []Requirement{
		{
			ID:          responseStatus,
			Level:       Must,
			Statement:   "The receiver responds to a newCall push with status 200.",
			Sentence:    "the status of the response is 200",
			Source:      xmlResponseReference,
			Consequence: "A response with any other status is not read: no action, no subscription, and the call goes on as if the response were empty.",
			Fix:         "Send 200 whatever the response says: not 201 or 202 because something was stored, not 204 because the body is empty.",
			Notes:       "An empty response with another 2xx is a should-level finding, as there was nothing to read. A 4xx or 5xx fails push.newcall.",
		},
		{
			ID:          responseContentType,
			Level:       Must,
			Statement:   "A receiver that sends XML declares it as application/xml.",
			Sentence:    "the content type of the response is application/xml",
			Source:      xmlResponseReference + "; reported: sipgate.io issues #35 and #7",
			Consequence: `sipgate notes "Response does not have content type application/xml" and ignores the XML.`,
			Fix:         "Set the header before the body: res.set(\"Content-Type\", \"application/xml\") in Express, header('Content-Type: application/xml') in PHP, Response(xml, mimetype=\"application/xml\") in Flask, w.Header().Set(\"Content-Type\", \"application/xml\") in Go.",
			Notes:       "Parameters such as charset=utf-8 are fine. text/xml is tolerated by sipgate: a should-level finding. If there are several Content-Type headers, pushcheck reads the first one, which is inferred; if that one is XML, having several is a should-level finding.",
		},
		{
			ID:          responseWellFormed,
			Level:       Must,
			Statement:   "A receiver whose response begins as XML sends one well-formed document.",
			Sentence:    "the response is one well-formed document",
			Source:      xmlResponseReference,
			Consequence: "The XML is ignored, with every action and subscription in it.",
			Fix:         "Build the document with an XML library, or escape by hand: & in a URL is written &amp;. Nothing may stand before <?xml or after </Response>: no warning of PHP, no debug output, no second document.",
			Notes:       "Judged if the body begins as XML, holds an XML declaration or a tag named Response, or is XML by its media type and begins with <; an HTML page fails response.xml-or-nothing. XML in a JSON string or in a member of a JSON object counts as XML that was not unpacked if it is a complete document.",
		},
		{
			ID:          "response.xml-or-nothing",
			Level:       Should,
			Statement:   "A receiver with nothing to say sends an empty body or an empty Response, and no page, sentence or JSON.",
			Sentence:    "the response is XML or empty",
			Source:      xmlResponseReference + "; observed in sipgate's own example receivers",
			Consequence: "sipgate notes an XML error for every call, and a real error is hard to find among them.",
			Fix:         "Send <Response/> as application/xml, or nothing: res.status(200).end() rather than res.send(\"ok\") or res.sendStatus(200), which writes OK.",
			Notes:       "An empty body is fine, and the other requirements of response do not apply to it. Only this requirement applies to a body without any sign of XML: one whose text and media type are not XML, or an HTML page.",
			Rules:       Rules{Occasion: OccasionBody},
		},
		{
			ID:          responseRoot,
			Level:       Must,
			Statement:   "The receiver's XML has Response as its root element.",
			Sentence:    "the root of the document is Response",
			Source:      xmlResponseReference,
			Consequence: "The XML is ignored.",
			Fix:         "Put the actions into one <Response> element, with a capital R; names in XML are case-sensitive.",
			Rules:       Rules{Occasion: OccasionRoot},
		},
		{
			ID:          responseKnownElements,
			Level:       Must,
			Statement:   "The receiver uses no actions but those documented: Dial, Play, Gather, Reject and Hangup.",
			Sentence:    "every action of the response is documented",
			Source:      `sipgate API reference, "Actions"`,
			Consequence: "The action does not happen and the call goes on without it.",
			Fix:         "Compare spelling and case with the reference: <Dial>, not <dial> or <Redirect>. Say, Record and the like are other vendors' actions.",
			Rules:       Rules{Occasion: OccasionResponse},
		},
		{
			ID:          "response.known-attributes",
			Level:       Should,
			Statement:   "The receiver uses no attributes but those documented, in their documented spelling.",
			Sentence:    "every attribute of the response is documented",
			Source:      `sipgate API reference, "Actions" and "Following events"`,
			Consequence: "An attribute with another spelling has no effect: onHangUp subscribes to nothing.",
			Fix:         "Write onAnswer and onHangup on Response, onData on Gather, callerId and anonymous on Dial, and reason on Reject, in exactly this spelling.",
			Rules:       Rules{Occasion: OccasionResponse},
		},
		{
			ID:          "response.one-action",
			Level:       Should,
			Statement:   "The receiver puts one action at most into a response.",
			Sentence:    "the response asks for one action at most",
			Source:      "reported: sipgate.io issues #111 and #129",
			Consequence: "It is not documented what sipgate does with several actions; the intended one may not happen.",
			Fix:         "Send the one action that matters; a Play that asks for digits goes inside the Gather, and what follows a Gather goes into the response to its dtmf push.",
			Notes:       "Unknown elements do not count.",
			Rules:       Rules{Occasion: OccasionResponse},
		},
		{
			ID:          responseInTime,
			Level:       Must,
			Statement:   "The receiver has sent its whole response within 10 seconds.",
			Sentence:    "the response is complete within 10 seconds",
			Source:      "undocumented: sipgate.io issue #32 (staff, 2015) names ten seconds; reported: sipgate.io issue #58",
			Consequence: "sipgate stops waiting, and the call goes on as if there were no response.",
			Fix:         "Decide from the data at hand, and give look-ups in a CRM or a database a time limit of their own. Put everything else (mail, tickets, logs) into a queue or do it after the response.",
			Notes:       "Always 10 s, whatever --timeout says; if a shorter --timeout ended the wait, this is undetermined. A push that was late while other calls were under way is repeated alone before it is reported.",
		},
		{
			ID:          responsePrompt,
			Level:       Should,
			Statement:   "The receiver has sent its whole response within one second.",
			Sentence:    "the response is complete within 1 second",
			Source:      "reported: sipgate.io issues #31 and #58",
			Consequence: "The call is held up until the response is there: the caller hears silence meanwhile.",
			Fix:         "Respond first and work afterwards; keep the process warm (serverless functions that sleep need seconds for the first call) and reuse database connections.",
		},
		{
			ID:          responseEnds,
			Level:       Must,
			Statement:   "The receiver finishes its response: the body is complete and the exchange ends.",
			Sentence:    "the response ends",
			Source:      "reported: sipgate.io issue #58",
			Consequence: "XML that was flushed while the exchange stays open counts as timed out, as if it had not been sent.",
			Fix:         "End the response (res.end(), return from the handler) before slow work begins, send a true Content-Length, and do not stream.",
			Notes:       "It has to end by the deadline and before 1 MiB.",
		},
		{
			ID:          responseReadableEncoding,
			Level:       Must,
			Statement:   "The receiver sends the body in the character set and the content encoding that its headers declare.",
			Sentence:    "the encoding of the response is the one declared",
			Source:      "reported: sipgate.io issues #8 and #11; XML 1.0, section 4.3.3; RFC 7303",
			Consequence: "The XML cannot be read and is ignored.",
			Fix:         "Send UTF-8 without compression. If a proxy or framework compresses, let it set Content-Encoding itself, to gzip or deflate only, which sipgate offers.",
			Notes: "Another character set, such as ISO-8859-1, is readable if it is declared correctly. A byte order mark decides; without one, a correct charset in the Content-Type does (RFC 7303), and " +
				"a wrong encoding in the XML declaration is then a should-level finding. Without a charset in the Content-Type, an encoding that does not exist, " +
				"or that does not fit the bytes, is fatal to an XML parser (XML 1.0, section 4.3.3). A charset in the Content-Type that does not exist, " +
				"next to a correct declaration or UTF-8, is a should-level finding: by the two standards the header decides, and a parser cannot process such a charset, " +
				"but whether sipgate's parser looks at the header is not known. A charset that exists but that pushcheck cannot read is a should-level finding too. That sipgate's parser follows these standards is inferred.",
			Rules: Rules{Occasion: OccasionBody},
		},
		{
			ID:          responseReasonableSize,
			Level:       Should,
			Statement:   "The receiver keeps its response below 64 KiB.",
			Sentence:    "the response is smaller than 64 KiB",
			Source:      "observed: every documented response is below 1 KiB",
			Consequence: "A response of that size is not meant for a push: it is a web page, such as a login form or a framework's debug page.",
			Fix:         "Look at the body in the report: most often the push URL leads to a web page instead of the handler.",
		},
	}
}
