package endpoint

import "net/netip"

// ipv4Embedding is a format of IPv6 addresses that contain an IPv4 address. A packet to such an address goes to a gateway, which forwards
// it to the IPv4 address. Two other formats have no gateway and are not listed. For an IPv4-mapped address (::ffff:a.b.c.d), the system
// connects to the IPv4 address directly. For an ISATAP address, the prefix decides who can reach it.
type ipv4Embedding struct {
	prefix        netip.Prefix
	name          string
	offset        int  // index of the first byte of the IPv4 address in the IPv6 address
	isInverted    bool // every bit of the IPv4 address is inverted
	isMadeByDNS64 bool // a DNS64 resolver may make such an address from a public IPv4 address
}

// ipv4Embeddings lists the formats, with the documents that define them.
func ipv4Embeddings() []ipv4Embedding {
	return []ipv4Embedding{
		{prefix: netip.MustParsePrefix("64:ff9b::/96"), name: "NAT64", offset: 12, isMadeByDNS64: true},         // RFC 6052
		{prefix: netip.MustParsePrefix("64:ff9b:1::/48"), name: "local NAT64", offset: 12, isMadeByDNS64: true}, // RFC 8215; the IPv4 address is read from the last four bytes
		{prefix: netip.MustParsePrefix("::/96"), name: "IPv4-compatible", offset: 12},                           // RFC 4291, 2.5.5.1
		{prefix: netip.MustParsePrefix("::ffff:0:0:0/96"), name: "IPv4-translated", offset: 12},                 // RFC 2765
		{prefix: netip.MustParsePrefix("2002::/16"), name: "6to4", offset: 2},                                   // RFC 3056
		{prefix: netip.MustParsePrefix("2001::/32"), name: "Teredo", offset: 12, isInverted: true},              // RFC 4380; the IPv4 address is that of the Teredo client
	}
}

// embeddedIPv4 returns the IPv4 address that an IPv6 address contains, and the format of the IPv6 address. ok is false if the IPv6 address
// contains no IPv4 address.
func embeddedIPv4(a netip.Addr) (ipv4Address netip.Addr, embedding ipv4Embedding, ok bool) {
	if !a.Is6() || a.Is4In6() || a.IsUnspecified() || a.IsLoopback() {
		return netip.Addr{}, ipv4Embedding{}, false
	}
	a = a.WithZone("")
	for _, embedding := range ipv4Embeddings() {
		if !embedding.prefix.Contains(a) {
			continue
		}
		addressBytes := a.As16()
		ipv4Bytes := [4]byte(addressBytes[embedding.offset:])
		for i := range ipv4Bytes {
			if embedding.isInverted {
				ipv4Bytes[i] = ^ipv4Bytes[i]
			}
		}
		return netip.AddrFrom4(ipv4Bytes), embedding, true
	}
	return netip.Addr{}, ipv4Embedding{}, false
}
