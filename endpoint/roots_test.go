package endpoint

import (
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

func TestDefaultRootsHasEveryRootOfTheBundle(t *testing.T) {
	t.Parallel()
	want := 0
	for range bundle.Roots() {
		want++
	}
	roots, date := DefaultRoots()
	if len(roots) != want || want < 100 {
		t.Errorf("DefaultRoots() has %d roots, want the %d of the bundle (and 100 or more)", len(roots), want)
	}
	day, err := time.Parse(time.DateOnly, date)
	if err != nil || day.Year() < 2025 {
		t.Errorf("DefaultRoots() date = %q, want the day of the bundle's version", date)
	}
}

func TestVersionDateReadsThePseudoVersion(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"v0.0.0-20261030153154-30a33513ff6d":   "2026-10-30",
		"v1.2.4-0.20261030153154-30a33513ff6d": "2026-10-30",
		"v1.2.3":                               "v1.2.3",
		"":                                     "unknown",
	} {
		if got := versionDate(version); got != want {
			t.Errorf("versionDate(%q) = %q, want %q", version, got, want)
		}
	}
}

func TestBundleVersionEqualsTheVersionInGoMod(t *testing.T) {
	t.Parallel()
	goMod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if want := bundleModule + " " + bundleVersion; !strings.Contains(string(goMod), want) {
		t.Errorf("go.mod does not require %q: set bundleVersion to the required version", want)
	}
}
