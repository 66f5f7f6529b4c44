package oracle_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
)

func TestAskDoesNotSendTheUserAgentOfNetHTTP(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.UserAgent(), "Go-http-client") || r.UserAgent() == "" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(w, "ringing")
	}))
	t.Cleanup(server.Close)
	template, err := oracle.ParseTemplate(server.URL + "/{callId}")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := oracle.URL{Template: template}.Ask(t.Context(), "1")
	if err != nil || answer.State != push.CallRinging {
		t.Errorf("Ask = %+v, %v, want %q", answer, err, push.CallRinging)
	}
}
