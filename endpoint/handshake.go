// Package endpoint judges where a push may go: the URL and the certificate chain that is shown there.
//
// Begin with ParseURL for a URL and with Judge for a TLS handshake. The package computes only: it makes no connections. Package sender
// makes them and records each Handshake.
package endpoint

import (
	"crypto/x509"
	"time"
)

// Failure is why there was no usable connection.
type Failure string

const (
	None                Failure = ""
	UnknownHost         Failure = "unknown host"
	ConnectionRefused   Failure = "connection refused"
	ConnectTimeout      Failure = "connection timed out"
	ConnectionReset     Failure = "connection reset" // before a byte was sent, without TLS
	NoLookup            Failure = "name not looked up"
	NoRoute             Failure = "no route"
	NotPermitted        Failure = "connection not permitted"
	NoResources         Failure = "too many open files"
	Unreachable         Failure = "unreachable" // any other failure before the first byte
	PlainHTTP           Failure = "plain HTTP on the TLS port"
	NotTLS              Failure = "not TLS"
	HandshakeTimeout    Failure = "TLS handshake timed out"
	HandshakeClosed     Failure = "connection closed during the TLS handshake"
	HandshakeAlert      Failure = "TLS alert" // an alert that gives no other reason
	NothingInCommon     Failure = "no TLS settings in common"
	HostNotServed       Failure = "host name not served"
	NoHTTP1             Failure = "HTTP/1.1 not offered"
	TooOldTLS           Failure = "TLS version too old"
	ClientCertificate   Failure = "client certificate demanded"
	UnparsableChain     Failure = "unparsable certificate"
	OtherHandshakeError Failure = "TLS handshake failed"
	Withheld            Failure = "ended because of the certificate" // by pushcheck itself, before a byte was sent
)

// Handshake is what was seen while a connection to one origin was made.
type Handshake struct {
	Host    string              // the host of the URL, which the certificate must name, in the form of ASCIIHost
	Written string              // the host as the URL has it; "" if that is Host
	Address string              // the address that was dialled, with port; "" if none was
	Scheme  string              // "http" or "https"
	Version uint16              // TLS version agreed on, or, with TooOldTLS, the one that the receiver insists on; 0 unknown
	Suite   uint16              // cipher suite, or, with NothingInCommon, the one agreed on when more were offered; 0 unknown
	Chain   []*x509.Certificate // as sent, leaf first as TLS requires; empty if none was seen
	Staple  []byte              // the OCSP response that came with the certificates; empty if none did
	Failure Failure
	Detail  string // the failure in the words of the system, no call data
}

// Trust is the authorities and options that a chain is judged by.
type Trust struct {
	Now       time.Time
	Roots     []Root              // public authorities
	Extra     []*x509.Certificate // authorities that the user trusts as well; a problem that they solve is waived
	ExtraFlag string              // the flag that names them; default --ca-file
	AllowHTTP bool                // a plain-HTTP URL is waived
}

// Root is a public authority, with the constraint that its root programme puts on it.
type Root struct {
	Certificate *x509.Certificate
	Constraint  func([]*x509.Certificate) error // nil: unconstrained
}

// Problem is one transport requirement that is not met.
type Problem struct {
	Rule    string // requirement id, such as "transport.in-date"
	Primary bool   // the one to fix first; exactly one of several is
	Milder  bool   // weighs no more than a should-level finding
	Waived  string // "" or the flag that allows it, such as "--ca-file"
	Want    string
	Got     string
	Fix     string // "" or a remedy more exact than the requirement's own
}

// BlocksSending reports whether the problem forbids sending.
func (p Problem) BlocksSending() bool {
	return p.Waived == "" && !p.Milder && p.Rule != "transport.expires-later"
}
