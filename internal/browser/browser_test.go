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

// startReceiver starts the reference receiver with faults. It returns the receiver's URL, and the file with the certificate of its
// authority.
func startReceiver(t *testing.T, program string, faults ...string) (receiverURL, authority string) {
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
	t.Cleanup(func() { _ = cmd.Wait() }) // the end of the test's context ends the command
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), "receiving at "); ok {
			go func() {
				for lines.Scan() { // the receiver would block if nothing read its output
				}
			}()
			return strings.Fields(rest)[0], authority
		}
	}
	t.Fatal("the receiver does not print its URL")
	return "", ""
}

// writeReport runs the program so that it writes an HTML report, and returns the address of the report. The test fails if the exit code is
// not exitCode.
func writeReport(t *testing.T, program string, exitCode int, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	cmd := exec.CommandContext(t.Context(), program, append(args, "--report", "html="+file)...)
	out, _ := cmd.CombinedOutput() // the exit code is compared below
	if got := cmd.ProcessState.ExitCode(); got != exitCode {
		t.Fatalf("pushcheck %q: exit %d, want %d\n%s", args, got, exitCode, out)
	}
	return (&url.URL{Scheme: "file", Path: file}).String()
}

// writeInterruptedReport runs the program with slow calls, interrupts it after the first call, and returns the address of the report.
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
	for isInterrupted := false; lines.Scan(); {
		if !isInterrupted && strings.HasPrefix(lines.Text(), "#1 ") {
			isInterrupted = true
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

func TestHTMLReportsHaveNoProblemsInAChromiumTab(t *testing.T) {
	program := buildProgram(t)
	goodReceiver, goodAuthority := startReceiver(t, program)
	badReceiver, badAuthority := startReceiver(t, program, "relative-hangup", "user-ids", "wrong-charset")
	pages := []struct{ name, address string }{
		{"conformant", writeReport(t, program, 0, "run", "--config", "none", goodReceiver, "--ca-file", goodAuthority)},
		{"not conformant", writeReport(t, program, 1, "run", "--config", "none", badReceiver, "--ca-file", badAuthority)},
		{"interrupted", writeInterruptedReport(t, program, goodReceiver, goodAuthority)},
		{"untrusted authority", writeReport(t, program, 1, "run", "--config", "none", goodReceiver)},
		{"load", writeReport(t, program, 1, "load", "--config", "none", badReceiver, "--ca-file", badAuthority, "--calls", "20/s", "--for", "3s", "--speed", "0")},
	}
	browser, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)...)
	defer cancel()
	for _, p := range pages {
		for _, width := range []int64{390, 1280} {
			for _, colourScheme := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s, %d pixels, %s", p.name, width, colourScheme), func(t *testing.T) {
					checkPage(t, browser, p.address, width, colourScheme)
				})
			}
		}
	}
	t.Run("mouse and keyboard", func(t *testing.T) { checkInteraction(t, browser, pages[1].address) })
}

// openTab returns a tab that shows a page, and a function that returns the problems of the page so far: errors, and requests for other
// files.
func openTab(t *testing.T, browser context.Context, address string, width int64, colourScheme string) (tab context.Context, pageProblems func() []string) {
	t.Helper()
	tab, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	tab, cancel = context.WithTimeout(tab, time.Minute)
	t.Cleanup(cancel)
	var mu sync.Mutex
	var problems []string
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
			problems = append(problems, text)
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
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: colourScheme}}})
			return err
		}),
		chromedp.EmulateViewport(width, 900), chromedp.Navigate(address), chromedp.WaitReady(chromedp.CSS("main")))
	return tab, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(problems)
	}
}

// runActions runs actions in a tab.
func runActions(t *testing.T, tab context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab, actions...); err != nil {
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

// checkPage opens a page and checks what every report must do: it fits the width, follows the colour scheme, and has a headline and no
// problems.
func checkPage(t *testing.T, browser context.Context, address string, width int64, colourScheme string) {
	tab, pageProblems := openTab(t, browser, address, width, colourScheme)
	pageWidth := evaluate[int64](t, tab, `document.querySelectorAll("details").forEach((d) => { d.open = true; }); document.documentElement.scrollWidth`)
	if pageWidth > width {
		t.Errorf("the page is %d pixels wide, and has to be scrolled sideways at %d", pageWidth, width)
	}
	background := evaluate[[]int](t, tab, `getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)`)
	if len(background) != 3 || (background[0] > 128) != (colourScheme == "light") {
		t.Errorf("the background is %v in the %s scheme", background, colourScheme)
	}
	if evaluate[string](t, tab, `document.querySelector("h1").textContent`) == "" {
		t.Error("there is no headline")
	}
	if problems := pageProblems(); len(problems) > 0 {
		t.Errorf("the browser reports problems of the page: %q", problems)
	}
}

// checkInteraction checks the search, the filter and the calls of a page by mouse and keyboard.
func checkInteraction(t *testing.T, browser context.Context, address string) {
	tab, pageProblems := openTab(t, browser, address, 1280, "light")
	countShownRows := func() int {
		return evaluate[int](t, tab, `[...document.querySelectorAll(".rows > li")].filter((row) => row.offsetParent !== null).length`)
	}
	countOpenCalls := func() int {
		return evaluate[int](t, tab, `document.querySelectorAll("#calls details.call[open]").length`)
	}
	const (
		searchField  = chromedp.CSS("form.filter [name=text]")
		failedFilter = chromedp.CSS("form.filter [name=status][value=failed]")
		closedCall   = chromedp.CSS("#calls details.call:not([open]) > summary")
	)
	allRows := countShownRows()
	runActions(t, tab, chromedp.SendKeys(searchField, "hangup"))
	if n := countShownRows(); n == 0 || n >= allRows {
		t.Errorf("a search shows %d of %d requirements", n, allRows)
	}
	runActions(t, tab, chromedp.SendKeys(searchField, strings.Repeat(kb.Backspace, len("hangup"))))
	if n := countShownRows(); n != allRows {
		t.Errorf("%d of %d requirements are shown after the search", n, allRows)
	}
	runActions(t, tab, chromedp.Click(failedFilter))
	if n := countShownRows(); n == 0 || n >= allRows {
		t.Errorf("the filter shows %d of %d requirements", n, allRows)
	}
	openBefore := countOpenCalls()
	runActions(t, tab, chromedp.Click(closedCall), chromedp.Focus(closedCall), chromedp.KeyEvent(kb.Enter))
	if n := countOpenCalls(); n != openBefore+2 {
		t.Errorf("%d calls are open after a click on one and Enter on another, want %d", n, openBefore+2)
	}
	runActions(t, tab, chromedp.KeyEvent(kb.Tab))
	if !evaluate[bool](t, tab, `document.activeElement.closest("details.call[open]") !== null`) {
		t.Error("the Tab key leaves a call that was just opened")
	}
	diagramCount := evaluate[int](t, tab, `[...document.querySelectorAll("#calls details.call[open] svg[role=img]")].filter((svg) => svg.getBoundingClientRect().height > 50).length`)
	if diagramCount < 2 {
		t.Errorf("%d diagrams are drawn, want one for each open call", diagramCount)
	}
	if problems := pageProblems(); len(problems) > 0 {
		t.Errorf("the browser reports problems of the page: %q", problems)
	}
}
