package receiver

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf16"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// Quirk is unusual but correct behaviour of the receiver. No finding may be reported for it.
type Quirk struct {
	Name          string
	Description   string         // what the receiver does, as a sentence without subject and full stop
	NeedsSteering scenarios.Kind // how a call must be steered so that the quirk is visible; "" if it is visible on every call

	NeedsKey       bool // the receiver has to verify signatures
	NeedsPlainHTTP bool // the receiver has to be served over plain HTTP, as behind a proxy that ends TLS
	NoVerdict      bool // the receiver rightly refuses so many pushes that there is no verdict

	applies     func(draft) bool // reports whether the quirk changes this response
	change      func(*draft)     // changes a response
	maxPushes   int              // how many requests are accepted; further requests are refused with status 429; 0: all are accepted
	changeGuard func(*guard)     // changes the verification of signatures
}

// Quirks lists all quirks. The caller may change the slice.
func Quirks() []Quirk {
	return []Quirk{
		{Name: "bom", Description: "begins its XML with a byte order mark", applies: hasDocument, change: prependText("\xef\xbb\xbf")},
		{Name: "comments", Description: "writes comments before, in and after its document", applies: hasDocument, change: combine(
			insertComment("1.21 gigawatts"), appendContent("Response", "<!-- Great Scott -->"), appendText("<!-- roads -->\n"))},
		{Name: "cdata", Description: "writes the number of a redirect as CDATA", NeedsSteering: "redirect", applies: hasDocument,
			change: combine(replaceText("<Number>", "<Number><![CDATA["), replaceText("</Number>", "]]></Number>"))},
		{Name: "single-quotes", Description: "quotes its attributes with apostrophes", applies: hasDocument, change: replaceText(`"`, `'`)},
		{Name: "pretty", Description: "spreads its XML over lines and columns", applies: hasDocument,
			change: combine(replaceText(` on`, "\n\t\ton"), replaceText("/>", "\n/>"), replaceText("</", "\n\t</"), appendText("\n\n"))},
		{Name: "no-declaration", Description: "leaves the XML declaration out", applies: hasDocument, change: removeDeclaration},
		{Name: "character-references", Description: "writes the slashes of its URLs as character references", applies: hasDocument,
			change: replaceText("://", ":&#47;&#x2F;")},
		{Name: "charset-semicolon", Description: "ends its content type with a stray semicolon", applies: hasDocument,
			change: setHeader("Content-Type", "application/xml; charset=UTF-8;")},
		{Name: "upper-case-type", Description: "writes its content type in upper case", applies: hasDocument,
			change: setHeader("Content-Type", `APPLICATION/XML;Charset="utf-8"`)},
		{Name: "latin-1", Description: "declares ISO-8859-1 and writes it", applies: hasDocument, change: combine(
			setHeader("Content-Type", "application/xml; charset=ISO-8859-1"), replaceText(`encoding="UTF-8"`, `encoding="ISO-8859-1"`), insertComment("f\xfcr Doc"))},
		{Name: "utf-16", Description: "writes UTF-16 with a byte order mark", applies: hasDocument, change: encodeUTF16},
		{Name: "gzip", Description: "compresses its XML with gzip", applies: hasDocument, change: combine(compress(gzipWriter), setHeader("Content-Encoding", "gzip"))},
		{Name: "deflate", Description: "compresses its XML with deflate, in the zlib format", applies: hasDocument, change: combine(compress(zlibWriter), setHeader("Content-Encoding", "deflate"))},
		{Name: "raw-deflate", Description: "compresses its XML with deflate, without the zlib format", applies: hasDocument, change: combine(compress(deflateWriter), setHeader("Content-Encoding", "deflate"))},
		{Name: "chunked", Description: "sends its XML in chunks", applies: hasDocument, change: func(d *draft) { d.chunked = true }},
		{Name: "http-1.0", Description: "responds in HTTP/1.0 and closes the connection", applies: always, change: func(d *draft) { d.http10 = true }},
		{Name: "closing", Description: "closes every connection after its response", applies: always, change: setHeader("Connection", "close")},
		{Name: "no-content", Description: "responds with status 204 to answer and hangup pushes", applies: isFollowUp, change: respondEmpty(http.StatusNoContent)},
		{Name: "page-for-follow-ups", Description: "responds to answer and hangup pushes with status 202 and an HTML page", applies: isFollowUp, change: combine(
			setStatus(http.StatusAccepted), setHeader("Content-Type", "text/html"), setBody("<h1>Thank you</h1>"))},
		{Name: "one-url", Description: "accepts all pushes at one URL", applies: hasDocument,
			change: combine(replaceText(answerPath+`"`, `/"`), replaceText(hangupPath+`"`, `/"`))},
		{Name: "url-per-call", Description: "names different URLs for each call, with the callId in them", applies: hasDocument, change: func(d *draft) {
			query := "?call=" + url.QueryEscape(d.push.CallID) + "&amp;leg=1"
			combine(replaceText(answerPath+`"`, answerPath+query+`"`), replaceText(hangupPath+`"`, hangupPath+query+`"`))(d)
		}},
		{Name: "behind-proxy", Description: "is judged directly behind a TLS proxy: accepts plain HTTP and names https URLs", NeedsPlainHTTP: true,
			applies: hasDocument, change: replaceText("http://", "https://")},
		{Name: "hangup-only", Description: "subscribes to hangup alone", applies: hasDocument, change: removeAttribute("Response", "onAnswer")},
		{Name: "observer", Description: "responds to every newCall with an empty Response and subscribes to nothing", applies: hasDocument, change: setBody("<Response/>")},
		{Name: "silent-observer", Description: "responds to every newCall with nothing at all", applies: isNewCall, change: respondEmpty(http.StatusOK)},
		{Name: "incoming-only", Description: "subscribes on incoming calls only", applies: isOutgoingNewCall, change: setBody("<Response></Response>")},
		{Name: "refuses-new-events", Description: "refuses an event that it does not know with status 400", applies: isUnknownEvent, change: respondEmpty(http.StatusBadRequest)},
		{Name: "no-go-client", Description: "refuses its sound to clients with the User-Agent Go-http-client, as rules against scanners do", NeedsSteering: "play",
			applies: func(d draft) bool { return d.pagePath == soundPath && strings.HasPrefix(d.userAgent, "Go-http-client") }, change: respondEmpty(http.StatusForbidden)},
		{Name: "limited", Description: "accepts 60 pushes, and refuses the rest with status 429", NoVerdict: true, maxPushes: 60},
		{Name: "quiet-refusal", Description: "responds with status 200 and nothing else to unsigned pushes, and ignores them", NeedsKey: true,
			changeGuard: func(g *guard) { g.newRefusal = emptyRefusal(http.StatusOK) }},
		{Name: "sipgate-key", Description: "verifies with the key of sipgate, and refuses the rest with status 401 and no reason", NoVerdict: true,
			changeGuard: func(g *guard) { g.key, g.newRefusal = push.SipgateKey(), emptyRefusal(http.StatusUnauthorized) }},
		{Name: "sipgate-key-closes", Description: "verifies with the key of sipgate, and closes the connection on the rest", NoVerdict: true,
			changeGuard: func(g *guard) {
				g.key, g.newRefusal = push.SipgateKey(), func() *draft { return &draft{closeWithoutResponse: true} }
			}},
		{Name: "sipgate-key-document", Description: "verifies with the key of sipgate, and responds with status 200 and an Error document to the rest", NoVerdict: true,
			changeGuard: func(g *guard) { g.key, g.newRefusal = push.SipgateKey(), errorDocumentRefusal }},
		{Name: "secret-urls", Description: "verifies newCall pushes only, and accepts the others at secret URLs", NeedsKey: true,
			changeGuard: func(g *guard) { g.verifiesNewCallsOnly = true }, applies: hasDocument, change: addSecretToURLs},
	}
}

