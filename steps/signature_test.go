package steps_test

import (
	"bytes"
	"context"
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
	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

var pair = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// signing judges a handler by the features about pushes, responses and signatures. Pushes are signed with key; nil: they are not signed.
func signing(t *testing.T, h http.Handler, key *rsa.PrivateKey) verdict.Verdict {
	t.Helper()
	o := inMemory(h)
	o.Sender.SignKey = key
	run := probed(t, o)
	steps.Play(t.Context(), run, steps.Suite{Files: some(t, "pushes.feature", "odd_pushes.feature", "signature.feature", "security.feature", "responses.feature"), Parallel: 4})
	v := run.Verdict()
	if len(v.Problems) > 0 {
		t.Errorf("Problems = %q, want none", v.Problems)
	}
	return v
}

// statuses returns the statuses of some requirements.
func statuses(v verdict.Verdict, ids ...string) map[string]verdict.Status {
	out := map[string]verdict.Status{}
	for _, row := range v.Rows {
		if slices.Contains(ids, row.ID) {
			out[row.ID] = row.Status
		}
	}
	return out
}

var aboutSignatures = []string{"signature.valid", "signature.any-body", "signature.missing", "signature.any-proxy", "signature.forged"}

func all(s verdict.Status) map[string]verdict.Status {
	out := map[string]verdict.Status{}
	for _, id := range aboutSignatures {
		out[id] = s
	}
	return out
}

func TestReceiverThatVerifiesSignaturesIsJudgedBySignedPushes(t *testing.T) {
	t.Parallel()
	plain := signing(t, reference(t, receiver.Options{}), nil)
	v := signing(t, reference(t, receiver.Options{VerifyKey: &pair().PublicKey}), pair())
	if v.Exit != verdict.ExitConformant {
		t.Errorf("exit %d, want 0: %s", v.Exit, v.Why)
	}
	if diff := cmp.Diff(all(verdict.Passed), statuses(v, aboutSignatures...)); diff != "" {
		t.Errorf("status of signature.* mismatch (-want +got):\n%s", diff)
	}
	for i, row := range v.Rows {
		switch other := plain.Rows[i]; {
		case row.Area() == "signature":
		case row.ID == "push.golden-capture":
			if row.Status != verdict.NotApplicable {
				t.Errorf("%s is %s, want not applicable: the receiver has another key than sipgate's", row.ID, row.Status)
			}
		case row.Status != other.Status:
			t.Errorf("%s is %s, and %s where nothing is verified", row.ID, row.Status, other.Status)
		}
	}
	if v.Capabilities[requirements.CanSignature] != verdict.IsShown {
		t.Errorf("the capability is %s, want shown", v.Capabilities[requirements.CanSignature])
	}
}

func TestEverySignatureIsValidExceptThoseOfForgeries(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	wrong := map[string]int{}
	good := reference(t, receiver.Options{})
	signing(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		genuine, _ := push.GenuinePush()
		err := push.Verify(&pair().PublicKey, body, r.Header.Get(push.SignatureHeader))
		if bytes.Equal(body, genuine) {
			err = push.Verify(push.SipgateKey(), body, r.Header.Get(push.SignatureHeader))
		}
		if err != nil && r.Method == http.MethodPost {
			mu.Lock()
			wrong[err.Error()]++
			mu.Unlock()
		}
		good.ServeHTTP(w, r)
	}), pair())
	if wrong[string(push.NoSignature)] == 0 {
		t.Error("no push came without a signature, want one that has none on purpose")
	}
	delete(wrong, string(push.NoSignature))                                     // the pushes of strangers have no signature
	want := map[string]int{string(push.OtherBody): 1, string(push.OtherKey): 4} // an altered newCall, and a newCall, an answer and a hangup with another key
	if diff := cmp.Diff(want, wrong); diff != "" {
		t.Errorf("signatures that do not hold mismatch (-want +got):\n%s", diff)
	}
}

func TestMissingVerificationIsReportedOnlyIfVerificationIsClaimed(t *testing.T) {
	t.Parallel()
	v := signing(t, reference(t, receiver.Options{}), pair())
	if diff := cmp.Diff(all(verdict.NotApplicable), statuses(v, aboutSignatures...)); v.Exit != 0 || diff != "" {
		t.Errorf("exit %d, status of signature.* mismatch (-want +got):\n%s", v.Exit, diff)
	}
	isNoted := func(n verdict.Note) bool {
		return n.About == "signature" && strings.Contains(n.Text, "--claim signature")
	}
	if !slices.ContainsFunc(v.Notes, isNoted) {
		t.Errorf("Notes = %+v, want one that names --claim signature", v.Notes)
	}
}

