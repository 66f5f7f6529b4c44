package xmldoc_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/xmldoc"
)

func TestCharsetsOfTheBrowserListAndOfIANAAreDecoded(t *testing.T) {
	t.Parallel()
	const declared = `<?xml version="1.0" encoding="utf-8"?>`
	const readable, exists = "a charset that pushcheck can read", "a charset that exists"
	for _, test := range []struct {
		name, body, charset string
		text, want          string // want is what the problem expects; "" if there is no problem
	}{
		{"a name that only browsers know", "<a>\x93\xfa</a>", "x-sjis", "<a>日</a>", ""},
		{"a name that only IANA knows", "<a>ü</a>", "csUTF8", "<a>ü</a>", ""},
		{"UTF-16 by a name that only IANA knows", "<\x00a\x00/\x00>\x00", "csUTF16", "<a/>", ""},
		{"a name that is like that of a superset of ASCII", "<a/>", "775", "<a/>", exists},
		{"a superset of ASCII, in ASCII", "<a/>", "cp857", "<a/>", ""},
		{"a superset of ASCII, with a first byte that is not ASCII", "ü<a/>", "cp857", "ü<a/>", readable},
		{"a superset of ASCII in the header, a true declaration, in ASCII", declared + "<a/>", "cp857", declared + "<a/>", ""},
		{"a superset of ASCII in the header, a true declaration, not in ASCII", declared + "<a>ü</a>", "cp857", declared + "<a>ü</a>", readable},
		{"another charset in the header, a true declaration, in ASCII", declared + "<a/>", "utf8mb4", declared + "<a/>", exists},
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
