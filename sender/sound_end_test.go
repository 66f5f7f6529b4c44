package sender

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestSoundHasNoFailureIfTheRunIsInterrupted(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		interrupt()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	got := fetchSounds(ctx, New(Options{Incoming: mustParseURL(t, "https://127.0.0.1/")}), documentWithSounds(server.URL+"/hello.wav"))
	if len(got) != 1 || got[0].LocalFailure != "the run was interrupted" || got[0].Failure != "" {
		t.Errorf("fetchSounds = %+v, want a sound that was not fetched because the run was interrupted", got)
	}
}

func TestSoundFetchedBeforeTheInterruptionIsKept(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	rt := &scriptedRoundTripper{respond: func(int, *http.Request) (*http.Response, error) {
		interrupt()
		return reply(200, "RIFF"), nil
	}}
	got := fetchSounds(ctx, New(Options{Incoming: mustParseURL(t, receiverURL), RoundTripper: rt}), documentWithSounds("https://receiver.example/hello.wav"))
	if len(got) != 1 || got[0].LocalFailure != "" || string(got[0].Head) != "RIFF" {
		t.Errorf("fetchSounds = %+v, want the sound that was fetched", got)
	}
}
