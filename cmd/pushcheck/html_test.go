package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHTMLReportIsOnePageWithoutThePassword(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	file := filepath.Join(t.TempDir(), "report.html")
	url := strings.Replace(instance.URL, "https://", "https://doc:geheim123@", 1)
	got := runCommand(t, "run", url, "--ca-file", ca, "--only", "push.newcall", "--header", "Authorization: Bearer geheim456", "--report", "html="+file)
	if got.exit != 0 {
		t.Fatalf("exit %d, want 0:\n%s", got.exit, got.stderr)
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<!DOCTYPE html>", "Conformant", `<svg class="diagram"`, "$USERINFO", "</html>"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	if strings.Contains(string(page), "geheim") {
		t.Error("the page shows a password")
	}
}
