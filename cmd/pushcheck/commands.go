package main

import "github.com/spf13/cobra"

func init() { cobra.EnableCommandSorting = false } // app.commands sets the order

// commands returns the commands in the order in which a new user needs them.
func (a *app) commands() []*cobra.Command {
	all := []*cobra.Command{
		a.demoCommand(),
		a.runCommand(),
		a.sendCommand(),
		a.replayCommand(),
		a.receiveCommand(),
		a.recordCommand(),
		a.listCommand(),
		a.explainCommand(),
		a.tlsCommand(),
		a.certCommand(),
		a.keysCommand(),
		a.verifyCommand(),
		a.initCommand(),
		a.diffCommand(),
		a.loadCommand(), a.mergeCommand(),
		a.knownCommand(),
		a.newCommand(),
		a.lintCommand(),
		a.selftestCommand(),
		a.versionCommand(),
	}
	for _, cmd := range all {
		registerCompletion(cmd)
	}
	return all
}
