package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestVariableWithAMisspeltNameOrAWrongValueIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, entry, want string }{
		{"PUSHCHECK_CA_FILE without an underscore", "PUSHCHECK_CAFILE=ca.pem", "did you mean PUSHCHECK_CA_FILE?"},
		{"PUSHCHECK_URL misspelt", "PUSHCHECK_ULR=https://receiver.example/", "did you mean PUSHCHECK_URL?"},
		{"a value without its unit", "PUSHCHECK_TIMEOUT=5", "a time with its unit, such as 5s"},
		{"a name that is similar to no flag: ignored", "PUSHCHECK_CALL_ID=1", "which receiver?"},
		{"a variable of another program: ignored", "PUSHCHEK_URL=1", "which receiver?"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			name, value, _ := strings.Cut(test.entry, "=")
			a := &app{stdout: &stdout, stderr: &stderr, environ: func() []string { return []string{test.entry} },
				getenv: func(variable string) string { return map[string]string{name: value}[variable] }}
			if exit := a.run(t.Context(), []string{"run", "--config", "none"}); exit != 2 || !strings.Contains(stderr.String(), test.want) {
				t.Errorf("exit code %d, want 2 and %q:\n%s", exit, test.want, stderr.String())
			}
		})
	}
}
