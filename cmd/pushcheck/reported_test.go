//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
)

// checkReports checks the reports in a folder: the folder has no other file, both reports are valid, and each report has every requirement.
// checkReports returns the JSON report.
func checkReports(t *testing.T, folder string) (d jsonReport) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if diff := cmp.Diff([]string{"report.json", "report.xml"}, names); diff != "" {
		t.Errorf("the folder of the reports mismatch (-want +got):\n%s", diff)
	}
	data, err := os.ReadFile(filepath.Join(folder, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	checkSchema(t, data)
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	data, err = os.ReadFile(filepath.Join(folder, "report.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var junit struct {
		Cases []struct {
			Name string `xml:"name,attr"`
		} `xml:"testcase"`
	}
	if err := xml.Unmarshal(data, &junit); err != nil {
		t.Fatalf("the junit report: %v", err)
	}
	var ids []string
	for _, row := range d.Requirements {
		ids = append(ids, row.ID)
	}
	if diff := cmp.Diff(requirements.IDs(), ids); diff != "" {
		t.Errorf("requirements in the report mismatch (-want +got):\n%s", diff)
	}
	var cases []string
	for _, c := range junit.Cases {
		if slices.Contains(ids, c.Name) {
			cases = append(cases, c.Name)
		}
	}
	if diff := cmp.Diff(ids, cases); diff != "" {
		t.Errorf("requirements in the junit report mismatch (-want +got):\n%s", diff)
	}
	return d
}

// checkSchema checks a JSON report against its schema.
func checkSchema(t *testing.T, data []byte) {
	t.Helper()
	schema, err := reportSchema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("the json report: %v", err)
	}
	if err := schema.Validate(document); err != nil {
		t.Errorf("the json report: %v", err)
	}
}

// reportSchema returns the schema of the JSON report.
var reportSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.Schema()))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("report.schema.json", document); err != nil {
		return nil, err
	}
	return c.Compile("report.schema.json")
})
