package endpoint

import "net/netip"

// embedding is a form of IPv6 address that has an IPv4 address inside. A packet to such an address goes to a gateway, which
// passes it on to the IPv4 address. IPv4-mapped addresses (::ffff:a.b.c.d) do not count: no packet ever has them as destination, because
// the system connects to the IPv4 address itself. ISATAP addresses do not count either: their prefix decides who can reach them.
type embedding struct {
	prefix      netip.Prefix
	name        string
	offset      int  // index of the first of the four bytes
	inverted    bool // the bytes are stored with every bit flipped
	usedByDNS64 bool // a resolver may make such an address of a public IPv4 address (DNS64)
}

// embeddings lists the forms, with the documents that define them.
func embeddings() []embedding {
	return []embedding{
		{prefix: netip.MustParsePrefix("64:ff9b::/96"), name: "NAT64", offset: 12, usedByDNS64: true},         // RFC 6052
		{prefix: netip.MustParsePrefix("64:ff9b:1::/48"), name: "local NAT64", offset: 12, usedByDNS64: true}, // RFC 8215; read as a /96
		{prefix: netip.MustParsePrefix("::/96"), name: "IPv4-compatible", offset: 12},                         // RFC 4291, 2.5.5.1
		{prefix: netip.MustParsePrefix("::ffff:0:0:0/96"), name: "IPv4-translated", offset: 12},               // RFC 2765
		{prefix: netip.MustParsePrefix("2002::/16"), name: "6to4", offset: 2},                                 // RFC 3056
		{prefix: netip.MustParsePrefix("2001::/32"), name: "Teredo", offset: 12, inverted: true},              // RFC 4380: the client
	}
}

// embeddedIPv4 returns the IPv4 address inside an IPv6 address, and the form of the IPv6 address. ok is false if there is no address inside.
func embeddedIPv4(a netip.Addr) (inside netip.Addr, form embedding, ok bool) {
	if !a.Is6() || a.Is4In6() || a.IsUnspecified() || a.IsLoopback() {
		return netip.Addr{}, embedding{}, false
	}
	a = a.WithZone("")
	for _, c := range embeddings() {
		if !c.prefix.Contains(a) {
			continue
		}
		all := a.As16()
		four := [4]byte(all[c.offset:])
		for i := range four {
			if c.inverted {
				four[i] = ^four[i]
			}
		}
		return netip.AddrFrom4(four), c, true
	}
	return netip.Addr{}, embedding{}, false
}
