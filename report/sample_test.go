package report_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

const (
	jennifer  = "4917139200017" // jennifer, doc and marty are the phone numbers of three people
	doc       = "493023125001"
	marty     = "493023125002"
	target    = "https://localhost:8443/push"
	docCallID = "54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057"
)

// hostile is a text of a receiver that could control a terminal or break a report: ANSI sequences (seven and eight bit), a window title,
// NUL, bytes that are not UTF-8, a change of the writing direction, a noncharacter, the end of an XML section, and 20,000 letters.
var hostile = "\x1b[2J\x1b[31mall passed\x1b[0m\x1b]0;owned\x07\u009b31m\x00\xff\xfe\u202eevil\ufffe]]></testcase>\r\n\tconformant" + strings.Repeat("A", 20_000)

// requirement returns a requirement for a row.
func requirement(id string, level requirements.Level, statement, consequence string) requirements.Requirement {
	return requirements.Requirement{ID: id, Level: level, Statement: statement, Source: "ref", Consequence: consequence, Fix: "Mend " + id + "."}
}

// everyStatus returns a verdict with a row of each status, findings with and without a call, hostile text, and a call of each kind.
func everyStatus() verdict.Verdict {
	const must, should = requirements.Must, requirements.Should
	v := verdict.Verdict{
		RunInfo: verdict.RunInfo{
			Tool: verdict.Tool{Version: "0.1.0", Roots: "2026-10-30"}, Seed: 1, Nonce: "5f3a0c",
			Incoming: target, Outgoing: "https://localhost:8443/outgoing",
		},
		Conclusion: verdict.NotConformant, Exit: 1,
		Summary: "not conformant: 6 of 12 requirements that were judged are not met",
		Capabilities: map[requirements.Capability]verdict.CapabilityState{
			requirements.CanAnswer: verdict.CapabilityShown, requirements.CanHangup: verdict.CapabilityShown, requirements.CanState: verdict.CapabilityClaimed,
			requirements.CanGather: verdict.CapabilityAbsent, requirements.CanOutgoing: verdict.CapabilityShown},
		Notes: []verdict.Note{{About: "transport", Text: "The certificate is valid for 800 days; public authorities issue at most 398."},
			{About: "transport", Text: "Revocation is not checked."}, {About: "transport", Text: "Revocation is not checked."}},
		Evidence: verdict.Evidence{
			Scenarios: []verdict.Scenario{
				{Feature: "Our reception", Name: "A caller is known by name", File: "reception.feature", Line: 3, Status: verdict.Passed},
				{Feature: "Our reception", Name: "A forged push is refused", File: "reception.feature", Line: 9, Status: verdict.Failed,
					Findings: []requirements.Finding{{Level: must, Want: "the push refused", Got: "status 200", Call: 3, Exchange: 0}}},
				{Feature: "Our reception", Name: "Every push is taken", File: "reception.feature", Line: 15, Status: verdict.Failed, NotMet: []string{"push.user-empty"}},
				{Feature: "Our reception", Name: "A menu is followed", File: "reception.feature", Line: 21, Status: verdict.NotApplicable, Reason: "the receiver has no number with a menu, see --numbers"},
			},
			Connections: []transcript.Connection{goodConnection(), badConnection()},
			Calls:       []transcript.Call{transferredCall(), oddCall(), probeCall()},
		},
	}
	addRow := func(r requirements.Requirement, s verdict.Status, reason string, findings ...requirements.Finding) {
		for i := range findings {
			findings[i].Requirement = r.ID
		}
		judged := 0
		if s == verdict.Passed || len(findings) > 0 {
			judged = 3
		}
		v.Rows = append(v.Rows, verdict.Row{Requirement: r, Status: s, Reason: reason, Findings: findings, TimesJudged: judged})
	}
	addRow(requirement("transport.https", must, "The receiver is reached over HTTPS.", "Call details cross the network in the clear."), verdict.Passed, "")
	addRow(requirement("transport.trusted-chain", must, "The receiver's certificate chains to a trusted authority.", "Every push fails."), verdict.Waived, "allowed by --ca-file",
		requirements.Finding{Level: must, Waived: "--ca-file", Want: "a public authority", Got: "pushcheck development authority", Origin: "https://localhost:8443"})
	addRow(requirement("transport.in-date", must, "The certificate is neither expired nor not yet valid.", "Every push fails from the minute the certificate runs out."), verdict.Failed, "",
		requirements.Finding{Level: must, Primary: true, Want: "valid today", Got: "expired on 2026-11-01", Fix: "Renew the certificate, and let a timer do it from now on.", Origin: "https://hooks.example:8443"})
	addRow(requirement("transport.complete-chain", must, "The receiver sends every intermediate certificate of its chain.", "Browsers fill the gap from a cache, sipgate does not; the handshake fails."), verdict.Failed, "",
		requirements.Finding{Level: must, Want: "the intermediates", Got: "the leaf alone", Origin: "https://hooks.example:8443"})
	addRow(requirement("push.newcall", must, "The receiver accepts a newCall push.", "Without it the receiver sees no call at all."), verdict.Passed, "")
	addRow(requirement("push.user-empty", must, "The receiver accepts a newCall whose user[] is present and empty.", "Form parsers that split on '=' crash."), verdict.Failed, "",
		requirements.Finding{Level: must, Primary: true, Want: "a 2xx response", Got: "connection dropped before the first byte of a response", Call: 7, Exchange: 0})
	addRow(requirement("response.content-type", must, "A receiver that sends XML sends it as application/xml.",
		"sipgate logs: Response does not have content type application/xml. The XML is ignored."), verdict.Failed, "",
		requirements.Finding{Level: should, Want: "application/xml", Got: "text/xml", Call: 7, Exchange: 1},
		requirements.Finding{Level: must, Primary: true, Want: "application/xml", Got: hostile, Call: 7, Exchange: 1},
		requirements.Finding{Level: must, Want: "application/xml", Got: "text/html", Fix: "Send the header Content-Type: application/xml with the XML.", Call: 3, Exchange: 0},
		requirements.Finding{Level: must, Want: "application/xml", Got: "text/html", Fix: "Send the header Content-Type: application/xml with the XML.", Call: 3, Exchange: 2},
		requirements.Finding{Level: must, Want: "application/xml", Got: "no type at all", Call: 3, Exchange: 4})
	addRow(requirement("response.known-attributes", should, "The response uses documented attributes only, spelled as documented.", "A misspelt onHangUp subscribes to nothing."), verdict.Warned, "",
		requirements.Finding{Level: should, Want: "a documented attribute of Response", Got: `onHangUp, did you mean "onHangup"?`, Call: 3, Exchange: 0, Position: requirements.Position{Line: 2, Column: 48}, Fix: "Write it onHangup."},
		requirements.Finding{Level: should, Want: "a documented attribute of Response", Got: `onHangUp, did you mean "onHangup"?`, Call: 3, Exchange: 2, Position: requirements.Position{Line: 2, Column: 48}, Fix: "Write it onHangup."})
	addRow(requirement("dial.number-format", must, "A Number is an E.164 number, with or without plus sign, or an internal extension.", "The call is not redirected."), verdict.Failed, "",
		requirements.Finding{Level: must, Primary: true, Want: "digits", Got: `"030 / 23125-001"`, Call: 3, Exchange: 2, Position: requirements.Position{Line: 3, Column: 9}})
	addRow(requirement("response.prompt", should, "The response is complete within 1 second.", "The caller hears silence meanwhile."), verdict.Warned, "",
		requirements.Finding{Level: should, Want: "at most 1 s", Got: "2.35 s", Call: 3, Exchange: 4})
	addRow(requirement("push.odd-caller", should, "The receiver accepts an empty from and a SIP id such as 1234567e0.", "Some calls fail."), verdict.Known, "issue 12, until 2027-03-01",
		requirements.Finding{Level: should, Want: "a 2xx response", Got: "500", Call: 7, Exchange: 1})
	addRow(requirement("trouble.oversized-push", must, "The receiver survives a body of 1 MiB and one of 64 MiB.", "Anybody can stop it."), verdict.Failed, "",
		requirements.Finding{Level: must, Want: "the next good push accepted", Got: "connection refused", Call: 7, Exchange: 2})
	addRow(requirement("push.dtmf", must, "The receiver accepts a dtmf push.", "The caller's digits are lost."), verdict.NotApplicable, "the receiver does not collect digits with Gather")
	addRow(requirement("gather.ondata", must, "A Gather has onData, an absolute URL.", "The digits are sent nowhere."), verdict.NotApplicable, "the receiver does not collect digits with Gather")
	addRow(requirement("reject.reason", must, "reason is rejected or busy.", "The call is not rejected as meant."), verdict.NotApplicable, "the receiver does not reject calls")
	addRow(requirement("call.concurrent", must, "The receiver accepts interleaved calls.", "Calls are mixed up."), verdict.Undetermined, "the receiver refused the plain newCall")
	v.Rows[len(v.Rows)-1].CauseID = "push.user-empty"
	addRow(requirement("trouble.many-calls", must, "The receiver accepts 50 calls at once.", "It fails in the busy hour."), verdict.Undetermined, "the receiver was gone")
	addRow(requirement("trouble.slow-push", should, "One connection that sends nothing does not keep other pushes from being accepted.", "One idle client stops it."), verdict.Undetermined, "the receiver was gone")
	for _, id := range []string{"state.rings", "state.talks", "state.ends"} {
		addRow(requirement(id, must, "The application knows.", "It does not."), verdict.Undetermined, "the state could not be read")
	}
	addRow(requirement("signature.valid", must, "The receiver accepts a correctly signed push.", "Every real push is refused."), verdict.Skipped, "left out by --skip")
	addRow(requirement("signature.forged", must, "The receiver refuses a forged push.", "Anybody can forge a call."), verdict.Skipped, "left out by --skip")
	v.Counts = map[verdict.Status]int{}
	for _, r := range v.Rows {
		v.Counts[r.Status]++
	}
	return v
}

