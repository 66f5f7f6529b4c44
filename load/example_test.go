package load_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/load"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
)

// The example plays twenty calls at a receiver on this machine, five at a time, without pauses.
func ExampleRun() {
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

	result := load.Run(context.Background(), load.Options{
		Plan:      load.Plan{Count: 20, Concurrency: 5, Seed: 1},
		Sender:    sender.Options{Incoming: incoming, Outgoing: incoming, Trust: endpoint.Trust{AllowHTTP: true}, Dialect: push.ObservedDialect()},
		Cast:      scenarios.DefaultCast(),
		DrainTime: time.Minute,
	})
	fmt.Println(result.Calls.Completed, "calls completed")
	fmt.Println(result.Pushes.Refused, "pushes refused,", result.Errors(), "errors")
	// Output:
	// 20 calls completed
	// 0 pushes refused, 0 errors
}
