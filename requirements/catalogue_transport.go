package requirements

// Ids of requirements that the code of this package names.
const (
	transportHandshake  = "transport.handshake"
	transportReachable  = "transport.reachable"
	transportNoRedirect = "transport.no-redirect"
	transportBasicAuth  = "transport.basic-auth"
)

const (
	securityChapter = `sipgate documentation, "A word about security"`
	handshakeSource = "reported: sipgate.io issue #147 (handshakes that failed); what exactly sipgate's client checks is inferred"
)

func transportCatalogue() []Requirement {
	return []Requirement{
		{
			ID:          "transport.https",
			Level:       Must,
			Statement:   "The receiver accepts its pushes at an https URL.",
			Sentence:    "the connection is encrypted",
			Source:      securityChapter + "; refusing plain HTTP is pushcheck's policy",
			Consequence: "sipgate would deliver this on a classic account, but unencrypted: who calls whom can be read on the way. Accounts made since September 2025 take https URLs only.",
			Fix:         "Give the receiver a certificate of a public authority (Let's Encrypt issues them free of charge) and enter the https URL at sipgate. For an application without TLS, put a proxy such as Caddy or nginx in front.",
			Notes:       "Nothing is sent over plain HTTP unless the user allows it with --allow-http; then this is waived, never passed.",
		},
		{
			ID:          "transport.not-self-signed",
			Level:       Must,
			Statement:   "The receiver shows a certificate that an authority has signed, not one signed by itself.",
			Sentence:    "the certificate is not self-signed",
			Source:      securityChapter,
			Consequence: "sipgate refuses a self-signed certificate: every push ends in an SSL handshake error (601) and the receiver hears of no call.",
			Fix:         "In service: a certificate of a public authority such as Let's Encrypt (certbot, Caddy and Traefik renew it). For development: pushcheck cert, and --ca-file ca.pem.",
			Notes:       "Listing the self-signed certificate in the CA file does not make this pass.",
		},
		{
			ID:          "transport.trusted-chain",
			Level:       Must,
			Statement:   "The receiver's certificate leads to an authority that is publicly trusted.",
			Sentence:    "the certificate leads to a trusted authority",
			Source:      securityChapter + "; that it extends to private authorities is inferred",
			Consequence: "sipgate has no reason to trust a private authority: the handshake fails and no push arrives.",
			Fix:         "Use a certificate of a public authority. A company's own authority, or one made for development, works with --ca-file, but sipgate refuses it.",
			Notes:       "A chain that verifies only through the user's CA file is waived, never passed. If the receiver sends only its own certificate and the issuer is unknown, either an intermediate is missing or the authority is private: this and transport.complete-chain both fail. For a self-signed certificate this is undetermined.",
		},
		{
			ID:          "transport.complete-chain",
			Level:       Must,
			Statement:   "The receiver sends every intermediate certificate between its own and the root.",
			Sentence:    "no certificate of the chain is missing",
			Source:      handshakeSource,
			Consequence: "Browsers fill the gap with certificates that they know, so the fault does not show there; sipgate is not known to do so, and the handshake fails (601).",
			Fix:         "Serve fullchain.pem, not cert.pem: nginx ssl_certificate, Apache SSLCertificateFile, cert in Node's https.createServer, certfile in Python.",
			Notes:       "Missing links are never fetched from elsewhere. A leaf that is sent alone, with an unknown issuer, may also be from a private authority: transport.trusted-chain then fails too.",
		},
		{
			ID:          "transport.name-matches",
			Level:       Must,
			Statement:   "The receiver's certificate names the host of its URL among its subject alternative names.",
			Sentence:    "the certificate names the host of the URL",
			Source:      "reported: sipgate.io issue #48",
			Consequence: `sipgate notes "hostname in certificate didn't match" and the push is lost.`,
			Fix:         "Have the certificate issued for exactly the host in the URL; a common name alone does not count and a wildcard covers one label. With several hosts on one address, see that the one asked for by SNI is served.",
		},
		{
			ID:          "transport.in-date",
			Level:       Must,
			Statement:   "The receiver's certificates are valid today: neither expired nor not yet valid.",
			Sentence:    "the certificate is neither expired nor not yet valid",
			Source:      securityChapter + "; that sipgate checks the dates is inferred, since it verifies certificates",
			Consequence: "As soon as a certificate of the chain expires, no push arrives.",
			Fix:         "Renew the certificate and reload whatever serves it: after certbot renew the old one stays in memory until nginx or the application is reloaded. If it is not valid yet, look at the clock of the machine that issued it.",
		},
		{
			ID:          "transport.expires-later",
			Level:       Should,
			Statement:   "The receiver's certificate has 14 more days to go, or a third of its lifetime if that is less.",
			Sentence:    "the certificate stays valid for a while",
			Source:      securityChapter + ", which recommends Let's Encrypt, whose certificates last 90 days",
			Consequence: "Renewal has not happened when it should have; pushes will stop one day without a warning from sipgate.",
			Fix:         "See why the automatic renewal did not run (certbot renew --dry-run shows why) and reload the receiver after it.",
		},
		{
			ID:          "transport.server-certificate",
			Level:       Must,
			Statement:   "The receiver's certificate is meant for TLS servers: its extended key usage allows it, and it is not the certificate of an authority.",
			Sentence:    "the certificate may be used for a server",
			Source:      handshakeSource,
			Consequence: "A sender that looks at the purpose of a certificate ends the handshake, and the push is lost.",
			Fix:         "Have a certificate issued with the extended key usage serverAuth and without CA:TRUE; public authorities do so by themselves.",
		},
		{
			ID:          "transport.strong-keys",
			Level:       Must,
			Statement:   "The receiver's chain has no weak key and no weak signature below the root: RSA has 2048 bits or more, and there is no P-224, MD5 or SHA-1.",
			Sentence:    "no key or signature of the chain is weak",
			Source:      handshakeSource,
			Consequence: "Current TLS libraries refuse such a chain; that sipgate's does is inferred. The push is then lost.",
			Fix:         "Make a new key (ECDSA P-256 or RSA 2048) and have a new certificate issued for it: reissuing the old key keeps the weakness.",
			Notes:       "The signature on the root itself does not matter.",
		},
		{
			ID:          "transport.tls-version",
			Level:       Must,
			Statement:   "The receiver speaks TLS 1.2 or a newer version.",
			Sentence:    "the connection uses TLS 1.2 or newer",
			Source:      handshakeSource + ", as no versions are documented",
			Consequence: "Current TLS libraries no longer support TLS 1.0 and 1.1; that sipgate's does not either is inferred. The handshake then fails.",
			Fix:         "Allow TLS 1.2 and 1.3, such as ssl_protocols TLSv1.2 TLSv1.3; in nginx, or update the TLS library that the receiver uses.",
		},
		{
			ID:          transportHandshake,
			Level:       Must,
			Statement:   "The receiver completes the TLS handshake, promptly and without requiring a client certificate.",
			Sentence:    "the handshake is completed without a client certificate",
			Source:      `reported: sipgate.io issue #147 ("601 SSL handshake failed")`,
			Consequence: "Without a completed handshake the push is lost (601). sipgate has no client certificate to show; which cipher suites and kinds of key its client knows is not documented.",
			Fix:         "Serve TLS, not plain HTTP, on that port, and make sure that the receiver knows the host name of the URL. Do not require client certificates (nginx: ssl_verify_client off or optional).",
		},
		{
			ID:          transportReachable,
			Level:       Must,
			Statement:   "The receiver accepts connections at the host and the port of its URL.",
			Sentence:    "the receiver accepts the connection",
			Source:      `sipgate documentation, "Set Webhooks"`,
			Consequence: "The push is lost, and the call goes on by the settings of the account as if no URL had been entered.",
			Fix:         "Start the receiver, compare host and port with the URL, and look at the name in DNS and at the firewall. A receiver in a container has to listen on 0.0.0.0 inside it, not on 127.0.0.1.",
			Notes:       "Fails if sipgate would see the same: the name does not exist, the connection is refused or reset, or connecting takes too long. If only this machine cannot connect (its resolver does not answer, it has no route, no permission or no free files), it is undetermined.",
		},
		{
			ID:          transportNoRedirect,
			Level:       Must,
			Statement:   "The receiver handles a push at the URL that it was sent to, without an HTTP redirect (3xx).",
			Sentence:    "no push is redirected",
			Source:      "inferred from sipgate.io issue #32, where staff point to Apache HttpClient: by default that does not follow a redirected POST",
			Consequence: "The push ends at the redirect, and nothing is delivered; this is inferred.",
			Fix:         "Enter the final URL at sipgate: https rather than http, with or without www and the last slash as the framework wants it. Take the path out of login and language redirects (Django APPEND_SLASH, Rails force_ssl, a Go ServeMux pattern that ends in a slash).",
			Notes:       "A redirect in response to a push that was broken on purpose does not count.",
		},
		{
			ID:          transportBasicAuth,
			Level:       Must,
			Needs:       Needs{{CanBasicAuth}},
			Statement:   "A receiver with credentials in its URL first asks for them with status 401 and then accepts them.",
			Sentence:    "the receiver asks for credentials and accepts those of its URL",
			Source:      "reported: sipgate.io issue #6",
			Consequence: "sipgate sends the credentials only after it was asked; a 403 or a 401 without WWW-Authenticate loses the push.",
			Fix:         `Send 401 with WWW-Authenticate: Basic realm="…" to a push without Authorization, and compare the decoded user and password.`,
			Notes:       "The 401 itself is not judged by the requirements of push and response.",
		},
	}
}
