package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// bodyReceiver is a receiver that subscribes to all pushes, and keeps the requests that it gets.
type bodyReceiver struct {
	*httptest.Server
	mu       sync.Mutex
	received []string // for each request: its path, the headers that a flag can set, and its body
}

// startBodyReceiver starts a bodyReceiver.
func startBodyReceiver(t *testing.T) *bodyReceiver {
	t.Helper()
	b := &bodyReceiver{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		b.mu.Lock()
		b.received = append(b.received, fmt.Sprintf("%s test=%s signed=%t %s", r.URL.Path, r.Header.Get("X-Test"), r.Header.Get(push.SignatureHeader) != "", body))
		b.mu.Unlock()
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprintf(w, `<Response onAnswer="%s/asked" onHangup="%s/asked"/>`, b.URL, b.URL)
	}))
	t.Cleanup(b.Close)
	return b
}

// firstCallPushes is the number of pushes of the call that load plays first.
const firstCallPushes = 3

// bodiesExceptFirstCall returns the requests of all calls except the first one, in alphabetical order.
func (b *bodyReceiver) bodiesExceptFirstCall(t *testing.T) []string {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.received) < firstCallPushes {
		t.Fatalf("%d pushes came, want at least the %d of the first call", len(b.received), firstCallPushes)
	}
	return sortedTexts(b.received[firstCallPushes:])
}

func sortedTexts(texts []string) []string { return slices.Sorted(slices.Values(texts)) }

func TestLoadUsesTheFlagsAboutTheReceiver(t *testing.T) {
	t.Parallel()
	cast := filepath.Join(t.TempDir(), "cast.yaml")
	if err := os.WriteFile(cast, []byte("Doc: {name: Emmett Brown, number: \"493023125071\", userId: w7, fullUserId: 7654321w7}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		args []string
		mix  string
		want string // part of each newCall request
	}{
		{name: "--header", args: []string{"--header", "X-Test: yes"}, want: "test=yes"},
		{name: "--sign-key", args: []string{"--sign-key", writeSigningKey(t).file}, want: "signed=true"},
		{name: "--outgoing", args: []string{"--outgoing", "URL/out"}, mix: "outgoing-answered", want: "/out "},
		{name: "--cast", args: []string{"--cast", cast}, want: "to=493023125071"},
		{name: "--numbers for a steered call", args: []string{"--numbers", "reject=493023125072"}, mix: "steered-reject", want: "to=493023125072"},
		{name: "--numbers for any call", args: []string{"--numbers", "through=493023125073"}, want: "to=493023125073"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			target := startBodyReceiver(t)
			args := []string{"load", target.URL + "/push", "--allow-http", "--count", "5", "--calls", "500/s", "--speed", "0"}
			if tt.mix == "" {
				tt.mix = "incoming-answered"
			}
			for _, arg := range tt.args {
				args = append(args, strings.ReplaceAll(arg, "URL", target.URL))
			}
			if got := runCommand(t, append(args, "--mix", tt.mix+"=1")...); got.exit != 0 {
				t.Fatalf("%q: exit %d, want 0:\n%s%s", args, got.exit, got.stdout, got.stderr)
			}
			newCalls := 0
			for _, request := range target.bodiesExceptFirstCall(t) {
				if !strings.Contains(request, "event="+string(push.NewCall)) {
					continue
				}
				newCalls++
				if !strings.Contains(request+" ", tt.want) {
					t.Errorf("a push without %q: %s", tt.want, request)
				}
			}
			if newCalls != 5 {
				t.Errorf("%d newCall pushes, want 5", newCalls)
			}
		})
	}
}

func TestLateLoadStartsTheDueCallsAtOnceAndPrintsANote(t *testing.T) {
	t.Parallel()
	target := startBodyReceiver(t)
	args := []string{"load", target.URL + "/push", "--allow-http", "--count", "20", "--calls", "100/s", "--speed", "0", "--arrivals", "constant", "--start-at"}
	lateLoad := runCommand(t, append(args, time.Now().Add(-5*time.Second).Format(time.RFC3339))...)
	if lateLoad.exit != 0 || !strings.Contains(lateLoad.stdout, "20 late") || !strings.Contains(strings.Join(strings.Fields(lateLoad.stdout), " "), "it was not started in time") {
		t.Errorf("exit %d, want 0 and 20 late calls with the reason:\n%s%s", lateLoad.exit, lateLoad.stdout, lateLoad.stderr)
	}
	requestCount := len(target.bodiesExceptFirstCall(t))
	tooLateLoad := runCommand(t, append(args, time.Now().Add(-2*time.Minute).Format(time.RFC3339))...)
	if tooLateLoad.exit != 2 || !strings.Contains(tooLateLoad.stderr, "it is more than a minute ago") || len(target.bodiesExceptFirstCall(t)) != requestCount {
		t.Errorf("exit %d, want 2 and no push:\n%s", tooLateLoad.exit, tooLateLoad.stderr)
	}
}

func TestManyCallsAtAPublicAddressNeedConsent(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, url string
		args      []string
		isRefused bool
	}{
		{"many calls a second at a public address: refused", "https://9.9.9.9/push", []string{"--calls", "51/s"}, true},
		{"many calls at a time at a public address: refused", "https://9.9.9.9/push", []string{"--concurrency", "51"}, true},
		{"--connect-to leads a name to a public address: refused", "https://example.org/push", []string{"--calls", "51/s", "--connect-to", "example.org:443:9.9.9.9:443"}, true},
		{"--connect-to leads a public address to this machine: accepted", "https://9.9.9.9/push", []string{"--calls", "51/s", "--connect-to", "9.9.9.9:443:127.0.0.1:1"}, false},
		{"a public URL for outgoing calls: refused", "https://127.0.0.1:1/push", []string{"--calls", "51/s", "--outgoing", "https://9.9.9.9/push"}, true},
		{"a public address for follow-up pushes: refused", "https://127.0.0.1:1/push", []string{"--calls", "51/s", "--follow", "9.9.9.9"}, true},
		{"a public IPv6 address for follow-up pushes: refused", "https://127.0.0.1:1/push", []string{"--calls", "51/s", "--follow", "2620:fe::fe"}, true},
		{"--connect-to leads another port to a public address: refused", "https://127.0.0.1:1/push", []string{"--calls", "51/s", "--connect-to", "127.0.0.1:2:9.9.9.9:443"}, true},
		{"a private address for follow-up pushes: accepted", "https://127.0.0.1:1/push", []string{"--calls", "51/s", "--follow", "10.0.0.1"}, false},
		{"this machine: accepted", "https://127.0.0.1:1/push", []string{"--calls", "51/s"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runCommand(t, append([]string{"load", tt.url}, tt.args...)...)
			if isRefused := got.exit == 2 && strings.Contains(got.stderr, "hint: if it is yours, add --yes-this-is-my-receiver"); isRefused != tt.isRefused {
				t.Errorf("exit %d, want refused %t:\n%s%s", got.exit, tt.isRefused, got.stdout, got.stderr)
			}
		})
	}
	for address, want := range map[string]bool{"9.9.9.9": true, "::ffff:9.9.9.9": true, "10.0.0.7": false, "127.0.0.1": false} {
		lookup := func(string) []netip.Addr {
			return []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr(address)}
		}
		if got := isPublic("push.example.org", lookup); got != want {
			t.Errorf("isPublic of a name with the address %s = %t, want %t", address, got, want)
		}
	}
}
