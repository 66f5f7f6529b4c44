package sender

import (
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/transcript"
)

func TestOriginIsInspectedOnce(t *testing.T) {
	t.Parallel()
	receiver := listen(t, func(net.Conn) int { return 0 })
	u := receiver.url(t, "https", "127.0.0.1")
	otherURL := *u
	otherURL.Path = "/other"
	s := New(Options{Incoming: u})
	first := s.Inspect(t.Context(), u)
	if diff := cmp.Diff(first, s.Inspect(t.Context(), &otherURL)); diff != "" {
		t.Errorf("the second inspection mismatch (-first +second):\n%s", diff)
	}
	if connections := s.Connections(); len(connections) != 1 || connections[0].Origin != first.Origin {
		t.Errorf("Connections() = %+v, want one", connections)
	}
	if _, dials := receiver.close(); dials != 1 {
		t.Errorf("%d connections were made, want 1", dials)
	}
}

func TestFollowUpPushesMayGoToTheHostsOfTheIncomingAndTheOutgoingURL(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		outgoing string   // URL for outgoing calls; "": none
		origins  []string // result of Sender.Origins
		follow   []string // hosts that follow-up pushes may go to, besides the host of Incoming
	}{
		{"", []string{"https://receiver.example"}, []string{"live.test"}},
		{"https://receiver.example/outgoing", []string{"https://receiver.example"}, []string{"live.test", "receiver.example"}},
		{"https://outgoing.test:8443/", []string{"https://receiver.example", "https://outgoing.test:8443"}, []string{"live.test", "outgoing.test"}},
	} {
		opts := Options{Incoming: mustParseURL(t, receiverURL), FollowHosts: []string{"live.test"}, RoundTripper: acceptingReceiver{}}
		if tt.outgoing != "" {
			opts.Outgoing = mustParseURL(t, tt.outgoing)
		}
		s := New(opts)
		if diff := cmp.Diff([][]string{tt.origins, tt.follow}, [][]string{s.Origins(), s.dialer.FollowHosts}); diff != "" {
			t.Errorf("%q: origins and hosts mismatch (-want +got):\n%s", tt.outgoing, diff)
		}
		for _, origin := range append(tt.origins, "https://live.test") {
			want := transcript.Connection{Origin: origin, FollowUp: origin == "https://live.test"}
			if diff := cmp.Diff(want, s.Inspect(t.Context(), mustParseURL(t, origin+"/push"))); diff != "" {
				t.Errorf("%q: Inspect(%s) mismatch (-want +got):\n%s", tt.outgoing, origin, diff)
			}
		}
	}
}
