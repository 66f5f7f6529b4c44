package experiment

import (
	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
)

const capturedVariant = "the newCall is one that sipgate really sent"

// CapturedPush returns the twist that sends a genuine captured push in place of the newCall: body and signature, byte for byte. The
// pushes after the captured push are about the captured call.
func CapturedPush() Twist {
	return Twist{Kind: Odd, Variant: capturedVariant, Edit: useCapturedCall, RequestEdit: replaceNewCall(push.GenuinePush)}
}

// AlteredCapturedPush returns the twist of CapturedPush with one digit of the push changed, so that its signature no longer fits.
func AlteredCapturedPush() Twist {
	return Twist{Kind: Odd, Variant: "the captured push has one digit changed", Edit: useCapturedCall, RequestEdit: replaceNewCall(push.AlteredGenuinePush)}
}

// WithFreshIDs changes the twist of CapturedPush: the push gets the ids of a new call. A receiver may rightly refuse a callId that it has
// seen.
func WithFreshIDs(t Twist) Twist {
	t.Edit, t.RequestEdit = useCapturedCallWithFreshIDs, writeCapturedPushWithFreshIDs
	return t
}

func useCapturedCall(_ Setting, step call.Step, form push.Form) push.Form {
	if step.Push.Event == push.NewCall {
		return form
	}
	body, _ := push.GenuinePush()
	captured, _ := push.ParseForm(body) // cannot fail: the body is a form
	for i, field := range form {
		if captured.Has(field.Name) && field.Name != push.FieldEvent {
			form = form.With(form[i].Name, captured.Get(field.Name))
		}
	}
	return emptyFields(form, push.FieldUser).Without(push.FieldUserID).Without(push.FieldFullUserID)
}

func useCapturedCallWithFreshIDs(s Setting, step call.Step, form push.Form) push.Form {
	form = replaceField(useCapturedCall(s, step, form), push.FieldCallID, step.Push.CallID)
	return replaceField(form, push.FieldOrigCallID, step.Push.OrigCallID)
}

func replaceNewCall(capturedPush func() (body []byte, signature string)) RequestEdit {
	return func(_ Setting, step call.Step, _ push.Form, w *Request) error {
		if step.Push.Event == push.NewCall {
			body, signature := capturedPush()
			w.Body = body
			w.Header.Set(push.SignatureHeader, signature)
		}
		return nil
	}
}

// writeCapturedPushWithFreshIDs writes the captured push with the ids of a new call. It keeps sipgate's signature, although the signature
// no longer fits, because every real push has a signature. If the user has a key, it sets no signature, because the sender then signs the
// push with that key.
func writeCapturedPushWithFreshIDs(s Setting, step call.Step, _ push.Form, w *Request) error {
	if step.Push.Event != push.NewCall {
		return nil
	}
	body, signature := push.GenuinePush()
	form, err := push.ParseForm(body)
	w.Body = form.With(push.FieldCallID, step.Push.CallID).With(push.FieldOrigCallID, step.Push.OrigCallID).Encode(false)
	if s.Key == nil {
		w.Header.Set(push.SignatureHeader, signature)
	}
	return err
}