func goodConnection() transcript.Connection {
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	leaf := &x509.Certificate{Raw: []byte("leaf"), SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"},
		Issuer: pkix.Name{CommonName: "pushcheck development authority"}, NotBefore: day(2026, 11, 1), NotAfter: day(2027, 1, 30)}
	return transcript.Connection{Origin: "https://localhost:8443", Handshake: endpoint.Handshake{Host: "localhost", Address: "127.0.0.1:8443",
		Scheme: "https", Version: tls.VersionTLS13, Suite: tls.TLS_AES_128_GCM_SHA256, Chain: []*x509.Certificate{leaf}},
		Problems: []endpoint.Problem{{Rule: "transport.trusted-chain", Primary: true, Waived: "--ca-file", Want: "a public authority", Got: "pushcheck development authority"}},
		Notes:    []string{"The certificate is valid for 800 days; public authorities issue at most 398."}}
}

func badConnection() transcript.Connection {
	return transcript.Connection{Origin: "https://hooks.example:8443", FollowUp: true, Handshake: endpoint.Handshake{Host: "hooks.example",
		Address: "127.0.0.1:8444", Scheme: "https", Failure: endpoint.HandshakeAlert, Detail: "remote error: tls: " + hostile},
		Problems: []endpoint.Problem{{Rule: "transport.in-date", Primary: true, Want: "valid today", Got: "expired on 2026-11-01", Fix: "Renew it."},
			{Rule: "transport.expires-later", Milder: true, Want: "14 more days", Got: "none"}}}
}

