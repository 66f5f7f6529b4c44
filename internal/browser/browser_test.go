// Package browser_test opens HTML reports of the program in a browser. It is a separate module, so that pushcheck itself needs no library
// that controls browsers. The browser is Chromium, which .ci/run installs.
package browser_test

import (
	"bufio"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// buildProgram builds the program and returns the name of its file.
func buildProgram(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pushcheck")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", file, "./cmd/pushcheck")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	return file
}

// startReceiver serves the reference receiver with faults, and returns its URL and the file of its authority.
func startReceiver(t *testing.T, program string, faults ...string) (receiver, authority string) {
	t.Helper()
	authority = filepath.Join(t.TempDir(), "ca.pem")
	args := []string{"receive", "--listen", "127.0.0.1:0", "--ca-out", authority}
	for _, f := range faults {
		args = append(args, "--fault", f)
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // the test's context ends it
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, at, ok := strings.Cut(lines.Text(), "receiving at "); ok {
			go func() {
				for lines.Scan() { // the receiver would block if nothing read its output
				}
			}()
			return strings.Fields(at)[0], authority
		}
	}
	t.Fatal("the receiver does not print its URL")
	return "", ""
}

// writeReport runs the program with a report, and returns the report's address. The test fails if the exit code is not the expected one.
func writeReport(t *testing.T, program string, exit int, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	cmd := exec.CommandContext(t.Context(), program, append(args, "--report", "html="+file)...)
	out, _ := cmd.CombinedOutput() // its exit code is compared
	if got := cmd.ProcessState.ExitCode(); got != exit {
		t.Fatalf("pushcheck %q: exit %d, want %d\n%s", args, got, exit, out)
	}
	return (&url.URL{Scheme: "file", Path: file}).String()
}

// writeInterruptedReport runs the program with slow calls, interrupts it after the first one, and returns the report's address.
func writeInterruptedReport(t *testing.T, program, receiver, authority string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	cmd := exec.CommandContext(t.Context(), program, "run", "--config", "none", "-v", "--speed", "20", receiver, "--ca-file", authority, "--report", "html="+file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for sent := false; lines.Scan(); {
		if !sent && strings.HasPrefix(lines.Text(), "#1 ") {
			sent = true
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _ = cmd.Wait(); cmd.ProcessState.ExitCode() != 130 {
		t.Fatalf("the interrupted run ended with %d, want 130", cmd.ProcessState.ExitCode())
	}
	return (&url.URL{Scheme: "file", Path: file}).String()
}

func TestHTMLReportsHaveNoErrorsInAChromiumTab(t *testing.T) {
	program := buildProgram(t)
	good, authority := startReceiver(t, program)
	bad, itsAuthority := startReceiver(t, program, "relative-hangup", "user-ids", "wrong-charset")
	pages := []struct{ name, address string }{
		{"green", writeReport(t, program, 0, "run", "--config", "none", good, "--ca-file", authority)},
		{"red", writeReport(t, program, 1, "run", "--config", "none", bad, "--ca-file", itsAuthority)},
		{"interrupted", writeInterruptedReport(t, program, good, authority)},
		{"TLS refused", writeReport(t, program, 1, "run", "--config", "none", good)},
		{"load", writeReport(t, program, 1, "load", "--config", "none", bad, "--ca-file", itsAuthority, "--calls", "20/s", "--for", "3s", "--speed", "0")},
	}
	browser, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)...)
	defer cancel()
	for _, p := range pages {
		for _, width := range []int64{390, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s, %d pixels, %s", p.name, width, scheme), func(t *testing.T) {
					checkPage(t, browser, p.address, width, scheme)
				})
			}
		}
	}
	t.Run("mouse and keyboard", func(t *testing.T) { checkInteraction(t, browser, pages[1].address) })
}

