package sender_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// dropping drops every push, when so many are under way.
type dropping struct{ together *sync.WaitGroup }

func (d dropping) RoundTrip(*http.Request) (*http.Response, error) {
	d.together.Done()
	d.together.Wait()
	return nil, io.EOF
}

func TestPushesThatFailBesideOthersDoNotEndARun(t *testing.T) {
	t.Parallel()
	story, _ := scenarios.Find("incoming-cancelled")
	u := &url.URL{Scheme: "https", Host: "receiver.example", Path: "/"}
	tests := []struct {
		name   string
		beside int // how many pushes are under way at once
		want   bool
	}{
		{"beside others", 4, false},
		{"alone", 1, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			together := &sync.WaitGroup{}
			s := sender.New(sender.Options{Incoming: u, RoundTripper: dropping{together}})
			for round := range 4 / test.beside {
				together.Add(test.beside)
				var playing sync.WaitGroup
				for i := range test.beside {
					playing.Go(func() {
						c := call.New(story, call.Options{Incoming: u.String(), Cast: scenarios.DefaultCast(), IDs: push.IDs{Nonce: fmt.Sprint(round, i)}})
						out := s.Play(t.Context(), sender.Played{Call: c})
						for _, x := range out.Exchanges {
							if x.End != transcript.Dropped {
								t.Errorf("the %s push %s, want it dropped", x.Push.Event, x.End)
							}
						}
					})
				}
				playing.Wait()
				if s.Unresponsive() {
					break // nothing more is sent
				}
			}
			if s.Unresponsive() != test.want {
				t.Errorf("Unresponsive() = %t, want %t", s.Unresponsive(), test.want)
			}
		})
	}
}
