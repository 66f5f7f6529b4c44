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
	// bundleVersion is the version of the module in go.mod, for builds that record no versions, such as tests.
	bundleVersion = "v0.0.0-20261030153154-30a33513ff6d"
)

// DefaultRoots returns the public authorities of Mozilla's root programme. They are compiled in, so that the authorities that this machine
// trusts do not change a verdict. date is the date of the bundle, such as "2026-10-30", taken from the version of its module. The
// certificates are parsed once and shared, so the calling function must not change them.
func DefaultRoots() (roots []Root, date string) {
	return bundleRoots(), bundleDate()
}

var bundleRoots = sync.OnceValue(func() []Root {
	var roots []Root
	for r := range bundle.Roots() {
		c, err := x509.ParseCertificate(r.Certificate)
		if err != nil {
			continue // TestDefaultRootsHasEveryRootOfTheBundle fails if a root cannot be parsed
		}
		roots = append(roots, Root{Certificate: c, Constraint: r.Constraint})
	}
	return roots[:len(roots):len(roots)]
})

// bundleDate returns the date of the version in the build information, because a program that imports this package may require a newer
// bundle. If there is no build information, it returns the date of bundleVersion.
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

// versionDate returns the date in a pseudo-version such as v0.0.0-20261030153154-30a33513ff6d. Any other version is returned unchanged.
func versionDate(version string) string {
	parts := strings.Split(version, "-")
	if len(parts) >= 3 {
		timestamp := parts[len(parts)-2]
		if day, err := time.Parse("20060102150405", timestamp[strings.LastIndexByte(timestamp, '.')+1:]); err == nil {
			return day.Format(time.DateOnly)
		}
	}
	if version == "" {
		return "unknown"
	}
	return version
}
