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
		{"775, the name of a superset of ASCII without its prefix cp: unknown", "<a/>", "775", "<a/>", wantExisting},
		{"cp857 in the header, ASCII bytes: readable without a decoder", "<a/>", "cp857", "<a/>", ""},
		{"cp857 in the header, a first byte that is not ASCII: not readable", "ü<a/>", "cp857", "ü<a/>", wantReadable},
		{"cp857 in the header, UTF-8 in the declaration, ASCII bytes: no problem", declaration + "<a/>", "cp857", declaration + "<a/>", ""},
		{"cp857 in the header, UTF-8 in the declaration, an umlaut in UTF-8: a problem", declaration + "<a>ü</a>", "cp857", declaration + "<a>ü</a>", wantReadable},
		{"unknown charset in the header, UTF-8 in the declaration, ASCII bytes: a problem", declaration + "<a/>", "utf8mb4", declaration + "<a/>", wantExisting},
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
