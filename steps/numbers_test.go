package steps_test

import (
	"net/http"
	"strings"
	"testing"
)

// untyped returns a receiver that sends its XML as text/html.
func untyped(good http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { good.ServeHTTP(asPage{w}, r) })
}

type asPage struct{ http.ResponseWriter }

func (p asPage) WriteHeader(status int) {
	if p.Header().Get("Content-Type") != "" {
		p.Header().Set("Content-Type", "text/html")
	}
	p.ResponseWriter.WriteHeader(status)
}

func TestNumberHasAnEffectEvenIfTheResponseHasAWrongContentType(t *testing.T) {
	t.Parallel()
	const right = "493023125072"
	receiver := untyped(reference(t, steered(t, "reject="+right)))
	v := judgedBy(t, some(t, "calls.feature", "steered.feature"), receiver, "reject="+right)
	if v.Exit != 1 {
		t.Errorf("exit code %d, want 1: %s", v.Exit, v.Why)
	}
	for _, n := range v.Notes {
		if strings.Contains(n.Text, "does not hold") {
			t.Errorf("note %q, want none about the number", n.Text)
		}
	}
}
