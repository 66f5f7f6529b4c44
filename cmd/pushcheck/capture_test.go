package main

import (
	"bufio"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
)

// eventsOfRequests parses the HTTP requests in a text, one after the other, and returns the event of each.
func eventsOfRequests(t *testing.T, data string) []string {
	t.Helper()
	var events []string
	for in := bufio.NewReader(strings.NewReader(data)); ; {
		if _, err := in.Peek(1); err == io.EOF {
			return events
		}
		r, err := http.ReadRequest(in)
		if err != nil {
			t.Fatalf("%v:\n%s", err, data)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		form, err := push.ParseForm(body)
		if err != nil || r.Method != http.MethodPost || r.Host == "" {
			t.Errorf("%s %s: %v", r.Method, r.Host, err)
		}
		events = append(events, form.Get(push.FieldEvent))
	}
}

func TestSavedPushesOfASignedCallPassVerify(t *testing.T) {
	t.Parallel()
	pair, folder := writeSigningKey(t), filepath.Join(t.TempDir(), "pushes")
	publicKeyFile := filepath.Join(t.TempDir(), "verify-key.pem")
	data, err := push.PublicKeyPEM(&pair.key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(publicKeyFile, data, 0o600); err != nil {
		t.Fatal(err)
	}
	command := startReceive(t, "--http", "--save", folder)
	sendOutcome := runCommand(t, "send", "incoming-answered", strings.Replace(command.url, "//", "//doc:delorean@", 1), "--allow-http", "--speed", "0", "--sign-key", pair.file, "--header", "Cookie: secret")
	if sendOutcome.exit != 0 {
		t.Fatalf("send: exit %d:\n%s", sendOutcome.exit, sendOutcome.stdout)
	}
	command.stop(t)
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var events, names []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, eventsOfRequests(t, string(text))...)
		names = append(names, regexp.MustCompile(`[0-9A-F]{76}`).ReplaceAllString(filepath.Base(file)[20:], "ID"))
		if strings.Contains(string(text), "secret") || !strings.Contains(string(text), "Cookie: $COOKIE") {
			t.Errorf("want a placeholder instead of the cookie:\n%s", text)
		}
	}
	if diff := cmp.Diff([]string{"newCall", "answer", "hangup"}, events); diff != "" {
		t.Errorf("events in the order of the files mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"000001-newCall-ID.http", "000002-answer-ID.http", "000003-hangup-ID.http"}, names); diff != "" {
		t.Errorf("names mismatch (-want +got):\n%s", diff)
	}
	got := runCommand(t, append([]string{"verify", "--key", publicKeyFile}, files...)...)
	if n := strings.Count(got.stdout, ".http:1: genuine: "); n != 3 || got.exit != 0 {
		t.Errorf("verify: exit %d, %d genuine pushes; want 0 and 3:\n%s%s", got.exit, n, got.stdout, got.stderr)
	}
}

func TestDryRunWithSetAndSignKeyPrintsChangedAndSignedRequests(t *testing.T) {
	t.Parallel()
	pair := writeSigningKey(t)
	got := runCommand(t, "send", "menu-digits", "--dry-run", "--http", "--sign-key", pair.file, "--set", "from=anonymous")
	if diff := cmp.Diff([]string{"newCall", "dtmf", "answer", "hangup"}, slices.Compact(eventsOfRequests(t, got.stdout))); diff != "" {
		t.Errorf("events mismatch (-want +got):\n%s%s", diff, got.stdout)
	}
	captures, err := push.ParseCaptures([]byte(got.stdout))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range captures {
		if len(c.Signatures) != 1 || push.Verify(&pair.key.PublicKey, c.Body, c.Signatures[0]) != nil {
			t.Errorf("push %d is not signed: %q", i, c.Body)
		}
		if changed := strings.Contains(string(c.Body), "from=anonymous"); changed != (i == 0) {
			t.Errorf("push %d is changed: %t", i, changed)
		}
	}
}

func TestFileNameOfAPushHasOnlySafeCharacters(t *testing.T) {
	t.Parallel()
	receivedAt := time.Date(2027, 2, 3, 4, 5, 6, 7_000_000, time.UTC)
	for _, test := range []struct{ event, callID, want string }{
		{"newCall", "54566B00", "20270203T040506.007-000012-newCall-54566B00.http"},
		{"../../x", "../../etc/passwd", "20270203T040506.007-000012-______x-______etc_passwd.http"},
		{"", "", "20270203T040506.007-000012-none-none.http"},
		{"a\nb", "c\x00\u202ed", "20270203T040506.007-000012-a_b-c__d.http"},
		{strings.Repeat("e", 500), strings.Repeat("i", 500), "20270203T040506.007-000012-" + strings.Repeat("e", 20) + "-" + strings.Repeat("i", 140) + ".http"},
	} {
		body := url.Values{"event": {test.event}, "callId": {test.callID}}.Encode()
		if diff := cmp.Diff(test.want, captureName(receivedAt, 12, []byte(body))); diff != "" {
			t.Errorf("captureName of event %q, callId %q mismatch (-want +got):\n%s", test.event, test.callID, diff)
		}
	}
	if got := captureName(receivedAt, 1, []byte("%zz")); !strings.HasSuffix(got, ".http") || strings.ContainsAny(got, "%/") {
		t.Errorf("captureName of a body that is not a form = %q", got)
	}
}

func TestSaveFlagIsRefusedIfItNamesAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got := runCommand(t, "receive", "--listen", "127.0.0.1:0", "--save", file)
	if got.exit != 2 || !strings.Contains(got.stderr, "reading --save: ") {
		t.Errorf("exit %d, want 2 and the flag: %s", got.exit, got.stderr)
	}
}
