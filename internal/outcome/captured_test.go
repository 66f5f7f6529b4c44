package outcome_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestReceiverVerifiesWithSipgatesKeyIfItRefusesAlteredAndPlainPushesAlike(t *testing.T) {
	t.Parallel()
	accepted := exchange(push.NewCall, 200, xmlType, bothSubscriptions)
	status401, status403 := exchange(push.NewCall, 401, "", ""), exchange(push.NewCall, 403, "", "")
	dropped := endedExchange(push.NewCall, transcript.Dropped)
	errorDocument := withForwardedFor(exchange(push.NewCall, 200, xmlType, `<Error message="refused"/>`))
	status500, status404, notConnected := exchange(push.NewCall, 500, "", ""), exchange(push.NewCall, 404, "", ""), endedExchange(push.NewCall, transcript.NotConnected)
	tests := []struct {
		name                     string
		plain, altered, captured transcript.Exchange
		want                     outcome.CapturedResult
	}{
		{"status 401 for plain and altered push: receiver verifies", status401, status401, accepted, outcome.VerifiesWithSipgateKey},
		{"status 401 for plain push, 403 for altered push: receiver verifies", status401, status403, accepted, outcome.VerifiesWithSipgateKey},
		{"connection closed for plain and altered push: receiver verifies", dropped, dropped, accepted, outcome.VerifiesWithSipgateKey},
		{"Error document with status 200 for plain and altered push: receiver verifies", errorDocument, errorDocument, accepted, outcome.VerifiesWithSipgateKey},
		{"altered push accepted: receiver does not verify", status401, accepted, accepted, outcome.CapturedAccepted},
		{"altered push refused in another way: receiver does not verify", dropped, status401, accepted, outcome.CapturedAccepted},
		{"status 404 for plain and altered push: receiver does not verify", status404, status404, accepted, outcome.CapturedAccepted},
		{"status 405 for plain and altered push: receiver does not verify", exchange(push.NewCall, 405, "", ""), exchange(push.NewCall, 405, "", ""), accepted, outcome.CapturedAccepted},
		{"status 500 for plain and altered push: receiver does not verify", status500, status500, accepted, outcome.CapturedAccepted},
		{"plain push over the limit: unknown", exchange(push.NewCall, 429, "", ""), status401, accepted, outcome.CapturedRefusedOrUnknown},
		{"altered push over the limit: receiver does not verify", status401, exchange(push.NewCall, 429, "", ""), accepted, outcome.CapturedAccepted},
		{"captured push over the limit: unknown", status401, status401, exchange(push.NewCall, 429, "", ""), outcome.CapturedRefusedOrUnknown},
		{"no connection for altered push: receiver does not verify", status401, notConnected, accepted, outcome.CapturedAccepted},
		{"status 401 for captured push too: not accepted", status401, status401, status401, outcome.CapturedRefusedOrUnknown},
		{"Error document for captured push too: not accepted", errorDocument, errorDocument, errorDocument, outcome.CapturedRefusedOrUnknown},
		{"plain push accepted: receiver accepts plain pushes", accepted, status401, accepted, outcome.CapturedRefusedOrUnknown},
		{"no connection for plain push: unknown", notConnected, status401, accepted, outcome.CapturedRefusedOrUnknown},
	}
	for _, test := range tests {
		calls := []transcript.Call{probeCall(test.plain), callOf(withAlteredBody(test.altered)), callOf(withCapturedBody(test.captured))}
		if got := outcome.ResultOfCapturedPush(calls); got != test.want {
			t.Errorf("%s: ResultOfCapturedPush() = %d, want %d", test.name, got, test.want)
		}
	}
}

func TestAlteredPushIsComparedOnlyWithPlainIncomingCallsOfTheProbe(t *testing.T) {
	t.Parallel()
	accepted, status401, status500 := exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.NewCall, 401, "", ""), exchange(push.NewCall, 500, "", "")
	status500With := func(change func(*transcript.Exchange)) transcript.Exchange {
		return exchange(push.NewCall, 500, "", "", change)
	}
	stimulusCall := func(x transcript.Exchange) transcript.Call {
		c := probeCall(x)
		c.RequirementID = "trouble.malformed-push"
		return c
	}
	tests := []struct {
		name string
		call transcript.Call
		want outcome.CapturedResult
	}{
		{"another plain call of the probe gets status 500: receiver does not verify", probeCall(status500), outcome.CapturedAccepted},
		{"another plain call of the probe is over the limit: ignored", probeCall(exchange(push.NewCall, 429, "", "")), outcome.VerifiesWithSipgateKey},
		{"another plain call of the probe is accepted: receiver accepts plain pushes", probeCall(accepted), outcome.CapturedRefusedOrUnknown},
		{"an outgoing call of the probe is accepted: ignored", probeCall(exchange(push.NewCall, 200, xmlType, bothSubscriptions, asOutgoing)), outcome.VerifiesWithSipgateKey},
		{"an outgoing call of the probe gets status 500: ignored", probeCall(exchange(push.NewCall, 500, "", "", asOutgoing)), outcome.VerifiesWithSipgateKey},
		{"the hangup of a probe call gets status 500: ignored", probeCall(exchange(push.Hangup, 500, "", "")), outcome.VerifiesWithSipgateKey},
		{"a copy in the probe gets status 500: ignored", probeCall(status500With(func(x *transcript.Exchange) { x.Duplicate = true })), outcome.VerifiesWithSipgateKey},
		{"an odd push in the probe gets status 500: ignored", probeCall(status500With(asOdd)), outcome.VerifiesWithSipgateKey},
		{"a stimulus in the probe gets status 500: ignored", probeCall(status500With(func(x *transcript.Exchange) { x.ForeignName = "an empty body" })), outcome.VerifiesWithSipgateKey},
		{"a call after the probe gets status 500: ignored", callOf(status500), outcome.VerifiesWithSipgateKey},
		{"a call after the probe is over the limit: ignored", callOf(exchange(push.NewCall, 429, "", "")), outcome.VerifiesWithSipgateKey},
		{"a call after the probe is dropped: ignored", callOf(endedExchange(push.NewCall, transcript.Dropped)), outcome.VerifiesWithSipgateKey},
		{"a call after the probe is accepted: receiver accepts plain pushes", callOf(accepted), outcome.CapturedRefusedOrUnknown},
		{"a good call after a stimulus is dropped: ignored", stimulusCall(endedExchange(push.NewCall, transcript.Dropped)), outcome.VerifiesWithSipgateKey},
		{"a good call after a stimulus is accepted: ignored", stimulusCall(accepted), outcome.VerifiesWithSipgateKey},
	}
	for _, test := range tests {
		calls := []transcript.Call{probeCall(status401), callOf(withAlteredBody(status401)), callOf(withCapturedBody(accepted)), test.call}
		if got := outcome.ResultOfCapturedPush(calls); got != test.want {
			t.Errorf("%s: ResultOfCapturedPush() = %d, want %d", test.name, got, test.want)
		}
	}
}
