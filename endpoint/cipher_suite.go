package endpoint

import "fmt"

const (
	suitesFix = "Allow TLS 1.2 and 1.3 with their usual suites (ECDHE with AES-GCM or ChaCha20)"
	// The cipher suites of pushcheck's client. The suites of sipgate's client are not documented.
	offeredSuites = "pushcheck offers the suites of TLS 1.3, and with TLS 1.2 ECDHE with AES-GCM, with ChaCha20 and with AES-CBC and SHA-1."
)

// noCommonSettings returns Got and Fix of the problem for a receiver that accepts none of pushcheck's TLS settings. pushcheck has then tried
// a second handshake, with more cipher suites and without TLS 1.3. A successful second handshake does not remove the problem, because
// pushcheck sends no push over such a connection.
func noCommonSettings(handshake Handshake) (got, fix string) {
	const gotPrefix = "the receiver broke off the TLS handshake: "
	switch algorithm := obsoleteAlgorithm(handshake.Suite); {
	case len(handshake.Chain) == 0:
		got = gotPrefix + "most likely it has no cipher suite in common with pushcheck, or a certificate of a kind that pushcheck does not take"
		fix = suitesFix + " and a usual certificate: an ECDSA key on P-256 or an RSA key of 2048 bits, signed with SHA-256. " + offeredSuites +
			" DHE, RSA key exchange, CBC with SHA-256 or SHA-384, a key on P-224, secp256k1 or Ed448 and a signature with MD5 fail in this way if the receiver offers nothing else. sipgate's client may speak some of them; that is not documented."
	case algorithm != "":
		got = gotPrefix + fmt.Sprintf("it has no cipher suite in common with pushcheck; in a second handshake with obsolete cipher suites, it agreed on one with %s", algorithm)
		fix = suitesFix + ": with " + algorithm + " only, it depends on the client whether the handshake succeeds. " + offeredSuites +
			" sipgate's client may speak more; that is not documented."
	default:
		got = gotPrefix + "in a second handshake with TLS 1.2 only, it agreed on a usual cipher suite"
		fix = "See what TLS 1.3 lacks at the receiver, such as a certificate whose key TLS 1.3 takes (ECDSA on P-256, RSA of 2048 bits), or allow TLS 1.2 alone until it does."
	}
	return got, fix
}

// obsoleteAlgorithm returns the obsolete algorithm of a cipher suite that pushcheck offers only in a second handshake, to find out which
// suites the receiver accepts. For any other suite it returns "".
func obsoleteAlgorithm(suite uint16) string {
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
