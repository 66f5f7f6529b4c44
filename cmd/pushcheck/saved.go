package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/report"
)

// captureEnding is the file name extension of captured pushes.
const captureEnding = ".http"

// savedPushes holds the pushes that replay sends.
type savedPushes struct {
	calls      []savedCall
	unsendable []string // texts about pushes that cannot be sent, each with the reason
}

// savedCall holds pushes that are sent one after the other.
type savedCall struct {
	name   string
	pushes []call.SavedPush
}

// count returns the number of pushes.
func (s savedPushes) count() int {
	n := 0
	for _, c := range s.calls {
		n += len(c.pushes)
	}
	return n
}

// countUnsigned returns the number of pushes without a signature.
func (s savedPushes) countUnsigned() int {
	n := 0
	for _, c := range s.calls {
		for _, p := range c.pushes {
			if len(p.Capture.Signatures) == 0 {
				n++
			}
		}
	}
	return n
}

// add adds a push to the call c, or to unsendable if it cannot be sent. where says where the push is in a file or in a report.
func (s *savedPushes) add(c *savedCall, where string, capture push.Capture) {
	p, err := capture.Push()
	if err != nil {
		s.unsendable = append(s.unsendable, fmt.Sprintf("%s is no push: %v", where, err))
		return
	}
	c.pushes = append(c.pushes, call.SavedPush{Push: p, Capture: capture})
}

const savedHint = "captured pushes are wanted, as receive --save writes them, or a JSON report of run or send"

// readSaved reads the pushes in a file or a folder. If the file is a report, callNumber selects one of its calls; "" selects all calls.
func readSaved(name, callNumber string) (savedPushes, error) {
	info, err := os.Stat(name)
	if err != nil {
		return savedPushes{}, usage(fmt.Sprintf("reading the saved pushes: %v", err), savedHint)
	}
	read := readSavedFile
	if info.IsDir() {
		read = readSavedFolder
	}
	s, err := read(name, callNumber)
	if err != nil {
		return s, err
	}
	if s.count() == 0 {
		return s, usage(fmt.Sprintf("nothing in %q can be sent again: %s", name, strings.Join(s.unsendable, "; ")), savedHint)
	}
	return s, nil
}

// readSavedFile reads a report or a file of captured pushes. It reads the file only once, because the file can be a pipe.
func readSavedFile(name, callNumber string) (savedPushes, error) {
	data, err := readFile(name)
	switch {
	case err != nil:
		return savedPushes{}, usage(fmt.Sprintf("reading the saved pushes: %v", err), savedHint)
	case looksLikeReport(data):
		return readSavedReport(name, data, callNumber)
	case callNumber != "":
		return savedPushes{}, callNumberError(name, callNumber)
	}
	var s savedPushes
	c := savedCall{name: filepath.Base(filepath.Clean(name))}
	err = s.addCaptured(&c, name, data)
	s.calls = []savedCall{c}
	return s, err
}

// readSavedFolder reads the files of captured pushes in a folder, as one sequence.
func readSavedFolder(folder, callNumber string) (savedPushes, error) {
	var s savedPushes
	files, err := captureFiles(folder)
	switch {
	case err != nil:
		return s, err
	case callNumber != "":
		return s, callNumberError(folder, callNumber)
	}
	c := savedCall{name: filepath.Base(filepath.Clean(folder))}
	for _, file := range files {
		data, err := readFile(file)
		if err != nil {
			return s, usage(fmt.Sprintf("reading a captured push: %v", err), savedHint)
		}
		if err := s.addCaptured(&c, file, data); err != nil {
			return s, err
		}
	}
	s.calls = []savedCall{c}
	return s, nil
}

// callNumberError returns the usage error for a call number that the user gave for a file or folder of captured pushes, which has no call
// numbers. name is the name of the file or folder.
func callNumberError(name, callNumber string) error {
	return usage(fmt.Sprintf("%q holds captured pushes, and %s would be the number of a call in a report", name, callNumber), "leave the number out")
}

// captureFiles lists the files of captured pushes in a folder, sorted by name, which is the order in which the pushes came.
func captureFiles(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, usage(fmt.Sprintf("reading the saved pushes: %v", err), savedHint)
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), captureEnding) {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, usage(fmt.Sprintf("there is no file *%s in the folder %q", captureEnding, folder), savedHint)
	}
	return files, nil
}

// looksLikeReport reports whether a file begins as a report in JSON or XML does, or is empty. A file of captured pushes begins with a
// request line.
func looksLikeReport(data []byte) bool {
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	return len(text) == 0 || strings.IndexByte("{[<", text[0]) >= 0
}

// addCaptured adds the captured pushes in a file to a call.
func (s *savedPushes) addCaptured(c *savedCall, file string, data []byte) error {
	captured, err := push.ParseCaptures(data)
	if err != nil {
		return captureError(file, err, savedHint)
	}
	for _, p := range captured {
		where := fmt.Sprintf("%s:%d", file, p.Line)
		switch {
		case p.ContentLength > len(p.Body):
			s.unsendable = append(s.unsendable, fmt.Sprintf("%s is cut: Content-Length says %d bytes, and there are %d", where, p.ContentLength, len(p.Body)))
			continue
		case p.ContentLength >= 0:
			p.Body = p.Body[:p.ContentLength] // the rest was added to the file later, such as a line break
		}
		s.add(c, where, p)
	}
	return nil
}

// readSavedReport reads the pushes of the calls in a report.
func readSavedReport(name string, data []byte, callNumber string) (savedPushes, error) {
	var s savedPushes
	calls, err := report.ParseCalls(data)
	if err != nil {
		return s, usage(fmt.Sprintf("reading %q: %v", name, err), savedHint)
	}
	for _, reported := range calls {
		if callNumber != "" && callNumber != strconv.Itoa(reported.ID) {
			continue
		}
		c := savedCall{name: fmt.Sprintf("%s (call %d)", cmp.Or(reported.Scenario, "no scenario"), reported.ID)}
		for i, body := range reported.Bodies {
			where := fmt.Sprintf("call %d, push %d", reported.ID, i+1)
			if !body.IsComplete {
				s.unsendable = append(s.unsendable, where+" is not whole in the report")
				continue
			}
			s.add(&c, where, push.Capture{ContentLength: -1, Body: body.Text})
		}
		if len(c.pushes) > 0 {
			s.calls = append(s.calls, c)
		}
		if callNumber != "" {
			return s, nil
		}
	}
	if callNumber != "" {
		return s, usage(fmt.Sprintf("there is no call %s in %q", callNumber, name), "%s", callNumbersHint(calls))
	}
	return s, nil
}

// callNumbersHint returns a hint with the numbers of the calls in a report.
func callNumbersHint(calls []report.SentCall) string {
	if len(calls) == 0 {
		return "there is no call in it"
	}
	return fmt.Sprintf("its calls have the numbers %d to %d", calls[0].ID, calls[len(calls)-1].ID)
}
