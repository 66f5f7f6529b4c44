package experiment

import (
	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
)

const captured = "the newCall is one that sipgate really sent"

// Captured is the twist that a genuine captured push is sent in place of the newCall: body and signature, byte for byte. The
// pushes after it are about its call.
func Captured() Twist {
	return Twist{Kind: Odd, Variant: captured, Edit: ofCapturedCall, Write: inPlaceOfNewCall(push.Genuine)}
}

// CapturedAltered is Captured with one digit of the push changed, so that its signature no longer fits.
func CapturedAltered() Twist {
	return Twist{Kind: Odd, Variant: "the captured push has one digit changed", Edit: ofCapturedCall, Write: inPlaceOfNewCall(push.Altered)}
}

// WithFreshIDs is Captured with the ids of a new call: a receiver may rightly refuse a callId that it has seen.
func WithFreshIDs(t Twist) Twist {
	t.Edit, t.Write = ofCapturedCallWithFreshIDs, capturedWithFreshIDs
	return t
}

func ofCapturedCall(_ Setting, step call.Step, form push.Form) push.Form {
	if step.Push.Event == push.NewCall {
		return form
	}
	body, _ := push.Genuine()
	captured, _ := push.ParseForm(body) // cannot fail: the body is a form
	for i, field := range form {
		if captured.Has(field.Name) && field.Name != push.FieldEvent {
			form = form.With(form[i].Name, captured.Get(field.Name))
		}
	}
	return emptied(form, push.FieldUser).Without(push.FieldUserID).Without(push.FieldFullUserID)
}

func ofCapturedCallWithFreshIDs(s Setting, step call.Step, form push.Form) push.Form {
	form = replaced(ofCapturedCall(s, step, form), push.FieldCallID, step.Push.CallID)
	return replaced(form, push.FieldOrigCallID, step.Push.OrigCallID)
}

func inPlaceOfNewCall(captured func() (body []byte, signature string)) Write {
	return func(_ Setting, step call.Step, _ push.Form, w *Wire) error {
		if step.Push.Event == push.NewCall {
			body, signature := captured()
			w.Body = body
			w.Header.Set(push.SignatureHeader, signature)
		}
		return nil
	}
}

// capturedWithFreshIDs keeps the signature, although it no longer fits: every real push has one. If the user has a key, the push is signed
// again with it.
func capturedWithFreshIDs(s Setting, step call.Step, _ push.Form, w *Wire) error {
	if step.Push.Event != push.NewCall {
		return nil
	}
	body, signature := push.Genuine()
	form, err := push.ParseForm(body)
	w.Body = form.With(push.FieldCallID, step.Push.CallID).With(push.FieldOrigCallID, step.Push.OrigCallID).Encode(false)
	if s.Key == nil {
		w.Header.Set(push.SignatureHeader, signature)
	}
	return err
}
