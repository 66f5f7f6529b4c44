package sender_test

import (
	"net/url"
	"sync"
	"testing"

	"github.com/pushcheck/pushcheck/sender"
)

// Connections must not mark an origin as inspected. An origin that was never inspected has no problems, so pushes would be sent to it.
func TestConnectionsDoesNotReplaceTheInspection(t *testing.T) {
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
		if seen.Origin != "http://localhost:8080" || !seen.IsBlocked() {
			t.Fatalf("Inspect(%s) = origin %q, blocked %t, want it seen and blocked", u, seen.Origin, seen.IsBlocked())
		}
	}
}
