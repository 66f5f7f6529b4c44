package wording

import "testing"

func TestQuoteUsesSingleQuotesToAvoidBackslashes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         `""`,
		"busy":                     `"busy"`,
		`&b=2" onHangup=`:          `'&b=2" onHangup='`,
		"it's":                     `"it's"`,
		`it's "busy"`:              `"it's \"busy\""`,
		`C:\"x"` + "\n":            `'C:\\"x"\n'`,
		`text/xml; charset="utf8"`: `'text/xml; charset="utf8"'`,
	} {
		if got := Quote(text); got != want {
			t.Errorf("Quote(%s) = %s, want %s", text, got, want)
		}
	}
}
