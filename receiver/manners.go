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

// Manner is one thing that the receiver does in an unusual but correct way. It must not be reported.
type Manner struct {
	Name        string
	Description string         // what the receiver does, as a sentence without subject and full stop
	Needs       scenarios.Kind // how a call must be steered so that it shows; "" if it shows on every call

	NeedsKey     bool // it shows only if the receiver verifies signatures
	NeedsProxy   bool // it shows only if the receiver is served over plain HTTP, as behind a proxy that ends TLS
	HasNoVerdict bool // the receiver rightly refuses so much that there is no verdict

	appliesTo   func(draft) bool // the responses that are concerned
	change      func(*draft)
	maxPushes   int          // how many requests are accepted; the rest is refused with 429; 0: all are accepted
	changeGuard func(*guard) // changes the verification of signatures
}

// Manners lists all of them. The slice is the caller's.
func Manners() []Manner {
	return []Manner{
		{Name: "bom", Description: "begins its XML with a byte order mark", appliesTo: hasBody, change: withPrefix("\xef\xbb\xbf")},
		{Name: "comments", Description: "writes comments before, in and after its document", appliesTo: hasBody, change: combine(
			withComment("1.21 gigawatts"), withExtraContent("Response", "<!-- Great Scott -->"), withSuffix("<!-- roads -->\n"))},
		{Name: "cdata", Description: "writes the number of a redirect as CDATA", Needs: "redirect", appliesTo: hasBody,
			change: combine(withReplacement("<Number>", "<Number><![CDATA["), withReplacement("</Number>", "]]></Number>"))},
		{Name: "single-quotes", Description: "quotes its attributes with apostrophes", appliesTo: hasBody, change: withReplacement(`"`, `'`)},
		{Name: "pretty", Description: "spreads its XML over lines and columns", appliesTo: hasBody,
			change: combine(withReplacement(` on`, "\n\t\ton"), withReplacement("/>", "\n/>"), withReplacement("</", "\n\t</"), withSuffix("\n\n"))},
		{Name: "no-declaration", Description: "leaves the XML declaration out", appliesTo: hasBody, change: removeDeclaration},
		{Name: "character-references", Description: "writes the slashes of its URLs as character references", appliesTo: hasBody,
			change: withReplacement("://", ":&#47;&#x2F;")},
		{Name: "charset-semicolon", Description: "ends its content type with a stray semicolon", appliesTo: hasBody,
			change: withHeader("Content-Type", "application/xml; charset=UTF-8;")},
		{Name: "upper-case-type", Description: "writes its content type in upper case", appliesTo: hasBody,
			change: withHeader("Content-Type", `APPLICATION/XML;Charset="utf-8"`)},
		{Name: "latin-1", Description: "declares ISO-8859-1 and writes it", appliesTo: hasBody, change: combine(
			withHeader("Content-Type", "application/xml; charset=ISO-8859-1"), withReplacement(`encoding="UTF-8"`, `encoding="ISO-8859-1"`), withComment("f\xfcr Doc"))},
		{Name: "utf-16", Description: "writes UTF-16 with a byte order mark", appliesTo: hasBody, change: encodeUTF16},
		{Name: "gzip", Description: "compresses its XML with gzip", appliesTo: hasBody, change: combine(withCompression(newGzipWriter), withHeader("Content-Encoding", "gzip"))},
		{Name: "deflate", Description: "compresses its XML with deflate, in the zlib format", appliesTo: hasBody, change: combine(withCompression(newZlibWriter), withHeader("Content-Encoding", "deflate"))},
		{Name: "raw-deflate", Description: "compresses its XML with deflate, without the zlib format", appliesTo: hasBody, change: combine(withCompression(newDeflateWriter), withHeader("Content-Encoding", "deflate"))},
		{Name: "chunked", Description: "sends its XML in chunks", appliesTo: hasBody, change: func(d *draft) { d.chunked = true }},
		{Name: "http-1.0", Description: "responds in HTTP/1.0 and closes the connection", appliesTo: isAny, change: func(d *draft) { d.http10 = true }},
		{Name: "closing", Description: "closes every connection after its response", appliesTo: isAny, change: withHeader("Connection", "close")},
		{Name: "no-content", Description: "responds with status 204 to answer and hangup pushes", appliesTo: isFollowUp, change: withStatusOnly(http.StatusNoContent)},
		{Name: "page-for-follow-ups", Description: "responds to answer and hangup pushes with status 202 and an HTML page", appliesTo: isFollowUp, change: combine(
			withStatus(http.StatusAccepted), withHeader("Content-Type", "text/html"), withBody("<h1>Thank you</h1>"))},
		{Name: "one-url", Description: "accepts all pushes at one URL", appliesTo: hasBody,
			change: combine(withReplacement(answerPath+`"`, `/"`), withReplacement(hangupPath+`"`, `/"`))},
		{Name: "url-per-call", Description: "names URLs of their own for each call, with the callId in them", appliesTo: hasBody, change: func(d *draft) {
			query := "?call=" + url.QueryEscape(d.push.CallID) + "&amp;leg=1"
			combine(withReplacement(answerPath+`"`, answerPath+query+`"`), withReplacement(hangupPath+`"`, hangupPath+query+`"`))(d)
		}},
		{Name: "behind-proxy", Description: "is judged directly behind a TLS proxy: accepts plain HTTP and names https URLs", NeedsProxy: true,
			appliesTo: hasBody, change: withReplacement("http://", "https://")},
		{Name: "hangup-only", Description: "subscribes to hangup alone", appliesTo: hasBody, change: withoutAttribute("Response", "onAnswer")},
		{Name: "observer", Description: "responds to every newCall with an empty Response and subscribes to nothing", appliesTo: hasBody, change: withBody("<Response/>")},
		{Name: "silent-observer", Description: "responds to every newCall with nothing at all", appliesTo: isNewCall, change: withStatusOnly(http.StatusOK)},
		{Name: "incoming-only", Description: "subscribes on incoming calls only", appliesTo: isOutgoingCall, change: withBody("<Response></Response>")},
		{Name: "refuses-new-events", Description: "refuses an event that it does not know with status 400", appliesTo: isUnknownEvent, change: withStatusOnly(http.StatusBadRequest)},
		{Name: "no-go-client", Description: "refuses its sound to clients with the User-Agent Go-http-client, as rules against scanners do", Needs: "play",
			appliesTo: func(d draft) bool { return d.page == soundPath && strings.HasPrefix(d.userAgent, "Go-http-client") }, change: withStatusOnly(http.StatusForbidden)},
		{Name: "limited", Description: "accepts 60 pushes, and refuses the rest with status 429", HasNoVerdict: true, maxPushes: 60},
		{Name: "quiet-refusal", Description: "responds with status 200 and nothing else to unsigned pushes, and ignores them", NeedsKey: true,
			changeGuard: func(g *guard) { g.newRefusal = refusalWith(http.StatusOK) }},
		{Name: "sipgate-key", Description: "verifies with the key of sipgate, and refuses the rest with status 401 and no reason", HasNoVerdict: true,
			changeGuard: func(g *guard) { g.key, g.newRefusal = push.SipgateKey(), refusalWith(http.StatusUnauthorized) }},
		{Name: "sipgate-key-closes", Description: "verifies with the key of sipgate, and closes the connection on the rest", HasNoVerdict: true,
			changeGuard: func(g *guard) {
				g.key, g.newRefusal = push.SipgateKey(), func() *draft { return &draft{closesConnection: true} }
			}},
		{Name: "sipgate-key-document", Description: "verifies with the key of sipgate, and responds with status 200 and an Error document to the rest", HasNoVerdict: true,
			changeGuard: func(g *guard) { g.key, g.newRefusal = push.SipgateKey(), errorDocumentRefusal }},
		{Name: "secret-urls", Description: "verifies newCall pushes only, and accepts the others at secret URLs", NeedsKey: true,
			changeGuard: func(g *guard) { g.newCallsOnly = true }, appliesTo: hasBody, change: secretURLs},
	}
}

