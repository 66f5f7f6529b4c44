package sender

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestHTTPSURLsOfAReceiverBehindATLSProxyAreRequestedOverPlainHTTP(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, "RIFF")
			return
		}
		w.Header().Set("Content-Type", "application/xml")
		_, _ = fmt.Fprintf(w, `<Response onHangup="https://%[1]s/hangup"><Play><Url>https://%[1]s/hello.wav</Url></Play></Response>`, r.Host)
	}))
	t.Cleanup(server.Close)
	u := mustParseURL(t, server.URL+"/push")
	story, _ := scenarios.Find("incoming-cancelled")
	for name, options := range map[string]Options{
		"incoming URL only":         {Incoming: u, Trust: endpoint.Trust{AllowHTTP: true}},
		"incoming and outgoing URL": {Incoming: u, Outgoing: u, Trust: endpoint.Trust{AllowHTTP: true}},
	} {
		playedCall := New(options).Play(t.Context(), CallToPlay{Call: call.New(story, call.Options{
			Incoming: u.String(), Cast: scenarios.DefaultCast(), IDs: push.IDs{Seed: 1, Nonce: "n"},
		})})
		if len(playedCall.Exchanges) != 2 || playedCall.Exchanges[1].End != transcript.Complete || playedCall.Exchanges[1].URL != server.URL+"/hangup" {
			t.Fatalf("%s: the hangup push did not get to %s/hangup: %+v, not sent %+v", name, server.URL, playedCall.Exchanges, playedCall.NotSent)
		}
		sounds := playedCall.Exchanges[0].Sounds
		if len(sounds) != 1 || sounds[0].Status != http.StatusOK || sounds[0].URL != "https://"+u.Host+"/hello.wav" {
			t.Errorf("%s: sounds %+v, want the sound of the response, fetched", name, sounds)
		}
	}
}
