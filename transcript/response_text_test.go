package transcript_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/transcript"
)

func TestResponseTextIsOneLineOfText(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ body, want string }{
		"empty body":             {"", ""},
		"white space":            {" \r\n\t", ""},
		"plain text":             {"KeyError:\n   'user[]'", "KeyError: 'user[]'"},
		"angle brackets in text": {"1 < 2 and <nothing> else", "1 < 2 and <nothing> else"},
		"HTML page with an error": {
			"<!DOCTYPE html>\n<html><head><title>Oops</title><style>b{}</style><SCRIPT>var a = '<p>'</SCRIPT></head><!-- <p>no</p> -->\n" +
				"<body class=\"x\"><h1>Server\n  Error</h1><p>column &quot;w1&quot; &amp; more</body></html>",
			`Oops Server Error column "w1" & more`,
		},
		"JSON":                                  {"{\"error\":\n  \"boom\"}", `{"error": "boom"}`},
		"text only in an attribute: the markup": {"<Error\n message=\"no\"/>", `<Error message="no"/>`},
		"text of 121 characters: cut":           {strings.Repeat("ä", 121), strings.Repeat("ä", 120) + "…"},
		"text of 120 characters":                {strings.Repeat("ä", 120), strings.Repeat("ä", 120)},
		"byte that is not UTF-8":                {"Die Rufnummer ist ung\xfcltig", "Die Rufnummer ist ung\uFFFDltig"},
		"text with a NUL: binary":               {"a\x00b", "(3 bytes of binary data)"},
		"PNG file: binary":                      {"\x89PNG\r\n\x1a\x08\xff\xfe", "(10 bytes of binary data)"},
		"text with a few control characters":    {"an error in red: \x1b[31mno such user", "an error in red: \x1b[31mno such user"},
		"HTML that ends within a tag":           {"<p>unfinished <b", "unfinished <b"},
	} {
		got := transcript.Exchange{Outcome: transcript.Outcome{ResponseBody: []byte(tt.body)}}.ResponseText()
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: ResponseText() mismatch (-want +got):\n%s", name, diff)
		}
	}
	if got, want := (transcript.Exchange{Outcome: transcript.Outcome{ResponseBody: []byte("a\x00b"), BodyLength: 70000}}).ResponseText(), "(70000 bytes of binary data)"; got != want {
		t.Errorf("ResponseText() of a long binary body = %q, want %q", got, want)
	}
}
