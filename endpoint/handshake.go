// Package endpoint checks the destination of a push: its URL, its address, and the certificate chain of its TLS handshake.
//
// Begin with ParseURL for a URL and with Judge for a TLS handshake. The package makes no connections; package sender does, and records a
// Handshake for each.
package endpoint

import (
	"crypto/x509"
	"time"
)

// Failure is the reason why there was no usable connection.
type Failure string

const (
	NoFailure           Failure = ""
	UnknownHost         Failure = "unknown host" // DNS has no address for the host
	ConnectionRefused   Failure = "connection refused"
	ConnectTimeout      Failure = "connection timed out"
	ConnectionReset     Failure = "connection reset"   // over plain HTTP, before pushcheck sent a byte
	NoLookup            Failure = "name not looked up" // this machine could not ask DNS for the host
	NoRoute             Failure = "no route"
	NotPermitted        Failure = "connection not permitted"
	NoResources         Failure = "too many open files"
	Unreachable         Failure = "unreachable" // any other failure before pushcheck sent a byte
	PlainHTTP           Failure = "plain HTTP on the TLS port"
	NotTLS              Failure = "not TLS"
	HandshakeTimeout    Failure = "TLS handshake timed out"
	HandshakeClosed     Failure = "connection closed during the TLS handshake"
	HandshakeAlert      Failure = "TLS alert" // an alert for which there is no other Failure
	NoCommonSettings    Failure = "no TLS settings in common"
	HostNotServed       Failure = "host name not served"
	NoHTTP1             Failure = "HTTP/1.1 not offered"
	TooOldTLS           Failure = "TLS version too old"
	ClientCertificate   Failure = "client certificate demanded"
	UnparsableChain     Failure = "unparsable certificate"
	OtherHandshakeError Failure = "TLS handshake failed"
	EndedForCertificate Failure = "ended because of the certificate" // pushcheck ended the handshake before it sent a byte of a request
)

// Handshake is the record of a connection attempt to an origin, with or without TLS.
type Handshake struct {
	Host        string              // the host of the URL, as ASCIIHost returns it; the certificate must be valid for it
	WrittenHost string              // the host of the URL, as WrittenHost returns it
	Address     string              // the address of the connection attempt, with port; "" if there was no attempt
	Scheme      string              // "http" or "https"
	Version     uint16              // the agreed TLS version; with TooOldTLS, the newest version that the receiver accepts; 0: unknown
	Suite       uint16              // the agreed cipher suite; with NoCommonSettings, the suite of the second handshake; 0: unknown
	Chain       []*x509.Certificate // the certificates as the receiver sent them; TLS requires the leaf first; empty if it sent none
	Staple      []byte              // the OCSP response that the receiver sent with the certificates; empty if it sent none
	Failure     Failure             // why there was no usable connection; NoFailure if there was one
	Detail      string              // the error text of the operating system or TLS library; it contains no call data
}

// Trust holds the trusted authorities, the time and the options for Judge.
type Trust struct {
	Now              time.Time           // the time at which certificates have to be valid
	Roots            []Root              // public authorities
	ExtraAuthorities []*x509.Certificate // further authorities that the user trusts; a problem that these authorities solve is waived
	ExtraFlag        string              // the flag with which the user named ExtraAuthorities; default --ca-file
	AllowHTTP        bool                // the problem of a plain HTTP URL is waived
}

// Root is a public authority that a root programme, such as Mozilla's, trusts.
type Root struct {
	Certificate *x509.Certificate
	Constraint  func([]*x509.Certificate) error // returns an error if the programme does not trust the root for a chain; nil: no constraint
}

// Problem reports a transport requirement that is not met.
type Problem struct {
	Rule    string // requirement id, such as "transport.in-date"
	Primary bool   // the problem to fix first; Judge marks exactly one problem
	Milder  bool   // counts as a should-level finding at most
	Waived  string // the flag that waives the problem, such as "--ca-file"; "" if it is not waived
	Want    string // what was expected, as a short phrase
	Got     string // what was found, as a short phrase
	Fix     string // a remedy for this case; "": the remedy of the requirement fits
}

// BlocksSending reports whether pushcheck sends no pushes because of the problem.
func (p Problem) BlocksSending() bool {
	return p.Waived == "" && !p.Milder && p.Rule != "transport.expires-later"
}
