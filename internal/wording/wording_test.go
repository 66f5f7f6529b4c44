package wording

import "testing"

func TestCountAddsThePluralOfANoun(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		n          int
		noun, want string
	}{
		{0, "call", "0 calls"}, {1, "call", "1 call"}, {2, "call", "2 calls"},
		{0, "push", "0 pushes"}, {1, "push", "1 push"}, {12, "signed push", "12 signed pushes"},
	} {
		if got := Count(test.n, test.noun); got != test.want {
			t.Errorf("Count(%d, %q) = %q, want %q", test.n, test.noun, got, test.want)
		}
	}
}

func TestShellWordIsOneWordForAShell(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"":                       {`''`, `''`},
		"ca.pem":                 {"ca.pem", "'ca.pem'"},
		"https://localhost:8443": {"https://localhost:8443", "'https://localhost:8443'"},
		"-v":                     {"'-v'", "'-v'"},
		"my files":               {"'my files'", "'my files'"},
		"it's":                   {`'it'\''s'`, `'it'\''s'`},
		"$HOME":                  {"'$HOME'", "'$HOME'"},
	} {
		if got := [2]string{ShellWord(text), ShellQuote(text)}; got != want {
			t.Errorf("ShellWord and ShellQuote(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestVisibleEscapesInvisibleCharacters(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                  "",
		`Größe "7" \n`:      `Größe "7" \n`,
		"a\r\n\tb":          `a\r\n\tb`,
		"\x1b[31m\x00":      `\x1b[31m\x00`,
		"\u202edlrow":       `\u202edlrow`,
		"\xff":              `\xff`,
		"\U000e0001 \u00a0": `\U000e0001 \u00a0`,
	} {
		got := Visible(text)
		if got != want {
			t.Errorf("Visible(%q) = %s, want %s", text, got, want)
		}
		if repeated := Visible(got); repeated != got {
			t.Errorf("Visible(%q) = %s, and Visible of that is %s", text, got, repeated)
		}
	}
}
