package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cucumber/godog"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// NotMetError is a finding: the receiver does not meet a requirement.
type NotMetError struct{ Rows []verdict.Row }

func (e *NotMetError) Error() string {
	var out []string
	for _, row := range e.Rows {
		for _, f := range row.Findings {
			out = append(out, fmt.Sprintf("%s: want %s, got %s", row.ID, f.Want, f.Got))
		}
	}
	return strings.Join(out, "\n")
}

// outcomes say what can be seen. Each is about the requirements that it names; one that names none is about those of the
// scenario's tags or, without such tags, about all.
func outcomes() []Step {
	then := func(sentence, says string, ids ...string) Step {
		return Step{Keyword: "Then", Pattern: `^` + sentence + `$`, Says: says, Example: strings.ReplaceAll(sentence, `\`, ""), handler: func(s *scene) any {
			return func(ctx context.Context) error { return s.hold(ctx, ids) }
		}}
	}
	out := []Step{
		{Keyword: "Then", Pattern: `^sipgate pushes$`, Says: "The pushes that the story makes due, in order, subscribed to or not. An empty cell is not compared; callIds are labels.", Example: "sipgate pushes", Table: true,
			handler: func(s *scene) any { return s.pushes }},
		{Keyword: "Then", Pattern: `^the receiver accepts every push$`, Says: "Every push of the call got a 2xx in time, and what the scenario's tags name is met.", Example: "the receiver accepts every push",
			handler: func(s *scene) any { return s.acceptsAll }},
		{Keyword: "Then", Pattern: `^the receiver takes it all the same$`, Says: "What the scenario's tags name is met, although a push was not plain.", Example: "the receiver takes it all the same",
			handler: func(s *scene) any { return s.acceptsAll }},
		{Keyword: "Then", Pattern: `^the receiver refuses it and takes the next one$`, Says: "What the scenario's tags name is met: a push that is not sipgate's was refused, in whatever way, and the good one after it was accepted.", Example: "the receiver refuses it and takes the next one",
			handler: func(s *scene) any { return s.acceptsAll }},
		{Keyword: "Then", Pattern: `^the receiver makes nothing of it and takes the next one$`, Says: "What the scenario's tags name is met: a follow-up push that is not sipgate's did nothing to the call, where the application can be asked (see --state-url), and the good push after it was accepted.", Example: "the receiver makes nothing of it and takes the next one",
			handler: func(s *scene) any { return s.acceptsAll }},
		{Keyword: "Then", Pattern: `^the receiver accepts the next call$`, Says: "After what went before, the next good call got a 2xx to its pushes in time, and what the scenario's tags name is met.", Example: "the receiver accepts the next call",
			handler: func(s *scene) any { return s.acceptsAll }},
		{Keyword: "Then", Pattern: `^the receiver survives it$`, Says: "Whatever it responded, what the scenario's tags name is met.", Example: "the receiver survives it",
			handler: func(s *scene) any { return s.acceptsAll }},
		{Keyword: "Then", Pattern: `^the receiver meets "([^"]+)"$`, Says: "One requirement by its id, see `pushcheck list requirements`.", Example: `the receiver meets "response.prompt"`,
			handler: func(s *scene) any { return s.meets }},
		{Keyword: "Then", Pattern: `^no call data has crossed an unsafe connection$`, Says: "Where the connection is not in order nothing was sent.", Example: "no call data has crossed an unsafe connection",
			handler: func(s *scene) any { return s.nothingLeaked }},
	}
	for _, o := range spoken {
		out = append(out, then(o.sentence, says(o.id), o.id))
	}
	return out
}

// says is what an outcome is about, in the catalogue's words.
func says(id string) string {
	r, _ := requirements.Find(id)
	return r.Says
}

