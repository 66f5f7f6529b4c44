package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/receiver"
)

// receiveFlags are the flags of receive.
type receiveFlags struct {
	listen    string
	hosts     []string
	baseURL   string
	plainHTTP bool
	faults    []string
	steering  []string
	verifyKey string
	caOut     string
	save      string
}

func (a *app) receiveCommand() *cobra.Command {
	var f receiveFlags
	cmd := &cobra.Command{
		Use:   "receive",
		Short: "Serve the reference receiver, good or with faults",
		Long: "Serves a receiver that does what sipgate expects, over HTTPS with a certificate that it makes, and prints a line for each push. It runs until Ctrl-C.\n\n" +
			"With --fault it does something wrong on purpose; pushcheck list faults shows all faults.",
		Example: "  pushcheck receive --ca-out ca.pem\n" +
			"  pushcheck receive --fault relative-hangup\n" +
			"  pushcheck receive --steer reject=493023125001",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(fmt.Sprintf("receive wants no argument, there is %q", args[0]), "as in: pushcheck receive --listen 127.0.0.1:8443")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return a.receive(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	registerListen(flags, &f.listen)
	flags.StringArrayVar(&f.hosts, "host", nil, "add this `NAME` or address to the certificate, which always names localhost")
	flags.StringVar(&f.baseURL, "base-url", "", "base of the URLs in the receiver's responses: `URL`, for a receiver behind a proxy (default: the host of each push)")
	flags.BoolVar(&f.plainHTTP, "http", false, "serve plain HTTP; pushcheck run then needs --allow-http")
	flags.StringArrayVar(&f.faults, "fault", nil, "serve with this fault: `NAME` from pushcheck list faults")
	flags.StringArrayVar(&f.steering, "steer", nil, "what to do with calls to a number: `KIND=NUMBER`, such as reject=493023125001; * is every number")
	flags.StringVar(&f.verifyKey, "verify-key", "", "refuse pushes that the public key in this `FILE` (PEM) does not verify; sipgate means sipgate's own key")
	flags.StringVar(&f.caOut, "ca-out", "", "write the certificate authority to this `FILE`, for --ca-file; it is new at every start")
	flags.StringVar(&f.save, "save", "", "write each push to a file in this `FOLDER`, which is made if it does not exist; see: pushcheck replay, pushcheck verify")
	return cmd
}

// options returns the configuration of the receiver that these flags set.
func (f receiveFlags) options() (receiver.Config, error) {
	c := receiver.Config{Listen: f.listen, Hosts: f.hosts, PlainHTTP: f.plainHTTP, Options: receiver.Options{BaseURL: f.baseURL}}
	for _, name := range f.faults {
		fault, err := receiver.FindFault(name)
		if err != nil {
			return c, wrongFlag("fault", err.Error(), "see: pushcheck list faults")
		}
		c.Options.Faults = append(c.Options.Faults, fault)
	}
	var err error
	if c.Options.Steering, err = receiver.ParseSteering(f.steering...); err != nil {
		return c, wrongFlag("steer", err.Error(), "as in --steer reject=493023125001, or --steer 'reject=*' for every number")
	}
	if c.Options.VerifyKey, err = readVerifyKey("verify-key", f.verifyKey); err != nil {
		return c, err
	}
	for _, fault := range c.Options.Faults {
		if fault.NeedsKey && c.Options.VerifyKey == nil {
			return c, wrongFlag("fault", fmt.Sprintf("%s is visible only if signatures are verified", fault.Name), "--verify-key FILE, see: pushcheck keys")
		}
		if _, err := receiver.New(receiver.Options{Faults: []receiver.Fault{fault}, Steering: c.Options.Steering, VerifyKey: c.Options.VerifyKey}); err != nil {
			return c, wrongFlag("fault", err.Error(), "as in --steer '%s=*', for every number", fault.NeedsSteering)
		}
	}
	if f.plainHTTP && f.caOut != "" {
		return c, wrongFlag("ca-out", "there is no certificate with --http", "leave one of them out")
	}
	for _, host := range f.hosts {
		if _, err := hostName(host); err != nil {
			return c, wrongFlag("host", err.Error(), "as in --host receiver.example")
		}
	}
	return c, nil
}

// receive serves the receiver until ctx ends. The end of ctx is no error.
func (a *app) receive(ctx context.Context, f receiveFlags) error {
	c, err := f.options()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	c.Options.Log = func(line string) {
		if _, err := fmt.Fprintf(a.stdoutWithErrors, "%s  %s\n", time.Now().Format("15:04:05.000"), line); err != nil {
			stop(fmt.Errorf("writing to standard output: %w", err))
		}
	}
	if f.save != "" {
		if err := os.MkdirAll(f.save, 0o755); err != nil {
			return wrongFlag("save", err.Error(), "name a folder that can be written to")
		}
		saved := 0
		c.Options.Save = func(r *http.Request, body []byte) {
			saved++
			name := filepath.Join(f.save, captureName(time.Now(), saved, body))
			if err := writeNew(name, 0o600, captureText(r, body)); err != nil {
				stop(fmt.Errorf("saving a push: %w", err))
			}
		}
	}
	instance, err := receiver.Start(ctx, c)
	if err != nil {
		return listenError(ctx, err)
	}
	defer instance.Close()
	if f.caOut != "" {
		if instance.RootPEM == nil {
			return wrongFlag("ca-out", "this receiver shows no certificate", "leave out --ca-out, or the fault")
		}
		if err := os.WriteFile(f.caOut, instance.RootPEM, 0o644); err != nil {
			return fmt.Errorf("writing the authority: %w", err)
		}
	}
	if f.caOut == "" && instance.RootPEM != nil {
		file, err := writeTemporaryCA(instance.RootPEM)
		if err != nil {
			return fmt.Errorf("writing the authority: %w", err)
		}
		defer os.Remove(file)
		f.caOut = file
		fmt.Fprintf(a.stderr, "the authority of its certificate is in %s until the receiver ends; --ca-out FILE writes it elsewhere\n", file)
	}
	if err := a.announce(instance, f); err != nil {
		stop(err)
	}
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) && !errors.Is(cause, syscall.EPIPE) {
		return cause
	}
	if err := instance.Close(); err != nil {
		return fmt.Errorf("ending the receiver: %w", err)
	}
	fmt.Fprintf(a.stderr, "ended after %s\n", wording.Count(instance.PushCount(), "push"))
	return nil
}

// announce prints the receiver's URL and the command that judges it.
func (a *app) announce(instance *receiver.Instance, f receiveFlags) error {
	if _, err := fmt.Fprintf(a.stdoutWithErrors, "receiving at %s\n", instance.URL); err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
	}
	flag := ""
	switch {
	case f.plainHTTP:
		flag = "--allow-http "
	case f.caOut != "":
		flag = "--ca-file " + wording.ShellWord(f.caOut) + " "
	}
	switch f.verifyKey {
	case "":
	case sipgateKeyName:
		fmt.Fprintln(a.stderr, "it accepts only pushes that sipgate signed, so a run cannot judge it")
	default:
		flag += "--claim signature --sign-key " + wording.ShellWord(signKeyFor(f.verifyKey)) + " "
	}
	fmt.Fprintf(a.stderr, "judge it:  pushcheck run %s%s\n", flag, wording.ShellWord(instance.URL))
	fmt.Fprintf(a.stderr, "  with     --state-url '%s/calls/{callId}' --state-path '$.state', to judge the states of its calls too\n", strings.TrimSuffix(instance.URL, "/"))
	fmt.Fprint(a.stderr, "end it:    Ctrl-C\n")
	return nil
}

