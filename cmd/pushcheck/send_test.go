package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/scenarios"
)

// The files testdata/sent/*.txt are command lines with their outputs. A line "@" with names of faults starts a receiver for the command
// lines below it, and "@ http" starts a receiver without TLS. In these command lines, URL is the address of the receiver, and CA is the
// file of its authority. Times, ports and numbers that grow with the catalogue are replaced by words.
func TestSentRequestsMatchTheFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/sent/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata/sent: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runSendCommands(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s mismatch (-want +got), go test ./cmd/pushcheck -update writes it again:\n%s", file, diff)
			}
		})
	}
}

// runSendCommands runs the command lines of a file, and returns the text of the file with the outputs of these runs.
func runSendCommands(t *testing.T, file string) string {
	t.Helper()
	var b strings.Builder
	var url, ca string
	for line := range strings.Lines(file) {
		line = strings.TrimSuffix(line, "\n")
		if faults, ok := strings.CutPrefix(line, "@"); ok {
			url, ca = startFaultyReceiver(t, strings.Fields(faults))
			b.WriteString(line + "\n\n")
		}
		if strings.HasPrefix(line, "# ") {
			b.WriteString(line + "\n\n")
		}
		rest, ok := strings.CutPrefix(line, "$ pushcheck")
		if !ok {
			continue
		}
		args := splitWords(rest)
		for i, arg := range args {
			switch arg {
			case "URL":
				args[i] = url
			case "CA":
				args[i] = ca
			}
		}
		got := runCommand(t, args...)
		b.WriteString(line + "\n" + maskChangingValues(got.stdout))
		for line := range strings.Lines(maskChangingValues(got.stderr)) {
			b.WriteString("! " + strings.TrimSuffix(line, "\n") + "\n")
		}
		fmt.Fprintf(&b, "exit %d\n\n", got.exit)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// startFaultyReceiver starts a receiver with faults, which runs until the test ends. The name "http" means a receiver without TLS. It
// returns the URL and a file with the authority.
func startFaultyReceiver(t *testing.T, names []string) (url, ca string) {
	t.Helper()
	var c receiver.Config
	for _, name := range names {
		if name == "http" {
			c.PlainHTTP = true
			continue
		}
		fault, err := receiver.FindFault(name)
		if err != nil {
			t.Fatal(err)
		}
		c.Options.Faults = append(c.Options.Faults, fault)
	}
	r, err := receiver.Start(context.WithoutCancel(t.Context()), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	ca = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, r.RootPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	return r.URL, ca
}

// maskChangingValues replaces values that differ between runs of the test by words.
func maskChangingValues(text string) string {
	for _, s := range []struct{ pattern, replacement string }{
		{`127\.0\.0\.1:\d+`, "127.0.0.1:PORT"},
		{`--cacert '[^']*'`, "--cacert CA"},
		{`(<-- \S+ +)\d[\d.]* m?s +`, "${1}TIME  "},
		{`\b\d[\d.]*(µs|ms|s| ms)\b`, "TIME"},
		{`\d[\d.]* begun a second`, "RATE begun a second"},
		{`(?m)^(transport|push|response|following|call|trouble) +\d+ passed`, "$1  N passed"},
		{`\bpush(es)? in \d[\d.]* m?s,`, "push$1 in TIME,"},
		{`\b\d+ requirements met`, "N requirements met"},
		{`nonce [0-9A-Z]{10}\b`, "nonce NONCE"},
	} {
		text = regexp.MustCompile(s.pattern).ReplaceAllString(text, s.replacement)
	}
	return text
}

// recordingReceiver is a receiver that keeps the pushes that it gets, and sends the same response to each.
type recordingReceiver struct {
	response string
	status   int             // HTTP status of each response; 0: status 200
	onPush   func(count int) // called for each push before the response; count includes this push

	mu     sync.Mutex
	pushes []push.Push
}

func (r *recordingReceiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	form, err := push.ParseForm(body)
	p, formErr := push.FromForm(form)
	if err != nil || formErr != nil {
		http.Error(w, "no push", http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	r.pushes = append(r.pushes, p)
	n := len(r.pushes)
	r.mu.Unlock()
	if r.onPush != nil {
		r.onPush(n)
	}
	if r.response != "" {
		w.Header().Set("Content-Type", "application/xml")
	}
	if r.status != 0 {
		w.WriteHeader(r.status)
	}
	_, _ = io.WriteString(w, r.response)
}

// events returns the events of the pushes so far, in the order in which they came.
func (r *recordingReceiver) events() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, p := range r.pushes {
		out = append(out, string(p.Event))
	}
	return out
}

// serve starts a server for the receiver, and returns the arguments that make a command send to it.
func (r *recordingReceiver) serve(t *testing.T) []string {
	t.Helper()
	target := pushchecktest.Serve(t, r)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: target.CAs[0].Raw})
	if err := os.WriteFile(ca, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{target.URL, "--ca-file", ca}
}

func TestSetAndUnsetFlagsChangeOnlyTheFirstPush(t *testing.T) {
	t.Parallel()
	recorder := &recordingReceiver{}
	targetArgs := recorder.serve(t)
	runCommand(t, append([]string{"send", "incoming-answered", "--speed", "0", "--follow-ups", "always", "--nonce", "n", "--set", "user[]=", "--unset", "xcid"}, targetArgs...)...)
	runCommand(t, append([]string{"send", "newCall", "--documented", "--set", "user[]=Doc", "--set", "user[]=Marty"}, targetArgs...)...)
	type sentPush struct {
		Event   push.Event
		Users   []string
		HasXCID bool
	}
	var got []sentPush
	for _, p := range recorder.pushes {
		got = append(got, sentPush{p.Event, p.Users, p.XCID != ""})
	}
	want := []sentPush{
		{push.NewCall, []string{""}, false},
		{push.Answer, []string{"Doc"}, true}, // only the first push of a call is changed
		{push.Hangup, nil, true},
		{push.NewCall, []string{"Doc", "Marty"}, true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pushes mismatch (-want +got):\n%s", diff)
	}
	if got := recorder.pushes[3].CallID; got != "12111955" {
		t.Errorf("the callId of the documented push is %q, want 12111955", got)
	}
}

func TestAnObserverGetsFollowUpsOnlyWithFollowUpsAlways(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		flags []string
		want  []string
	}{
		"without --follow-ups":     {nil, []string{"newCall"}},
		"with --follow-ups always": {[]string{"--follow-ups", "always"}, []string{"newCall", "answer", "hangup"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorder := &recordingReceiver{}
			args := append([]string{"send", "incoming-answered", "--speed", "0"}, recorder.serve(t)...)
			got := runCommand(t, append(args, test.flags...)...)
			if diff := cmp.Diff(test.want, recorder.events()); diff != "" || got.exit != 0 {
				t.Errorf("exit %d, pushes mismatch (-want +got):\n%s%s", got.exit, diff, got.stderr)
			}
		})
	}
}

func TestARefusedPushIsNotSentAgain(t *testing.T) {
	t.Parallel()
	recorder := &recordingReceiver{status: http.StatusInternalServerError}
	got := runCommand(t, append([]string{"send", "newCall"}, recorder.serve(t)...)...)
	if diff := cmp.Diff([]string{"newCall"}, recorder.events()); diff != "" || got.exit != 1 {
		t.Errorf("exit %d, want 1; pushes mismatch (-want +got):\n%s", got.exit, diff)
	}
}

func TestSinglePushesWithTheSameNonceHaveTheSameCallID(t *testing.T) {
	t.Parallel()
	recorder := &recordingReceiver{}
	targetArgs := recorder.serve(t)
	for _, nonce := range []string{"one", "other"} {
		for _, event := range []string{"newCall", "answer", "hangup", "dtmf"} {
			runCommand(t, append([]string{"send", event, "--nonce", nonce}, targetArgs...)...)
		}
	}
	eventsByCallID := map[string][]string{}
	var callIDs []string
	for _, p := range recorder.pushes {
		if eventsByCallID[p.CallID] == nil {
			callIDs = append(callIDs, p.CallID)
		}
		eventsByCallID[p.CallID] = append(eventsByCallID[p.CallID], string(p.Event))
	}
	var got [][]string
	for _, id := range callIDs {
		got = append(got, eventsByCallID[id])
	}
	allEvents := []string{"newCall", "answer", "hangup", "dtmf"}
	if diff := cmp.Diff([][]string{allEvents, allEvents}, got); diff != "" {
		t.Errorf("events by callId mismatch (-want +got):\n%s", diff)
	}
}

func TestReportOfAnInterruptedSendIsWritten(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	recorder := &recordingReceiver{onPush: func(int) { cancel() }}
	file := filepath.Join(t.TempDir(), "report.json")
	got := runCommandUntil(ctx, append([]string{"send", "incoming-answered", "--report", "json=" + file}, recorder.serve(t)...)...)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got.exit != 130 || !bytes.Contains(data, []byte(`"interrupted": true`)) {
		t.Errorf("exit %d, want 130, and a report that has interrupted:\n%s", got.exit, data)
	}
	if diff := cmp.Diff([]string{"newCall"}, recorder.events()); diff != "" {
		t.Errorf("pushes mismatch (-want +got):\n%s", diff)
	}
}

func TestAReportOnStandardOutputMovesOtherTextToStandardError(t *testing.T) {
	t.Parallel()
	recorder := &recordingReceiver{}
	got := runCommand(t, append([]string{"send", "testdata/sent-outside.yaml", "--speed", "0", "--follow-ups", "always", "--report", "json=-"}, recorder.serve(t)...)...)
	if !strings.HasPrefix(got.stdout, "{") || !strings.HasSuffix(got.stdout, "}\n") {
		t.Errorf("standard output is no JSON document:\n%s", got.stdout)
	}
	if !strings.Contains(got.stderr, "sipgate bills 3 of these 5 pushes") {
		t.Errorf("standard error does not name the billed pushes:\n%s", got.stderr)
	}
}

func TestSetFlagKeepsTheOrderOfFields(t *testing.T) {
	t.Parallel()
	form := push.Form{{Name: "event", Value: "newCall"}, {Name: "user[]", Value: "Doc"}, {Name: "xcid", Value: "1"}}
	for name, test := range map[string]struct {
		set, unset []string
		want       push.Form
	}{
		"no change": {nil, nil, form},
		"several values for a field replace its value": {[]string{"user[]=Marty", "to=1", "user[]=Doc=Brown"}, nil,
			push.Form{{Name: "event", Value: "newCall"}, {Name: "user[]", Value: "Marty"}, {Name: "user[]", Value: "Doc=Brown"}, {Name: "xcid", Value: "1"}, {Name: "to", Value: "1"}}},
		"an empty value is kept, and an unset field is removed": {[]string{"xcid="}, []string{"user[]"},
			push.Form{{Name: "event", Value: "newCall"}, {Name: "xcid", Value: ""}}},
	} {
		c, err := parseChange(test.set, test.unset)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, c.apply(form)); diff != "" {
			t.Errorf("%s: apply(%q, %q) mismatch (-want +got):\n%s", name, test.set, test.unset, diff)
		}
	}
}

func TestAChangedPushIsJudgedByTheRequirementForItsNewForm(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, set, want, why string
	}{
		{"newCall", "", "", "nothing is changed"},
		{"newCall", "xcid=", "push.newcall", ""},
		{"newCall", "direction=out", "push.outgoing", ""},
		{"hangup", "cause=busy", "push.hangup", ""},
		{"dtmf", "dtmf=", "push.dtmf", ""},
		{"newCall", "event=answer", "push.answer", ""},
		{"newCall", "event=parked", "", "sipgate sends no such push, so the receiver may refuse it"},
	} {
		p, err := findSendItem(test.name)
		if err != nil {
			t.Fatal(err)
		}
		var set []string
		if test.set != "" {
			set = []string{test.set}
		}
		c, err := parseChange(set, nil)
		if err != nil {
			t.Fatal(err)
		}
		first := p.call(callSettings{incoming: "https://receiver.example/", nonce: "n", cast: scenarios.DefaultCast()}).Rehearse()[0]
		if got := c.requirement(first, push.ObservedDialect()); got != test.want {
			t.Errorf("requirement of %s with %q = %q, want %q (%s)", test.name, test.set, got, test.want, test.why)
		}
	}
}

func TestEveryCallScenarioCanBeSent(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios.All() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			steering, args := "", []string{"send", s.Name, "--speed", "0", "--config", "none"}
			if s.RequiredAction != "" {
				steering = string(s.RequiredAction) + "=493023125071"
				args = append(args, "--numbers", steering)
			}
			instance, ca := startReceiver(t, steering)
			got := runCommand(t, append(args, instance.URL, "--ca-file", ca)...)
			if got.exit != 0 || strings.Contains(got.stdout, "failed") {
				t.Errorf("exit %d:\n%s%s", got.exit, got.stdout, got.stderr)
			}
			want := len(pushEvents(s))
			if n := instance.PushCount(); n != want {
				t.Errorf("%d pushes reached the receiver, want %d as listed", n, want)
			}
			hasSecondLeg := strings.HasPrefix(s.Name, "transfer-") || strings.HasPrefix(s.Name, "forward-")
			if namesBilledPushes := strings.Contains(got.stdout, "sipgate bills"); namesBilledPushes != hasSecondLeg {
				t.Errorf("the output names the billed pushes: %t, want %t:\n%s", namesBilledPushes, hasSecondLeg, got.stdout)
			}
		})
	}
}
