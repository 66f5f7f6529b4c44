package sender_test

import (
	"net/url"
	"sync"
	"testing"

	"github.com/pushcheck/pushcheck/sender"
)

// Asking what was seen must not stand in for looking: a place that nobody looked at has no problems, and is sent to.
func TestEveryPlaceIsLookedAtHoweverOftenItIsAskedAbout(t *testing.T) {
	t.Parallel()
	u := &url.URL{Scheme: "http", Host: "localhost:8080", Path: "/"} // plain HTTP that is not allowed: nothing is dialled
	for range 300 {
		s := sender.New(sender.Options{Incoming: u})
		start := make(chan struct{})
		var asking sync.WaitGroup
		for range 4 {
			asking.Go(func() {
				<-start
				for range 20 {
					s.Connections()
				}
			})
		}
		close(start)
		seen := s.Inspect(t.Context(), u)
		asking.Wait()
		if seen.Origin != "http://localhost:8080" || !seen.Blocked() {
			t.Fatalf("Inspect(%s) = origin %q, blocked %t, want it seen and blocked", u, seen.Origin, seen.Blocked())
		}
	}
}