func TestRefusalOfADirectPushIsNotReportedAsASignatureFinding(t *testing.T) {
	t.Parallel()
	good := reference(t, receiver.Options{VerifyKey: &pair().PublicKey})
	v := signing(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Forwarded-For") == "" {
			http.Error(w, "bad signature", http.StatusForbidden)
			return
		}
		good.ServeHTTP(w, r)
	}), pair())
	want := map[string]verdict.Status{"signature.valid": verdict.Undetermined, "signature.any-proxy": verdict.Warned, "push.newcall": verdict.Undetermined}
	if diff := cmp.Diff(want, statuses(v, "signature.valid", "signature.any-proxy", "push.newcall")); diff != "" || len(failed(v)) > 0 {
		t.Errorf("fails %v, status mismatch (-want +got):\n%s", failed(v), diff)
	}
	if v.Exit != verdict.ExitNoVerdict || !strings.Contains(v.Why, "--header 'X-Forwarded-For: 217.116.118.254'") {
		t.Errorf("exit %d, want 3 and what to set: %s", v.Exit, v.Why)
	}
}

// library refuses pushes as sipgate's Node library does: with status 200 and an Error document.
type library struct {
	key    *rsa.PublicKey
	origin bool // checks X-Forwarded-For as well
	good   http.Handler
}

