package steps_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/internal/testoracle"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// playSigned judges a handler by the features about pushes, responses and signatures. Pushes are signed with key, unless key is nil.
func playSigned(t *testing.T, h http.Handler, key *rsa.PrivateKey) verdict.Verdict {
	t.Helper()
	o := inMemoryOptions(h)
	o.Sender.SignKey = key
	run := probedRun(t, o)
	steps.Play(t.Context(), run, steps.Suite{Files: featuresIn(t, "pushes.feature", "odd_pushes.feature", "signature.feature", "security.feature", "responses.feature"), Parallel: 4})
	v := run.Verdict()
	if len(v.Problems) > 0 {
		t.Errorf("Problems = %q, want none", v.Problems)
	}
	return v
}

// statuses returns the statuses of the requirements with these ids.
func statuses(v verdict.Verdict, ids ...string) map[string]verdict.Status {
	out := map[string]verdict.Status{}
	for _, row := range v.Rows {
		if slices.Contains(ids, row.ID) {
			out[row.ID] = row.Status
		}
	}
	return out
}

var signatureIDs = []string{"signature.valid", "signature.any-body", "signature.missing", "signature.any-proxy", "signature.forged"}

func allSignatureIDs(s verdict.Status) map[string]verdict.Status {
	out := map[string]verdict.Status{}
	for _, id := range signatureIDs {
		out[id] = s
	}
	return out
}

func TestReceiverThatVerifiesSignaturesIsJudgedBySignedPushes(t *testing.T) {
	t.Parallel()
	unsignedVerdict := playSigned(t, referenceReceiver(t, receiver.Options{}), nil)
	v := playSigned(t, referenceReceiver(t, receiver.Options{VerifyKey: &testKey().PublicKey}), testKey())
	if v.Exit != verdict.ExitConformant {
		t.Errorf("exit %d, want 0: %s", v.Exit, v.Summary)
	}
	if diff := cmp.Diff(allSignatureIDs(verdict.Passed), statuses(v, signatureIDs...)); diff != "" {
		t.Errorf("status of signature.* mismatch (-want +got):\n%s", diff)
	}
	for i, row := range v.Rows {
		switch other := unsignedVerdict.Rows[i]; {
		case row.Area() == "signature":
		case row.ID == "push.golden-capture":
			if row.Status != verdict.NotApplicable {
				t.Errorf("%s is %s, want not applicable: the receiver has another key than sipgate's", row.ID, row.Status)
			}
		case row.Status != other.Status:
			t.Errorf("%s is %s, but %s if signatures are not verified", row.ID, row.Status, other.Status)
		}
	}
	if v.Capabilities[requirements.CanSignature] != verdict.CapabilityShown {
		t.Errorf("the capability is %s, want shown", v.Capabilities[requirements.CanSignature])
	}
}

func TestOnlyForgedPushesHaveInvalidSignatures(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	invalidSignatures := map[string]int{}
	goodReceiver := referenceReceiver(t, receiver.Options{})
	playSigned(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		genuine, _ := push.GenuinePush()
		err := push.Verify(&testKey().PublicKey, body, r.Header.Get(push.SignatureHeader))
		if bytes.Equal(body, genuine) {
			err = push.Verify(push.SipgateKey(), body, r.Header.Get(push.SignatureHeader))
		}
		if err != nil && r.Method == http.MethodPost {
			mu.Lock()
			invalidSignatures[err.Error()]++
			mu.Unlock()
		}
		goodReceiver.ServeHTTP(w, r)
	}), testKey())
	if invalidSignatures[string(push.NoSignature)] == 0 {
		t.Error("no push came without a signature, want the forged pushes without a signature")
	}
	delete(invalidSignatures, string(push.NoSignature))                         // the requests of strangers have no signature either
	want := map[string]int{string(push.OtherBody): 1, string(push.OtherKey): 4} // OtherBody: a newCall with an altered body; OtherKey: a newCall with an altered signature, and a newCall, an answer and a hangup with another key
	if diff := cmp.Diff(want, invalidSignatures); diff != "" {
		t.Errorf("invalid signatures mismatch (-want +got):\n%s", diff)
	}
}

