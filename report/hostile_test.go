package report_test

import (
	"encoding/xml"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

// addEverywhere appends a text to every text in a value, except statuses, because reports sort rows by status.
func addEverywhere(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			addEverywhere(v.Elem(), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type().Field(i).Name != "Chain" {
				addEverywhere(v.Field(i), text)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(append(append([]byte{}, v.Bytes()...), text...))
			return
		}
		for i := range v.Len() {
			addEverywhere(v.Index(i), text)
		}
	case reflect.String:
		if v.Type() != reflect.TypeFor[verdict.Status]() {
			v.SetString(v.String() + text)
		}
	}
}

func TestControlCharactersInAnyFieldOfAVerdictAreEscaped(t *testing.T) {
	t.Parallel()
	v := everyStatus()
	addEverywhere(reflect.ValueOf(&v).Elem(), "\x1b[31m\x07\x00\u009b2J\u202e\xff")
	for name, write := range reportWriters(v) {
		got := render(t, write)
		for i, r := range got {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("%s: character %U at byte %d, after %q", name, r, i, got[max(0, i-60):i])
				break
			}
		}
		if name == "junit" {
			if err := xml.Unmarshal([]byte(strings.TrimSpace(got)), new(junitSuite)); err != nil {
				t.Errorf("not XML: %v", err)
			}
		}
	}
}

// reportWriters returns, by name, functions that write a verdict in every format and for a terminal.
func reportWriters(v verdict.Verdict) map[string]func(io.Writer) error {
	all := map[string]func(io.Writer) error{
		"terminal": terminalPrinter(v, report.TerminalOptions{}),
		"quiet":    terminalPrinter(v, report.TerminalOptions{Quiet: true}),
		"verbose":  terminalPrinter(v, report.TerminalOptions{Verbose: true}),
	}
	for _, k := range report.Formats() {
		all[k.Name] = func(w io.Writer) error { return k.Write(w, v) }
	}
	return all
}
