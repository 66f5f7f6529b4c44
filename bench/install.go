package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	vegetaVersion     = "12.13.0"
	bombardierVersion = "1.2.6"
)

// newCallBody is the body that wrk, bombardier and vegeta post.
const newCallBody = "event=newCall&direction=in&from=494066969432&to=493023125001" +
	"&callId=54566BF38D7E4E6B90CC616A9AADB5C7327313757939BC5F9F01316ED8AE1729BC68461DB737" +
	"&origCallId=54566BF38D7E4E6B90CC616A9AADB5C7327313757939BC5F9F01316ED8AE1729BC68461DB737" +
	"&user%5B%5D=Doc&userId%5B%5D=w0&fullUserId%5B%5D=1234567w0&xcid=9d985eac938880dc"

// environment holds the folder with the programs and their files, and the URL of nginx.
type environment struct {
	folder    string
	pushcheck string // path of the program
	receiver  string // URL of nginx, with a slash at the end; empty until nginx is started
}

func (env environment) file(name string) string { return filepath.Join(env.folder, name) }

// install installs Debian packages in the system, and builds the other programs in a folder. It also makes a certificate for 127.0.0.1.
func install(folder, pushcheck string) (environment, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return environment{}, err
	}
	env := environment{folder: folder, pushcheck: pushcheck}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return environment{}, err
	}
	if err := installPackages(map[string]string{"nginx": "nginx", "wrk": "wrk", "taskset": "util-linux", "gnuplot": "gnuplot-nox"}); err != nil {
		return environment{}, err
	}
	for _, module := range []string{"github.com/tsenart/vegeta/v12@v" + vegetaVersion, "github.com/codesenberg/bombardier@v" + bombardierVersion} {
		if err := run("env", "GOBIN="+folder, "go", "install", module); err != nil {
			return environment{}, err
		}
	}
	if pushcheck == "" {
		env.pushcheck = env.file("pushcheck")
		if err := run("go", "-C", "..", "build", "-o", env.pushcheck, "./cmd/pushcheck"); err != nil {
			return environment{}, err
		}
	}
	if err := run(env.pushcheck, "cert", "--force", "--out", folder, "127.0.0.1"); err != nil {
		return environment{}, err
	}
	for name, text := range map[string]string{"body": newCallBody, "post.lua": postScript} {
		if err := os.WriteFile(env.file(name), []byte(text), 0o644); err != nil {
			return environment{}, err
		}
	}
	return env, nil
}

// installPackages installs missing Debian packages. packages maps a command to the package that contains it. A package is missing if its
// command is not found.
func installPackages(packages map[string]string) error {
	var missing []string
	for command, name := range packages {
		if _, err := exec.LookPath(command); err != nil {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if err := run("apt-get", "update", "-qq"); err != nil {
		return err
	}
	return run(append([]string{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-qq", "-y", "--no-install-recommends"}, missing...)...)
}

// run runs a command and waits until it ends. The error contains the output of the command.
func run(args ...string) error {
	if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("running %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}