// spoken are the requirements in the words of the features.
var spoken = []struct{ id, sentence string }{
	{"transport.https", "the connection is encrypted"},
	{"transport.reachable", "a connection comes about"},
	{"transport.handshake", "the handshake is completed without a client certificate"},
	{"transport.tls-version", `TLS 1\.2 or newer is agreed on`},
	{"transport.no-redirect", "no push is redirected"},
	{"transport.basic-auth", "the receiver asks for credentials and takes those of its URL"},
	{"transport.not-self-signed", "the certificate is not self-signed"},
	{"transport.trusted-chain", "the certificate leads to a trusted authority"},
	{"transport.complete-chain", "no certificate of the chain is missing"},
	{"transport.name-matches", "the certificate names the host of the URL"},
	{"transport.in-date", "the certificate is neither expired nor not yet valid"},
	{"transport.expires-later", "the certificate stays valid for a while"},
	{"transport.server-certificate", "the certificate may be used for a server"},
	{"transport.strong-keys", "no key or signature of the chain is weak"},
	{"push.newcall", "the receiver accepts the newCall"},
	{"push.outgoing", "the receiver accepts the newCall of the outgoing call"},
	{"push.encoded-brackets", "the receiver reads encoded brackets"},
	{"push.answer", "the receiver accepts the answer"},
	{"push.hangup", "the receiver accepts the hangup"},
	{"push.dtmf", "the receiver accepts the digits that it gathers"},
	{"response.status", "the status of the response is 200"},
	{"response.content-type", "the content type of the response is application/xml"},
	{"response.well-formed", "the response is one well-formed document"},
	{"response.readable-encoding", "the encoding of the response is the one declared"},
	{"response.root", "the root of the document is Response"},
	{"response.xml-or-nothing", "the response is XML or empty"},
	{"response.known-elements", "every action of the response is documented"},
	{"response.known-attributes", "every attribute of the response is documented"},
	{"response.one-action", "the response asks for one action at most"},
	{"response.reasonable-size", "the response is smaller than 64 KiB"},
	{"response.in-time", "the response is complete within 10 seconds"},
	{"response.prompt", "the response is complete within 1 second"},
	{"response.ends", "the response comes to an end"},
	{"dial.target", "a redirect names numbers or the voicemail"},
	{"dial.number-format", "every number of a redirect can be dialled"},
	{"dial.max-five-targets", "a redirect names five numbers at most"},
	{"dial.outgoing-one-target", "a redirect of an outgoing call names one number"},
	{"dial.caller-id-format", "the caller id of a redirect is a number"},
	{"dial.anonymous-value", "anonymous is true or false in a redirect"},
	{"play.url", "a sound is named by an absolute URL"},
	{"play.wav-format", "a sound is a mono 16-bit PCM WAV file at 8 kHz"},
	{"play.reachable", "a sound can be fetched"},
	{"gather.ondata", "the digits have somewhere to go"},
	{"gather.max-digits", "the number of digits is a whole number"},
	{"gather.timeout", "the time for digits is a whole number of milliseconds"},
	{"gather.type", "what is gathered is dtmf"},
	{"gather.nesting", "nothing but a sound is nested in a gather"},
	{"reject.reason", "the reject reason is rejected or busy"},
	{"hangup.empty", "a hangup has no content"},
	{"following.answer-url", "the URL for the answer is absolute"},
	{"following.hangup-url", "the URL for the hangup is absolute"},
	{"following.https", "every follow-up URL is as safe as the receiver's own"},
	{"following.reachable", "every follow-up URL takes its pushes"},
	{"following.reach-from-outside", "no follow-up URL is a private one"},
	{"following.hangup-too", "whoever hears of the answer hears of the hangup"},
	{"signature.valid", "the receiver accepts what is signed correctly"},
	{"following.every-leg", "the receiver subscribes on the second leg as on the first"},
}

// hold plays the scenario and holds it against the requirements.
func (s *scene) hold(ctx context.Context, ids []string) error {
	calls, err := s.calls(ctx, true)
	if err != nil {
		return err
	}
	return s.judge(calls, ids)
}

func (s *scene) meets(ctx context.Context, id string) error {
	if _, err := requirements.Lookup(id); err != nil {
		return err
	}
	return s.hold(ctx, []string{id})
}

// acceptsAll is about whole calls: the story itself is played, not one that begins like it.
func (s *scene) acceptsAll(ctx context.Context) error {
	calls, err := s.calls(ctx, false)
	if err != nil {
		return err
	}
	return s.judge(calls, nil)
}

// judge is red where one of the requirements is not met, and skips the scenario where none of them could be judged.
func (s *scene) judge(calls []transcript.Call, ids []string) error {
	if len(ids) == 0 {
		ids = s.tags
	}
	run := s.run.evidence()
	run.Calls = calls
	for _, other := range s.run.soFar() {
		if !slices.ContainsFunc(calls, func(own transcript.Call) bool { return own.ID == other.ID }) {
			run.Elsewhere = append(run.Elsewhere, other)
		}
	}
	if len(ids) > 0 && !slices.ContainsFunc(ids, aboutConnections) {
		run.Connections = nil // to judge them costs more than all the rest
	}
	rows := run.Judge().Rows
	var bad []verdict.Row
	judged := 0
	for _, row := range rows {
		if len(ids) > 0 && !slices.Contains(ids, row.ID) {
			continue
		}
		switch {
		case run.Fatal(row):
			bad = append(bad, row)
		case row.Status == verdict.Passed, row.Status == verdict.Warned, row.Status == verdict.Waived:
			judged++
		}
	}
	if len(bad) > 0 {
		return &NotMetError{Rows: bad}
	}
	if judged == 0 {
		return godog.ErrSkip
	}
	return nil
}

// aboutConnections tells whether what was seen of the connections says something of a requirement.
func aboutConnections(id string) bool {
	return strings.HasPrefix(id, "transport.") || strings.HasPrefix(id, "following.")
}

// nothingLeaked holds pushcheck itself to its promise.
func (s *scene) nothingLeaked() error {
	run := s.run.evidence()
	if run.Stopped == nil {
		return nil
	}
	for _, c := range run.Connections {
		if c.FollowUp || !c.Blocked() {
			continue
		}
		for _, call := range s.run.transcripts() {
			for _, x := range call.Exchanges {
				if requirements.OriginOf(x.URL) == c.Origin && x.End != transcript.BlockedEnd {
					return fmt.Errorf("a %s push was sent to %s, although %s", x.Push.Event, c.Origin, c.Problems[0].Got)
				}
			}
		}
	}
	return nil
}
