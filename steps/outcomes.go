package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// outcomes say what can be seen.
func outcomes() []Step {
	then := func(sentence, says string, o outcome) Step {
		return Step{Keyword: "Then", Pattern: `^` + sentence + `$`, Says: says, Example: strings.ReplaceAll(sentence, `\`, ""), handler: func(s *ScenarioRun) any {
			return func(ctx context.Context) error { return s.see(ctx, o) }
		}}
	}
	out := []Step{
		{Keyword: "Then", Pattern: `^sipgate pushes$`, Says: "sipgate would send these pushes, in this order, subscribed to or not. Empty cells match anything; equal callIds mean one leg. The scenario is skipped if the receiver steers the call.", Example: "sipgate pushes", Table: true,
			handler: func(s *ScenarioRun) any { return s.pushes }},
		then("the receiver accepts every push", "Each push of the call gets a response with a 2xx status in time.",
			outcome{demands: []demand{accepted}}),
		then("the receiver still accepts every push", "After a But sentence: each push, also the unusual one, is accepted in time.",
			outcome{fits: (*ScenarioRun).hasOddity, demands: []demand{accepted}}),
		then("the receiver refuses it and accepts the next push", "After a But sentence: the forged push is refused, a good one after it accepted.",
			outcome{fits: (*ScenarioRun).hasForgery, demands: []demand{refused, next}}),
		then("the receiver ignores it and accepts the next push", "The application shows no effect of a forged answer or hangup (see --state-url), and the good push after it is accepted.",
			outcome{fits: (*ScenarioRun).hasForgedFollowUp, demands: []demand{unmoved, next}}),
		then("the receiver accepts the next call", "After a stranger or a lost hangup: the pushes of the next call are accepted.",
			outcome{fits: (*ScenarioRun).hasNextCall, demands: []demand{accepted}}),
		then("the receiver survives it", "After a But sentence or a stranger: each push gets a response, of any status.",
			outcome{fits: (*ScenarioRun).hasTrouble, demands: []demand{responded}}),
		{Keyword: "Then", Pattern: `^the receiver meets "([^"]+)"$`, Says: "This requirement is met; see `pushcheck list requirements`.", Example: `the receiver meets "response.prompt"`,
			handler: func(s *ScenarioRun) any {
				return func(ctx context.Context, id string) error {
					if _, err := requirements.Lookup(id); err != nil {
						return err
					}
					return s.see(ctx, outcome{ids: []string{id}, begins: true, fits: fits(id)})
				}
			}},
		{Keyword: "Then", Pattern: `^no call data was sent over an unsafe connection$`, Says: "pushcheck sent no push over plain HTTP or to an untrusted certificate.", Example: "no call data was sent over an unsafe connection",
			handler: func(s *ScenarioRun) any { return s.nothingLeaked }},
	}
	for _, o := range spoken {
		out = append(out, then(o.sentence, says(o.id), outcome{ids: []string{o.id}, begins: true, fits: fits(o.id)}))
	}
	return out
}

// says is what an outcome is about, in the catalogue's words.
func says(id string) string {
	r, _ := requirements.Find(id)
	return r.Says
}

// fits returns the check that a story has the push that a requirement is about; nil if any story will do.
func fits(id string) func(*ScenarioRun) error {
	event, direction := push.Event(""), push.Incoming
	switch id {
	case "push.outgoing":
		event, direction = push.NewCall, push.Outgoing
	case "push.answer":
		event = push.Answer
	case "push.hangup":
		event = push.Hangup
	case "push.dtmf":
		event = push.DTMF
	default:
		return nil
	}
	return func(s *ScenarioRun) error {
		for _, step := range s.due() {
			if step.Push.Event == event && (event != push.NewCall || step.OfCall == direction) {
				return nil
			}
		}
		if direction == push.Outgoing {
			return errors.New("the story has no outgoing call")
		}
		return fmt.Errorf("the story has no %s push", event)
	}
}

func (s *ScenarioRun) hasOddity() error {
	switch s.twist.Kind {
	case experiment.Odd, experiment.Forged, experiment.Sequence:
		return nil
	}
	return errors.New(`"it" needs a But sentence before it`)
}

