package main

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestProgressIsErasedBeforeOutputAndAtTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var screen bytes.Buffer
		p := &progress{terminal: &screen, width: func() int { return 12 }}
		out := p.erasingWriter(&screen)
		hideProgress := p.show(func(elapsed time.Duration) string { return fmt.Sprintf("%s of a long text", elapsed) })
		waitForUpdate := func() {
			time.Sleep(progressEvery)
			synctest.Wait()
		}
		waitForUpdate()
		fmt.Fprint(out, "half a line")
		waitForUpdate()
		fmt.Fprint(out, " and its end\n")
		waitForUpdate()
		waitForUpdate()
		hideProgress()
		hideProgress()
		waitForUpdate()
		fmt.Fprint(out, "the end\n")
		const erase = "\r\x1b[K"
		want := "200ms of a " + erase + "half a line and its end\n" + "600ms of a " + erase + "800ms of a " + erase + "the end\n"
		if diff := cmp.Diff(want, screen.String()); diff != "" {
			t.Errorf("what the terminal gets mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestWithoutATerminalThereIsNoProgress(t *testing.T) {
	t.Parallel()
	var p *progress
	p.show(func(time.Duration) string { panic("text is called without a terminal") })()
	if p.erasingWriter(io.Discard) != io.Discard {
		t.Error("erasingWriter returns another writer, want the same writer")
	}
}

func TestProgressShowsThePhaseOfARun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &activity{phase: "connecting"}
		got := []string{d.text(0)}
		d.setPhase("first calls")
		d.countCall(transcript.Call{Scenario: "incoming-answered", Probe: true})
		got = append(got, d.text(time.Second))
		d.countCall(transcript.Call{Scenario: "transfer-answered"})
		d.countCall(transcript.Call{Scenario: "incoming-answered", RequirementID: "push.anonymous-caller"})
		got = append(got, d.text(2*time.Second))
		for _, wait := range []run.WaitReason{run.ReceiverAway, run.ReceiverStarting, run.RateLimited} {
			endWait := d.recordRunWait(wait, 10*time.Second)
			time.Sleep(3 * time.Second)
			got = append(got, d.text(5*time.Second))
			endWait()
		}
		got = append(got, d.text(20*time.Second))
		want := []string{
			"connecting: 0 calls, 0 s", "first calls: 1 call, 1 s", "push: 3 calls, 2 s",
			"waiting for the receiver to accept connections, at most 7 s more",
			"waiting for the receiver to start, at most 7 s more",
			"waiting, because the receiver limits the number of pushes, at most 7 s more",
			"push: 3 calls, 20 s",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("lines mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestProgressShowsWhatACallWaitsFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &callActivity{}
		got := []string{o.text(0)}
		for _, event := range []push.Event{push.NewCall, push.Answer, push.NewCall, push.Answer, push.DTMF, push.Hangup} {
			o.recordPause(call.Step{Push: push.Push{Event: event}}, 5*time.Second)
			time.Sleep(2 * time.Second)
			got = append(got, o.text(0))
		}
		time.Sleep(3 * time.Second)
		got = append(got, o.text(0))
		const response = "waiting for a response"
		want := []string{response, "it rings, 3 s", "it rings, 3 s", "they talk, 3 s", "it rings, 3 s", "keys are pressed, 3 s", "they talk, 3 s", response}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("lines mismatch (-want +got):\n%s", diff)
		}
	})
}
