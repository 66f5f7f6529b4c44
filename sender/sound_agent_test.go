package sender

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSoundRequestHasAcceptAndUserAgent(t *testing.T) {
	t.Parallel()
	headers := make(chan http.Header, 2)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers <- r.Header
		if r.URL.Path == "/moved.wav" {
			http.Redirect(w, r, "/hello.wav", http.StatusFound)
		}
	}))
	t.Cleanup(server.Close)
	s := New(Options{Incoming: mustParseURL(t, "https://127.0.0.1/")})
	fetchSounds(t.Context(), s, documentWithSounds(server.URL+"/moved.wav"))
	for _, name := range []string{"first", "after the redirect"} {
		header := <-headers
		got := map[string][]string{"User-Agent": header["User-Agent"], "Accept": header["Accept"]}
		want := map[string][]string{"User-Agent": {"pushcheck"}, "Accept": {"audio/wav, audio/x-wav, audio/*;q=0.9, */*;q=0.1"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("headers of the %s request mismatch (-want +got):\n%s", name, diff)
		}
	}
}
