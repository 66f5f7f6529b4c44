package receiver_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/receiver"
)

// form is a push of a call between the same two people, with additional fields.
func form(event, callID, more string) string {
	return "event=" + event + "&direction=in&from=491713920011&to=493023125001&callId=" + callID + more
}

func TestFaultsThatShowInASequenceOfPushes(t *testing.T) {
	t.Parallel()
	const (
		first, second = "12111955", "21102015"
		normal        = "&cause=normalClearing"
		diverted      = "&diversion=493023125009&origCallId=" + first
	)
	newCall, answer, hangup := form("newCall", first, ""), form("answer", first, ""), form("hangup", first, normal)
	tests := []struct {
		fault string
		good  []string // pushes that are taken
		bad   string   // and then one that is not
	}{
		{"lost-hangup", []string{newCall, answer}, form("newCall", second, "")},
		{"lost-answer", []string{newCall, form("hangup", first, "&cause=cancel"), form("newCall", second, "")}, form("hangup", second, normal)},
		{"late-hangup", []string{newCall, answer, form("newCall", second, diverted), form("answer", second, diverted), form("hangup", second, normal+diverted)}, hangup},
		{"early-second-leg", []string{newCall}, form("newCall", second, diverted)},
		{"known-call", []string{newCall, answer}, newCall},
		{"unknown-call", []string{newCall, answer, hangup}, form("answer", second, "")},
	}
	for _, test := range tests {
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, withFaults(t, test.fault))
			for i, push := range test.good {
				if got := post(r, push); got.Status != 200 {
					t.Errorf("push %d gets status %d, want 200", i+1, got.Status)
				}
			}
			if got := post(r, test.bad); got.Status != 500 {
				t.Errorf("the bad push gets status %d, want 500", got.Status)
			}
		})
	}
}

func TestAReceiverThatIsShortOfLinesRefusesAndRecovers(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, withFaults(t, "short-of-lines"))
	id := func(i int) string { return "call" + strings.Repeat("x", i) }
	for i := range 32 {
		if got := post(r, form("newCall", id(i), "")); got.Status != 200 {
			t.Fatalf("call %d gets status %d, want 200", i+1, got.Status)
		}
	}
	if got := post(r, form("newCall", id(32), "")); got.Status != 500 {
		t.Errorf("call 33 gets status %d, want 500", got.Status)
	}
	for i := range 32 {
		post(r, form("hangup", id(i), "&cause=cancel"))
	}
	if got := post(r, form("newCall", id(33), "")); got.Status != 200 {
		t.Errorf("a call when nobody rings any more gets status %d, want 200", got.Status)
	}
}

func TestAMixedUpReceiverNamesTheCallBefore(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, withFaults(t, "mixed-up"))
	post(r, form("newCall", "12111955", ""))
	want := reply{200, "application/xml", declared +
		`<Response onAnswer="https://receiver.example/answer?call=12111955" onHangup="https://receiver.example/hangup?call=12111955"/>` + "\n"}
	if diff := cmp.Diff(want, post(r, form("newCall", "21102015", ""))); diff != "" {
		t.Errorf("response to the second call mismatch (-want +got):\n%s", diff)
	}
}

func TestADeadReceiverNeverRespondsAgain(t *testing.T) {
	t.Parallel()
	for fault, deadly := range map[string]*http.Request{
		"dies-of-json": request("POST", "/", "application/json", "{}"),
		"dies-of-size": request("POST", "/", formType, incoming+"&x="+strings.Repeat("a", 1<<20)),
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, withFaults(t, fault))
			if got := post(r, incoming); got.Status != 200 {
				t.Errorf("a good push before gets status %d, want 200", got.Status)
			}
			for i, req := range []*http.Request{deadly, request("POST", "/", formType, incoming)} {
				if !drops(r, req) {
					t.Errorf("request %d is answered by a dead receiver", i+1)
				}
			}
		})
	}
}

// drops reports whether a request is dropped without a response.
func drops(h http.Handler, req *http.Request) (dropped bool) {
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

func TestOneConnectionAfterTheOther(t *testing.T) {
	t.Parallel()
	r := start(t, receiver.Config{Options: withFaults(t, "one-connection")})
	for i := range 3 {
		c := client(t, r)
		resp, err := c.Post(r.URL, formType, strings.NewReader(incoming))
		if err != nil {
			t.Fatalf("push %d: %v", i+1, err)
		}
		_ = resp.Body.Close()
		c.CloseIdleConnections()
	}
}
