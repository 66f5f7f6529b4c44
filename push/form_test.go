package push

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEncodeWritesAFormAsSipgateDoes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		form        Form
		rawBrackets bool
		want        string
		why         string
	}{
		{name: "no fields", form: nil, want: ""},
		{name: "an empty value", form: Form{{"user[]", ""}}, want: "user%5B%5D=", why: "the equals sign stays"},
		{name: "repeated fields", form: Form{{"user[]", "Doc"}, {"user[]", "Marty"}}, want: "user%5B%5D=Doc&user%5B%5D=Marty"},
		{name: "raw brackets", form: Form{{"user[]", "Doc"}}, rawBrackets: true, want: "user[]=Doc"},
		{name: "raw brackets in a value", form: Form{{"user[]", "[Doc]"}}, rawBrackets: true, want: "user[]=%5BDoc%5D", why: "the documentation has raw brackets only in names"},
		{name: "spaces", form: Form{{"user", "Doc Brown"}}, want: "user=Doc+Brown"},
		{name: "an umlaut", form: Form{{"user", "Jörg Müller"}}, want: "user=J%C3%B6rg+M%C3%BCller"},
		{name: "a character of four UTF-8 bytes", form: Form{{"user", "🕹"}}, want: "user=%F0%9F%95%B9"},
		{name: "plus, ampersand, equals and percent signs", form: Form{{"user", "Doc + Marty & Co = 100%"}}, want: "user=Doc+%2B+Marty+%26+Co+%3D+100%25"},
		{name: "letters, digits and -_.*: unchanged", form: Form{{"user", "aZ09-_.*"}}, want: "user=aZ09-_.*"},
		{name: "a tilde", form: Form{{"user", "~"}}, want: "user=%7E", why: "Java's encoder, unlike most encoders, encodes a tilde"},
		{name: "star and hash keys of a phone", form: Form{{"dtmf", "0*#"}}, want: "dtmf=0*%23"},
		{name: "bytes that are not UTF-8", form: Form{{"user", "\xff\x00"}}, want: "user=%FF%00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, string(tt.form.Encode(tt.rawBrackets))); diff != "" {
				t.Errorf("%#v.Encode(%t) mismatch (-want +got): %s\n%s", tt.form, tt.rawBrackets, tt.why, diff)
			}
		})
	}
}

func TestReplacingOrRemovingAFieldChangesOnlyACopy(t *testing.T) {
	t.Parallel()
	form := Form{{"event", "newCall"}, {"user[]", "Doc"}, {"from", "x"}, {"user[]", "Marty"}}
	original := append(Form{}, form...)
	tests := []struct {
		name      string
		got, want Form
	}{
		{"With one value of a field: replaced in place", form.With("from", "y"), Form{{"event", "newCall"}, {"user[]", "Doc"}, {"from", "y"}, {"user[]", "Marty"}}},
		{"With several values of a field: all where the first one was", form.With("user[]", "a", "b", "c"), Form{{"event", "newCall"}, {"user[]", "a"}, {"user[]", "b"}, {"user[]", "c"}, {"from", "x"}}},
		{"With a new field: at the end", form.With("xcid", "1"), append(append(Form{}, original...), Field{"xcid", "1"})},
		{"With no value: the field is removed", form.With("from"), Form{{"event", "newCall"}, {"user[]", "Doc"}, {"user[]", "Marty"}}},
		{"Without a field: both its values are removed", form.Without("user[]"), Form{{"event", "newCall"}, {"from", "x"}}},
		{"Without an absent field: unchanged", form.Without("xcid"), original},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
	if diff := cmp.Diff(original, form); diff != "" {
		t.Errorf("the original form changed (-want +got):\n%s", diff)
	}
}

func TestFieldsAreFoundByName(t *testing.T) {
	t.Parallel()
	form := Form{{"user[]", ""}, {"user[]", "Marty"}, {"from", ""}}
	if got := form.Get("user[]"); got != "" {
		t.Errorf("Get(user[]) = %q, want the first value, which is empty", got)
	}
	if diff := cmp.Diff([]string{"", "Marty"}, form.Values("user[]")); diff != "" {
		t.Errorf("Values(user[]) mismatch (-want +got):\n%s", diff)
	}
	if got := form.Values("xcid"); got != nil {
		t.Errorf("Values(xcid) = %q, want nil", got)
	}
	if !form.Has("from") || form.Has("xcid") {
		t.Errorf("Has(from), Has(xcid) = %t, %t, want true, false", form.Has("from"), form.Has("xcid"))
	}
}