func formBody(event string) []byte {
	return []byte("event=" + event + "&direction=in&from=" + jennifer + "&to=" + doc + "&callId=" + docCallID + "&user%5B%5D=Doc&xcid=8419b3450b75cd19")
}

const dialResponse = "<?xml version=\"1.0\"?>\n<Response onAnswer=\"https://localhost:8443/events\" onHangUp=\"https://localhost:8443/events\">\n  <Dial><Number>030 / 23125-001</Number></Dial>\n</Response>\n"

func transferredCall() transcript.Call {
	exchange := func(step int, leg string, p push.Push, ms float64) transcript.Exchange {
		return transcript.Exchange{Sent: transcript.Sent{Step: step, Leg: leg, Push: p, URL: target, Body: formBody(string(p.Event)), TimeLimit: 10 * time.Second}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 200,
			ContentType: "application/xml", Duration: time.Duration(ms * float64(time.Millisecond))}}
	}
	docRings := exchange(1, "Doc", push.Push{Event: push.NewCall, Direction: push.Incoming, From: jennifer, To: doc, CallID: docCallID, Users: []string{"Doc"}}, 3.1)
	docRings.ResponseBody, docRings.ContentType = []byte(dialResponse), "text/html"
	docAnswers := exchange(2, "Doc", push.Push{Event: push.Answer, Direction: push.Incoming, From: jennifer, To: doc, CallID: docCallID, Users: []string{"Doc"}, AnsweringNumber: doc}, 0.4)
	docAnswers.ContentType, docAnswers.Status = "", 204
	martyRings := exchange(3, "Marty", push.Push{Event: push.NewCall, Direction: push.Incoming, From: jennifer, To: marty, CallID: "21102015", Users: []string{"Marty"}, Diversion: doc}, 112)
	martyRings.ResponseBody, martyRings.ContentType = []byte(dialResponse), "text/html; charset=utf-8"
	martyAnswers := exchange(4, "Marty", push.Push{Event: push.Answer, Direction: push.Incoming, From: jennifer, To: marty, CallID: "21102015", Users: []string{""}}, 2350)
	martyAnswers.Status, martyAnswers.ResponseBody = 500, []byte("{\"error\": \"no such call\"}")
	docHangsUp := exchange(5, "Doc", push.Push{Event: push.Hangup, Direction: push.Incoming, From: jennifer, To: doc, CallID: docCallID, Cause: push.NormalClearing}, 10_000)
	docHangsUp.End, docHangsUp.Status, docHangsUp.ContentType, docHangsUp.Detail = transcript.TimedOut, 0, "", "nothing came within 10 s"
	return transcript.Call{ID: 3, Scenario: "transfer-answered", Feature: "The receiver follows a transfer that is picked up", Complete: true,
		Exchanges: []transcript.Exchange{docRings, docAnswers, martyRings, docHangsUp, martyAnswers},
		NotSent: []transcript.NotSent{{Step: 6, Leg: "Marty", Push: push.Push{Event: push.Hangup}, Reason: transcript.NotSubscribed, Detail: "no response named a URL for hangup pushes"},
			{Step: 7, Leg: "Marty", Push: push.Push{Event: push.DTMF}, Reason: transcript.NotAllowed, Detail: "the response named 169.254.169.254; --follow 169.254.169.254 allows it"}},
		States: []transcript.StateQuestion{
			{Step: 1, Leg: "Doc", CallID: docCallID, Wanted: transcript.CallRinging, Shown: transcript.CallRinging, Word: "ringing", Waited: time.Millisecond},
			{Step: 2, Leg: "Doc", CallID: docCallID, Wanted: transcript.CallAnswered, Shown: transcript.CallAnswered, Word: hostile, Waited: time.Millisecond},
			{Step: 5, Leg: "Doc", CallID: docCallID, Wanted: transcript.CallOver, Shown: transcript.CallAnswered, Word: "up", Waited: 2 * time.Second},
			{Step: 5, Leg: "Marty", CallID: "21102015", Wanted: transcript.CallRinging, Failure: "asking the state URL: status 502"}},
		Skipped: []transcript.Skipped{{Deed: "Marty hangs up", Leg: "Marty", Reason: "the receiver's own action ended the leg before"}}}
}

