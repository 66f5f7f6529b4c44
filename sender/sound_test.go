package sender

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// documentWithSounds returns a document that plays the sounds at these URLs.
func documentWithSounds(urls ...string) *response.Document {
	var body strings.Builder
	body.WriteString("<Response>")
	for _, u := range urls {
		body.WriteString("<Play><Url>" + u + "</Url></Play>")
	}
	body.WriteString("</Response>")
	doc := response.Parse(response.Input{Body: []byte(body.String())})
	return &doc
}

func TestBeginningOfEachSoundIsFetchedOnce(t *testing.T) {
	t.Parallel()
	requestCounts := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requestCounts[r.Method+" "+r.URL.Path]++
		switch r.URL.Path {
		case "/moved.wav":
			http.Redirect(w, r, "/long.wav", http.StatusFound)
		case "/round.wav":
			http.Redirect(w, r, "/round.wav", http.StatusFound)
		case "/long.wav":
			for chunk := []byte(strings.Repeat("la", 1<<10)); ; {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		case "/short.wav":
			w.Header().Set("Content-Length", "9")
			_, _ = w.Write([]byte("la"))
		case "/hangs.wav":
			<-r.Context().Done()
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	s := New(Options{Incoming: mustParseURL(t, "https://127.0.0.1/"), Limits: Limits{Exchange: 200 * time.Millisecond}})
	soundURL := func(path string) string { return server.URL + path }
	long := []byte(strings.Repeat("la", 2<<10))
	const text = "text/plain; charset=utf-8"
	want := []transcript.Sound{
		{URL: soundURL("/moved.wav"), Status: 200, Head: long, Kind: text},
		{URL: soundURL("/gone.wav"), Status: 404, Head: []byte("404 page not found\n"), Kind: text},
		{URL: soundURL("/round.wav"), Failure: "redirected more than 3 times"},
		{URL: soundURL("/short.wav"), Status: 200, Head: []byte("la"), Kind: text, Failure: "unexpected EOF"},
		{URL: soundURL("/hangs.wav"), Failure: "context deadline exceeded"},
		{URL: "http://192.168.1.5/private.wav", NotAllowed: "not allowed"},
		{URL: "https://api.sipgate.com/hello.wav", NotAllowed: "not allowed"},
	}
	doc := documentWithSounds(soundURL("/moved.wav"), soundURL("/gone.wav"), soundURL("/round.wav"), soundURL("/short.wav"), soundURL("/hangs.wav"), "http://192.168.1.5/private.wav", "https://api.sipgate.com/hello.wav", "relative.wav")
	got := fetchSounds(t.Context(), s, doc)
	for i := range got {
		if got[i].NotAllowed != "" {
			got[i].NotAllowed = "not allowed"
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sounds mismatch (-want +got):\n%s", diff)
	}
	if second := fetchSounds(t.Context(), s, doc); second != nil {
		t.Errorf("the second call fetched %v, want nothing", second)
	}
	wantRequests := map[string]int{"GET /moved.wav": 1, "GET /long.wav": 1, "GET /gone.wav": 1, "GET /round.wav": 4, "GET /short.wav": 1, "GET /hangs.wav": 1}
	server.Close()
	if diff := cmp.Diff(wantRequests, requestCounts); diff != "" {
		t.Errorf("the requests mismatch (-want +got):\n%s", diff)
	}
}

// fetchSounds fetches the sounds in a document that were not fetched before.
func fetchSounds(ctx context.Context, s *Sender, doc *response.Document) []transcript.Sound {
	var out []transcript.Sound
	for _, soundURL := range s.claimSounds(doc) {
		out = append(out, s.fetchSound(ctx, soundURL))
	}
	return out
}

func TestNumberOfFetchedSoundsIsLimited(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	s := New(Options{Incoming: mustParseURL(t, "https://127.0.0.1/")})
	var got []transcript.Sound
	for i := range 2 * maxSounds {
		got = append(got, fetchSounds(t.Context(), s, documentWithSounds(server.URL+"/"+strings.Repeat("a", i+1)))...)
	}
	if len(got) != maxSounds {
		t.Errorf("%d sounds were fetched, want %d", len(got), maxSounds)
	}
}

func TestOnlySoundsThatWouldBePlayedAreFetched(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		document string
		want     []string
	}{
		"Play inside of a Gather":     {`<Response><Gather onData="https://receiver.example/"><Play><Url>https://receiver.example/menu.wav</Url></Play></Gather></Response>`, []string{"/menu.wav"}},
		"Gather without Play":         {`<Response><Gather onData="https://receiver.example/"/></Response>`, nil},
		"Hangup":                      {`<Response><Hangup/></Response>`, nil},
		"XML that is not well-formed": {`<Response><Play><Url>https://receiver.example/a.wav</Url></Play>`, nil},
		"relative URL":                {`<Response><Play><Url>a.wav</Url></Play></Response>`, nil},
		"Play with two URLs":          {`<Response><Play><Url>https://receiver.example/a.wav</Url><Url>https://receiver.example/b.wav</Url></Play></Response>`, nil},
	} {
		doc := response.Parse(response.Input{Body: []byte(test.document)})
		var paths []string
		s := New(Options{Incoming: mustParseURL(t, receiverURL), RoundTripper: &scriptedRoundTripper{respond: func(_ int, r *http.Request) (*http.Response, error) {
			paths = append(paths, r.URL.Path)
			return reply(200, "RIFF"), nil
		}}})
		fetchSounds(t.Context(), s, &doc)
		if diff := cmp.Diff(test.want, paths); diff != "" {
			t.Errorf("%s: fetched mismatch (-want +got):\n%s%+v", name, diff, doc.Problems)
		}
	}
	if got := New(Options{Incoming: mustParseURL(t, receiverURL)}).fetchSound(t.Context(), "https://%zz/"); got.Failure == "" || got.URL != "https://%zz/" {
		t.Errorf("fetchSound of an invalid URL = %+v, want a failure", got)
	}
}
