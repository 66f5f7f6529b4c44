package xmldoc_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/xmldoc"
)

func TestCharsetsOfTheBrowserListAndOfIANAAreDecoded(t *testing.T) {
	t.Parallel()
	const declaration = `<?xml version="1.0" encoding="utf-8"?>`
	const wantReadable, wantExisting = "a charset that pushcheck can read", "a charset that exists"
	for _, test := range []struct {
		name, body, charset string
		text, want          string // want is the Want of the problem; "" if there is no problem
	}{
		{"a name that only browsers know", "<a>\x93\xfa</a>", "x-sjis", "<a>日</a>", ""},
		{"a name that only IANA knows", "<a>ü</a>", "csUTF8", "<a>ü</a>", ""},
		{"UTF-16 by a name that only IANA knows", "<\x00a\x00/\x00>\x00", "csUTF16", "<a/>", ""},
		{"775 instead of cp775: an unknown charset", "<a/>", "775", "<a/>", wantExisting},
		{"only ASCII characters, declared as CP857: readable without a decoder", "<a/>", "cp857", "<a/>", ""},
		{"an umlaut at the beginning, declared as CP857: not readable without a decoder", "ü<a/>", "cp857", "ü<a/>", wantReadable},
		{"only ASCII characters, although the header CP857 contradicts the declaration UTF-8: no problem", declaration + "<a/>", "cp857", declaration + "<a/>", ""},
		{"an umlaut, and the header CP857 contradicts the declaration UTF-8: a problem", declaration + "<a>ü</a>", "cp857", declaration + "<a>ü</a>", wantReadable},
		{"only ASCII characters, but the charset in the header does not exist: a problem", declaration + "<a/>", "utf8mb4", declaration + "<a/>", wantExisting},
	} {
		text, problem := xmldoc.Decode([]byte(test.body), test.charset)
		want := ""
		if problem != nil {
			want = problem.Want
		}
		if diff := cmp.Diff([]string{test.text, test.want}, []string{text, want}); diff != "" {
			t.Errorf("%s: Decode(%q, %q) mismatch (-want +got):\n%s", test.name, test.body, test.charset, diff)
		}
	}
}
