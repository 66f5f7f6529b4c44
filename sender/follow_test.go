package sender

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// The URL in onHangup is judged before a connection to it is made. In the table, OWN stands for the host and port of the receiver. OTHER
// stands for the host and port of another receiver, which must get no push.
func TestURLInAResponseIsJudgedBeforeItIsDialled(t *testing.T) {
	t.Parallel()
	const hangupURLRule = "following.hangup-url"
	tests := []struct {
		name, url  string
		notSent    transcript.NotSentReason // "": the push is sent
		brokenRule string                   // id of the requirement with a finding; "": none
		note       string                   // part of a note
		length     int                      // length to which the URL is padded; 0: no padding
		hint       string                   // part of the reason in the transcript
	}{
		{name: "URL at the receiver", url: "https://OWN/hangup"},
		{name: "relative URL", url: "/hangup", notSent: transcript.UnusableURL, brokenRule: hangupURLRule},
		{name: "empty URL", url: "", notSent: transcript.UnusableURL, brokenRule: hangupURLRule},
		{name: "protocol-relative URL", url: "//OWN/hangup", notSent: transcript.UnusableURL, brokenRule: hangupURLRule},
		{name: "URL with another scheme", url: "ftp://OWN/hangup", notSent: transcript.UnusableURL, brokenRule: hangupURLRule},
		{name: "file URL", url: "file:///etc/passwd", notSent: transcript.UnusableURL, brokenRule: hangupURLRule},
		{name: "control characters", url: "https://OWN/\thangup", notSent: transcript.UnusableURL, brokenRule: hangupURLRule},
		{name: "white space", url: "https://OWN/hang up", notSent: transcript.UnusableURL, brokenRule: hangupURLRule},
		{name: "port 0", url: "https://127.0.0.1:0/hangup", notSent: transcript.UnusableURL, brokenRule: hangupURLRule},
		{name: "port 65536", url: "https://127.0.0.1:65536/hangup", notSent: transcript.UnusableURL, brokenRule: hangupURLRule},
		{name: "2,048 bytes", url: "https://OWN/", length: 2048},
		{name: "2,049 bytes", url: "https://OWN/", length: 2049, notSent: transcript.UnusableURL, brokenRule: hangupURLRule},
		{name: "unparsable URL", url: "https://{host}/hangup", notSent: transcript.UnusableURL, brokenRule: hangupURLRule},
		{name: "credentials", url: "https://doc:delorean@OWN/hangup", note: "credentials"},
		{name: "a fragment", url: "https://OWN/hangup#part", note: "fragment"},
		{name: "an encoded line break", url: "https://OWN/hang%0d%0aup"},
		{name: "plain HTTP", url: "http://OTHER/hangup", notSent: transcript.Blocked, brokenRule: "following.https", hint: "plain http"},
		{name: "a receiver with a self-signed certificate", url: "https://OTHER/hangup", notSent: transcript.Blocked, brokenRule: "following.https", hint: "signed by its own key"},
		{name: "another host, which --follow would allow", url: "https://live.receiver.test/hangup", notSent: transcript.NotAllowed, hint: "--follow live.receiver.test"},
		{name: "a private address", url: "https://10.0.0.1/hangup", notSent: transcript.NotAllowed, hint: "--follow 10.0.0.1"},
		{name: "link-local address", url: "https://169.254.169.254/latest", notSent: transcript.NotAllowed, hint: "never connects"},
		{name: "IPv4-mapped link-local address", url: "https://[::ffff:169.254.169.254]/latest", notSent: transcript.NotAllowed, hint: "never connects"},
		{name: "loopback address behind NAT64", url: "https://[64:ff9b::7f00:1]/hangup", notSent: transcript.NotAllowed, hint: "Use 127.0.0.1 itself"},
		{name: "loopback address in IPv4-compatible form", url: "https://[::127.0.0.1]/hangup", notSent: transcript.NotAllowed, hint: "Use 127.0.0.1 itself"},
		{name: "a host of sipgate", url: "https://api.sipgate.com/v2", notSent: transcript.NotAllowed, hint: "belongs to sipgate"},
	}
	cas := newAuthorities(t)
	config := serverConfig(cas.issue(cas.public, certs.Leaf{}))
	selfSigned := serverConfig(cas.selfSigned(certs.Leaf{}))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			otherReceiver := listen(t, speakTLS(selfSigned))
			var receiver *connReceiver
			requests := make(chan string, 9)
			receiver = listen(t, serveInsideTLS(config, func(c net.Conn) int {
				in := bufio.NewReader(c)
				for {
					r, err := http.ReadRequest(in)
					if err != nil {
						return 0
					}
					body, _ := io.ReadAll(r.Body)
					requests <- r.URL.Path + " " + string(body)
					var escapedURL strings.Builder
					_ = xml.EscapeText(&escapedURL, []byte(expandURL(tt.url, tt.length, receiver, otherReceiver)))
					_, _ = io.WriteString(c, responseWith(fmt.Sprintf(`<Response onHangup="%s"/>`, &escapedURL)))
				}
			}))
			u := receiver.url(t, "https", "127.0.0.1")
			s := New(Options{Incoming: u})
			s.dialer.Trust.Roots = cas.dialer().Trust.Roots
			story, _ := scenarios.Find("incoming-cancelled")
			playedCall := s.Play(t.Context(), CallToPlay{Identity: transcript.Call{ID: 1}, Call: call.New(story, call.Options{
				Incoming: u.String(), Cast: scenarios.DefaultCast(), IDs: push.IDs{Seed: 1, Nonce: "n"},
			})})

			var reason transcript.NotSentReason
			for _, n := range playedCall.NotSent {
				if n.Push.Event == push.Hangup {
					reason = n.Reason
					if !strings.Contains(n.Detail, tt.hint) {
						t.Errorf("not sent: %q, want %q in it", n.Detail, tt.hint)
					}
				}
			}
			isSent := len(playedCall.Exchanges) == 2 && playedCall.Exchanges[1].End == transcript.Complete
			if reason != tt.notSent || isSent != (tt.notSent == "") {
				t.Errorf("not sent because %q, sent %v, want %q: %+v", reason, isSent, tt.notSent, playedCall.NotSent)
			}
			target := requirements.Target{Origins: s.Origins()}
			if diff := cmp.Diff(tt.brokenRule, findBrokenRules(playedCall, s, target)); diff != "" {
				t.Errorf("finding mismatch (-want +got):\n%s", diff)
			}
			if tt.note != "" {
				notes := strings.Join(requirements.FollowUpNotes(expandURL(tt.url, tt.length, receiver, otherReceiver), target), "; ")
				if !strings.Contains(notes, tt.note) {
					t.Errorf("notes %q, want %q", notes, tt.note)
				}
			}
			receiver.waitAndClose()
			if n := len(requests); n != len(playedCall.Exchanges) {
				t.Errorf("the receiver got %d pushes of %d", n, len(playedCall.Exchanges))
			}
			if bytes, dials := otherReceiver.waitAndClose(); bytes != 0 || dials > 0 && tt.name != "a receiver with a self-signed certificate" {
				t.Errorf("%d bytes in %d connections went to the other receiver", bytes, dials)
			}
		})
	}
}

// findBrokenRules returns the ids, joined by spaces, of the requirements with a finding about the call or about a URL in its responses.
func findBrokenRules(c transcript.Call, s *Sender, target requirements.Target) string {
	judgements := requirements.JudgeCall(c, target)
	for _, raw := range requirements.FollowUpURLs(c) {
		var connection *transcript.Connection
		for _, inspected := range s.Connections() {
			if u, err := endpoint.ParseURL(raw); err == nil && endpoint.Origin(u) == inspected.Origin {
				connection = &inspected
			}
		}
		judgements = append(judgements, requirements.JudgeFollowUpURL(raw, connection, target)...)
	}
	var broken []string
	for _, j := range judgements {
		if len(j.Findings) > 0 && j.Requirement != "following.reach-from-outside" {
			broken = append(broken, j.Requirement)
		}
	}
	return strings.Join(broken, " ")
}

// expandURL replaces OWN and OTHER in a URL, and pads the URL to a length.
func expandURL(url string, length int, own, other *connReceiver) string {
	url = strings.NewReplacer("OWN", own.listener.Addr().String(), "OTHER", other.listener.Addr().String()).Replace(url)
	return url + strings.Repeat("a", max(0, length-len(url)))
}
