package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/pseudonym"
	"github.com/pushcheck/pushcheck/internal/relay"
	"github.com/pushcheck/pushcheck/internal/wording"
)

// recordFlags are the flags of record.
type recordFlags struct {
	listen    string
	forward   string
	out       string
	hosts     []string
	devCert   bool
	cert, key string
	plainHTTP bool
	caFiles   []string
	verbatim  bool
}

func (a *app) recordCommand() *cobra.Command {
	var f recordFlags
	cmd := &cobra.Command{
		Use:   "record --forward URL",
		Short: "Record the pushes of real calls in front of a receiver",
		Long: "Stands in front of a receiver: real pushes pass through to it, and its responses back, unchanged. It runs until Ctrl-C.\n\n" +
			"Each push is saved to a file that replay and verify read, with the response beside it. When a call is over, record also saves it as a call scenario for send, " +
			"or says why no scenario makes the same pushes.\n\n" +
			"Paths stay as they are. The receiver has to name the address of the recorder in onAnswer, onHangup and onData; otherwise the pushes go past the recorder.\n\n" +
			"Numbers, names and ids in the files are replaced: the same value by the same pseudonym, within one recording. With --verbatim the files have the bytes as they came, " +
			"with the signature.",
		Example: "  pushcheck record --forward http://localhost:8080 --http\n" +
			"  pushcheck record --forward http://localhost:8080 --dev-cert",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.record(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	registerListen(flags, &f.listen)
	flags.StringVar(&f.forward, "forward", "", "pass everything on to the receiver at this `URL`, which has no path")
	flags.StringVar(&f.out, "out", "", "write to this `FOLDER`, which must be empty or new (default: a new one here)")
	flags.StringArrayVar(&f.hosts, "host", nil, "with --dev-cert: add this `NAME` or address to the certificate, which always names localhost")
	flags.BoolVar(&f.devCert, "dev-cert", false, "make an authority and a certificate; the authority is written to ca.pem in the folder")
	flags.StringVar(&f.cert, "cert", "", "serve with the certificate and its chain in this `FILE` (PEM)")
	flags.StringVar(&f.key, "key", "", "the private key of --cert, in this `FILE` (PEM)")
	flags.BoolVar(&f.plainHTTP, "http", false, "serve plain HTTP, such as behind a tunnel that adds TLS")
	flags.StringArrayVar(&f.caFiles, "ca-file", nil, "also trust the certificate authorities in this `FILE` (PEM) if the receiver is reached over TLS")
	flags.BoolVar(&f.verbatim, "verbatim", false, "write real numbers, names and ids, and signatures")
	setGroup(flags, "dev-cert", "Certificates")
	setGroup(flags, "key", "Certificates")
	return cmd
}

// receiverOrigin parses --forward, which is the URL of the receiver without a path.
func (f recordFlags) receiverOrigin() (*url.URL, error) {
	const example = "as in --forward https://localhost:8443"
	if f.forward == "" {
		return nil, usage("which receiver? there is no --forward", example)
	}
	u, err := parseTarget("forward", f.forward)
	switch {
	case err != nil:
		return nil, err
	case u.User != nil:
		return nil, wrongFlag("forward", "it has credentials, and the recorder adds nothing to a push", "leave them out; sipgate sends its own")
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return nil, wrongFlag("forward", "it has a path, and every push goes to the path that it came to", "leave the path out: --forward %s", endpoint.Origin(u))
	}
	return u, nil
}

// checkFlags returns a usage error if flags are missing or contradict each other.
func (f recordFlags) checkFlags() error {
	const choices = "--http, --dev-cert, or --cert FILE --key FILE"
	modeCount := 0
	for _, isChosen := range []bool{f.plainHTTP, f.devCert, f.cert != "" || f.key != ""} {
		if isChosen {
			modeCount++
		}
	}
	switch {
	case modeCount == 0:
		return usage("how is the recorder served? no certificate and no --http is given", choices)
	case modeCount > 1:
		return usage("the recorder can be served in one way only, and several are named", choices)
	case (f.cert == "") != (f.key == ""):
		return usage("--cert and --key need each other", "as in --cert chain.pem --key key.pem")
	case len(f.hosts) > 0 && !f.devCert:
		return wrongFlag("host", "it is for the certificate of --dev-cert", "leave it out")
	}
	if _, _, err := net.SplitHostPort(f.listen); err != nil {
		return wrongFlag("listen", err.Error(), "as in --listen 127.0.0.1:8443")
	}
	if u, err := url.Parse(f.forward); err == nil && u.Port() != "0" && strings.EqualFold(u.Host, f.listen) {
		return wrongFlag("forward", "it is the address of the recorder itself", "as in --forward https://localhost:8443 --listen 127.0.0.1:8444")
	}
	for _, host := range f.hosts {
		if _, err := hostName(host); err != nil {
			return wrongFlag("host", err.Error(), "as in --host receiver.example")
		}
	}
	return nil
}

// makeFolder makes the folder for the files of the recording. It returns a usage error if the folder exists and is not empty.
func (f recordFlags) makeFolder() (string, error) {
	name := f.out
	if name == "" {
		name = "recording-" + time.Now().Format("20060102-150405")
	}
	if err := os.MkdirAll(name, 0o755); err != nil {
		return "", wrongFlag("out", err.Error(), "name a folder that can be written to")
	}
	entries, err := os.ReadDir(name)
	switch {
	case err != nil:
		return "", wrongFlag("out", err.Error(), "name a folder that can be written to")
	case len(entries) > 0:
		return "", wrongFlag("out", fmt.Sprintf("the folder %q is not empty", name), "name a new one: each recording has its own pseudonyms")
	}
	return name, nil
}

// tlsConfig returns the TLS configuration of the recorder; nil for plain HTTP. authority is the certificate of the authority that
// --dev-cert makes, as PEM; nil without that flag.
func (f recordFlags) tlsConfig() (server *tls.Config, authority []byte, err error) {
	var pair tls.Certificate
	switch {
	case f.plainHTTP:
		return nil, nil, nil
	case f.devCert:
		if pair, authority, err = f.makeDevCertificate(); err != nil {
			return nil, nil, fmt.Errorf("making the certificate of --dev-cert: %w", err)
		}
	default:
		if pair, err = tls.LoadX509KeyPair(f.cert, f.key); err != nil {
			return nil, nil, wrongFlag("cert", err.Error(), "a certificate with its chain and its key, as pushcheck cert writes them")
		}
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, Certificates: []tls.Certificate{pair}}, authority, nil
}

// makeDevCertificate makes the authority and the certificate of --dev-cert.
func (f recordFlags) makeDevCertificate() (pair tls.Certificate, authority []byte, err error) {
	hosts := append([]string{"localhost", "127.0.0.1", "::1"}, f.hosts...)
	if host, _, _ := net.SplitHostPort(f.listen); host != "" && !slices.Contains(hosts, host) {
		hosts = append(hosts, host)
	}
	files, _, err := makeCertificate(hosts, certificateDays)
	if err != nil {
		return pair, nil, err
	}
	dataByName := map[string][]byte{}
	for _, file := range files {
		dataByName[file.name] = file.data
	}
	pair, err = tls.X509KeyPair(dataByName[chainFile], dataByName[keyFile])
	return pair, dataByName[authorityFile], err
}

// receiverTLSConfig returns the TLS configuration of connections to the receiver. It trusts the authorities of the system and of --ca-file.
func (f recordFlags) receiverTLSConfig() (*tls.Config, error) {
	extra, err := readCAs(f.caFiles)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // the system has no pool of authorities
	}
	for _, c := range extra {
		pool.AddCert(c)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool}, nil
}

// record serves the recorder until ctx ends. The end of ctx is no error.
func (a *app) record(ctx context.Context, f recordFlags) error {
	target, err := f.receiverOrigin()
	if err != nil {
		return err
	}
	if err := f.checkFlags(); err != nil {
		return err
	}
	receiverTLS, err := f.receiverTLSConfig()
	if err != nil {
		return err
	}
	server, authority, err := f.tlsConfig()
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.listen)
	if err != nil {
		return listenError(ctx, err)
	}
	defer listener.Close()
	folder, err := f.makeFolder()
	if err != nil {
		return err
	}
	ownURL := "http://" + listener.Addr().String() + "/"
	if server != nil {
		listener, ownURL = tls.NewListener(listener, server), "https://"+listener.Addr().String()+"/"
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := newRecording(folder, a.stdoutWithErrors, a.stderr, stop)
	if !f.verbatim {
		r.names = pseudonym.New(rand.Text())
	}
	if authority != nil {
		file := filepath.Join(folder, authorityFile)
		if err := writeNew(file, 0o644, authority); err != nil {
			return fmt.Errorf("writing the authority: %w", err)
		}
		fmt.Fprintf(a.stderr, "its authority is in %s\n", wording.ShellWord(file))
	}
	if _, err := fmt.Fprintf(a.stdoutWithErrors, "recording at %s\n", ownURL); err != nil {
		stop(fmt.Errorf("writing to standard output: %w", err))
	}
	fmt.Fprintf(a.stderr, "passes pushes on to %s, and writes files to %s\n", endpoint.Origin(target), wording.ShellWord(folder))
	fmt.Fprint(a.stderr, "end it: Ctrl-C\n")
	serveRelay(ctx, listener, relay.New(target, receiverTLS, r.beginExchange))
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) && !errors.Is(cause, syscall.EPIPE) {
		return cause
	}
	return r.finish()
}

// serveRelay serves a relay until ctx ends. Then it waits, for a second at most, until the requests that have begun are finished.
func serveRelay(ctx context.Context, listener net.Listener, r *relay.Relay) {
	server := &http.Server{Handler: r, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	serveEnded := make(chan struct{})
	go func() {
		defer close(serveEnded)
		_ = server.Serve(listener) // Serve always returns an error, because the server is closed in the end
	}()
	<-ctx.Done()
	shutdownCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = server.Shutdown(shutdownCtx)
	_ = server.Close()
	<-serveEnded
	r.Close()
}

// isSameOrigin reports whether a URL has the same origin as a request with this Host header.
func isSameOrigin(u *url.URL, host string) bool {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[strings.ToLower(u.Scheme)]
	}
	requestName, requestPort, err := net.SplitHostPort(host)
	if err != nil {
		requestName, requestPort = strings.Trim(host, "[]"), port // without a port, the header means the default port of http or https
		if port != "80" && port != "443" {
			return false
		}
	}
	return strings.EqualFold(u.Hostname(), requestName) && port == requestPort
}
