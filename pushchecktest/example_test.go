package pushchecktest_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/pushcheck/pushcheck/pushchecktest"
)

// app is the handler of the application. It responds to every push with an empty Response, so it subscribes to nothing.
func app() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprint(w, "<Response/>")
	})
}

// A test of the application judges its handler. Each feature scenario is a subtest.
func TestAnApplicationConforms(t *testing.T) {
	pushchecktest.Test(t, pushchecktest.Serve(t, app()))
}

// TestAnApplicationConforms in this file is an example of Test, and go test runs it. Listen is for handlers that are served outside a
// test.
func ExampleListen() {
	server, target, err := pushchecktest.Listen(app())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	fmt.Println(target.URL[:len("https://")], len(target.CAs))
	// Output: https:// 1
}
