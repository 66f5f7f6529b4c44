package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// A program that imports godog runs "go env" at every start, and pushcheck needs no test packages.
func TestCommandLinksNeitherGodogNorTestPackages(t *testing.T) {
	t.Parallel()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", ".")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("listing the packages that the command links: %v", err)
	}
	linkedPackages := strings.Fields(string(out))
	if !slices.Contains(linkedPackages, "github.com/pushcheck/pushcheck/steps") {
		t.Fatalf("%d packages, and steps is not among them", len(linkedPackages))
	}
	for _, path := range linkedPackages {
		if path == "testing" || strings.HasPrefix(path, "testing/") || path == "net/http/httptest" || strings.HasPrefix(path, "github.com/cucumber/godog") {
			t.Errorf("the command links %s", path)
		}
	}
}
