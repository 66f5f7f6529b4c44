package push

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// capturedBody returns the body of the genuine captured push.
func capturedBody(t testing.TB) []byte {
	t.Helper()
	request, err := os.ReadFile("testdata/golden-request.http")
	if err != nil {
		t.Fatal(err)
	}
	_, body, ok := bytes.Cut(request, []byte("\n\n"))
	if !ok || len(body) != 267 {
		t.Fatalf("the captured body has %d bytes, want the 267 of its Content-Length", len(body))
	}
	return body
}

// secondSignedBody returns another body that sipgate signed, from the tests of sipgate's Node library.
func secondSignedBody(t testing.TB) []byte {
	t.Helper()
	body, err := os.ReadFile("testdata/vector2.body")
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestGenuineBodiesAreTheSameAfterParseAndEncode(t *testing.T) {
	t.Parallel()
	for name, body := range map[string][]byte{"captured body": capturedBody(t), "second signed body": secondSignedBody(t)} {
		form, err := ParseForm(body)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(string(body), string(form.Encode(false))); diff != "" {
			t.Errorf("%s, parsed and encoded, mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestParseFormKeepsOrderAndDecodesNamesAndValues(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       Form
	}{
		{"an empty body", "", nil},
		{"repeated fields: kept in their order", "b=1&a=2&b=3", Form{{"b", "1"}, {"a", "2"}, {"b", "3"}}},
		{"empty values", "user%5B%5D=&from=", Form{{"user[]", ""}, {"from", ""}}},
		{"raw brackets", "user[]=Doc", Form{{"user[]", "Doc"}}},
		{"lower-case hexadecimal digits", "user%5b%5d=J%c3%b6rg", Form{{"user[]", "Jörg"}}},
		{"plus signs and spaces", "user=Doc+Brown%20%2B", Form{{"user", "Doc Brown +"}}},
		{"encoded ampersand and equals sign", "a%26b=%3D%26", Form{{"a&b", "=&"}}},
		{"an encoded byte that is not UTF-8", "user=M%FCller", Form{{"user", "M\xfcller"}}},
		{"unencoded punctuation", "from=~!/:;'(),@$?", Form{{"from", "~!/:;'(),@$?"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseForm([]byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParseForm(%q) mismatch (-want +got):\n%s", tt.body, diff)
			}
		})
	}
}

func TestParseFormReturnsTheOffsetOfTheFirstMistake(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       FormError
	}{
		{"a percent-encoding of one digit", "event=newCall&user=%4", FormError{19, `broken percent-encoding "%4", expected % and two hexadecimal digits`}},
		{"a percent sign before letters that are no digits", "user=a%zzb", FormError{6, `broken percent-encoding "%zz", expected % and two hexadecimal digits`}},
		{"a percent sign in a name", "%=1", FormError{0, `broken percent-encoding "%=1", expected % and two hexadecimal digits`}},
		{"no equals sign", "event=newCall&user", FormError{14, `field "user" has no equals sign, expected name=value`}},
		{"two ampersands between fields", "a=1&&b=2", FormError{4, `field "" has no equals sign, expected name=value`}},
		{"an ampersand at the end", "a=1&", FormError{4, `field "" has no equals sign, expected name=value`}},
		{"no name before the equals sign", "a=1&=2", FormError{4, "field without a name, expected name=value"}},
		{"two equals signs in a field", "a=1=2", FormError{3, "second equals sign in a field, expected %3D"}},
		{"a raw space", "a=1 2", FormError{3, `raw byte " ", expected its percent-encoding`}},
		{"a line break at the end", "a=1\n", FormError{3, `raw byte "\n", expected its percent-encoding`}},
		{"a raw umlaut", "user=Jörg", FormError{6, `raw byte "\xc3", expected its percent-encoding`}},
		{"JSON", `{"event": "newCall"}`, FormError{9, `raw byte " ", expected its percent-encoding`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			form, err := ParseForm([]byte(tt.body))
			var got *FormError
			if !errors.As(err, &got) {
				t.Fatalf("ParseForm(%q) = %v, %v, want a *FormError", tt.body, form, err)
			}
			if diff := cmp.Diff(tt.want, *got); diff != "" {
				t.Errorf("ParseForm(%q) mismatch (-want +got):\n%s", tt.body, diff)
			}
		})
	}
}

// curlExampleBodies lists the bodies of the curl examples in sipgate's documentation, which have raw brackets.
var curlExampleBodies = []string{
	"event=newCall&from=492111234567&to=4915791234567&direction=in&callId=123456&user[]=Doc&user[]=Marty",
	"event=answer&callId=123456&user=Doc&from=492111234567&to=4915791234567&direction=in&answeringNumber=21199999999",
	"event=hangup&cause=normalClearing&callId=123456&from=492111234567&to=4915791234567&direction=in&answeringNumber=4921199999999",
	"event=dtmf&dtmf=1&callId=123456",
}

func FuzzEncodedFormParsesToTheSameForm(f *testing.F) {
	f.Add(capturedBody(f))
	f.Add(secondSignedBody(f))
	for _, body := range curlExampleBodies {
		f.Add([]byte(body))
	}
	f.Add([]byte("user%5B%5D=J%C3%B6rg+M%c3%bcller%20%2B%26%3D"))
	f.Add([]byte("a=%"))
	f.Fuzz(func(t *testing.T, body []byte) {
		form, err := ParseForm(body)
		if err != nil {
			var mistake *FormError
			if !errors.As(err, &mistake) || mistake.Offset < 0 || mistake.Offset > len(body) {
				t.Fatalf("ParseForm(%q) = %v, want a *FormError with an offset in the body", body, err)
			}
			return
		}
		for _, raw := range []bool{false, true} {
			encoded := form.Encode(raw)
			reparsed, err := ParseForm(encoded)
			if err != nil {
				t.Fatalf("ParseForm(%q), encoded from %q: %v", encoded, body, err)
			}
			if diff := cmp.Diff(form, reparsed); diff != "" {
				t.Fatalf("ParseForm(%q) mismatch with ParseForm(%q) (-want +got):\n%s", encoded, body, diff)
			}
		}
	})
}