// addSecretToURLs adds a secret to the URLs in a response, so that they cannot be guessed. Each call has a different secret.
func addSecretToURLs(d *draft) {
	secret := fmt.Sprintf("?secret=%x", sha256.Sum256([]byte("flux capacitor "+d.push.CallID)))
	combine(replaceText(answerPath+`"`, answerPath+secret+`"`), replaceText(hangupPath+`"`, hangupPath+secret+`"`))(d)
}

// emptyRefusal returns a function that makes refusals with a status and an empty body.
func emptyRefusal(status int) func() *draft {
	return func() *draft { return &draft{status: status, header: http.Header{}} }
}

// errorDocumentRefusal makes a refusal with an Error document, as sipgate's Node library does. The document gives no reason.
func errorDocumentRefusal() *draft {
	d := emptyRefusal(http.StatusOK)()
	d.header.Set("Content-Type", "application/xml")
	d.body = []byte(`<?xml version="1.0" encoding="UTF-8"?><Error message="request refused"/>`)
	return d
}

func always(draft) bool { return true }

func isUnknownEvent(d draft) bool {
	switch d.push.Event {
	case "", push.NewCall, push.Answer, push.Hangup, push.DTMF:
		return false
	}
	return true
}

func prependText(prefix string) func(*draft) {
	return func(d *draft) { d.body = append([]byte(prefix), d.body...) }
}

func appendText(suffix string) func(*draft) {
	return func(d *draft) { d.body = append(d.body, suffix...) }
}

func removeDeclaration(d *draft) {
	if index := bytes.Index(d.body, []byte("<Response")); index > 0 {
		d.body = d.body[index:]
	}
}

func encodeUTF16(d *draft) {
	out := []byte{0xfe, 0xff}
	for _, unit := range utf16.Encode([]rune(strings.Replace(string(d.body), "UTF-8", "UTF-16", 1))) {
		out = append(out, byte(unit>>8), byte(unit))
	}
	d.body = out
	d.header.Set("Content-Type", "application/xml; charset=UTF-16")
}

// compress returns a change that compresses the body. The compressors write to memory, which cannot fail.
func compress(newWriter func(io.Writer) io.WriteCloser) func(*draft) {
	return func(d *draft) {
		var b bytes.Buffer
		w := newWriter(&b)
		_, _ = w.Write(d.body)
		_ = w.Close()
		d.body = b.Bytes()
	}
}

func gzipWriter(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }

func zlibWriter(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }

func deflateWriter(w io.Writer) io.WriteCloser {
	out, _ := flate.NewWriter(w, flate.DefaultCompression) // only an invalid level is an error
	return out
}
