package endpoint

import "fmt"

const (
	usualSuites = "Allow TLS 1.2 and 1.3 with their usual suites (ECDHE with AES-GCM or ChaCha20)"
	// What pushcheck's client offers. It is not documented what sipgate's client offers.
	offeredSuites = "pushcheck offers the suites of TLS 1.3, and with TLS 1.2 ECDHE with AES-GCM, with ChaCha20 and with AES-CBC and SHA-1."
)

// describeNothingInCommon describes the problem of a receiver that refused what pushcheck offers. In a second handshake, with more offered and
// without TLS 1.3, it may have accepted something. That is still a problem, because no push is sent over such a connection.
func describeNothingInCommon(h Handshake) (got, fix string) {
	const refused = "the receiver broke off the TLS handshake: "
	switch old := obsoleteFeature(h.Suite); {
	case len(h.Chain) == 0:
		got = refused + "most likely it has no cipher suite in common with pushcheck, or a certificate of a kind that pushcheck does not take"
		fix = usualSuites + " and a usual certificate: an ECDSA key on P-256 or an RSA key of 2048 bits, signed with SHA-256. " + offeredSuites +
			" DHE, RSA key exchange, CBC with SHA-256 or SHA-384, a key on P-224, secp256k1 or Ed448 and a signature with MD5 look like this if there is nothing else. sipgate's client may speak some of them; that is not documented."
	case old != "":
		got = refused + fmt.Sprintf("it has no cipher suite in common with pushcheck; asked again with obsolete ones, it agreed on one with %s", old)
		fix = usualSuites + ": with " + old + " alone it depends on the client whether it gets through. " + offeredSuites +
			" sipgate's client may speak more; that is not documented."
	default:
		got = refused + "asked again for TLS 1.2 alone, it agreed on a usual cipher suite"
		fix = "See what TLS 1.3 lacks at the receiver, such as a certificate whose key TLS 1.3 takes (ECDSA on P-256, RSA of 2048 bits), or allow TLS 1.2 alone until it does."
	}
	return got, fix
}

// obsoleteFeature names what is out of date about a cipher suite that pushcheck offers only to find out what a receiver speaks;
// "" for the others.
func obsoleteFeature(suite uint16) string {
	switch suite {
	case 0x0005, 0x000a, 0x002f, 0x0035, 0x003c, 0x009c, 0x009d:
		return "RSA key exchange"
	case 0xc007, 0xc011:
		return "RC4"
	case 0xc012:
		return "3DES"
	case 0xc023, 0xc027:
		return "CBC and SHA-256"
	}
	return ""
}
