// Package deps pins what is about to be used while the packages are being laid; it goes when they stand.
package deps

import (
	_ "github.com/cucumber/godog"
	_ "github.com/goccy/go-yaml"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/jarcoal/httpmock"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/santhosh-tekuri/jsonschema/v6"
	_ "github.com/spf13/cobra"
	_ "go.uber.org/goleak"
	_ "golang.org/x/crypto/x509roots/fallback/bundle"
	_ "golang.org/x/net/html/charset"
	_ "golang.org/x/term"
)
