package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/load"
	"github.com/pushcheck/pushcheck/sender"
)

// maxUnconfirmedRate is the largest number of calls per second, or at a time, that pushcheck plays at a public address without
// --yes-this-is-my-receiver.
const maxUnconfirmedRate = 50

// checkConsent returns a usage error if many calls would be sent to a public address, and --yes-this-is-my-receiver is missing.
func (f loadFlags) checkConsent(p load.Plan, o sender.Options) error {
	if f.confirmed || p.PerSecond <= maxUnconfirmedRate && p.Concurrency <= maxUnconfirmedRate {
		return nil
	}
	for _, host := range pushHosts(o) {
		if isPublic(host, lookUpAddresses) {
			return usage(fmt.Sprintf("more than %d calls a second, or at a time, are an attack unless the address is yours, and %q is public", maxUnconfirmedRate, host), "if it is yours, add --yes-this-is-my-receiver")
		}
	}
	return nil
}

// pushHosts returns the hosts to which pushes may be sent: the hosts of the receiver, of --outgoing and of --follow, and the addresses of
// --connect-to.
func pushHosts(o sender.Options) []string {
	hosts := []string{o.DialedHost()}
	if o.Outgoing != nil {
		hosts = append(hosts, sender.Options{Incoming: o.Outgoing, ConnectTo: o.ConnectTo}.DialedHost())
	}
	for _, host := range o.FollowHosts {
		if strings.Contains(host, ":") {
			host = "[" + strings.Trim(host, "[]") + "]"
		}
		u := &url.URL{Scheme: "https", Host: host}
		hosts = append(hosts, sender.Options{Incoming: u, ConnectTo: o.ConnectTo}.DialedHost())
	}
	for _, c := range o.ConnectTo {
		if c.ToHost != "" {
			hosts = append(hosts, c.ToHost)
		}
	}
	return hosts
}

// isPublic reports whether a host has a public address. It returns false for a name without an address.
func isPublic(host string, lookup func(name string) []netip.Addr) bool {
	if kind := endpoint.HostKind(host); kind != endpoint.UnknownKind {
		return kind == endpoint.Public
	}
	return slices.ContainsFunc(lookup(host), func(a netip.Addr) bool { return endpoint.AddressKind(a.Unmap()) == endpoint.Public })
}

// lookUpAddresses returns the addresses of a host name. If the lookup fails or takes too long, it returns none. The load then reports the
// reason, because its first call fails.
func lookUpAddresses(name string) []netip.Addr {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	all, _ := net.DefaultResolver.LookupNetIP(ctx, "ip", name)
	return all
}
