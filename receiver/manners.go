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

// Quirk is one thing that the receiver does in an unusual but correct way. It must not be reported.
type Quirk struct {
	Name          string
	Summary       string         // what the receiver does, as a sentence without subject and full stop
	NeedsSteering scenarios.Kind // how a call must be steered so that it shows; "" if it shows on every call

	NeedsKey       bool // it shows only if the receiver verifies signatures
	NeedsPlainHTTP bool // it shows only if the receiver is served over plain HTTP, as behind a proxy that ends TLS
	NoVerdict      bool // the receiver rightly refuses so much that there is no verdict

	on        func(draft) bool // the responses that are concerned
	change    func(*draft)
	most      int          // how many requests are accepted; the rest is refused with 429; 0: all are accepted
	distracts func(*guard) // changes the verification of signatures
}

// Quirks lists all of them. The slice is the caller's.
func Quirks() []Quirk {
	return []Quirk{
		{Name: "bom", Summary: "begins its XML with a byte order mark", on: document, change: before("\xef\xbb\xbf")},
		{Name: "comments", Summary: "writes comments before, in and after its document", on: document, change: both(
			comment("1.21 gigawatts"), more("Response", "<!-- Great Scott -->"), after("<!-- roads -->\n"))},
		{Name: "cdata", Summary: "writes the number of a redirect as CDATA", NeedsSteering: "redirect", on: document,
			change: both(replace("<Number>", "<Number><![CDATA["), replace("</Number>", "]]></Number>"))},
		{Name: "single-quotes", Summary: "quotes its attributes with apostrophes", on: document, change: replace(`"`, `'`)},
		{Name: "pretty", Summary: "spreads its XML over lines and columns", on: document,
			change: both(replace(` on`, "\n\t\ton"), replace("/>", "\n/>"), replace("</", "\n\t</"), after("\n\n"))},
		{Name: "no-declaration", Summary: "leaves the XML declaration out", on: document, change: undeclared},
		{Name: "character-references", Summary: "writes the slashes of its URLs as character references", on: document,
			change: replace("://", ":&#47;&#x2F;")},
		{Name: "charset-semicolon", Summary: "ends its content type with a stray semicolon", on: document,
			change: header("Content-Type", "application/xml; charset=UTF-8;")},
		{Name: "upper-case-type", Summary: "writes its content type in upper case", on: document,
			change: header("Content-Type", `APPLICATION/XML;Charset="utf-8"`)},
		{Name: "latin-1", Summary: "declares ISO-8859-1 and writes it", on: document, change: both(
			header("Content-Type", "application/xml; charset=ISO-8859-1"), replace(`encoding="UTF-8"`, `encoding="ISO-8859-1"`), comment("f\xfcr Doc"))},
		{Name: "utf-16", Summary: "writes UTF-16 with a byte order mark", on: document, change: inUTF16},
		{Name: "gzip", Summary: "compresses its XML with gzip", on: document, change: both(squeezed(asGzip), header("Content-Encoding", "gzip"))},
		{Name: "deflate", Summary: "compresses its XML with deflate, in the zlib format", on: document, change: both(squeezed(asZlib), header("Content-Encoding", "deflate"))},
		{Name: "raw-deflate", Summary: "compresses its XML with deflate, without the zlib format", on: document, change: both(squeezed(asDeflate), header("Content-Encoding", "deflate"))},
		{Name: "chunked", Summary: "sends its XML in chunks", on: document, change: func(d *draft) { d.chunked = true }},
		{Name: "http-1.0", Summary: "responds in HTTP/1.0 and closes the connection", on: always, change: func(d *draft) { d.old = true }},
		{Name: "closing", Summary: "closes every connection after its response", on: always, change: header("Connection", "close")},
		{Name: "no-content", Summary: "responds with status 204 to answer and hangup pushes", on: toFollowUp, change: nothing(http.StatusNoContent)},
		{Name: "page-for-follow-ups", Summary: "responds to answer and hangup pushes with status 202 and an HTML page", on: toFollowUp, change: both(
			status(http.StatusAccepted), header("Content-Type", "text/html"), text("<h1>Thank you</h1>"))},
		{Name: "one-url", Summary: "accepts all pushes at one URL", on: document,
			change: both(replace(answerPath+`"`, `/"`), replace(hangupPath+`"`, `/"`))},
		{Name: "url-per-call", Summary: "names URLs of their own for each call, with the callId in them", on: document, change: func(d *draft) {
			query := "?call=" + url.QueryEscape(d.push.CallID) + "&amp;leg=1"
			both(replace(answerPath+`"`, answerPath+query+`"`), replace(hangupPath+`"`, hangupPath+query+`"`))(d)
		}},
		{Name: "behind-proxy", Summary: "is judged directly behind a TLS proxy: accepts plain HTTP and names https URLs", NeedsPlainHTTP: true,
			on: document, change: replace("http://", "https://")},
		{Name: "hangup-only", Summary: "subscribes to hangup alone", on: document, change: without("Response", "onAnswer")},
		{Name: "observer", Summary: "responds to every newCall with an empty Response and subscribes to nothing", on: document, change: text("<Response/>")},
		{Name: "silent-observer", Summary: "responds to every newCall with nothing at all", on: toNewCall, change: nothing(http.StatusOK)},
		{Name: "incoming-only", Summary: "subscribes on incoming calls only", on: toOutgoing, change: text("<Response></Response>")},
		{Name: "refuses-new-events", Summary: "refuses an event that it does not know with status 400", on: unknownEvent, change: nothing(http.StatusBadRequest)},
		{Name: "no-go-client", Summary: "refuses its sound to clients with the User-Agent Go-http-client, as rules against scanners do", NeedsSteering: "play",
			on: func(d draft) bool { return d.page == soundPath && strings.HasPrefix(d.agent, "Go-http-client") }, change: nothing(http.StatusForbidden)},
		{Name: "limited", Summary: "accepts 60 pushes, and refuses the rest with status 429", NoVerdict: true, most: 60},
		{Name: "quiet-refusal", Summary: "responds with status 200 and nothing else to unsigned pushes, and ignores them", NeedsKey: true,
			distracts: func(g *guard) { g.refusal = bare(http.StatusOK) }},
		{Name: "sipgate-key", Summary: "verifies with the key of sipgate, and refuses the rest with status 401 and no reason", NoVerdict: true,
			distracts: func(g *guard) { g.key, g.refusal = push.SipgateKey(), bare(http.StatusUnauthorized) }},
		{Name: "sipgate-key-closes", Summary: "verifies with the key of sipgate, and closes the connection on the rest", NoVerdict: true,
			distracts: func(g *guard) { g.key, g.refusal = push.SipgateKey(), func() *draft { return &draft{drop: true} } }},
		{Name: "sipgate-key-document", Summary: "verifies with the key of sipgate, and responds with status 200 and an Error document to the rest", NoVerdict: true,
			distracts: func(g *guard) { g.key, g.refusal = push.SipgateKey(), errorDocument }},
		{Name: "secret-urls", Summary: "verifies newCall pushes only, and accepts the others at secret URLs", NeedsKey: true,
			distracts: func(g *guard) { g.lax = true }, on: document, change: secretURLs},
	}
}