func TestReceiverWithoutVerificationGetsOnlyANoteAboutSignatures(t *testing.T) {
	t.Parallel()
	v := playSigned(t, referenceReceiver(t, receiver.Options{}), testKey())
	if diff := cmp.Diff(allSignatureIDs(verdict.NotApplicable), statuses(v, signatureIDs...)); v.Exit != 0 || diff != "" {
		t.Errorf("exit %d, status of signature.* mismatch (-want +got):\n%s", v.Exit, diff)
	}
	isNoted := func(n verdict.Note) bool {
		return n.About == "signature" && strings.Contains(n.Text, "--claim signature")
	}
	if !slices.ContainsFunc(v.Notes, isNoted) {
		t.Errorf("Notes = %+v, want one that names --claim signature", v.Notes)
	}
}

func TestRefusalBecauseOfXForwardedForIsNotASignatureFinding(t *testing.T) {
	t.Parallel()
	goodReceiver := referenceReceiver(t, receiver.Options{VerifyKey: &testKey().PublicKey})
	v := playSigned(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Forwarded-For") == "" {
			http.Error(w, "bad signature", http.StatusForbidden)
			return
		}
		goodReceiver.ServeHTTP(w, r)
	}), testKey())
	want := map[string]verdict.Status{"signature.valid": verdict.Undetermined, "signature.any-proxy": verdict.Warned, "push.newcall": verdict.Undetermined}
	if diff := cmp.Diff(want, statuses(v, "signature.valid", "signature.any-proxy", "push.newcall")); diff != "" || len(failedIDs(v)) > 0 {
		t.Errorf("fails %v, status mismatch (-want +got):\n%s", failedIDs(v), diff)
	}
	if v.Exit != verdict.ExitNoVerdict || !strings.Contains(v.Summary, "--header 'X-Forwarded-For: 217.116.118.254'") {
		t.Errorf("exit %d, want 3 and what to set: %s", v.Exit, v.Summary)
	}
}

// nodeLibrary is a receiver that refuses pushes as sipgate's Node library does: with status 200 and an Error document.
type nodeLibrary struct {
	key                *rsa.PublicKey
	checksForwardedFor bool // the receiver also refuses pushes whose X-Forwarded-For is not sipgate's address
	goodReceiver       http.Handler
}

