package sender

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestReceiverWithAnUmlautInItsHostGetsEveryPush(t *testing.T) {
	t.Parallel()
	const unicodeHost, encodedHost = "wärmepumpe.example", "xn--wrmepumpe-v2a.example"
	cas := newAuthorities(t)
	config := serverConfig(cas.issue(cas.public, certs.Leaf{Hosts: []string{encodedHost}}))
	tests := []struct{ name, url, connect, follow string }{
		{name: "Unicode in the URL, encoded in ConnectTo and responses", url: unicodeHost, connect: encodedHost, follow: encodedHost},
		{name: "encoded in the URL, Unicode in ConnectTo and responses", url: encodedHost, connect: "Wärmepumpe.example", follow: unicodeHost},
		{name: "Unicode everywhere", url: unicodeHost, connect: unicodeHost, follow: unicodeHost},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			hosts := make(chan string, 9)
			var port string
			receiver := listen(t, serveInsideTLS(config, func(c net.Conn) int {
				in := bufio.NewReader(c)
				for {
					r, err := http.ReadRequest(in)
					if err != nil {
						return 0
					}
					_, _ = io.Copy(io.Discard, r.Body)
					hosts <- r.Host
					_, _ = io.WriteString(c, responseWith(`<Response onHangup="https://`+tt.follow+":"+port+`/hangup"/>`))
				}
			}))
			_, port, _ = net.SplitHostPort(receiver.listener.Addr().String())
			u := &url.URL{Scheme: "https", Host: tt.url + ":" + port, Path: "/push"}
			s := New(Options{Incoming: u, ConnectTo: []ConnectTo{{Host: tt.connect, Port: port, ToHost: "127.0.0.1", ToPort: port}}})
			s.dialer.Trust.Roots = cas.dialer().Trust.Roots
			story, _ := scenarios.Find("incoming-cancelled")
			playedCall := s.Play(t.Context(), CallToPlay{Call: call.New(story, call.Options{
				Incoming: u.String(), Cast: scenarios.DefaultCast(), IDs: push.IDs{Seed: 1, Nonce: "n"},
			})})
			if len(playedCall.Exchanges) != 2 || playedCall.Exchanges[1].End != transcript.Complete {
				t.Fatalf("exchanges %+v, not sent %+v, want a newCall and a hangup push", playedCall.Exchanges, playedCall.NotSent)
			}
			if got, want := playedCall.Exchanges[0].URL, "https://"+u.Host+"/push"; got != want {
				t.Errorf("the transcript has the URL %q, want %q", got, want)
			}
			if got, want := s.Connections()[0].DisplayOrigin(), "https://"+u.Host; got != want {
				t.Errorf("the connection is shown as %q, want %q", got, want)
			}
			if x := s.Provoke(t.Context(), experiment.Stimulus{Name: "nothing"}); x.End != transcript.Complete {
				t.Errorf("the stimulus ended with %q", x.End)
			}
			want := encodedHost + ":" + port
			receiver.listener.Close()
			close(hosts)
			var got []string
			for h := range hosts {
				got = append(got, h)
			}
			if diff := cmp.Diff([]string{want, want, want}, got); diff != "" {
				t.Errorf("Host headers mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHostWithAnUmlautInConnectToIsEncoded(t *testing.T) {
	t.Parallel()
	d := &Dialer{ConnectTo: []ConnectTo{{ToHost: "wärmepumpe.example"}}}
	if host, _, fromConnectTo := d.dialAddress(mustParseURL(t, "https://receiver.test/")); host != "xn--wrmepumpe-v2a.example" || !fromConnectTo {
		t.Errorf("address = %q, %v, want the host encoded", host, fromConnectTo)
	}
}