// oddCall returns a call with unusual outcomes: a dropped connection, hostile text, no connection, and a response that ends too early.
func oddCall() transcript.Call {
	digits := "0*#"
	return transcript.Call{ID: 7, Scenario: "odd-pushes", Feature: "The receiver survives what nobody promised", Exchanges: []transcript.Exchange{
		{Sent: transcript.Sent{Step: 1, Leg: "Doc", Push: push.Push{Event: push.NewCall, Direction: push.Outgoing, From: "", To: doc, Users: []string{""}}, URL: target,
			Body: []byte("event=newCall&user%5B%5D=")}, Outcome: transcript.Outcome{End: transcript.Dropped, Detail: "read: connection reset by peer", Duration: 300 * time.Microsecond}},
		{Sent: transcript.Sent{Step: 2, Leg: "Doc", Push: push.Push{Event: push.DTMF, CallID: "21102015", Digits: &digits}, URL: target + "/[1]?q='$(id)'", Body: []byte("event=dtmf&dtmf=0*#")},
			Twist: transcript.Twist{Retry: true}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 200, ContentType: hostile, ResponseBody: []byte(hostile), BodyLength: 900_000, Duration: time.Millisecond}},
		{Sent: transcript.Sent{Step: 3, Leg: hostile, Push: push.Push{Event: push.Event(hostile), From: hostile}, URL: "https://localhost:8443/" + hostile, Body: []byte("event=" + strings.Repeat("x", 1<<20))},
			Outcome: transcript.Outcome{End: transcript.NotConnected, Failure: endpoint.ConnectionRefused, Detail: hostile}},
		{Sent: transcript.Sent{Step: 4, Leg: "Doc", Push: push.Push{}, URL: target, Body: []byte("\x00\x1b]0;owned\x07\xff")}, Outcome: transcript.Outcome{End: transcript.Truncated, Status: 200, Detail: "unexpected EOF", Duration: 12 * time.Millisecond}},
	}}
}