func (l library) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	refuse := func(words string) {
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error message="%s" />`, words)
	}
	switch {
	case l.origin && r.Header.Get("X-Forwarded-For") != "217.116.118.254":
		refuse("Caution! IP address is not from sipgate")
	case push.Verify(l.key, body, r.Header.Get(push.SignatureHeader)) != nil:
		refuse("Signature verification failed.")
	default:
		l.good.ServeHTTP(w, r)
	}
}

func TestRightlyRefusedPushIsUndeterminedAndHasAHint(t *testing.T) {
	t.Parallel()
	ours := &pair().PublicKey
	tests := []struct {
		name string
		h    library
		key  *rsa.PrivateKey
		want string // part of the reason
	}{
		{"refused by signature", library{key: ours}, nil, "the private half with --sign-key"},
		{"refused by signature with sipgate's key", library{key: push.SipgateKey()}, pair(), "does it have the public half of --sign-key?"},
		{"refused by X-Forwarded-For", library{key: ours, origin: true}, pair(), "--header 'X-Forwarded-For: 217.116.118.254'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.h.good = reference(t, receiver.Options{})
			v := signing(t, test.h, test.key)
			if v.Exit != verdict.ExitNoVerdict || !strings.Contains(v.Why, test.want) {
				t.Errorf("exit %d, want 3 and a reason with %q: %s", v.Exit, test.want, v.Why)
			}
			for _, row := range v.Rows {
				if row.Status == verdict.Failed || row.Status == verdict.Warned {
					t.Errorf("%s is %s: %+v", row.ID, row.Status, row.Findings)
				}
				tells := row.ID != "push.golden-capture" && row.ID != "push.unknown-event" // the first has sipgate's signature, and the second may be refused for its event
				if area := row.Area(); row.Status == verdict.Passed && tells && (area == "push" || area == "call") {
					t.Errorf("%s is %s, although nothing was let in", row.ID, row.Status)
				}
			}
			want := map[string]verdict.Status{"push.newcall": verdict.Undetermined, "push.answer": verdict.Undetermined, "call.answered": verdict.Undetermined}
			if diff := cmp.Diff(want, statuses(v, "push.newcall", "push.answer", "call.answered")); diff != "" {
				t.Errorf("status mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// refusing returns a receiver that verifies signatures. If a signature is wrong, it responds with status 200 and the given text.
func refusing(t *testing.T, contentType, words string) http.Handler {
	good := reference(t, receiver.Options{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if r.Method != http.MethodPost || push.Verify(&pair().PublicKey, body, r.Header.Get(push.SignatureHeader)) == nil {
			good.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", contentType)
		fmt.Fprint(w, words)
	})
}

func TestRefusalOfAWrongKeyMayHaveAnyText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ contentType, words string }{
		{"application/xml", `<Error message="HMAC mismatch"/>`},
		{"application/xml", `<Error message="Not from sipgate"/>`},
		{"application/json", `{"error": "forbidden"}`},
	} {
		t.Run(test.words, func(t *testing.T) {
			t.Parallel()
			v := signing(t, refusing(t, test.contentType, test.words), pair())
			if v.Exit != verdict.ExitConformant {
				t.Errorf("exit %d, want 0: %s", v.Exit, v.Why)
			}
			if diff := cmp.Diff(all(verdict.Passed), statuses(v, aboutSignatures...)); diff != "" {
				t.Errorf("status of signature.* mismatch (-want +got):\n%s", diff)
			}
			want := map[string]verdict.Status{"push.golden-capture": verdict.NotApplicable, "response.root": verdict.Passed, "response.xml-or-nothing": verdict.Passed}
			if diff := cmp.Diff(want, statuses(v, "push.golden-capture", "response.root", "response.xml-or-nothing")); diff != "" {
				t.Errorf("status mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// The receiver refuses the genuine push with a document, because of its numbers and not its signature. It refuses it again if it is signed
// with the receiver's key.
func TestRefusalOfTheGenuinePushForItsNumbersIsReported(t *testing.T) {
	t.Parallel()
	good := reference(t, receiver.Options{VerifyKey: &pair().PublicKey})
	genuine, _ := push.GenuinePush()
	form, err := url.ParseQuery(string(genuine))
	if err != nil {
		t.Fatal(err)
	}
	v := signing(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if said, _ := url.ParseQuery(string(body)); said.Get("to") == form.Get("to") && said.Get("event") == "newCall" {
			w.Header().Set("Content-Type", "application/xml")
			fmt.Fprint(w, `<Error message="no such line"/>`)
			return
		}
		good.ServeHTTP(w, r)
	}), pair())
	if diff := cmp.Diff([]string{"push.golden-capture", "response.root"}, failed(v)); diff != "" {
		t.Errorf("what failed mismatch (-want +got):\n%s", diff)
	}
}

func TestCrashAtAPushWithoutSignatureIsReported(t *testing.T) {
	t.Parallel()
	good := reference(t, receiver.Options{VerifyKey: &pair().PublicKey})
	var mu sync.Mutex
	dead := false
	v := signing(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		dead = dead || r.Header.Get(push.SignatureHeader) == "" && r.Method == http.MethodPost
		gone := dead
		mu.Unlock()
		if gone {
			panic(http.ErrAbortHandler)
		}
		good.ServeHTTP(w, r)
	}), pair())
	if v.Exit != verdict.ExitNotConformant || !slices.Contains(failed(v), "signature.missing") {
		t.Errorf("exit %d for %v, want 1 for signature.missing: %s", v.Exit, failed(v), v.Why)
	}
	if got := statuses(v, "push.newcall")["push.newcall"]; got != verdict.Passed {
		t.Errorf("push.newcall is %s, want passed", got)
	}
}

// late returns an oracle that shows a change of state late: the time lag after the first question since the change.
func late(ask oracle.Func, lag time.Duration) oracle.Func {
	type view struct {
		shown, next push.CallState
		since       time.Time
	}
	var mu sync.Mutex
	views := map[string]*view{}
	return func(ctx context.Context, callID string) (push.CallState, error) {
		now, err := ask(ctx, callID)
		mu.Lock()
		defer mu.Unlock()
		v := views[callID]
		if v == nil {
			v = &view{shown: push.CallUnknown, next: push.CallUnknown}
			views[callID] = v
		}
		if now != v.next {
			v.next, v.since = now, time.Now()
		}
		if time.Since(v.since) >= lag {
			v.shown = v.next
		}
		return v.shown, err
	}
}

func TestReceiverThatVerifiesOnlyNewCallsIsReportedIfItsStateIsKnown(t *testing.T) {
	t.Parallel()
	lax, err := receiver.FindFault("signature-newcall-only")
	if err != nil {
		t.Fatal(err)
	}
	judged := func(o receiver.Options, ask bool, lag time.Duration) verdict.Verdict {
		o.VerifyKey = &pair().PublicKey
		h := reference(t, o)
		options := inMemory(h)
		options.Sender.SignKey = pair()
		if ask {
			options.StateCheck = run.StateCheck{Oracle: late(thinks(h), lag), Wait: 200 * time.Millisecond}
		}
		run := probed(t, options)
		steps.Play(t.Context(), run, steps.Suite{Files: features.FS, Parallel: 4, Selects: tagged("signature")})
		return run.Verdict()
	}
	faulty := receiver.Options{Faults: []receiver.Fault{lax}}
	if diff := cmp.Diff([]string{"signature.missing", "signature.forged"}, failed(judged(faulty, true, 0))); diff != "" {
		t.Errorf("findings where it is asked mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"signature.missing", "signature.forged"}, failed(judged(faulty, true, 80*time.Millisecond))); diff != "" {
		t.Errorf("findings where it takes its time mismatch (-want +got):\n%s", diff)
	}
	noted := func(v verdict.Verdict) bool {
		return slices.ContainsFunc(v.Notes, func(n verdict.Note) bool { return n.About == "signature" && strings.Contains(n.Text, "--state-url") })
	}
	if v := judged(faulty, false, 0); len(failed(v)) > 0 || !noted(v) {
		t.Errorf("where it is not asked it fails %v, notes %+v; want nothing held against it, and a note", failed(v), v.Notes)
	}
	for _, ask := range []bool{true, false} {
		if v := judged(receiver.Options{}, ask, 0); len(failed(v)) > 0 || noted(v) {
			t.Errorf("one that verifies every push (asked: %t) fails %v, notes %+v; want neither", ask, failed(v), v.Notes)
		}
	}
}
