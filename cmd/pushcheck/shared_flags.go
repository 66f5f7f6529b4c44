package main

import "github.com/spf13/pflag"

// Each register function here registers a flag that several commands have, with its help text.

func registerOutgoing(f *pflag.FlagSet, url *string) {
	f.StringVar(url, "outgoing", "", "send newCall pushes of outgoing calls to this `URL`; none means no outgoing calls (default: the URL of incoming calls)")
}

// registerSpeed registers --speed with a default that depends on the command.
func registerSpeed(f *pflag.FlagSet, speed *float64, defaultSpeed float64) {
	f.Float64Var(speed, "speed", defaultSpeed, "play calls `N` times as fast as in real time; 0: as fast as the receiver responds")
}

func registerQuiet(f *pflag.FlagSet, quiet *bool) {
	f.BoolVarP(quiet, "quiet", "q", false, "print only what could not be judged, warnings, failures and the verdict")
}

// registerVerbose is for commands that print pushes as they are sent.
func registerVerbose(f *pflag.FlagSet, verbose *bool) {
	f.BoolVarP(verbose, "verbose", "v", false, "also print whole pushes and responses, all findings and reasons, and curl commands")
}

func registerListen(f *pflag.FlagSet, address *string) {
	f.StringVar(address, "listen", "127.0.0.1:8443", "serve at this `ADDRESS`, HOST:PORT; port 0 is any free port")
}

// registerOutFolder is for commands that write files with fixed names.
func registerOutFolder(f *pflag.FlagSet, folder *string) {
	f.StringVar(folder, "out", ".", "write the files to this `DIR`, which is made if it does not exist (default: the working directory)")
}

func registerForce(f *pflag.FlagSet, force *bool) {
	f.BoolVar(force, "force", false, "overwrite existing files")
}

func registerFormat(f *pflag.FlagSet, format *string) {
	f.StringVar(format, "format", "text", "print as `FORMAT`: text, md or json")
}

// writeInFormat calls the function for the format that --format names.
func writeInFormat(format string, text, md, json func() error) error {
	switch format {
	case "text":
		return text()
	case "md":
		return md()
	case "json":
		return json()
	}
	return wrongValue("format", format, "no such format", "%s", suggestionHint(format, []string{"text", "md", "json"}))
}
