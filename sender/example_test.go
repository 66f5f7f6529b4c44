package sender_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
)

// The example plays a call at a receiver on this machine. The pushes follow from the call scenario and the receiver's responses.
func ExampleSender_Play() {
	app, err := receiver.New(receiver.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(app)
	defer server.Close()
	incoming, err := url.Parse(server.URL + "/push")
	if err != nil {
		fmt.Println(err)
		return
	}

	story, _ := scenarios.Find("transfer-answered")
	c := call.New(story, call.Options{Incoming: incoming.String(), Cast: scenarios.DefaultCast(), IDs: push.IDs{Nonce: "example"}})
	s := sender.New(sender.Options{Incoming: incoming, Trust: endpoint.Trust{AllowHTTP: true}, Dialect: push.ObservedDialect()})
	played := s.Play(context.Background(), sender.CallToPlay{Call: c})
	for _, x := range played.Exchanges {
		fmt.Println(x.Push.Event, x.Leg, x.Status)
	}
	// Output:
	// newCall Doc 200
	// answer Doc 200
	// newCall Marty 200
	// answer Marty 200
	// hangup Doc 200
}
