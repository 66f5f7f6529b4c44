package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// closedSchema compiles a published schema. In the result, objects may have only the keys that the schema describes.
func closedSchema(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("reading the schema: %v", err)
	}
	var closeObjects func(any)
	closeObjects = func(node any) {
		switch n := node.(type) {
		case map[string]any:
			if _, hasProperties := n["properties"].(map[string]any); hasProperties && n["type"] == "object" {
				n["additionalProperties"] = false
			}
			for _, child := range n {
				closeObjects(child)
			}
		case []any:
			for _, child := range n {
				closeObjects(child)
			}
		}
	}
	closeObjects(document)
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("report.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("report.schema.json")
	if err != nil {
		t.Fatalf("compiling the schema: %v", err)
	}
	return schema
}

func TestJSONReportsAreValidByTheSchema(t *testing.T) {
	t.Parallel()
	schema := closedSchema(t, report.Schema())
	for name, v := range verdicts() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := render(t, func(w io.Writer) error { return report.JSON(w, v) })
			document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err != nil {
				t.Fatalf("not JSON: %v", err)
			}
			if err := schema.Validate(document); err != nil {
				t.Error(err)
			}
			if strings.Contains(text, ": null") {
				t.Error("the report has a null")
			}
		})
	}
}

func TestReportSchemaRefusesWrongReports(t *testing.T) {
	t.Parallel()
	schema := closedSchema(t, report.Schema())
	validReport := render(t, func(w io.Writer) error { return report.JSON(w, everyStatus()) })
	for name, change := range map[string][2]string{
		"an unknown status":                       {`"status": "failed"`, `"status": "broken"`},
		"a missing count":                         {`"not-applicable": 3,`, ``},
		"an array that is null":                   {`"findings": []`, `"findings": null`},
		"a time that is text":                     {`"ms": 3.1`, `"ms": "3.1"`},
		"a key that the schema does not describe": {`"leg": "Doc"`, `"leg": "Doc", "person": "Doc"`},
	} {
		wrongReport := strings.Replace(validReport, change[0], change[1], 1)
		if wrongReport == validReport {
			t.Fatalf("%s: %s does not occur", name, change[0])
		}
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(wrongReport))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if schema.Validate(document) == nil {
			t.Errorf("%s is valid", name)
		}
	}
}

func TestJSONHasTheContentsOfTheVerdict(t *testing.T) {
	t.Parallel()
	v := everyStatus()
	var got struct {
		Verdict      string
		Exit         int
		Counts       map[string]int
		Requirements []struct {
			ID, Status string
			Findings   []struct {
				Got, Fix, Curl string
				Call, Exchange int
			}
		}
		Calls []struct {
			ID        int
			NotSent   []struct{ Push, Reason string }
			Exchanges []struct {
				MS           float64
				Error, Leg   string
				ResponseText string `json:"response"`
			}
		}
	}
	if err := json.Unmarshal([]byte(render(t, func(w io.Writer) error { return report.JSON(w, v) })), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	counts := map[string]int{}
	for _, r := range v.Rows {
		want[r.ID] = string(r.Status)
		counts[string(r.Status)]++
	}
	rows := map[string]string{}
	for _, r := range got.Requirements {
		rows[r.ID] = r.Status
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("statuses mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(counts, got.Counts); diff != "" {
		t.Errorf("counts mismatch (-want +got):\n%s", diff)
	}
	if got.Verdict != "not-conformant" || got.Exit != 1 {
		t.Errorf("verdict %q, exit %d, want not-conformant, 1", got.Verdict, got.Exit)
	}
	for _, r := range got.Requirements {
		if r.ID == "dial.number-format" {
			f := r.Findings[0]
			if f.Call != 3 || f.Exchange != 2 || !strings.HasPrefix(f.Curl, "curl ") || f.Fix != "Mend dial.number-format." {
				t.Errorf("finding without its evidence or its requirement's fix: %+v", f)
			}
		}
	}
	if ex := got.Calls[0].Exchanges; ex[0].MS != 3.1 || ex[0].Error != "" || ex[3].Error != "timed out: nothing came within 10 s" || ex[2].Leg != "Marty" {
		t.Errorf("exchanges lack a time, an error or a leg: %+v", ex)
	}
	if diff := cmp.Diff("not subscribed", got.Calls[0].NotSent[0].Reason); diff != "" {
		t.Errorf("reason mismatch (-want +got):\n%s", diff)
	}
}

func TestJSONCutsLongBodiesAndHasTheirLength(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, why  string
		body       string
		wantLength int
		wantCut    bool
	}{
		{name: "a body of 4 KiB", body: strings.Repeat("a", 4096), wantLength: 4096},
		{name: "a body of 4 KiB and one byte", body: strings.Repeat("a", 4097), wantLength: 4096, wantCut: true},
		{name: "a character across the limit", why: "a body is not cut inside a character", body: strings.Repeat("a", 4095) + "ü and more", wantLength: 4095, wantCut: true},
		{name: "an emoji across the limit", body: strings.Repeat("a", 4093) + "😀 and more", wantLength: 4093, wantCut: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := verdict.Verdict{Evidence: verdict.Evidence{Calls: []transcript.Call{{ID: 1, Exchanges: []transcript.Exchange{
				{Sent: transcript.Sent{Body: []byte(tt.body)}, Outcome: transcript.Outcome{ResponseBody: []byte(tt.body), BodyLength: 900_000, End: transcript.Complete}}}}}}}
			var got struct {
				Calls []struct {
					Exchanges []struct {
						Body, BodySHA256, Response, ResponseSHA256 string
						BodyLength, ResponseLength                 int
					}
				}
			}
			if err := json.Unmarshal([]byte(render(t, func(w io.Writer) error { return report.JSON(w, v) })), &got); err != nil {
				t.Fatal(err)
			}
			digest := ""
			if tt.wantCut {
				digest = fmt.Sprintf("%x", sha256.Sum256([]byte(tt.body)))
			}
			ex := got.Calls[0].Exchanges[0]
			if len(ex.Body) != tt.wantLength || len(ex.Response) != tt.wantLength || !utf8.ValidString(ex.Body) || strings.ContainsRune(ex.Body, utf8.RuneError) {
				t.Errorf("body of %d bytes, response of %d, want %d of each, valid (%s)", len(ex.Body), len(ex.Response), tt.wantLength, tt.why)
			}
			if ex.BodySHA256 != digest || ex.ResponseSHA256 != digest || ex.BodyLength != len(tt.body) || ex.ResponseLength != 900_000 {
				t.Errorf("lengths %d, %d and digests %q, %q, want %d, 900000 and %q", ex.BodyLength, ex.ResponseLength, ex.BodySHA256, ex.ResponseSHA256, len(tt.body), digest)
			}
		})
	}
}

func TestDecodedJSONHasTheTextOfTheReceiverUnchanged(t *testing.T) {
	t.Parallel()
	text := "\x1b\x00\u007f\u009b\u202e\ufffe\u2028\U000e0041 \"\\u001b\" <&> ü 😀"
	v := verdict.Verdict{Summary: text}
	var got struct{ Why string }
	if err := json.Unmarshal([]byte(render(t, func(w io.Writer) error { return report.JSON(w, v) })), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, got.Why); diff != "" {
		t.Errorf("JSON(%q) mismatch (-want +got):\n%s", text, diff)
	}
}
