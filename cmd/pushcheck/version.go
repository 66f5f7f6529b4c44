package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/verdict"
)

// protocolFacts says up to which year the program knows the Push API, which has no version numbers.
const protocolFacts = "sipgate.io Push API as documented and observed until 2026"

// tool returns the version of pushcheck, and the date of its root certificates.
func tool() verdict.Tool {
	_, date := endpoint.DefaultRoots()
	return verdict.Tool{Version: version(), Roots: date}
}

// version returns the version of the module, or the commit if the program was built from a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version of the program, of its facts about sipgate and of its root certificates", Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			t := tool()
			_, err := fmt.Fprintf(a.stdout, "pushcheck %s\nfacts     %s\nroots     Mozilla's, of %s\ngo        %s\n", t.Version, protocolFacts, t.Roots, runtime.Version())
			return err
		},
	}
}
