package sender

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"strings"
)

// askForRenegotiation reads a push over TLS 1.2 and asks for another handshake. Servers do that if they want a client certificate only for
// some paths. crypto/tls cannot send such a record, so the test makes the record with the keys that crypto/tls logs.
func askForRenegotiation(config *tls.Config) func(net.Conn) int {
	return func(c net.Conn) int {
		var keys bytes.Buffer
		withKeyLog := config.Clone()
		withKeyLog.KeyLogWriter = &keys
		recorder := &serverHelloRecorder{Conn: c}
		tlsConn := tls.Server(recorder, withKeyLog)
		if tlsConn.Handshake() != nil {
			return 0
		}
		if _, err := http.ReadRequest(bufio.NewReader(tlsConn)); err != nil {
			return 0
		}
		keyLogFields := strings.Fields(keys.String()) // the key log has one line: CLIENT_RANDOM, the random number, the secret
		clientRandom, _ := hex.DecodeString(keyLogFields[1])
		secret, _ := hex.DecodeString(keyLogFields[2])
		_, _ = c.Write(helloRequest(secret, clientRandom, recorder.random))
		_, _ = io.Copy(io.Discard, c)
		return 0
	}
}

// serverHelloRecorder is a connection that remembers the random number of the ServerHello.
type serverHelloRecorder struct {
	net.Conn
	random []byte
}

func (h *serverHelloRecorder) Write(p []byte) (int, error) {
	if h.random == nil {
		h.random = bytes.Clone(p[11 : 11+32]) // the random number follows the record header, the message header and the version
	}
	return h.Conn.Write(p)
}

// helloRequest returns a HelloRequest as the second encrypted record of a server with AES-128-GCM and SHA-256.
//
// See RFC 5246, sections 6.3 and 7.4.1.1, and RFC 5288.
func helloRequest(master, clientRandom, serverRandom []byte) []byte {
	seed := append([]byte("key expansion"), append(bytes.Clone(serverRandom), clientRandom...)...)
	block := expandSecret(master, seed, 2*16+2*4)
	key, salt := block[16:32], block[36:40]
	aesBlock, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	sealer, err := cipher.NewGCM(aesBlock)
	if err != nil {
		panic(err)
	}
	message := []byte{0, 0, 0, 0}
	number := binary.BigEndian.AppendUint64(nil, 1) // record 0 was the last message of the handshake
	head := append(bytes.Clone(number), 22, 3, 3, 0, byte(len(message)))
	sealed := sealer.Seal(nil, append(bytes.Clone(salt), number...), message, head)
	record := []byte{22, 3, 3, 0, byte(len(number) + len(sealed))}
	return append(append(record, number...), sealed...)
}

// expandSecret is the function P_SHA256 of RFC 5246, section 5.
func expandSecret(secret, seed []byte, length int) (out []byte) {
	sum := func(data ...[]byte) []byte {
		h := hmac.New(sha256.New, secret)
		for _, d := range data {
			h.Write(d)
		}
		return h.Sum(nil)
	}
	for a := sum(seed); len(out) < length; a = sum(a) {
		out = append(out, sum(a, seed)...)
	}
	return out[:length]
}