func probeCall() transcript.Call {
	return transcript.Call{ID: 1, Scenario: "answered", Probe: true, Complete: true, Exchanges: []transcript.Exchange{
		{Sent: transcript.Sent{Step: 1, Leg: "Doc", Push: push.Push{Event: push.NewCall, From: "anonymous", To: doc, CallID: "12111955"}, URL: target, Body: formBody("newCall")},
			Outcome: transcript.Outcome{End: transcript.Complete, Status: 200, Duration: 900 * time.Microsecond}}},
		NotSent: []transcript.NotSent{{Leg: "Doc", Push: push.Push{Event: push.Answer}, Reason: transcript.NotSubscribed, Detail: "x"},
			{Leg: "Doc", Push: push.Push{Event: push.Hangup}, Reason: transcript.NotSubscribed, Detail: "y"}}}
}

// conformantVerdict returns the verdict on a receiver without findings.
func conformantVerdict() verdict.Verdict {
	v := everyStatus()
	v.Conclusion, v.Exit, v.Summary, v.Notes, v.Calls = verdict.Conformant, 0, "Conformant: every one of the 3 requirements that were judged is met.", nil, v.Calls[2:]
	v.Rows, v.Scenarios = v.Rows[:1:1], v.Scenarios[:1:1]
	for _, id := range []string{"push.newcall", "response.status"} {
		v.Rows = append(v.Rows, verdict.Row{Requirement: requirement(id, requirements.Must, "It does.", "It fails."), Status: verdict.Passed, TimesJudged: 2})
	}
	return v
}

// interruptedVerdict returns the verdict of a run that was interrupted before it judged enough, and in which pushcheck itself had problems.
func interruptedVerdict() verdict.Verdict {
	v := everyStatus()
	v.Interrupted, v.Conclusion, v.Exit, v.Summary = true, verdict.NoVerdict, 130, "interrupted before enough was judged"
	v.Rows, v.Calls, v.Notes, v.Scenarios = v.Rows[14:], nil, nil, v.Scenarios[3:]
	v.Problems = []string{"writing the HTML report: open report.html: permission denied", hostile}
	return v
}
