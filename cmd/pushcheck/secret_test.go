package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The command lines of this test are usage errors, with a password at each place where a URL may be written.
func TestAPasswordIsNeverPrinted(t *testing.T) {
	t.Parallel()
	const good = "https://receiver.example/push"
	passwords := []string{"ge#heim", "ge/heim", "ge?heim", "ge@heim:x", "ge%heim", "ge[heim", "12#34heim", "1:2/heim", `ge"heim`, "ge heim", "4711/heim", "4711?heim", "/heim"}
	for _, password := range passwords {
		url := "https://doc:" + password + "@receiver.example:port/"
		bare := strings.TrimPrefix(url, "https://")
		file := filepath.Join(t.TempDir(), "pushcheck.yaml")
		if err := os.WriteFile(file, []byte("url: '"+url+"'\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		misspelt := filepath.Join(t.TempDir(), "misspelt.yaml")
		if err := os.WriteFile(misspelt, []byte("ulr: '"+url+"'\ntimeout: {a: "+bare+"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		lines := map[string][]string{
			"run":          {"run", url},
			"no scheme":    {"run", bare},
			"two slashes":  {"run", "//" + bare},
			"one slash":    {"run", "https:/doc:" + password + "@receiver.example/"},
			"tls":          {"tls", url},
			"init":         {"init", url, "--out", filepath.Join(t.TempDir(), "new.yaml")},
			"send":         {"send", "newCall", url},
			"a URL first":  {"send", url},
			"outgoing":     {"run", good, "--outgoing", url},
			"state URL":    {"run", good, "--state-url", url + "{callId}"},
			"connect-to":   {"run", good, "--connect-to", url},
			"follow":       {"run", good, "--follow", url},
			"base URL":     {"receive", "--base-url", url},
			"no command":   {url},
			"two URLs":     {"run", url, url},
			"explain":      {"explain", url},
			"list":         {"list", url},
			"only":         {"run", good, "--only", url},
			"report":       {"run", good, "--report", url},
			"listen":       {"receive", "--listen", url},
			"an argument":  {"receive", url},
			"timeout":      {"run", good, "--timeout", url},
			"cert":         {"cert", url},
			"file":         {"run", "--config", file},
			"wrong key":    {"run", "--config", misspelt},
			"a wrong path": {"run", good, "--config", url},
		}
		for name, line := range lines {
			t.Run(name+" "+password, func(t *testing.T) {
				t.Parallel()
				checkNoPassword(t, runCommand(t, line...), password)
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

func TestAnAtSignInAPathIsNoPassword(t *testing.T) {
	t.Parallel()
	for raw, fine := range map[string]bool{
		"https://receiver.example/calls/doc@receiver.example":      true,
		"https://localhost:8443/calls?of=doc@receiver.example":     true,
		"https://127.0.0.1:8443/@doc":                              true,
		"https://[::1]:8443/@doc":                                  true,
		"https://doc:secret@receiver.example:8443/@doc":            true,
		"https://receiver.example:8443/calls/doc%40receiver":       true,
		"https://receiver.example:8443/calls/doc@receiver.example": false,
		"https://doc:12/34@receiver.example/":                      false,
	} {
		if _, err := parseTarget(keyURL, raw); (err == nil) != fine {
			t.Errorf("parseTarget(%q): %v, want it accepted: %t", raw, err, fine)
		}
	}
}
