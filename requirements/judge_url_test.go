package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// otherOriginConnection returns a connection to an origin that is not an origin of the receiver, with problems.
func otherOriginConnection(problems ...endpoint.Problem) *transcript.Connection {
	return &transcript.Connection{Origin: "https://elsewhere.example", FollowUp: true, Problems: problems,
		Handshake: endpoint.Handshake{Scheme: "https", Host: "elsewhere.example", Address: "192.0.2.1:443"}}
}

func TestFollowUpURLsAreJudgedByTheTransportRules(t *testing.T) {
	t.Parallel()
	notPublic := "not applicable: the receiver's own address is not public"
	unreachable := otherOriginConnection(endpoint.Problem{Rule: "transport.reachable", Primary: true})
	unreachable.Handshake.Address = ""
	publicTarget, allowHTTPTarget := receiver, receiver
	publicTarget.HasPublicAddress, allowHTTPTarget.AllowHTTP = true, true
	httpConnection := func(origin string, problems ...endpoint.Problem) *transcript.Connection {
		return &transcript.Connection{Origin: origin, FollowUp: true, Problems: append([]endpoint.Problem{{Rule: "transport.https", Waived: "--allow-http"}}, problems...)}
	}
	connectionRefused := endpoint.Problem{Rule: "transport.reachable", Got: "connection refused"}
	httpTarget := requirements.Target{Origins: []string{"http://receiver.example"}, AllowHTTP: true}
	const waived = "must waived by --allow-http"
	tests := []struct {
		name, url  string
		connection *transcript.Connection
		target     requirements.Target
		want       map[string]string
		met        []string
	}{
		{"origin of the receiver: met", followUpURL, nil, receiver, map[string]string{"following.reach-from-outside": notPublic}, []string{"following.https"}},
		{"plain HTTP: finding", "http://receiver.example/follow", nil, receiver, map[string]string{"following.https": "must", "following.reach-from-outside": notPublic}, nil},
		{"plain HTTP allowed: waived", "http://receiver.example/follow", nil, allowHTTPTarget, map[string]string{"following.https": "must waived by --allow-http", "following.reach-from-outside": notPublic}, nil},
		{"plain HTTP allowed, no connection: finding", "http://elsewhere.example:9/follow", httpConnection("http://elsewhere.example:9", connectionRefused), httpTarget,
			map[string]string{"following.https": waived, "following.reachable": "must", "following.reach-from-outside": notPublic}, nil},
		{"plain HTTP allowed, connected: waived", "http://elsewhere.example:9/follow", httpConnection("http://elsewhere.example:9"), httpTarget,
			map[string]string{"following.https": waived, "following.reach-from-outside": notPublic}, nil},
		{"plain HTTP allowed, no connection to the receiver: waived", "http://receiver.example/follow", httpConnection("http://receiver.example", connectionRefused), httpTarget,
			map[string]string{"following.https": waived, "following.reach-from-outside": notPublic}, nil},
		{"another origin without problems: met", otherOriginURL, otherOriginConnection(), receiver, map[string]string{"following.reach-from-outside": notPublic}, []string{"following.https"}},
		{"another origin, never connected to: not judged", otherOriginURL, nil, receiver, map[string]string{"following.reach-from-outside": notPublic}, nil},
		{"another origin, handshake without an address: not judged", otherOriginURL, &transcript.Connection{}, receiver, map[string]string{"following.reach-from-outside": notPublic}, nil},
		{"self-signed certificate: finding", otherOriginURL, otherOriginConnection(endpoint.Problem{Rule: "transport.not-self-signed"}), receiver,
			map[string]string{"following.https": "must", "following.reach-from-outside": notPublic}, nil},
		{"certificate of a CA file: waived", otherOriginURL, otherOriginConnection(endpoint.Problem{Rule: "transport.trusted-chain", Waived: "--ca-file"}), receiver,
			map[string]string{"following.https": "must waived by --ca-file", "following.reach-from-outside": notPublic}, nil},
		{"certificate that expires soon: warning", otherOriginURL, otherOriginConnection(endpoint.Problem{Rule: "transport.expires-later"}), receiver,
			map[string]string{"following.https": "should", "following.reach-from-outside": notPublic}, nil},
		{"failed TLS handshake: finding and gap", otherOriginURL, otherOriginConnection(endpoint.Problem{Rule: "transport.handshake"}), receiver,
			map[string]string{"following.reachable": "must", "following.https": "gap because following.reachable", "following.reach-from-outside": notPublic}, nil},
		{"no connection: finding and gap", otherOriginURL, unreachable, receiver,
			map[string]string{"following.reachable": "must", "following.https": "gap because following.reachable", "following.reach-from-outside": notPublic}, nil},
		{"public receiver, URL with a host name: met", otherOriginURL, nil, publicTarget, map[string]string{}, []string{"following.reach-from-outside"}},
		{"public receiver, URL at a public address: met", "https://217.116.118.254/follow", nil, publicTarget, map[string]string{}, []string{"following.reach-from-outside"}},
		{"URL that cannot be parsed: not judged", "https://receiver.example/%zz", nil, publicTarget, map[string]string{}, nil},
		{"milder problem: warning", otherOriginURL, otherOriginConnection(endpoint.Problem{Rule: "transport.not-self-signed", Milder: true}), receiver,
			map[string]string{"following.https": "should", "following.reach-from-outside": notPublic}, nil},
		{"public receiver, URL at localhost: warning", "https://localhost/follow", nil, publicTarget, map[string]string{"following.reach-from-outside": "should"}, nil},
		{"public receiver, URL at a private address: warning", "https://192.168.0.7/follow", nil, publicTarget, map[string]string{"following.reach-from-outside": "should"}, nil},
	}
	for _, test := range tests {
		js := requirements.JudgeFollowUpURL(test.url, test.connection, test.target)
		if diff := cmp.Diff(test.want, resultsExceptMet(js)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
		var met []string
		for _, j := range js {
			if j.TimesJudged > len(j.Findings) {
				met = append(met, j.Requirement)
			}
		}
		if diff := cmp.Diff(test.met, met); diff != "" {
			t.Errorf("%s: requirements met mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestFollowUpURLsAreTheUsableURLsInResponsesToAcceptedPushes(t *testing.T) {
	t.Parallel()
	gather := `<Response onAnswer="https://a.example/" onHangup="/relative"><Gather onData="https://d.example/"/></Response>`
	c := callOf(
		exchange(push.NewCall, 200, xmlType, gather),
		exchange(push.DTMF, 200, xmlType, `<Response onAnswer="https://a.example/" onHangup="https://h.example/"/>`),
		exchange(push.NewCall, 200, "text/html", `<Response onAnswer="https://untyped.example/"/>`),
		exchange(push.NewCall, 500, xmlType, `<Response onAnswer="https://refused.example/"/>`),
	)
	if diff := cmp.Diff([]string{"https://a.example/", "https://d.example/", "https://h.example/", "https://untyped.example/"}, requirements.FollowUpURLs(c)); diff != "" {
		t.Errorf("FollowUpURLs() mismatch (-want +got):\n%s", diff)
	}
}

func TestFollowUpURLWithAnotherHostOrCredentialsHasANote(t *testing.T) {
	t.Parallel()
	const credentials = "the URL carries credentials, which end up in logs; sipgate stopped documenting them in 2018"
	tests := []struct {
		name, url string
		origins   []string
		want      []string
	}{
		{"origin of the receiver: no note", followUpURL, receiver.Origins, nil},
		{"another port of the receiver: no note", "https://Receiver.example:8443/follow", receiver.Origins, nil},
		{"another host: note", otherOriginURL, receiver.Origins, []string{`follow-up pushes go to another host, "elsewhere.example"`}},
		{"host of the outgoing URL: note", otherOriginURL, []string{"https://receiver.example", "https://elsewhere.example"}, []string{`follow-up pushes go to another host, "elsewhere.example"`}},
		{"another host with credentials: two notes", "https://doc:1955@elsewhere.example/", receiver.Origins, []string{credentials, `follow-up pushes go to another host, "elsewhere.example"`}},
		{"target without origins: no note", otherOriginURL, nil, nil},
		{"origin that cannot be parsed: no note", otherOriginURL, []string{"%zz"}, nil},
		{"URL that cannot be parsed: no note", "https://elsewhere.example/%zz", receiver.Origins, nil},
	}
	for _, test := range tests {
		got := requirements.FollowUpNotes(test.url, requirements.Target{Origins: test.origins})
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: FollowUpNotes(%q) mismatch (-want +got):\n%s", test.name, test.url, diff)
		}
	}
}

func TestFindingAboutPlainHTTPIsWaivedIfItIsAllowed(t *testing.T) {
	t.Parallel()
	h := endpoint.Handshake{Scheme: "http", Host: "receiver.example"}
	problems, _ := endpoint.Judge(h, endpoint.Trust{})
	got := resultsExceptMet(requirements.JudgeConnection(transcript.Connection{Origin: "http://receiver.example", Handshake: h, Problems: problems}))
	want := map[string]string{"transport.https": "must"}
	for _, rule := range endpoint.Rules() {
		if rule != "transport.https" {
			want[rule] = "gap because transport.https"
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("JudgeConnection(plain HTTP) mismatch (-want +got):\n%s", diff)
	}

	problems, _ = endpoint.Judge(h, endpoint.Trust{AllowHTTP: true})
	h.Address = "192.0.2.1:80"
	got = resultsExceptMet(requirements.JudgeConnection(transcript.Connection{Origin: "http://receiver.example", Handshake: h, Problems: problems}))
	want = map[string]string{"transport.https": "must waived by --allow-http"}
	for _, rule := range endpoint.Rules() {
		if rule != "transport.https" && rule != "transport.reachable" {
			want[rule] = "not applicable: plain HTTP has no certificate and no handshake"
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("JudgeConnection(plain HTTP that is allowed) mismatch (-want +got):\n%s", diff)
	}

	milder := transcript.Connection{Origin: "https://receiver.example", Handshake: endpoint.Handshake{Scheme: "https", Address: "192.0.2.1:443", Failure: endpoint.ConnectionRefused},
		Problems: []endpoint.Problem{{Rule: "transport.reachable", Milder: true, Primary: true}}}
	for _, j := range requirements.JudgeConnection(milder) {
		for _, f := range j.Findings {
			if f.Level != requirements.Should || !f.Primary || f.Origin != milder.Origin || f.Call != 0 {
				t.Errorf("finding %+v, want a primary should-level finding about the connection", f)
			}
		}
	}
}

func TestResponsesShowCapabilities(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		x    transcript.Exchange
		want []requirements.Capability
	}{
		{"subscriptions: answer and hangup shown", exchange(push.NewCall, 200, xmlType, bothSubscriptions), []requirements.Capability{requirements.CanAnswer, requirements.CanHangup}},
		{"relative URL and empty Dial: hangup and dial shown", exchange(push.NewCall, 200, xmlType, `<Response onHangup="/relative"><Dial/></Response>`), []requirements.Capability{requirements.CanHangup, requirements.CanDial}},
		{"a Gather with a Play: play and gather shown", exchange(push.DTMF, 200, xmlType, `<Response><Gather><Play><Url>x</Url></Play></Gather></Response>`), []requirements.Capability{requirements.CanPlay, requirements.CanGather}},
		{"a Gather without a Play: gather shown", exchange(push.DTMF, 200, xmlType, `<Response><Gather/></Response>`), []requirements.Capability{requirements.CanGather}},
		{"Play: play shown", exchange(push.NewCall, 200, xmlType, `<Response><Play><Url>x</Url></Play></Response>`), []requirements.Capability{requirements.CanPlay}},
		{"one action twice: shown once", exchange(push.NewCall, 200, xmlType, `<Response><Reject/><Reject/></Response>`), []requirements.Capability{requirements.CanReject}},
		{"Reject: reject shown", exchange(push.NewCall, 200, xmlType, `<Response><Reject/></Response>`), []requirements.Capability{requirements.CanReject}},
		{"Hangup: hangup-action shown", exchange(push.NewCall, 200, xmlType, `<Response><Hangup/></Response>`), []requirements.Capability{requirements.CanEndCalls}},
		{"subscriptions as text/html: answer and hangup shown", exchange(push.NewCall, 200, "text/html", bothSubscriptions), []requirements.Capability{requirements.CanAnswer, requirements.CanHangup}},
		{"subscriptions without a Content-Type: answer and hangup shown", exchange(push.NewCall, 200, "", bothSubscriptions), []requirements.Capability{requirements.CanAnswer, requirements.CanHangup}},
		{"subscriptions with status 201: answer and hangup shown", exchange(push.NewCall, 201, xmlType, bothSubscriptions), []requirements.Capability{requirements.CanAnswer, requirements.CanHangup}},
		{"a root in another letter case: reject shown", exchange(push.NewCall, 200, xmlType, `<RESPONSE><Reject/></RESPONSE>`), []requirements.Capability{requirements.CanReject}},
		{"another root: nothing shown", exchange(push.NewCall, 200, xmlType, `<Reply><Reject/></Reply>`), nil},
		{"not well-formed: nothing shown", exchange(push.NewCall, 200, xmlType, `<Response><Reject/>`), nil},
		{"status 500: nothing shown", exchange(push.NewCall, 500, xmlType, bothSubscriptions), nil},
		{"response to an answer: nothing shown", withDocument(exchange(push.Answer, 200, xmlType, bothSubscriptions)), nil},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, requirements.CapabilitiesShownBy(callOf(test.x))); diff != "" {
			t.Errorf("%s: CapabilitiesShownBy() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

// withDocument returns the exchange with its body parsed, even if sipgate discards the response.
func withDocument(x transcript.Exchange) transcript.Exchange {
	x.Document = response.Parse(response.Input{Body: x.ResponseBody})
	return x
}