// openTab returns a tab with a page in it, and a function that returns the errors of the page and its requests for other files so far.
func openTab(t *testing.T, browser context.Context, address string, width int64, scheme string) (tab context.Context, pageErrors func() []string) {
	t.Helper()
	tab, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	tab, cancel = context.WithTimeout(tab, time.Minute)
	t.Cleanup(cancel)
	var mu sync.Mutex
	var seen []string
	err := chromedp.Listen(tab, func(event any) {
		text := ""
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			text = e.ExceptionDetails.Text
		case *runtime.EventConsoleAPICalled:
			text = fmt.Sprintf("console.%s", e.Type)
		case *log.EventEntryAdded:
			text = e.Entry.Text
		case *network.EventRequestWillBeSent:
			if e.Request.URL != address {
				text = "request for " + e.Request.URL
			}
		}
		if text != "" {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	runActions(t, tab,
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			if _, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{}); err != nil {
				return err
			}
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			return err
		}),
		chromedp.EmulateViewport(width, 900), chromedp.Navigate(address), chromedp.WaitReady(chromedp.CSS("main")))
	return tab, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(seen)
	}
}

// runActions runs actions in a tab.
func runActions(t *testing.T, tab context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab, steps...); err != nil {
		t.Fatal(err)
	}
}

// evaluate returns the value of a JavaScript expression in a tab.
func evaluate[T any](t *testing.T, tab context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(tab, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// checkPage opens a page and checks what every report must have: it fits the width, has the colour scheme and a headline, and no errors.
func checkPage(t *testing.T, browser context.Context, address string, width int64, scheme string) {
	tab, pageErrors := openTab(t, browser, address, width, scheme)
	pageWidth := evaluate[int64](t, tab, `document.querySelectorAll("details").forEach((d) => { d.open = true; }); document.documentElement.scrollWidth`)
	if pageWidth > width {
		t.Errorf("the page is %d pixels wide, and has to be scrolled sideways at %d", pageWidth, width)
	}
	background := evaluate[[]int](t, tab, `getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)`)
	if len(background) != 3 || (background[0] > 128) != (scheme == "light") {
		t.Errorf("the background is %v in the %s scheme", background, scheme)
	}
	if evaluate[string](t, tab, `document.querySelector("h1").textContent`) == "" {
		t.Error("there is no headline")
	}
	if all := pageErrors(); len(all) > 0 {
		t.Errorf("the browser reports problems of the page: %q", all)
	}
}

// checkInteraction checks the search, the filter and the calls of a page by mouse and keyboard.
func checkInteraction(t *testing.T, browser context.Context, address string) {
	tab, pageErrors := openTab(t, browser, address, 1280, "light")
	shownRows := func() int {
		return evaluate[int](t, tab, `[...document.querySelectorAll(".rows > li")].filter((row) => row.offsetParent !== null).length`)
	}
	openCalls := func() int {
		return evaluate[int](t, tab, `document.querySelectorAll("#calls details.call[open]").length`)
	}
	const (
		search = chromedp.CSS("form.filter [name=text]")
		failed = chromedp.CSS("form.filter [name=status][value=failed]")
		closed = chromedp.CSS("#calls details.call:not([open]) > summary")
	)
	allRows := shownRows()
	runActions(t, tab, chromedp.SendKeys(search, "hangup"))
	if n := shownRows(); n == 0 || n >= allRows {
		t.Errorf("a search shows %d of %d requirements", n, allRows)
	}
	runActions(t, tab, chromedp.SendKeys(search, strings.Repeat(kb.Backspace, len("hangup"))))
	if n := shownRows(); n != allRows {
		t.Errorf("%d of %d requirements are shown after the search", n, allRows)
	}
	runActions(t, tab, chromedp.Click(failed))
	if n := shownRows(); n == 0 || n >= allRows {
		t.Errorf("the filter shows %d of %d requirements", n, allRows)
	}
	before := openCalls()
	runActions(t, tab, chromedp.Click(closed), chromedp.Focus(closed), chromedp.KeyEvent(kb.Enter))
	if n := openCalls(); n != before+2 {
		t.Errorf("%d calls are open after a click on one and Enter on another, want %d", n, before+2)
	}
	runActions(t, tab, chromedp.KeyEvent(kb.Tab))
	if !evaluate[bool](t, tab, `document.activeElement.closest("details.call[open]") !== null`) {
		t.Error("the Tab key leaves a call that was just opened")
	}
	drawn := evaluate[int](t, tab, `[...document.querySelectorAll("#calls details.call[open] svg[role=img]")].filter((svg) => svg.getBoundingClientRect().height > 50).length`)
	if drawn < 2 {
		t.Errorf("%d diagrams are drawn, want one for each open call", drawn)
	}
	if allRows := pageErrors(); len(allRows) > 0 {
		t.Errorf("the browser reports problems of the page: %q", allRows)
	}
}
