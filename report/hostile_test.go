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

// poison adds hostile text to every text below a value, whoever is meant to write it, except statuses, which sort the rows.
func poison(v reflect.Value) {
	const said = "\x1b[31m\x07\x00\u009b2J\u202e\xff"
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type().Field(i).Name != "Chain" {
				poison(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(append(append([]byte{}, v.Bytes()...), said...))
			return
		}
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.String:
		if v.Type() != reflect.TypeFor[verdict.Status]() {
			v.SetString(v.String() + said)
		}
	}
}

func TestNoFieldOfAVerdictIsTrustedToBePrintable(t *testing.T) {
	t.Parallel()
	v := everyStatus()
	poison(reflect.ValueOf(&v).Elem())
	for name, write := range map[string]func(io.Writer) error{
		"terminal": whole(v, report.TerminalOptions{}),
		"verbose":  whole(v, report.TerminalOptions{Verbose: true}),
		"json":     func(w io.Writer) error { return report.JSON(w, v) },
		"junit":    func(w io.Writer) error { return report.JUnit(w, v) },
		"html":     func(w io.Writer) error { return report.HTML(w, v) },
	} {
		got := render(t, write)
		for i, r := range got {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("%s: character %U at byte %d, after %q", name, r, i, got[max(0, i-60):i])
				break
			}
		}
		if name == "junit" {
			if err := xml.Unmarshal([]byte(strings.TrimSpace(got)), new(suites)); err != nil {
				t.Errorf("not XML: %v", err)
			}
		}
	}
}
