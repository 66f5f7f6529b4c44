package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestAMisspeltVariableIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, entry, want string }{
		{"an underscore too few", "PUSHCHECK_CAFILE=ca.pem", "did you mean PUSHCHECK_CA_FILE?"},
		{"the URL", "PUSHCHECK_ULR=https://receiver.example/", "did you mean PUSHCHECK_URL?"},
		{"a value without its unit", "PUSHCHECK_TIMEOUT=5", "a time with its unit, such as 5s"},
		{"a name that is like no flag", "PUSHCHECK_CALL_ID=1", "which receiver?"},
		{"a variable of another program", "PUSHCHEK_URL=1", "which receiver?"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			name, value, _ := strings.Cut(test.entry, "=")
			a := &app{stdout: &stdout, stderr: &stderr, environ: func() []string { return []string{test.entry} },
				getenv: func(asked string) string { return map[string]string{name: value}[asked] }}
			if exit := a.run(t.Context(), []string{"run", "--config", "none"}); exit != 2 || !strings.Contains(stderr.String(), test.want) {
				t.Errorf("exit code %d, want 2 and %q:\n%s", exit, test.want, stderr.String())
			}
		})
	}
}
