package main

import "github.com/spf13/cobra"

// commands are listed in the order in which a new user needs them.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.runCommand(),
		a.versionCommand(),
	}
}
