package steps_test

import (
	"net/http"
	"strings"
	"testing"
)

// receiverWithHTMLType returns a receiver that sends its XML with the content type text/html.
func receiverWithHTMLType(goodReceiver http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { goodReceiver.ServeHTTP(htmlTypeWriter{w}, r) })
}

type htmlTypeWriter struct{ http.ResponseWriter }

func (p htmlTypeWriter) WriteHeader(status int) {
	if p.Header().Get("Content-Type") != "" {
		p.Header().Set("Content-Type", "text/html")
	}
	p.ResponseWriter.WriteHeader(status)
}

func TestNumberHasAnEffectEvenIfTheResponseHasAWrongContentType(t *testing.T) {
	t.Parallel()
	const rejected = "493023125072"
	receiver := receiverWithHTMLType(referenceReceiver(t, steeringOptions(t, "reject="+rejected)))
	v := playFeatures(t, featuresIn(t, "calls.feature", "steered.feature"), receiver, "reject="+rejected)
	if v.Exit != 1 {
		t.Errorf("exit code %d, want 1: %s", v.Exit, v.Summary)
	}
	for _, n := range v.Notes {
		if strings.Contains(n.Text, "has no effect") {
			t.Errorf("note %q, want none about the number", n.Text)
		}
	}
}
