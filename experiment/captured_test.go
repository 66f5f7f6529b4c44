package experiment_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestCapturedPushIsSentByteForByteWithItsSignature(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		twist   experiment.Twist
		push    func() ([]byte, string)
		variant transcript.Variant
	}{
		"genuine": {experiment.CapturedPush(), push.GenuinePush, "the newCall is one that sipgate really sent"},
		"altered": {experiment.AlteredCapturedPush(), push.AlteredGenuinePush, "the captured push has one digit changed"},
	} {
		step := plainStep(t, push.NewCall)
		form, wire := applyTwist(t, test.twist, setting(), step)
		body, signature := test.push()
		if !bytes.Equal(wire.Body, body) || wire.Header.Get(push.SignatureHeader) != signature {
			t.Errorf("%s: the body is %s and the signature %q, want those of the captured push", name, wire.Body, wire.Header.Get(push.SignatureHeader))
		}
		if diff := cmp.Diff(plainForm(step), form); diff != "" {
			t.Errorf("%s: the form mismatch (-want +got):\n%s", name, diff)
		}
		if test.twist.Variant != test.variant || test.twist.Kind != experiment.Odd {
			t.Errorf("%s: the twist is %q of kind %d, want %q, an odd one", name, test.twist.Variant, test.twist.Kind, test.variant)
		}
	}
}

func TestPushesAfterACapturedPushAreAboutTheCapturedCall(t *testing.T) {
	t.Parallel()
	body, _ := push.GenuinePush()
	genuine, err := push.ParseForm(body)
	if err != nil {
		t.Fatal(err)
	}
	for name, twist := range map[string]experiment.Twist{"genuine": experiment.CapturedPush(), "altered": experiment.AlteredCapturedPush()} {
		for _, step := range plainSteps() {
			if step.Push.Event == push.NewCall {
				continue
			}
			form, wire := applyTwist(t, twist, setting(), step)
			if !bytes.Equal(wire.Body, form.Encode(false)) || len(wire.Header[push.SignatureHeader]) > 0 {
				t.Errorf("%s: the %s is sent as %s with the header %v, want its form and no signature of its own", name, step.Push.Event, wire.Body, wire.Header)
			}
			for _, field := range form {
				if field.Name != push.FieldEvent && genuine.Has(field.Name) && field.Value != genuine.Get(field.Name) {
					t.Errorf("%s: %s of the %s is %q, want %q", name, field.Name, step.Push.Event, field.Value, genuine.Get(field.Name))
				}
			}
			if got := push.Event(form.Get(push.FieldEvent)); got != step.Push.Event {
				t.Errorf("%s: the event of the %s is %q", name, step.Push.Event, got)
			}
		}
	}
}

func TestCapturedPushWithFreshIDsDiffersOnlyInItsIDs(t *testing.T) {
	t.Parallel()
	twist := experiment.WithFreshIDs(experiment.CapturedPush())
	body, genuine := push.GenuinePush()
	captured, err := push.ParseForm(body)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range plainSteps() {
		form, wire := applyTwist(t, twist, setting(), step)
		if step.Push.Event != push.NewCall {
			plain, _ := applyTwist(t, experiment.CapturedPush(), setting(), step)
			want := plain.With(push.FieldCallID, step.Push.CallID)
			if want.Has(push.FieldOrigCallID) {
				want = want.With(push.FieldOrigCallID, step.Push.OrigCallID)
			}
			if diff := cmp.Diff(want, form); diff != "" {
				t.Errorf("the form of the %s mismatch (-want +got):\n%s", step.Push.Event, diff)
			}
			if !bytes.Equal(wire.Body, form.Encode(false)) {
				t.Errorf("the body of the %s is %s, want its form", step.Push.Event, wire.Body)
			}
			continue
		}
		want := captured.With(push.FieldCallID, step.Push.CallID).With(push.FieldOrigCallID, step.Push.OrigCallID)
		if got := string(want.Encode(false)); string(wire.Body) != got {
			t.Errorf("the body of the newCall is %s, want %s", wire.Body, got)
		}
		if values := wire.Header[push.SignatureHeader]; values != nil {
			t.Errorf("the newCall has the signature %q although there is a key to sign it with", values)
		}
		unsigned := setting()
		unsigned.Key = nil
		if _, wire := applyTwist(t, twist, unsigned, step); wire.Header.Get(push.SignatureHeader) != genuine {
			t.Errorf("without a key the newCall has the signature %q, want that of the captured push", wire.Header.Get(push.SignatureHeader))
		}
	}
	if want := experiment.CapturedPush(); twist.Variant != want.Variant || twist.Kind != want.Kind {
		t.Errorf("the twist is %q of kind %d, want %q of kind %d", twist.Variant, twist.Kind, want.Variant, want.Kind)
	}
}
