package receiver_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/receiver"
)

// pushForm returns the form of a push that ends with moreFields. The caller and the called party are always the same.
func pushForm(event, callID, moreFields string) string {
	return "event=" + event + "&direction=in&from=491713920011&to=493023125001&callId=" + callID + moreFields
}

func TestFaultThatNeedsASequenceRefusesOnlyTheLastPush(t *testing.T) {
	t.Parallel()
	const (
		firstID, secondID = "12111955", "21102015"
		normalClearing    = "&cause=normalClearing"
		diverted          = "&diversion=493023125009&origCallId=" + firstID
	)
	newCall, answer, hangup := pushForm("newCall", firstID, ""), pushForm("answer", firstID, ""), pushForm("hangup", firstID, normalClearing)
	tests := []struct {
		fault    string
		accepted []string // pushes that the receiver accepts
		refused  string   // the next push, which the receiver refuses
	}{
		{"lost-hangup", []string{newCall, answer}, pushForm("newCall", secondID, "")},
		{"lost-answer", []string{newCall, pushForm("hangup", firstID, "&cause=cancel"), pushForm("newCall", secondID, "")}, pushForm("hangup", secondID, normalClearing)},
		{"late-hangup", []string{newCall, answer, pushForm("newCall", secondID, diverted), pushForm("answer", secondID, diverted), pushForm("hangup", secondID, normalClearing+diverted)}, hangup},
		{"early-second-leg", []string{newCall}, pushForm("newCall", secondID, diverted)},
		{"known-call", []string{newCall, answer}, newCall},
		{"unknown-call", []string{newCall, answer, hangup}, pushForm("answer", secondID, "")},
	}
	for _, test := range tests {
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, withFaults(t, test.fault))
			for i, push := range test.accepted {
				if got := post(r, push); got.Status != 200 {
					t.Errorf("push %d gets status %d, want 200", i+1, got.Status)
				}
			}
			if got := post(r, test.refused); got.Status != 500 {
				t.Errorf("the last push gets status %d, want 500", got.Status)
			}
		})
	}
}

func TestShortOfLinesFaultRefusesACallWhile32OthersRing(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, withFaults(t, "short-of-lines"))
	id := func(i int) string { return "call" + strings.Repeat("x", i) }
	for i := range 32 {
		if got := post(r, pushForm("newCall", id(i), "")); got.Status != 200 {
			t.Fatalf("call %d gets status %d, want 200", i+1, got.Status)
		}
	}
	if got := post(r, pushForm("newCall", id(32), "")); got.Status != 500 {
		t.Errorf("call 33 gets status %d, want 500", got.Status)
	}
	for i := range 32 {
		post(r, pushForm("hangup", id(i), "&cause=cancel"))
	}
	if got := post(r, pushForm("newCall", id(33), "")); got.Status != 200 {
		t.Errorf("a call after all others have ended gets status %d, want 200", got.Status)
	}
}

func TestMixedUpFaultWritesThePreviousCallIDIntoURLs(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, withFaults(t, "mixed-up"))
	post(r, pushForm("newCall", "12111955", ""))
	want := reply{200, "application/xml", xmlDeclaration +
		`<Response onAnswer="https://receiver.example/answer?call=12111955" onHangup="https://receiver.example/hangup?call=12111955"/>` + "\n"}
	if diff := cmp.Diff(want, post(r, pushForm("newCall", "21102015", ""))); diff != "" {
		t.Errorf("response to the second call mismatch (-want +got):\n%s", diff)
	}
}

func TestReceiverNeverRespondsAgainAfterADeadlyRequest(t *testing.T) {
	t.Parallel()
	for fault, deadly := range map[string]*http.Request{
		"dies-of-json": request("POST", "/", "application/json", "{}"),
		"dies-of-size": request("POST", "/", formType, incomingNewCall+"&x="+strings.Repeat("a", 1<<20)),
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, withFaults(t, fault))
			if got := post(r, incomingNewCall); got.Status != 200 {
				t.Errorf("a push before the deadly request gets status %d, want 200", got.Status)
			}
			for i, req := range []*http.Request{deadly, request("POST", "/", formType, incomingNewCall)} {
				if !isDropped(r, req) {
					t.Errorf("request %d gets a response from a receiver that has stopped responding", i+1)
				}
			}
		})
	}
}

// isDropped reports whether a handler closes the connection without a response.
func isDropped(h http.Handler, req *http.Request) (dropped bool) {
	w := httptest.NewRecorder()
	defer func() {
		if p := recover(); p != nil && p != http.ErrAbortHandler {
			panic(p)
		} else if p != nil {
			dropped = w.Body.Len() == 0
		}
	}()
	h.ServeHTTP(w, req)
	return false
}

func TestOneConnectionFaultServesConnectionsInTurn(t *testing.T) {
	t.Parallel()
	r := start(t, receiver.Config{Options: withFaults(t, "one-connection")})
	for i := range 3 {
		c := client(t, r)
		resp, err := c.Post(r.URL, formType, strings.NewReader(incomingNewCall))
		if err != nil {
			t.Fatalf("push %d: %v", i+1, err)
		}
		_ = resp.Body.Close()
		c.CloseIdleConnections()
	}
}