// secretURLs names URLs that cannot be guessed, different ones for each call.
func secretURLs(d *draft) {
	secret := fmt.Sprintf("?secret=%x", sha256.Sum256([]byte("flux capacitor "+d.push.CallID)))
	combine(withReplacement(answerPath+`"`, answerPath+secret+`"`), withReplacement(hangupPath+`"`, hangupPath+secret+`"`))(d)
}

// refusalWith returns the refusal of a push with a status and an empty body.
func refusalWith(status int) func() *draft {
	return func() *draft { return &draft{status: status, header: http.Header{}} }
}

// errorDocumentRefusal returns the refusal of a push as sipgate's Node library does, without a reason.
func errorDocumentRefusal() *draft {
	d := refusalWith(http.StatusOK)()
	d.header.Set("Content-Type", "application/xml")
	d.body = []byte(`<?xml version="1.0" encoding="UTF-8"?><Error message="request refused"/>`)
	return d
}

func isAny(draft) bool { return true }

func isUnknownEvent(d draft) bool {
	switch d.push.Event {
	case "", push.NewCall, push.Answer, push.Hangup, push.DTMF:
		return false
	}
	return true
}

func withPrefix(prefix string) func(*draft) {
	return func(d *draft) { d.body = append([]byte(prefix), d.body...) }
}

func withSuffix(suffix string) func(*draft) {
	return func(d *draft) { d.body = append(d.body, suffix...) }
}

func removeDeclaration(d *draft) {
	if at := bytes.Index(d.body, []byte("<Response")); at > 0 {
		d.body = d.body[at:]
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

// withCompression compresses the body. The compressors write to memory, which cannot fail.
func withCompression(newWriter func(io.Writer) io.WriteCloser) func(*draft) {
	return func(d *draft) {
		var b bytes.Buffer
		w := newWriter(&b)
		_, _ = w.Write(d.body)
		_ = w.Close()
		d.body = b.Bytes()
	}
}

func newGzipWriter(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }

func newZlibWriter(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }

func newDeflateWriter(w io.Writer) io.WriteCloser {
	out, _ := flate.NewWriter(w, flate.DefaultCompression) // an error would be about the level
	return out
}
