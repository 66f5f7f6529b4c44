package requirements

// Ids of requirements that the code of this package names.
const (
	signatureValid    = "signature.valid"
	signatureAnyBody  = "signature.any-body"
	signatureMissing  = "signature.missing"
	signatureAnyProxy = "signature.any-proxy"
	signatureForged   = "signature.forged"
)

func signatureCatalogue() []Requirement {
	return []Requirement{
		{
			ID:          signatureValid,
			Level:       Must,
			Needs:       Needs{{CanSignature}},
			Statement:   "The receiver accepts a push that is signed correctly.",
			Sentence:    "the receiver accepts every push with a correct signature",
			Source:      goldenCaptureSource,
			Consequence: "Every real push is refused.",
			Fix:         "Let the public key be set in the receiver's configuration, and give it the public half of --sign-key while it is judged. Verify X-Sipgate-Signature as base64 of RSA, PKCS #1 v1.5, SHA-256 over the body.",
		},
		{
			ID:          signatureAnyBody,
			Level:       Must,
			Needs:       Needs{{CanSignature}},
			Statement:   "The receiver verifies the body as it was sent, in any order and encoding of its fields.",
			Source:      goldenCaptureSource + ", and in a second genuine signature in the tests of sipgateio-node",
			Consequence: "Pushes whose body changes when it is parsed and encoded again are refused.",
			Notes:       "pushcheck tries fields in reverse order, raw brackets, numbered brackets. Only a refusal that names the signature, or a bare 401 or 403, counts.",
			Fix:         "Verify the raw bytes before parsing: express.urlencoded({verify: (req, res, buf) => { req.raw = buf }}), request.get_data() in Flask, php://input in PHP.",
			Rules:       Rules{Excuses: []Excuse{{ID: PushNewCall}}},
		},
		{
			ID:          signatureMissing,
			Level:       Must,
			Needs:       Needs{{CanSignature}},
			Statement:   "The receiver refuses a push without a signature and goes on working.",
			Source:      "observed: receivers that crash when the header is missing",
			Consequence: "Anybody can forge a call or stop the receiver.",
			Fix:         "Check that X-Sipgate-Signature is there before decoding it, and respond with 401 or 403 if it is missing.",
			Notes:       "The next push is signed and has to be accepted. Closing the connection is a refusal, unless the receiver accepts no connection or no push after that. No response at all to a newCall is a should-level finding. An unsigned answer or hangup may get any response, since sipgate discards it. It is reported only if the application can be asked (--state-url) and shows that the push had an effect, and never for a receiver that names a secret URL for each call.",
		},
		{
			ID:          signatureAnyProxy,
			Level:       Should,
			Needs:       Needs{{CanSignature}},
			Statement:   "The receiver accepts a correctly signed push whatever X-Forwarded-For says, and without that header.",
			Source:      "reported: sipgateio-node issue #28; observed: the header is set by proxies, not by sipgate",
			Consequence: "Every push is refused once the receiver is behind another proxy, or behind none.",
			Fix:         "Rely on the signature and do not compare X-Forwarded-For with sipgate's addresses; if addresses must be checked, do it in the firewall.",
			Notes:       "pushcheck tries no X-Forwarded-For, one hop, two hops.",
		},
		{
			ID:          signatureForged,
			Level:       Must,
			Needs:       Needs{{CanSignature}},
			Statement:   "The receiver refuses a push whose body or signature was altered, and a push that was signed with another key.",
			Source:      goldenCaptureSource,
			Consequence: "Anybody can forge a call.",
			Fix:         "Use the result of the verification: refuse before the body is parsed or anything is stored, and take the key from the configuration only.",
			Notes:       "The push after each is signed correctly and has to be accepted. A forged answer or hangup is judged like an unsigned one, see signature.missing.",
		},
	}
}
