package steps_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestReceiverThatRefusesEveryPushIsJudgedByWhetherItSurvives(t *testing.T) {
	t.Parallel()
	refusing := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) })
	json := func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") }
	tests := []struct {
		name  string
		limit int // requests dropped after a JSON document; -1: all
		want  verdict.Status
	}{
		{"survives", 0, verdict.Passed},
		{"drops the request and one push", 2, verdict.Passed},
		{"drops every request since", -1, verdict.Failed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			run := judging(t, &once{Handler: refusing, falls: json, limit: test.limit})
			run.Play(t.Context(), steps.Suite{Files: features.FS, Plays: tagged("trouble.malformed-push")})
			v := run.Verdict()
			if diff := cmp.Diff(test.want, status(v, "trouble.malformed-push")); diff != "" {
				t.Errorf("status mismatch (-want +got):\n%s\n%s", diff, v.Why)
			}
		})
	}
}