func (s *ScenarioRun) hasForgery() error {
	if s.twist.Kind != experiment.Forged {
		return errors.New(`the story has no forged push: add a But sentence, such as "But the newCall comes without a signature"`)
	}
	return nil
}

func (s *ScenarioRun) hasForgedFollowUp() error {
	if s.twist.Kind != experiment.Forged || s.twist.Event == push.NewCall {
		return errors.New(`the story has no forged answer or hangup: add a But sentence, such as "But the hangup comes without a signature"`)
	}
	return nil
}

func (s *ScenarioRun) hasNextCall() error {
	if s.twist.Kind != experiment.Provocation && !s.twist.CallsAgain {
		return errors.New("the story has no next call: add a stranger, or a hangup that never comes")
	}
	return nil
}

func (s *ScenarioRun) hasTrouble() error {
	if s.twist.Kind == experiment.Plain {
		return errors.New(`"it" needs a But sentence or a stranger before it`)
	}
	return nil
}

// spoken are the requirements in the words of the features.
var spoken = []struct{ id, sentence string }{
	{"transport.https", "the connection is encrypted"},
	{"transport.reachable", "the receiver accepts the connection"},
	{"transport.handshake", "the handshake is completed without a client certificate"},
	{"transport.tls-version", `the connection uses TLS 1\.2 or newer`},
	{"transport.no-redirect", "no push is redirected"},
	{"transport.basic-auth", "the receiver asks for credentials and accepts those of its URL"},
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
	{"response.ends", "the response ends"},
	{"dial.target", "a redirect names numbers or the voicemail"},
	{"dial.number-format", "every number of a redirect can be dialled"},
	{"dial.max-five-targets", "a redirect names five numbers at most"},
	{"dial.outgoing-one-target", "a redirect of an outgoing call names one number"},
	{"dial.caller-id-format", "the caller id of a redirect is a number"},
	{"dial.anonymous-value", "anonymous in a redirect is true or false"},
	{"play.url", "a sound is named by an absolute URL"},
	{"play.wav-format", "a sound is a mono 16-bit PCM WAV file at 8 kHz"},
	{"play.reachable", "a sound can be fetched"},
	{"gather.ondata", "a gather names an absolute URL for the digits"},
	{"gather.max-digits", "the number of digits is a whole number"},
	{"gather.timeout", "the time for digits is a whole number of milliseconds"},
	{"gather.type", "the type of a gather is dtmf"},
	{"gather.nesting", "nothing but a sound is nested in a gather"},
	{"reject.reason", "the reject reason is rejected or busy"},
	{"hangup.empty", "the Hangup action is empty"},
	{"following.answer-url", "the URL for the answer is absolute"},
	{"following.hangup-url", "the URL for the hangup is absolute"},
	{"following.https", "every follow-up URL is as safe as the push URL"},
	{"following.reachable", "every follow-up URL is served"},
	{"following.reach-from-outside", "no follow-up URL has a private address"},
	{"following.hangup-too", "a subscription to the answer comes with one to the hangup"},
	{"signature.valid", "the receiver accepts every push with a correct signature"},
	{"following.every-leg", "the receiver subscribes on the second leg as it did on the first"},
}

// nothingLeaked checks that pushcheck sent no push over an unsafe connection.
func (s *ScenarioRun) nothingLeaked() error {
	s.checks = true
	if s.rehearsal {
		return nil
	}
	evidence := s.run.Evidence()
	for _, c := range evidence.Connections {
		if evidence.Stopped == nil || c.FollowUp || !c.Blocked() {
			continue
		}
		_, why := c.BlockedBy()
		for _, call := range s.run.Calls() {
			for _, x := range call.Exchanges {
				if requirements.OriginOf(x.URL) == c.Origin && x.End != transcript.BlockedEnd {
					return fmt.Errorf("a %s push was sent to %s, although %s", x.Push.Event, c.Origin, why)
				}
			}
		}
	}
	return nil
}
