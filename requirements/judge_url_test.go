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

// place is another origin, connected to, with its problems.
func place(problems ...endpoint.Problem) *transcript.Connection {
	return &transcript.Connection{Origin: "https://elsewhere.example", FollowUp: true, Problems: problems,
		Handshake: endpoint.Handshake{Scheme: "https", Host: "elsewhere.example", Address: "192.0.2.1:443"}}
}

func TestFollowUpURLsAreJudgedByTheTransportRules(t *testing.T) {
	t.Parallel()
	private := "not applicable: the receiver's own address is not public"
	unreachable := place(endpoint.Problem{Rule: "transport.reachable", Primary: true})
	unreachable.Handshake.Address = ""
	public, allowing := receiver, receiver
	public.Public, allowing.AllowHTTP = true, true
	plainly := func(origin string, problems ...endpoint.Problem) *transcript.Connection {
		return &transcript.Connection{Origin: origin, FollowUp: true, Problems: append([]endpoint.Problem{{Rule: "transport.https", Waived: "--allow-http"}}, problems...)}
	}
	nobody := endpoint.Problem{Rule: "transport.reachable", Got: "connection refused"}
	plain := requirements.Target{Origins: []string{"http://receiver.example"}, AllowHTTP: true}
	const waived = "must waived by --allow-http"
	tests := []struct {
		name, url string
		place     *transcript.Connection
		target    requirements.Target
		want      map[string]string
		met       []string
	}{
		{"the receiver itself", followUp, nil, receiver, map[string]string{"following.reach-from-outside": private}, []string{"following.https"}},
		{"plain HTTP", "http://receiver.example/follow", nil, receiver, map[string]string{"following.https": "must", "following.reach-from-outside": private}, nil},
		{"plain HTTP that is allowed", "http://receiver.example/follow", nil, allowing, map[string]string{"following.https": "must waived by --allow-http", "following.reach-from-outside": private}, nil},
		{"plain HTTP, no connection", "http://elsewhere.example:9/follow", plainly("http://elsewhere.example:9", nobody), plain,
			map[string]string{"following.https": waived, "following.reachable": "must", "following.reach-from-outside": private}, nil},
		{"plain HTTP, connected", "http://elsewhere.example:9/follow", plainly("http://elsewhere.example:9"), plain,
			map[string]string{"following.https": waived, "following.reach-from-outside": private}, nil},
		{"plain HTTP, the receiver itself is gone", "http://receiver.example/follow", plainly("http://receiver.example", nobody), plain,
			map[string]string{"following.https": waived, "following.reach-from-outside": private}, nil},
		{"a good place", elsewhere, place(), receiver, map[string]string{"following.reach-from-outside": private}, []string{"following.https"}},
		{"an origin that was not connected to", elsewhere, nil, receiver, map[string]string{"following.reach-from-outside": private}, nil},
		{"a place to which no connection was made", elsewhere, &transcript.Connection{}, receiver, map[string]string{"following.reach-from-outside": private}, nil},
		{"a self-signed certificate", elsewhere, place(endpoint.Problem{Rule: "transport.not-self-signed"}), receiver,
			map[string]string{"following.https": "must", "following.reach-from-outside": private}, nil},
		{"a certificate of a CA file", elsewhere, place(endpoint.Problem{Rule: "transport.trusted-chain", Waived: "--ca-file"}), receiver,
			map[string]string{"following.https": "must waived by --ca-file", "following.reach-from-outside": private}, nil},
		{"a certificate that ends soon", elsewhere, place(endpoint.Problem{Rule: "transport.expires-later"}), receiver,
			map[string]string{"following.https": "should", "following.reach-from-outside": private}, nil},
		{"TLS refused", elsewhere, place(endpoint.Problem{Rule: "transport.handshake"}), receiver,
			map[string]string{"following.reachable": "must", "following.https": "gap because following.reachable", "following.reach-from-outside": private}, nil},
		{"no connection", elsewhere, unreachable, receiver,
			map[string]string{"following.reachable": "must", "following.https": "gap because following.reachable", "following.reach-from-outside": private}, nil},
		{"a public receiver that names a host", elsewhere, nil, public, map[string]string{}, []string{"following.reach-from-outside"}},
		{"a public receiver that names a public address", "https://217.116.118.254/follow", nil, public, map[string]string{}, []string{"following.reach-from-outside"}},
		{"no URL at all", "https://receiver.example/%zz", nil, public, map[string]string{}, nil},
		{"a problem that weighs less here", elsewhere, place(endpoint.Problem{Rule: "transport.not-self-signed", Milder: true}), receiver,
			map[string]string{"following.https": "should", "following.reach-from-outside": private}, nil},
		{"a public receiver that names localhost", "https://localhost/follow", nil, public, map[string]string{"following.reach-from-outside": "should"}, nil},
		{"a public receiver that names a private address", "https://192.168.0.7/follow", nil, public, map[string]string{"following.reach-from-outside": "should"}, nil},
	}
	for _, test := range tests {
		js := requirements.JudgeFollowUpURL(test.url, test.place, test.target)
		if diff := cmp.Diff(test.want, exceptMet(js)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
		var met []string
		for _, j := range js {
			if j.Judged > len(j.Findings) {
				met = append(met, j.Requirement)
			}
		}
		if diff := cmp.Diff(test.met, met); diff != "" {
			t.Errorf("%s: what is met mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestFollowUpURLsAreTheUsableOnesOfAcceptedResponses(t *testing.T) {
	t.Parallel()
	gather := `<Response onAnswer="https://a.example/" onHangup="/relative"><Gather onData="https://d.example/"/></Response>`
	c := one(
		says(push.NewCall, 200, xml, gather),
		says(push.DTMF, 200, xml, `<Response onAnswer="https://a.example/" onHangup="https://h.example/"/>`),
		says(push.NewCall, 200, "text/html", `<Response onAnswer="https://untyped.example/"/>`),
		says(push.NewCall, 500, xml, `<Response onAnswer="https://refused.example/"/>`),
	)
	if diff := cmp.Diff([]string{"https://a.example/", "https://d.example/", "https://h.example/", "https://untyped.example/"}, requirements.FollowUpURLs(c)); diff != "" {
		t.Errorf("FollowUpURLs() mismatch (-want +got):\n%s", diff)
	}
}

func TestUnusualFollowUpURLHasANote(t *testing.T) {
	t.Parallel()
	const credentials = "the URL carries credentials, which end up in logs; sipgate stopped documenting them in 2018"
	tests := []struct {
		name, url string
		origins   []string
		want      []string
	}{
		{"the receiver itself", followUp, receiver.Origins, nil},
		{"the receiver on another port", "https://Receiver.example:8443/follow", receiver.Origins, nil},
		{"another host", elsewhere, receiver.Origins, []string{`follow-up pushes go to another host, "elsewhere.example"`}},
		{"the outgoing receiver, which is not the first", elsewhere, []string{"https://receiver.example", "https://elsewhere.example"}, []string{`follow-up pushes go to another host, "elsewhere.example"`}},
		{"another host with credentials", "https://doc:1955@elsewhere.example/", receiver.Origins, []string{credentials, `follow-up pushes go to another host, "elsewhere.example"`}},
		{"a receiver without a URL", elsewhere, nil, nil},
		{"a receiver whose URL is none", elsewhere, []string{"%zz"}, nil},
		{"no URL at all", "https://elsewhere.example/%zz", receiver.Origins, nil},
	}
	for _, test := range tests {
		got := requirements.FollowUpNotes(test.url, requirements.Target{Origins: test.origins})
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: FollowUpNotes(%q) mismatch (-want +got):\n%s", test.name, test.url, diff)
		}
	}
}

func TestAConnectionIsJudged(t *testing.T) {
	t.Parallel()
	h := endpoint.Handshake{Scheme: "http", Host: "receiver.example"}
	problems, _ := endpoint.Judge(h, endpoint.Trust{})
	got := exceptMet(requirements.JudgeConnection(transcript.Connection{Origin: "http://receiver.example", Handshake: h, Problems: problems}))
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
	got = exceptMet(requirements.JudgeConnection(transcript.Connection{Origin: "http://receiver.example", Handshake: h, Problems: problems}))
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
				t.Errorf("finding %+v, want a primary should-level one about the connection", f)
			}
		}
	}
}

