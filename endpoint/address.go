package endpoint

import "net/netip"

// Kind is the kind of network that an address belongs to, according to IANA's registries of special-purpose addresses.
type Kind string

const (
	Public    Kind = "public"
	Private   Kind = "private"    // a local network; sipgate cannot reach it
	Loopback  Kind = "loopback"   // this machine
	LinkLocal Kind = "link-local" // the directly connected network, and the metadata services of clouds
	Special   Kind = "special"    // reserved, or for documentation, benchmarks, multicast, or address sharing by providers
)

// AddressKind returns the kind of an address. For an IPv6 address with an embedded IPv4 address, it returns the kind of the IPv4 address,
// or, if the IPv4 address is public, the kind of the IPv6 prefix. Zones are ignored. The zero address is Special.
func AddressKind(a netip.Addr) Kind {
	a = a.Unmap().WithZone("")
	if ipv4Address, _, ok := embeddedIPv4(a); ok {
		if kind := AddressKind(ipv4Address); kind != Public {
			return kind
		}
	}
	switch {
	case !a.IsValid():
		return Special
	case a.IsLoopback():
		return Loopback
	case a.IsLinkLocalUnicast(), a.IsLinkLocalMulticast():
		return LinkLocal
	case a.IsPrivate(), siteLocalPrefix.Contains(a):
		return Private
	case a.IsMulticast(), a.IsUnspecified():
		return Special
	}
	for _, p := range globallyReachablePrefixes {
		if p.Contains(a) {
			return Public
		}
	}
	for _, p := range specialPurposePrefixes {
		if p.Contains(a) {
			return Special
		}
	}
	return Public
}

var (
	siteLocalPrefix = netip.MustParsePrefix("fec0::/10")

	// globallyReachablePrefixes lists public prefixes that are inside a prefix of specialPurposePrefixes.
	globallyReachablePrefixes = []netip.Prefix{
		netip.MustParsePrefix("192.0.0.9/32"),
		netip.MustParsePrefix("192.0.0.10/32"),
		netip.MustParsePrefix("2001:1::1/128"),
		netip.MustParsePrefix("2001:1::2/128"),
		netip.MustParsePrefix("2001:1::3/128"),
		netip.MustParsePrefix("2001:3::/32"),
		netip.MustParsePrefix("2001:4:112::/48"),
		netip.MustParsePrefix("2001:20::/28"),
		netip.MustParsePrefix("2001:30::/28"),
	}

	// specialPurposePrefixes lists reserved prefixes that the methods of netip.Addr do not recognize.
	specialPurposePrefixes = []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),
		netip.MustParsePrefix("100.64.0.0/10"),
		netip.MustParsePrefix("192.0.0.0/24"),
		netip.MustParsePrefix("192.0.2.0/24"),
		netip.MustParsePrefix("192.88.99.0/24"),
		netip.MustParsePrefix("198.18.0.0/15"),
		netip.MustParsePrefix("198.51.100.0/24"),
		netip.MustParsePrefix("203.0.113.0/24"),
		netip.MustParsePrefix("240.0.0.0/4"),
		netip.MustParsePrefix("::/96"),
		netip.MustParsePrefix("64:ff9b:1::/48"),
		netip.MustParsePrefix("100::/64"),
		netip.MustParsePrefix("100:0:0:1::/64"),
		netip.MustParsePrefix("2001::/23"),
		netip.MustParsePrefix("2001:db8::/32"),
		netip.MustParsePrefix("2002::/16"),
		netip.MustParsePrefix("3fff::/20"),
		netip.MustParsePrefix("5f00::/16"),
	}
)
