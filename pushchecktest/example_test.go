package pushchecktest_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/pushcheck/pushcheck/pushchecktest"
)

// app returns the handler of an application. It responds to every push with an empty Response, so it subscribes to nothing.
func app() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprint(w, "<Response/>")
	})
}

// This test of an application judges its handler. Each feature scenario is a subtest.
func TestAnApplicationConforms(t *testing.T) {
	pushchecktest.Test(t, pushchecktest.Serve(t, app()))
}

// Listen is for handlers that are served outside a test. For Test, see the example TestAnApplicationConforms in this file; go test runs
// it.
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
