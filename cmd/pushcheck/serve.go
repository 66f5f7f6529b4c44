package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/child"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/sender"
)

// serveFlags are the flags with which run starts the receiver.
type serveFlags struct {
	command string
	devCert bool
}

// defaultServeWait is the default of --wait with --serve: how long a started receiver may take to accept connections.
const defaultServeWait = 30 * time.Second

const (
	inUseCheckTime   = 50 * time.Millisecond // how long pushcheck checks whether another program already listens at the address
	portConflictWait = 3 * time.Second       // a command whose port is in use ends within this time
)

// certificateDays is the validity of the certificate of --dev-cert, in days. It is longer than transport.expires-later requires.
const certificateDays = 90

// Environment variables of the started receiver. Their values are the names of the files of --dev-cert.
const (
	variableCert = "PUSHCHECK_CERT"
	variableKey  = "PUSHCHECK_KEY"
	variableCA   = "PUSHCHECK_CA"
)

func (s *serveFlags) register(f *pflag.FlagSet) {
	f.StringVar(&s.command, "serve", "", "start the receiver with this `COMMAND` and stop it at the end; if it ends during the run, it is started again")
	f.BoolVar(&s.devCert, "dev-cert", false, "with --serve: make a certificate, trust it, and name its files to the receiver in PUSHCHECK_CERT, PUSHCHECK_KEY and PUSHCHECK_CA")
}

// servedReceiver is a receiver that pushcheck has started. The zero value is a receiver that pushcheck did not start.
type servedReceiver struct {
	keeper       *child.Keeper // runs the command of --serve; nil: pushcheck did not start the receiver
	folder       string        // folder of the certificate; "" without --dev-cert
	addressInUse bool          // another program accepted connections at the address of the receiver before the receiver was started
}

// start makes the certificate of --dev-cert and starts the receiver. It adds the authority of the certificate and the process to the
// options of the run. The caller has to call stop of the result.
func (s serveFlags) start(ctx context.Context, o *run.Options, t *targetFlags) (servedReceiver, error) {
	var receiver servedReceiver
	switch {
	case s.command == "" && s.devCert:
		return receiver, usage("--dev-cert needs --serve", "as in --serve 'node server.js' --dev-cert; for a receiver that runs already: pushcheck cert")
	case s.command == "":
		return receiver, nil
	case s.devCert && o.Sender.Incoming.Scheme != "https":
		return receiver, usage("--dev-cert needs a URL that begins with https://", "as in https://localhost:8443/push")
	}
	if t.wait <= 0 {
		t.wait = defaultServeWait
	}
	var env []string
	if s.devCert {
		var err error
		if receiver.folder, env, err = writeDevCertificate(endpoint.HostName(o.Sender.Incoming), o); err != nil {
			return receiver, fmt.Errorf("making the certificate of --dev-cert: %w", err)
		}
	}
	receiver.addressInUse = sender.New(o.Sender).Await(ctx, o.Sender.Incoming, inUseCheckTime) == nil
	keeper, err := child.Start(s.command, env)
	if err != nil {
		receiver.stop()
		return receiver, err
	}
	receiver.keeper = keeper
	o.Process = run.Process{Wait: t.wait, PrintedSince: keeper.OutputSince}
	return receiver, nil
}

// writeDevCertificate writes an authority and a certificate for a host to a new folder, and adds the authority to the options of the run.
// env holds the environment variables that name the files.
func writeDevCertificate(host string, o *run.Options) (folder string, env []string, err error) {
	hosts := []string{host}
	if host != "localhost" {
		hosts = append(hosts, "localhost")
	}
	files, _, err := makeCertificate(hosts, certificateDays)
	if err != nil {
		return "", nil, err
	}
	if folder, err = os.MkdirTemp("", "pushcheck-"); err != nil {
		return "", nil, err
	}
	if err = writeNewFiles(certFlags{out: folder}, files); err != nil {
		return folder, nil, errors.Join(err, os.RemoveAll(folder))
	}
	path := func(name string) string { return filepath.Join(folder, name) }
	authority, err := readCAs([]string{path(authorityFile)})
	if err != nil {
		return folder, nil, errors.Join(err, os.RemoveAll(folder))
	}
	o.Sender.Trust.ExtraAuthorities, o.Sender.Trust.ExtraFlag = append(o.Sender.Trust.ExtraAuthorities, authority...), "--dev-cert"
	o.CurlArguments = append(o.CurlArguments, "--insecure") // curl cannot use the file of the authority, which is removed at the end
	return folder, []string{variableCert + "=" + path(chainFile), variableKey + "=" + path(keyFile), variableCA + "=" + path(authorityFile)}, nil
}

// stop ends the receiver and removes its certificate.
func (s servedReceiver) stop() {
	if s.keeper != nil {
		s.keeper.Stop()
	}
	if s.folder != "" {
		_ = os.RemoveAll(s.folder) // an error does not matter, because the folder is a temporary one
	}
}

// lastOutput returns the last lines that the command printed, or the single line "nothing" if it printed nothing.
func (s servedReceiver) lastOutput() []string {
	if lines := s.keeper.Process().Output(); len(lines) > 0 {
		return lines
	}
	return []string{"nothing"}
}

// contextOfProcess returns a context that ends when a process or ctx ends.
func contextOfProcess(ctx context.Context, p *child.Process) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		select {
		case <-p.Ended():
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// awaitStart waits for a started receiver to accept connections. problem describes a failure of its command, and fix says what to do about
// it. Both are "" if there is no failure.
func (s servedReceiver) awaitStart(ctx context.Context, o run.Options, wait time.Duration) (problem, fix string) {
	p, host := s.keeper.Process(), o.Sender.Incoming.Host
	began := time.Now()
	processCtx, cancel := contextOfProcess(ctx, p)
	defer cancel()
	err := sender.New(o.Sender).Await(processCtx, o.Sender.Incoming, wait)
	if s.addressInUse && err == nil {
		select {
		case <-p.Ended():
		case <-ctx.Done():
		case <-time.After(portConflictWait):
		}
	}
	hasEnded := false
	select {
	case <-p.Ended():
		hasEnded = true
	default:
	}
	afterTime := fmt.Sprintf("after %.1f s", time.Since(began).Seconds())
	switch {
	case ctx.Err() != nil || err == nil && !hasEnded:
		return "", ""
	case hasEnded && s.addressInUse:
		return fmt.Sprintf("the command of --serve ended with exit code %d %s, and something else accepts connections at %s", p.ExitCode(), afterTime, host),
			"end what listens at " + host + ", such as an earlier receiver, or use another port"
	case hasEnded:
		return fmt.Sprintf("the command of --serve ended with exit code %d %s, before %s accepted a connection", p.ExitCode(), afterTime, host),
			"the command has to go on until pushcheck ends it; try it by itself"
	}
	return fmt.Sprintf("the command of --serve runs, but %s accepts no connection %s", host, afterTime),
		"does it listen at the host and port of the URL? --wait gives it more time"
}

// restartWhenEnded starts the receiver again whenever it ends. When the receiver accepts connections again, the run records the restart.
func (s servedReceiver) restartWhenEnded(ctx context.Context, r *run.Run) {
	if s.keeper == nil {
		return
	}
	o := r.Options()
	s.keeper.Keep(func(p *child.Process) {
		processCtx, cancel := contextOfProcess(ctx, p)
		defer cancel()
		if sender.New(o.Sender).Await(processCtx, o.Sender.Incoming, o.Process.Wait) == nil {
			r.RecordRestart()
		}
	})
}
