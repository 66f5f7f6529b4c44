package pushchecktest_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/cucumber/godog"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/steps"
)

// office is an application that shows each call on the screen of the user who is called.
type office struct {
	http.Handler
	mu           sync.Mutex
	userByCallID map[string]string
}

func (o *office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.Handler.ServeHTTP(w, r)
	o.mu.Lock()
	defer o.mu.Unlock()
	if r.PostForm.Get("event") == "newCall" {
		o.userByCallID[r.PostForm.Get("callId")] = r.PostForm.Get("user[]")
	}
}

// screens registers the steps of the office.
func (o *office) screens(sc *godog.ScenarioContext) {
	sc.Step(`^(\w+)'s screen has rung$`, func(ctx context.Context, who string) error {
		call, err := steps.PlayedCall(ctx)
		if err != nil {
			return err
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		for _, x := range call.Exchanges {
			if x.Push.Event == push.NewCall && strings.HasPrefix(o.userByCallID[x.Push.CallID], who) {
				return nil
			}
		}
		return fmt.Errorf("%s's screen stayed dark", who)
	})
}

func newOffice(t *testing.T) *office {
	t.Helper()
	goodReceiver, err := receiver.New(receiver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &office{Handler: keepForm(goodReceiver), userByCallID: map[string]string{}}
}

func TestOwnFeaturesArePlayedBesideBuiltInFeatures(t *testing.T) {
	t.Parallel()
	app := newOffice(t)
	pushchecktest.Test(t, pushchecktest.Serve(t, app), pushchecktest.Suite{Files: os.DirFS("testdata/own"), Steps: app.screens})
	if len(app.userByCallID) == 0 {
		t.Error("the office got no newCall")
	}
}

// The code blocks of docs/own-features.md are the files that TestOwnFeaturesArePlayedBesideBuiltInFeatures plays, so the page
// shows what works.
func TestOwnFeaturesPageShowsTheTestedFiles(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/own-features.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"testdata/own/reception.feature", "testdata/own/reception.yaml"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), "\n"+string(data)+"```") {
			t.Errorf("docs/own-features.md does not contain %s unchanged", file)
		}
	}
	source, err := os.ReadFile("own_test.go")
	if err != nil {
		t.Fatal(err)
	}
	step := regexp.MustCompile(`(?s)// screens registers.*?\n}\n`).FindString(string(source))
	if step == "" || !strings.Contains(string(page), step) {
		t.Errorf("docs/own-features.md does not contain the method screens unchanged")
	}
}

// keepForm returns a handler that calls h and then fills r.PostForm, although h has read the body.
func keepForm(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		h.ServeHTTP(w, r)
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.Form, r.PostForm = nil, nil
		_ = r.ParseForm()
	})
}