// secretURLs names URLs that cannot be guessed, different ones for each call.
func secretURLs(d *draft) {
	secret := fmt.Sprintf("?secret=%x", sha256.Sum256([]byte("flux capacitor "+d.push.CallID)))
	both(replace(answerPath+`"`, answerPath+secret+`"`), replace(hangupPath+`"`, hangupPath+secret+`"`))(d)
}

// bare refuses a push with a status and an empty body.
func bare(status int) func() *draft {
	return func() *draft { return &draft{status: status, header: http.Header{}} }
}

// errorDocument refuses a push as sipgate's Node library does, without a reason.
func errorDocument() *draft {
	d := bare(http.StatusOK)()
	d.header.Set("Content-Type", "application/xml")
	d.body = []byte(`<?xml version="1.0" encoding="UTF-8"?><Error message="request refused"/>`)
	return d
}

func always(draft) bool { return true }

func unknownEvent(d draft) bool {
	switch d.push.Event {
	case "", push.NewCall, push.Answer, push.Hangup, push.DTMF:
		return false
	}
	return true
}

func before(prefix string) func(*draft) {
	return func(d *draft) { d.body = append([]byte(prefix), d.body...) }
}

func after(suffix string) func(*draft) {
	return func(d *draft) { d.body = append(d.body, suffix...) }
}

func undeclared(d *draft) {
	if at := bytes.Index(d.body, []byte("<Response")); at > 0 {
		d.body = d.body[at:]
	}
}

func inUTF16(d *draft) {
	out := []byte{0xfe, 0xff}
	for _, unit := range utf16.Encode([]rune(strings.Replace(string(d.body), "UTF-8", "UTF-16", 1))) {
		out = append(out, byte(unit>>8), byte(unit))
	}
	d.body = out
	d.header.Set("Content-Type", "application/xml; charset=UTF-16")
}

// squeezed compresses the body. The compressors write to memory, which cannot fail.
func squeezed(by func(io.Writer) io.WriteCloser) func(*draft) {
	return func(d *draft) {
		var b bytes.Buffer
		w := by(&b)
		_, _ = w.Write(d.body)
		_ = w.Close()
		d.body = b.Bytes()
	}
}

func asGzip(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }

func asZlib(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }

func asDeflate(w io.Writer) io.WriteCloser {
	out, _ := flate.NewWriter(w, flate.DefaultCompression) // an error would be about the level
	return out
}
