package sender

import (
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// An error that sipgate would get, too, is attributed to the receiver. An error that only this machine gets is attributed to this machine.
func TestSystemErrorIsAttributedToTheReceiverOrToThisMachine(t *testing.T) {
	t.Parallel()
	for code, want := range map[syscall.Errno]endpoint.Failure{
		syscall.ECONNREFUSED:  endpoint.ConnectionRefused,
		wsaRefused:            endpoint.ConnectionRefused,
		syscall.ETIMEDOUT:     endpoint.ConnectTimeout,
		wsaTimedOut:           endpoint.ConnectTimeout,
		syscall.ECONNRESET:    endpoint.HandshakeClosed,
		wsaReset:              endpoint.HandshakeClosed,
		syscall.EMFILE:        endpoint.NoResources,
		syscall.ENFILE:        endpoint.NoResources,
		syscall.ENOBUFS:       endpoint.NoResources,
		syscall.ENOMEM:        endpoint.NoResources,
		syscall.EACCES:        endpoint.NotPermitted,
		syscall.EPERM:         endpoint.NotPermitted,
		syscall.ENETUNREACH:   endpoint.NoRoute,
		syscall.EHOSTUNREACH:  endpoint.NoRoute,
		syscall.ENETDOWN:      endpoint.NoRoute,
		syscall.EADDRNOTAVAIL: endpoint.NoRoute,
		syscall.EAFNOSUPPORT:  endpoint.NoRoute,
		syscall.EIO:           endpoint.Unreachable,
	} {
		err := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", code)}
		if got, _ := dialFailure(t.Context(), "https", fmt.Errorf("dialling: %w", err)); got != want {
			t.Errorf("dialFailure(%v) = %q, want %q", code, got, want)
		}
	}
}

func TestDetailOfEADDRNOTAVAILNamesLocalPorts(t *testing.T) {
	t.Parallel()
	err := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EADDRNOTAVAIL)}
	const want = "no local port is left"
	if _, detail := dialFailure(t.Context(), "https", err); !strings.HasSuffix(detail, want) {
		t.Errorf("dialFailure(%v) = %q, want %q at its end", err, detail, want)
	}
}

func TestResolverErrorIsShownWithoutPort(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"read udp 127.0.0.1:60613->127.9.9.9:53: read: connection refused": "read: connection refused",
		"i/o timeout":      "i/o timeout",
		"a->b, no address": "a->b, no address",
	} {
		if got := withoutPorts(text); got != want {
			t.Errorf("withoutPorts(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestPushIsNotSentToAFollowUpURLThatThisMachineCannotReach(t *testing.T) {
	t.Parallel()
	s := New(Options{Incoming: mustParseURL(t, "https://receiver.test/")})
	origin := "https://receiver.test:8443"
	s.inspections[origin] = func() transcript.Connection {
		return transcript.Connection{Origin: origin, FollowUp: true, Handshake: endpoint.Handshake{
			Host: "receiver.test", Scheme: "https", Failure: endpoint.NoRoute, Address: "192.0.2.1:8443",
		}}
	}
	pb := &playback{sender: s}
	toURL, reason, detail := pb.sender.destination(t.Context(), call.Step{Push: push.Push{Event: push.Hangup}, URL: origin + "/hangup"})
	if toURL != nil || reason != transcript.CannotConnect || detail == "" {
		t.Errorf("destination = %v, %q, %q, want %q", toURL, reason, detail, transcript.CannotConnect)
	}
}