func TestCapabilitiesAreShownByResponses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		x    transcript.Exchange
		want []requirements.Capability
	}{
		{"subscriptions", says(push.NewCall, 200, xml, both), []requirements.Capability{requirements.CanAnswer, requirements.CanHangup}},
		{"a wrong value shows it too", says(push.NewCall, 200, xml, `<Response onHangup="/relative"><Dial/></Response>`), []requirements.Capability{requirements.CanHangup, requirements.CanDial}},
		{"a Gather with a Play", says(push.DTMF, 200, xml, `<Response><Gather><Play><Url>x</Url></Play></Gather></Response>`), []requirements.Capability{requirements.CanPlay, requirements.CanGather}},
		{"a Gather without", says(push.DTMF, 200, xml, `<Response><Gather/></Response>`), []requirements.Capability{requirements.CanGather}},
		{"Play", says(push.NewCall, 200, xml, `<Response><Play><Url>x</Url></Play></Response>`), []requirements.Capability{requirements.CanPlay}},
		{"one action twice", says(push.NewCall, 200, xml, `<Response><Reject/><Reject/></Response>`), []requirements.Capability{requirements.CanReject}},
		{"Reject", says(push.NewCall, 200, xml, `<Response><Reject/></Response>`), []requirements.Capability{requirements.CanReject}},
		{"Hangup", says(push.NewCall, 200, xml, `<Response><Hangup/></Response>`), []requirements.Capability{requirements.CanEndCalls}},
		{"text/html", says(push.NewCall, 200, "text/html", both), []requirements.Capability{requirements.CanAnswer, requirements.CanHangup}},
		{"no type", says(push.NewCall, 200, "", both), []requirements.Capability{requirements.CanAnswer, requirements.CanHangup}},
		{"status 201", says(push.NewCall, 201, xml, both), []requirements.Capability{requirements.CanAnswer, requirements.CanHangup}},
		{"a root in another letter case", says(push.NewCall, 200, xml, `<RESPONSE><Reject/></RESPONSE>`), []requirements.Capability{requirements.CanReject}},
		{"another root", says(push.NewCall, 200, xml, `<Reply><Reject/></Reply>`), nil},
		{"not well-formed", says(push.NewCall, 200, xml, `<Response><Reject/>`), nil},
		{"status 500", says(push.NewCall, 500, xml, both), nil},
		{"an answer's response is discarded", withDocument(says(push.Answer, 200, xml, both)), nil},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, requirements.Shown(one(test.x))); diff != "" {
			t.Errorf("%s: Shown() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

// withDocument reads a body that is not read.
func withDocument(x transcript.Exchange) transcript.Exchange {
	x.Document = response.Parse(response.Input{Body: x.ResponseBody})
	return x
}
