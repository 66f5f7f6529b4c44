package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestUnusedProxyIsMentionedIfANameDoesNotResolve(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]bool{
		"https://nowhere.invalid/push": true,
		"https://127.0.0.1:1/push":     false,
	} {
		var stdout, stderr bytes.Buffer
		a := &app{stdout: &stdout, stderr: &stderr, getenv: func(name string) string { return map[string]string{"https_proxy": "http://proxy.example:3128"}[name] }}
		a.run(t.Context(), []string{"tls", "--config", "none", url})
		if got := strings.Contains(stderr.String(), "note: https_proxy is set and not used"); got != want {
			t.Errorf("tls %s: the note about the proxy is printed: %t, want %t\n%s", url, got, want, stderr.String())
		}
	}
}
