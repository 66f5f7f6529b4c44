package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The command lines of this test are usage errors. Each has a password in another place, or in a URL of another form.
func TestAPasswordIsNeverPrinted(t *testing.T) {
	t.Parallel()
	const goodURL = "https://receiver.example/push"
	passwords := []string{"ge#heim", "ge/heim", "ge?heim", "ge@heim:x", "ge%heim", "ge[heim", "12#34heim", "1:2/heim", `ge"heim`, "ge heim", "4711/heim", "4711?heim", "/heim"}
	for _, password := range passwords {
		url := "https://doc:" + password + "@receiver.example:port/"
		withoutScheme := strings.TrimPrefix(url, "https://")
		file := filepath.Join(t.TempDir(), "pushcheck.yaml")
		if err := os.WriteFile(file, []byte("url: '"+url+"'\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		misspeltFile := filepath.Join(t.TempDir(), "misspelt.yaml")
		if err := os.WriteFile(misspeltFile, []byte("ulr: '"+url+"'\ntimeout: {a: "+withoutScheme+"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		commandLines := map[string][]string{
			"run":                  {"run", url},
			"no scheme":            {"run", withoutScheme},
			"two slashes":          {"run", "//" + withoutScheme},
			"one slash":            {"run", "https:/doc:" + password + "@receiver.example/"},
			"tls":                  {"tls", url},
			"init":                 {"init", url, "--out", filepath.Join(t.TempDir(), "new.yaml")},
			"send":                 {"send", "newCall", url},
			"URL without a push":   {"send", url},
			"outgoing":             {"run", goodURL, "--outgoing", url},
			"state URL":            {"run", goodURL, "--state-url", url + "{callId}"},
			"connect-to":           {"run", goodURL, "--connect-to", url},
			"follow":               {"run", goodURL, "--follow", url},
			"base URL":             {"receive", "--base-url", url},
			"no command":           {url},
			"two URLs":             {"run", url, url},
			"explain":              {"explain", url},
			"list":                 {"list", url},
			"only":                 {"run", goodURL, "--only", url},
			"report":               {"run", goodURL, "--report", url},
			"listen":               {"receive", "--listen", url},
			"unexpected argument":  {"receive", url},
			"timeout":              {"run", goodURL, "--timeout", url},
			"cert":                 {"cert", url},
			"URL in a config file": {"run", "--config", file},
			"misspelt key":         {"run", "--config", misspeltFile},
			"config file name":     {"run", goodURL, "--config", url},
		}
		for name, args := range commandLines {
			t.Run(name+" "+password, func(t *testing.T) {
				t.Parallel()
				checkNoPassword(t, runCommand(t, args...), password)
			})
		}
		t.Run("environment "+password, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			a := &app{stdout: &stdout, stderr: &stderr, getenv: func(name string) string { return map[string]string{"PUSHCHECK_URL": url}[name] }}
			checkNoPassword(t, outcome{a.run(t.Context(), []string{"run", "--config", "none"}), stdout.String(), stderr.String()}, password)
		})
	}
}

// checkNoPassword reports an error if a part of a password was printed, or if the command line was not refused.
func checkNoPassword(t *testing.T, got outcome, password string) {
	t.Helper()
	for _, part := range regexp.MustCompile(`[^a-z0-9]+`).Split(password, -1) {
		if len(part) > 1 && regexp.MustCompile(`\b`+part+`\b`).MatchString(got.stderr+got.stdout) {
			t.Errorf("printed %q of the password:\n%s", part, got.stderr)
			break
		}
	}
	if got.exit != 2 {
		t.Errorf("exit code %d, want 2:\n%s", got.exit, got.stderr)
	}
}

func TestAnUnescapedPasswordIsExplained(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"https://doc:ge#heim@receiver.example/", "https://doc:12#34@receiver.example/"} {
		got := runCommand(t, "run", url)
		if !strings.Contains(got.stderr, `"https://…@receiver.example/"`) || !strings.Contains(got.stderr, "# as %23") {
			t.Errorf("run %s printed:\n%s", url, got.stderr)
		}
	}
}

func TestAtSignInAPathIsNotTakenForAPassword(t *testing.T) {
	t.Parallel()
	for raw, isAccepted := range map[string]bool{
		"https://receiver.example/calls/doc@receiver.example":      true,
		"https://localhost:8443/calls?of=doc@receiver.example":     true,
		"https://127.0.0.1:8443/@doc":                              true,
		"https://[::1]:8443/@doc":                                  true,
		"https://doc:secret@receiver.example:8443/@doc":            true,
		"https://receiver.example:8443/calls/doc%40receiver":       true,
		"https://receiver.example:8443/calls/doc@receiver.example": false,
		"https://doc:12/34@receiver.example/":                      false,
	} {
		if _, err := parseTarget(keyURL, raw); (err == nil) != isAccepted {
			t.Errorf("parseTarget(%q): %v, want it accepted: %t", raw, err, isAccepted)
		}
	}
}
