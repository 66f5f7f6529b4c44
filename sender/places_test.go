package sender_test

import (
	"net/url"
	"sync"
	"testing"

	"github.com/pushcheck/pushcheck/sender"
)

// Sender.Connections must not mark an origin as inspected. An origin that was never inspected has no problems, so pushes would be sent to
// the origin.
func TestListingConnectionsDoesNotMarkAnOriginAsInspected(t *testing.T) {
	t.Parallel()
	u := &url.URL{Scheme: "http", Host: "localhost:8080", Path: "/"} // plain HTTP that is not allowed: nothing is dialled
	for range 300 {
		s := sender.New(sender.Options{Incoming: u})
		start := make(chan struct{})
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				<-start
				for range 20 {
					s.Connections()
				}
			})
		}
		close(start)
		connection := s.Inspect(t.Context(), u)
		group.Wait()
		if connection.Origin != "http://localhost:8080" || !connection.IsBlocked() {
			t.Fatalf("Inspect(%s) = origin %q, blocked %t, want it inspected and blocked", u, connection.Origin, connection.IsBlocked())
		}
	}
}
