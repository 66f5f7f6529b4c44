package sender

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

// failingNetwork is a round tripper that returns an error for every request.
type failingNetwork struct{ err error }

func (f failingNetwork) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestSoundThatThisMachineCannotFetchHasNoFailure(t *testing.T) {
	t.Parallel()
	const soundURL = "https://sounds.test/hello.wav"
	for failure, want := range map[endpoint.Failure]transcript.Sound{
		endpoint.NoRoute:           {URL: soundURL, LocalFailure: "some words"},
		endpoint.NoLookup:          {URL: soundURL, LocalFailure: "some words"},
		endpoint.ConnectionRefused: {URL: soundURL, Failure: "some words"},
		endpoint.UnknownHost:       {URL: soundURL, Failure: "some words"},
	} {
		s := New(Options{
			Incoming:     mustParseURL(t, "https://receiver.test/"),
			RoundTripper: failingNetwork{&connectError{Failure: failure, Err: errors.New("some words")}},
		})
		if diff := cmp.Diff([]transcript.Sound{want}, fetchSounds(t.Context(), s, documentWithSounds(soundURL))); diff != "" {
			t.Errorf("sounds after %q mismatch (-want +got):\n%s", failure, diff)
		}
	}
}