// writeTemporaryCA writes the certificate of an authority to a temporary file. The caller has to remove the file.
func writeTemporaryCA(root []byte) (file string, err error) {
	w, err := os.CreateTemp("", "pushcheck-*.pem")
	if err != nil {
		return "", err
	}
	_, err = w.Write(root)
	if err = errors.Join(err, w.Close()); err != nil {
		return "", errors.Join(err, os.Remove(w.Name()))
	}
	return w.Name(), nil
}

// signKeyFor returns the name of the file with the private key for a public key. The command keys writes both to the same folder. If there
// is no such file, signKeyFor returns the placeholder FILE.
func signKeyFor(verifyKey string) string {
	file := filepath.Join(filepath.Dir(verifyKey), signKeyFile)
	if _, err := os.Stat(file); err != nil {
		return "FILE"
	}
	return file
}

// listenError returns the error for a receiver that could not be served: a usage error, or an error of this machine. It returns nil if ctx
// has ended.
func listenError(ctx context.Context, err error) error {
	var address *net.AddrError
	var lookup *net.DNSError
	var errno syscall.Errno
	switch {
	case ctx.Err() != nil:
		return nil
	case errors.As(err, &address), errors.As(err, &lookup):
		return wrongFlag("listen", err.Error(), "as in --listen 127.0.0.1:8443")
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w; --listen 127.0.0.1:0 takes a free port", err)
	case errors.As(err, &errno):
		return err
	}
	return usage(err.Error(), "see: pushcheck receive --help")
}