func (l nodeLibrary) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	refuse := func(words string) {
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error message="%s" />`, words)
	}
	switch {
	case l.checksForwardedFor && r.Header.Get("X-Forwarded-For") != "217.116.118.254":
		refuse("Caution! IP address is not from sipgate")
	case push.Verify(l.key, body, r.Header.Get(push.SignatureHeader)) != nil:
		refuse("Signature verification failed.")
	default:
		l.goodReceiver.ServeHTTP(w, r)
	}
}

func TestRefusalForAGoodReasonGivesNoVerdictAndAHint(t *testing.T) {
	t.Parallel()
	receiverKey := &testKey().PublicKey
	tests := []struct {
		name string
		h    nodeLibrary
		key  *rsa.PrivateKey
		want string // part of the reason
	}{
		{"signature refused, and pushes are not signed", nodeLibrary{key: receiverKey}, nil, "the private half with --sign-key"},
		{"signature refused by a receiver that verifies with sipgate's key", nodeLibrary{key: push.SipgateKey()}, testKey(), "does it have the public half of --sign-key?"},
		{"push without X-Forwarded-For refused", nodeLibrary{key: receiverKey, checksForwardedFor: true}, testKey(), "--header 'X-Forwarded-For: 217.116.118.254'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.h.goodReceiver = referenceReceiver(t, receiver.Options{})
			v := playSigned(t, test.h, test.key)
			if v.Exit != verdict.ExitNoVerdict || !strings.Contains(v.Summary, test.want) {
				t.Errorf("exit %d, want 3 and a reason with %q: %s", v.Exit, test.want, v.Summary)
			}
			for _, row := range v.Rows {
				if row.Status == verdict.Failed || row.Status == verdict.Warned {
					t.Errorf("%s is %s: %+v", row.ID, row.Status, row.Findings)
				}
				needsSignature := row.ID != "push.golden-capture" && row.ID != "push.unknown-event" // push.golden-capture has sipgate's signature, and push.unknown-event may be refused for its event
				if area := row.Area(); row.Status == verdict.Passed && needsSignature && (area == "push" || area == "call") {
					t.Errorf("%s is %s, although every push was refused", row.ID, row.Status)
				}
			}
			want := map[string]verdict.Status{"push.newcall": verdict.Undetermined, "push.answer": verdict.Undetermined, "call.answered": verdict.Undetermined}
			if diff := cmp.Diff(want, statuses(v, "push.newcall", "push.answer", "call.answered")); diff != "" {
				t.Errorf("status mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// receiverRefusingWrongSignatures returns a receiver that verifies signatures. Its response to a push with a wrong signature has status
// 200 and the given body.
func receiverRefusingWrongSignatures(t *testing.T, contentType, body string) http.Handler {
	goodReceiver := referenceReceiver(t, receiver.Options{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		form, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(form))
		if r.Method != http.MethodPost || push.Verify(&testKey().PublicKey, form, r.Header.Get(push.SignatureHeader)) == nil {
			goodReceiver.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", contentType)
		fmt.Fprint(w, body)
	})
}

func TestRefusalOfAWrongSignatureMayHaveAnyText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ contentType, body string }{
		{"application/xml", `<Error message="HMAC mismatch"/>`},
		{"application/xml", `<Error message="Not from sipgate"/>`},
		{"application/json", `{"error": "forbidden"}`},
	} {
		t.Run(test.body, func(t *testing.T) {
			t.Parallel()
			v := playSigned(t, receiverRefusingWrongSignatures(t, test.contentType, test.body), testKey())
			if v.Exit != verdict.ExitConformant {
				t.Errorf("exit %d, want 0: %s", v.Exit, v.Summary)
			}
			if diff := cmp.Diff(allSignatureIDs(verdict.Passed), statuses(v, signatureIDs...)); diff != "" {
				t.Errorf("status of signature.* mismatch (-want +got):\n%s", diff)
			}
			want := map[string]verdict.Status{"push.golden-capture": verdict.NotApplicable, "response.root": verdict.Passed, "response.xml-or-nothing": verdict.Passed}
			if diff := cmp.Diff(want, statuses(v, "push.golden-capture", "response.root", "response.xml-or-nothing")); diff != "" {
				t.Errorf("status mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// The receiver responds with an Error document to pushes with the numbers of the captured push, even if they are signed with the receiver's
// key.
func TestRefusalOfTheCapturedPushBecauseOfItsNumbersIsReported(t *testing.T) {
	t.Parallel()
	goodReceiver := referenceReceiver(t, receiver.Options{VerifyKey: &testKey().PublicKey})
	genuine, _ := push.GenuinePush()
	form, err := url.ParseQuery(string(genuine))
	if err != nil {
		t.Fatal(err)
	}
	v := playSigned(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if received, _ := url.ParseQuery(string(body)); received.Get("to") == form.Get("to") && received.Get("event") == "newCall" {
			w.Header().Set("Content-Type", "application/xml")
			fmt.Fprint(w, `<Error message="no such line"/>`)
			return
		}
		goodReceiver.ServeHTTP(w, r)
	}), testKey())
	if diff := cmp.Diff([]string{"push.golden-capture", "response.root"}, failedIDs(v)); diff != "" {
		t.Errorf("failed requirements mismatch (-want +got):\n%s", diff)
	}
}

func TestCrashAtAPushWithoutSignatureIsReported(t *testing.T) {
	t.Parallel()
	goodReceiver := referenceReceiver(t, receiver.Options{VerifyKey: &testKey().PublicKey})
	var mu sync.Mutex
	crashed := false
	v := playSigned(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		crashed = crashed || r.Header.Get(push.SignatureHeader) == "" && r.Method == http.MethodPost
		isCrashed := crashed
		mu.Unlock()
		if isCrashed {
			panic(http.ErrAbortHandler)
		}
		goodReceiver.ServeHTTP(w, r)
	}), testKey())
	if v.Exit != verdict.ExitNotConformant || !slices.Contains(failedIDs(v), "signature.missing") {
		t.Errorf("exit %d for %v, want 1 for signature.missing: %s", v.Exit, failedIDs(v), v.Summary)
	}
	if got := statuses(v, "push.newcall")["push.newcall"]; got != verdict.Passed {
		t.Errorf("push.newcall is %s, want passed", got)
	}
}

func TestReceiverThatVerifiesOnlyNewCallsIsReportedOnlyWithAnOracle(t *testing.T) {
	t.Parallel()
	onlyNewCalls, err := receiver.FindFault("signature-newcall-only")
	if err != nil {
		t.Fatal(err)
	}
	playFaulty := func(o receiver.Options, hasOracle bool, lag time.Duration) verdict.Verdict {
		o.VerifyKey = &testKey().PublicKey
		h := referenceReceiver(t, o)
		options := inMemoryOptions(h)
		options.Sender.SignKey = testKey()
		if hasOracle {
			options.StateCheck = run.StateCheck{Oracle: testoracle.Delayed(testoracle.OfReceiver(h), lag), Wait: 200 * time.Millisecond}
		}
		run := probedRun(t, options)
		steps.Play(t.Context(), run, steps.Suite{Files: features.FS, Parallel: 4, Selects: hasTag("signature")})
		return run.Verdict()
	}
	faultyOptions := receiver.Options{Faults: []receiver.Fault{onlyNewCalls}}
	if diff := cmp.Diff([]string{"signature.missing", "signature.forged"}, failedIDs(playFaulty(faultyOptions, true, 0))); diff != "" {
		t.Errorf("findings with an oracle mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"signature.missing", "signature.forged"}, failedIDs(playFaulty(faultyOptions, true, 80*time.Millisecond))); diff != "" {
		t.Errorf("findings with a delayed oracle mismatch (-want +got):\n%s", diff)
	}
	hasStateNote := func(v verdict.Verdict) bool {
		return slices.ContainsFunc(v.Notes, func(n verdict.Note) bool { return n.About == "signature" && strings.Contains(n.Text, "--state-url") })
	}
	if v := playFaulty(faultyOptions, false, 0); len(failedIDs(v)) > 0 || !hasStateNote(v) {
		t.Errorf("without an oracle: failed %v, notes %+v; want no finding and a note about --state-url", failedIDs(v), v.Notes)
	}
	for _, hasOracle := range []bool{true, false} {
		if v := playFaulty(receiver.Options{}, hasOracle, 0); len(failedIDs(v)) > 0 || hasStateNote(v) {
			t.Errorf("receiver that verifies every push (oracle: %t): failed %v, notes %+v; want no finding and no such note", hasOracle, failedIDs(v), v.Notes)
		}
	}
}

func TestReceiverThatRefusesASecondCallOfTheSamePeopleHasNoFindingAboutForgedPushes(t *testing.T) {
	t.Parallel()
	lostHangup, err := receiver.FindFault("lost-hangup")
	if err != nil {
		t.Fatal(err)
	}
	v := playSigned(t, referenceReceiver(t, receiver.Options{VerifyKey: &testKey().PublicKey, Faults: []receiver.Fault{lostHangup}}), testKey())
	want := map[string]verdict.Status{"signature.missing": verdict.Passed, "signature.forged": verdict.Passed}
	if diff := cmp.Diff(want, statuses(v, "signature.missing", "signature.forged")); diff != "" {
		t.Errorf("statuses mismatch (-want +got):\n%s", diff)
	}
}
