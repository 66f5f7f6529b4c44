package endpoint

import (
	"crypto/x509"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

const (
	bundleModule = "golang.org/x/crypto/x509roots/fallback"
	// bundleVersion is for builds that record no modules, such as tests; one of them compares it with go.mod.
	bundleVersion = "v0.0.0-20261030153154-30a33513ff6d"
)

// DefaultRoots are the public authorities of Mozilla's root programme, compiled in: what the machine trusts does not change
// a verdict. The date is that of the bundle, such as "2026-10-30", taken from the version of its module. The certificates are parsed once,
// at the first call, and shared: the caller must not change them.
func DefaultRoots() (roots []Root, date string) {
	return parsedBundle(), bundleDate()
}

var parsedBundle = sync.OnceValue(func() []Root {
	var roots []Root
	for r := range bundle.Roots() {
		c, err := x509.ParseCertificate(r.Certificate)
		if err != nil {
			continue // a root that cannot be read cannot be trusted; a test counts those that can
		}
		roots = append(roots, Root{Certificate: c, Constraint: r.Constraint})
	}
	return roots[:len(roots):len(roots)]
})

// bundleDate prefers the version that was built in to the one in go.mod: another module may have required a newer bundle.
func bundleDate() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return versionDate(bundleVersion)
	}
	for _, m := range info.Deps {
		if m.Path != bundleModule {
			continue
		}
		if m.Replace != nil {
			m = m.Replace
		}
		return versionDate(m.Version)
	}
	return versionDate(bundleVersion)
}

// versionDate is the day in a pseudo-version such as v0.0.0-20261030153154-30a33513ff6d; any other version is returned as
// it is.
func versionDate(version string) string {
	parts := strings.Split(version, "-")
	if len(parts) >= 3 {
		stamp := parts[len(parts)-2]
		if day, err := time.Parse("20060102150405", stamp[strings.LastIndexByte(stamp, '.')+1:]); err == nil {
			return day.Format(time.DateOnly)
		}
	}
	if version == "" {
		return "unknown"
	}
	return version
}
