package experiment_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// stimulusByClause returns the stimulus with a clause.
func stimulusByClause(t *testing.T, clause string) experiment.Stimulus {
	t.Helper()
	for _, named := range experiment.NamedStimuli() {
		if named.Clause == clause {
			return named.Twist().Stimulus(plainForm(plainStep(t, push.NewCall)))
		}
	}
	t.Fatalf("no stranger %s", clause)
	return experiment.Stimulus{}
}

func TestNamedStimuliMatchTheGoldenFile(t *testing.T) {
	t.Parallel()
	stopNames := map[experiment.StopPoint]string{experiment.BeforeFirstByte: "before it begins", experiment.InHeader: "in its header", experiment.EndlessBody: "in its body"}
	var b strings.Builder
	b.WriteString("What strangers send, made of the newCall push of a plain call.\n")
	for _, s := range experiment.NamedStimuli() {
		twist := s.Twist()
		st := twist.Stimulus(plainForm(plainStep(t, push.NewCall)))
		fmt.Fprintf(&b, "\n%s\n  name: %s\n", twist.Variant, st.Name)
		for _, part := range []struct{ name, value string }{{"method", st.Method}, {"host", st.Host}, {"type", st.ContentType}, {"stops", stopNames[st.StopPoint]}} {
			if part.value != "" {
				fmt.Fprintf(&b, "  %s: %s\n", part.name, part.value)
			}
		}
		if len(st.Body) > 0 {
			fmt.Fprintf(&b, "  body: %q\n", st.Body)
		}
		if st.Padding > 0 {
			fmt.Fprintf(&b, "  letters after it: %d\n", st.Padding)
		}
		if twist.IsHeavy {
			b.WriteString("  heavy\n")
		}
		if twist.Kind != experiment.Provocation || twist.Variant != transcript.Variant("a stranger "+s.Clause) {
			t.Errorf("the twist of %q is %q of kind %d, want a provocation with that name", s.Clause, twist.Variant, twist.Kind)
		}
	}
	compareGolden(t, "strangers.txt", b.String())
}

func TestLargeBodiesHaveExactlyTheSizeInTheirName(t *testing.T) {
	t.Parallel()
	for clause, want := range map[string]int64{"sends a body of 1 MiB": 1 << 20, "sends a body of 64 MiB": 64 << 20} {
		st := stimulusByClause(t, clause)
		if got := int64(len(st.Body)) + st.Padding; got != want {
			t.Errorf("a stranger %s: the body has %d bytes, want %d", clause, got, want)
		}
	}
}

func TestDocumentsOfStimuliHaveTheFieldsOfAPush(t *testing.T) {
	t.Parallel()
	form := plainForm(plainStep(t, push.NewCall))
	want := map[string]string{}
	for _, field := range form {
		want[field.Name] = field.Value
	}
	var document map[string]string
	if err := json.Unmarshal(stimulusByClause(t, "sends a JSON document").Body, &document); err != nil {
		t.Errorf("reading the JSON document: %v", err)
	}
	if diff := cmp.Diff(want, document); diff != "" {
		t.Errorf("the JSON document mismatch (-want +got):\n%s", diff)
	}

	st := stimulusByClause(t, "sends a multipart form")
	_, parameters, err := mime.ParseMediaType(st.ContentType)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	reader := multipart.NewReader(bytes.NewReader(st.Body), parameters["boundary"])
	for {
		part, err := reader.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("reading the multipart form: %v", err)
		}
		value, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		parts[part.FormName()] = string(value)
	}
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Errorf("the multipart form mismatch (-want +got):\n%s", diff)
	}
}
