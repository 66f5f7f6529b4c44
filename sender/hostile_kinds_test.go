package sender

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/transcript"
)

// hostileReceiver describes the behaviour of a hostile receiver, and how an exchange with the receiver ends.
type hostileReceiver struct {
	name         string
	script       func(*peer)
	want         transcript.End
	reachesLimit bool     // the exchange ends only at the time limit
	why          string   // explains the expectation; shown if the test fails
	brokenRules  []string // ids of requirements with a finding; nil: the usual requirements for this end
}

// wantFindings returns the ids of the requirements that the receiver does not meet.
func (h hostileReceiver) wantFindings() []string {
	if h.brokenRules != nil {
		return h.brokenRules
	}
	switch h.want {
	case transcript.TimedOut, transcript.Late:
		return []string{"response.in-time"}
	case transcript.Dropped, transcript.NotHTTP, transcript.HeadersTooLong:
		return []string{"push.newcall"}
	case transcript.NeverEnded, transcript.Truncated:
		return []string{"response.ends"}
	case transcript.BodyTooLong:
		return []string{"response.reasonable-size"}
	case transcript.BadEncoding:
		return []string{"response.readable-encoding"}
	}
	return nil
}

func hostileReceivers(t *testing.T) []hostileReceiver {
	t.Helper()
	gz := toGzip(t, emptyResponse)
	var flushedGzip bytes.Buffer
	z := gzip.NewWriter(&flushedGzip)
	_, _ = io.WriteString(z, emptyResponse)
	_ = z.Flush()
	halfDocument := emptyResponse[:len(emptyResponse)-4]
	gzipHeader := "Content-Encoding: gzip\r\n"
	zeros := strings.Repeat("\x00", 2<<20)
	bomb := toGzip(t, zeros)
	entityBomb := `<!DOCTYPE Response [<!ENTITY a0 "ha">`
	for i := range 20 {
		entityBomb += fmt.Sprintf(`<!ENTITY a%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&a%d;", i), 10))
	}
	entityBomb += `]><Response onAnswer="&a20;">&a20;</Response>`

	return []hostileReceiver{
		{"accepts the connection and sends nothing", func(p *peer) { p.hold() }, transcript.TimedOut, true, "", nil},
		{"reads the push and sends nothing", respondAndHold(""), transcript.TimedOut, true, "", nil},
		{"closes without a response", respondAndClose(""), transcript.Dropped, false, "", nil},
		{"resets without a response", respondAndReset(""), transcript.Dropped, false, "", nil},
		{"closes before it has read anything", func(*peer) {}, transcript.Dropped, false, "", nil},

		{"slow status line", respondAndDrip("HTTP/1.1 200 ", "O"), transcript.Late, true, "", nil},
		{"half a status line, connection kept open", respondAndHold("HTTP/1.1 2"), transcript.Late, true, "", nil},
		{"half a status line, connection closed", respondAndClose("HTTP/1.1 2"), transcript.Truncated, false, "it begins like HTTP", nil},
		{"half an HTTP version, connection closed", respondAndClose("HTT"), transcript.Truncated, false, "it begins like HTTP", nil},
		{"endless status line", respondAndFlood("HTTP/1.1 200 ", "OK"), transcript.HeadersTooLong, false, "", nil},
		{"malformed status", respondAndClose("HTTP/1.1 two hundred\r\n\r\n"), transcript.NotHTTP, false, "", nil},
		{"status line without a status", respondAndClose("HTTP/1.1\r\n\r\n"), transcript.NotHTTP, false, "", nil},
		{"HTTP/2.0 in the status line", respondAndClose("HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"), transcript.NotHTTP, false, "", nil},
		{"HTTP/0.9", respondAndClose(emptyResponse), transcript.NotHTTP, false, "a body without a head", nil},
		{"HTTP/0.9, connection kept open", respondAndHold(emptyResponse), transcript.NotHTTP, true, "the first bytes are not HTTP/1.x, so the rest of the line does not matter", nil},
		{"a greeting before the push", func(p *peer) { p.send("SSH-2.0-OpenSSH_9.6\r\n"); p.hold() }, transcript.NotHTTP, false, "", nil},
		{"HTTP/2 settings, connection kept open", respondAndHold("\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"), transcript.NotHTTP, true, "", nil},
		{"HTTP/2 GOAWAY, connection closed", respondAndClose("\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"), transcript.NotHTTP, false, "", nil},
		{"HTTP/2 ping flood", respondAndFlood("", "\x00\x00\x08\x06\x00\x00\x00\x00\x00pushback"), transcript.HeadersTooLong, false, "no line ever ends", nil},
		{"HTTP/2 preface", respondAndClose("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), transcript.NotHTTP, false, "", nil},
		{"status 101 that was not asked for", respondAndHold("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"), transcript.NotHTTP, false, "", nil},

		{"1xx flood", respondAndFlood("", "HTTP/1.1 102 Processing\r\n\r\n"), transcript.HeadersTooLong, false, "", nil},
		{"slow endless 1xx responses", respondAndDrip("", "HTTP/1.1 102 Processing\r\n\r\n"), transcript.Late, true, "", nil},
		{"1xx, then a response", respondAndClose("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + responseWith(emptyResponse)), transcript.Complete, false, "allowed", nil},
		{"slow headers", respondAndDrip(okLine, "X-Doc: Brown\r\n"), transcript.Late, true, "", nil},
		{"endless headers", respondAndFlood(okLine, "X-Doc: Brown\r\n"), transcript.HeadersTooLong, false, "", nil},
		{"one endless header", respondAndFlood(okLine+"X-Doc: ", "Brown"), transcript.HeadersTooLong, false, "", nil},
		{"headers cut by FIN", respondAndClose(xmlHead), transcript.Truncated, false, "", nil},
		{"headers cut by RST", respondAndReset(xmlHead), transcript.Truncated, false, "", nil},
		{"NUL in a header", respondAndClose(okLine + "X-Doc: Bro\x00wn\r\nContent-Length: 0\r\n\r\n"), transcript.NotHTTP, false, "", nil},
		{"folded header", respondAndClose(okLine + "Content-Type: application/xml;\r\n charset=UTF-8\r\nContent-Length: 0\r\n\r\n"), transcript.Complete, false, "old, but clients read it", nil},
		{"a line that is no header", respondAndClose(okLine + "PHP Warning in index.php\r\nContent-Length: 0\r\n\r\n"), transcript.NotHTTP, false, "", nil},
		{"line ends without CR", respondAndClose(strings.ReplaceAll(responseWith(emptyResponse), "\r\n", "\n")), transcript.Complete, false, "clients read it", nil},
		{"HTTP/1.0", respondAndClose("HTTP/1.0 200 OK\r\n\r\n" + emptyResponse), transcript.Complete, false, "the close of the connection ends the body", []string{"response.content-type"}},

		{"two equal Content-Length headers", respondAndClose(xmlHead + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"), transcript.Complete, false, "clients read it", []string{"response.xml-or-nothing"}},
		{"two different Content-Length headers", respondAndClose(xmlHead + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), transcript.NotHTTP, false, "the end of the body is not defined", nil},
		{"Content-Length negative", respondAndClose(xmlHead + "Content-Length: -2\r\n\r\n{}"), transcript.NotHTTP, false, "", nil},
		{"Content-Length of more than 64 bits", respondAndClose(xmlHead + "Content-Length: 99999999999999999999\r\n\r\n{}"), transcript.NotHTTP, false, "", nil},
		{"Content-Length huge", respondAndFlood(xmlHead+"Content-Length: 1152921504606846976\r\n\r\n", " "), transcript.BodyTooLong, false, "such a body is not read", []string{"response.ends", "response.reasonable-size"}},
		{"Content-Length too small", respondAndClose(xmlHead + "Content-Length: 2\r\n\r\n{}" + emptyResponse), transcript.Complete, false, "clients ignore the bytes after it", []string{"response.xml-or-nothing"}},
		{"Content-Length too large, connection closed", respondAndClose(xmlHead + "Content-Length: 1000\r\n\r\n" + emptyResponse), transcript.Truncated, false, "", nil},
		{"Content-Length too large, connection kept open", respondAndHold(xmlHead + "Content-Length: 1000\r\n\r\n" + emptyResponse), transcript.NeverEnded, true, "", nil},
		{"Content-Length and chunks", respondAndClose(xmlHead + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(emptyResponse) + "0\r\n\r\n"), transcript.Complete, false, "the standard says that the chunks count", nil},
		{"another transfer coding", respondAndClose(xmlHead + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), transcript.NotHTTP, false, "pushcheck does not offer it", nil},
		{"status 204 with a body", respondAndClose("HTTP/1.1 204 No Content\r\n\r\n" + emptyResponse), transcript.Complete, false, "a response with status 204 has no body, so clients ignore the bytes", []string{"response.status"}},

		{"no body, connection kept open", respondAndHold(xmlHead + "\r\n"), transcript.Late, true, "an empty body has to end, too", nil},
		{"whole document, connection kept open", respondAndHold(xmlHead + "\r\n" + emptyResponse), transcript.NeverEnded, true, "", nil},
		{"half a document, connection kept open", respondAndHold(xmlHead + "\r\n" + halfDocument), transcript.Late, true, "", nil},
		{"whole document, then white space slowly", respondAndDrip(xmlHead+"\r\n"+emptyResponse, " "), transcript.NeverEnded, true, "", nil},
		{"slow body", respondAndDrip(xmlHead+"Content-Length: 60000\r\n\r\n<", "a"), transcript.Late, true, "", nil},
		{"endless body", respondAndFlood(xmlHead+"\r\n", "<Response>"), transcript.NeverEnded, false, "", nil},
		{"body cut by RST", respondAndReset(xmlHead + "Content-Length: 1000\r\n\r\n" + emptyResponse), transcript.Truncated, false, "", nil},
		{"a long piece of HTML that is sent as XML", respondAndClose(xmlHead + "\r\n" + strings.Repeat("<p>Hill Valley</p>", 10000)), transcript.Complete, false, "it is shorter than 1 MiB, so it is read to its end", []string{"response.reasonable-size", "response.well-formed"}},

		{"slow chunks", respondAndDrip(chunkedHead, "1\r\na\r\n"), transcript.Late, true, "", nil},
		{"endless chunks", respondAndFlood(chunkedHead, chunk("<Response>")), transcript.NeverEnded, false, "", nil},
		{"endless chunk extension", respondAndFlood(chunkedHead+"5;", "doc"), transcript.Truncated, false, "", nil},
		{"chunk without a size", respondAndClose(chunkedHead + "doc\r\n<Response/>\r\n0\r\n\r\n"), transcript.Truncated, false, "", nil},
		{"chunk whose size is too large", respondAndClose(chunkedHead + "fffffffffffffffffff\r\n"), transcript.Truncated, false, "", nil},
		{"chunk longer than its size", respondAndClose(chunkedHead + "2\r\n<Response/>\r\n0\r\n\r\n"), transcript.Truncated, false, "", nil},
		{"chunk cut by FIN", respondAndClose(chunkedHead + "ff\r\n<Response/>"), transcript.Truncated, false, "", nil},
		{"no last chunk", respondAndClose(chunkedHead + chunk(emptyResponse)), transcript.Truncated, false, "", nil},
		{"no empty line after the last chunk, connection closed", respondAndClose(chunkedHead + chunk(emptyResponse) + "0\r\n"), transcript.Complete, false, "clients accept it", nil},
		{"no empty line after the last chunk, connection kept open", respondAndHold(chunkedHead + chunk(emptyResponse) + "0\r\n"), transcript.NeverEnded, true, "", nil},
		{"slow trailers", respondAndDrip(chunkedHead+chunk(emptyResponse)+"0\r\n", "X-Doc: Brown\r\n"), transcript.NeverEnded, true, "", nil},
		{"endless trailers", respondAndFlood(chunkedHead+chunk(emptyResponse)+"0\r\n", "X-Doc: Brown\r\n"), transcript.NeverEnded, false, "", nil},
		{"a trailer", respondAndClose(chunkedHead + chunk(emptyResponse) + "0\r\nX-Doc: Brown\r\n\r\n"), transcript.Complete, false, "allowed", nil},
		{"a second response that was not asked for", respondAndClose(responseWith(emptyResponse) + responseWith(emptyResponse)), transcript.Complete, false, "only the first response counts", nil},

		{"gzip without its trailer, connection kept open", respondAndHold(xmlHead + gzipHeader + "\r\n" + flushedGzip.String()), transcript.NeverEnded, true, "", nil},
		{"complete gzip, connection kept open", respondAndHold(xmlHead + gzipHeader + "\r\n" + gz), transcript.NeverEnded, true, "", nil},
		{"gzip cut short by the close of the connection", respondAndClose(xmlHead + gzipHeader + "\r\n" + gz[:len(gz)-12]), transcript.Truncated, false, "the body is incomplete", nil},
		{"gzip cut short, in a body of the announced length", respondAndClose(xmlHead + gzipHeader + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(gz)-12) + gz[:len(gz)-12]), transcript.BadEncoding, false, "the body has the announced length", nil},
		{"endless empty gzip members", respondAndFlood(xmlHead+gzipHeader+"\r\n", toGzip(t, "")), transcript.NeverEnded, false, "", nil},
		{"gzip cut short, in complete chunks", respondAndClose(xmlHead + gzipHeader + "Transfer-Encoding: chunked\r\n\r\n" + chunk(gz[:len(gz)-12]) + "0\r\n\r\n"), transcript.BadEncoding, false, "the body ends with the last chunk", nil},
		{"gzip in chunks without the last empty line, connection closed", respondAndClose(xmlHead + gzipHeader + "Transfer-Encoding: chunked\r\n\r\n" + chunk(gz) + "0\r\n"), transcript.Complete, false, "clients accept it", nil},
		{"gzip, then endless bytes", respondAndFlood(xmlHead+gzipHeader+"\r\n"+gz, "Brown"), transcript.NeverEnded, false, "", nil},
		{"deflate, then endless bytes", respondAndFlood(xmlHead+"Content-Encoding: deflate\r\n\r\n"+toZlib(t, emptyResponse), "Brown"), transcript.NeverEnded, false, "", nil},
		{"unknown coding, connection kept open", respondAndHold(xmlHead + "Content-Encoding: br\r\n\r\n\x0b"), transcript.Late, true, "", nil},
		{"gzip bomb", respondAndClose(xmlHead + gzipHeader + "\r\n" + toGzip(t, zeros)), transcript.NeverEnded, false, "", nil},
		{"gzip bomb with a Content-Length", respondAndClose(xmlHead + gzipHeader + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(bomb)) + bomb), transcript.NeverEnded, false, "the announced length is small", nil},
		{"deflate bomb", respondAndClose(xmlHead + "Content-Encoding: deflate\r\n\r\n" + toZlib(t, zeros)), transcript.NeverEnded, false, "", nil},
		{"gzip in gzip", respondAndClose(xmlHead + "Content-Encoding: gzip, gzip\r\n\r\n" + toGzip(t, gz)), transcript.BadEncoding, false, "pushcheck does not offer it", nil},

		{"HTTP/2 GOAWAY flood", respondAndFlood("", "\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"), transcript.HeadersTooLong, false, "no line ever ends", nil},
		{"HTTP/2 RST flood", respondAndFlood("", "\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x08"), transcript.HeadersTooLong, false, "", nil},
		{"HTTP/2 SETTINGS flood", respondAndFlood("", "\x00\x00\x00\x04\x00\x00\x00\x00\x00"), transcript.HeadersTooLong, false, "", nil},
		{"HTTP/2 empty DATA flood", respondAndFlood("", "\x00\x00\x00\x00\x00\x00\x00\x00\x01"), transcript.HeadersTooLong, false, "", nil},

		{"XML of 101 levels", respondAndClose(responseWith(strings.Repeat("<Response>", 101) + strings.Repeat("</Response>", 101))), transcript.Complete, false, "", []string{"response.reasonable-size"}},
		{"XML of 20,000 levels", respondAndClose(responseWith(strings.Repeat("<Response>", 20000))), transcript.Complete, false, "", []string{"response.reasonable-size"}},
		{"XML of 1,001 elements", respondAndClose(responseWith("<Response>" + strings.Repeat("<a/>", 1000) + "</Response>")), transcript.Complete, false, "", []string{"response.reasonable-size"}},
		{"XML of 101 attributes", respondAndClose(responseWith("<Response" + strings.Repeat(` xml:a=""`, 101) + "/>")), transcript.Complete, false, "", []string{"response.reasonable-size"}},
		{"XML with a DTD", respondAndClose(responseWith(`<!DOCTYPE Response SYSTEM "https://elsewhere.example/x.dtd">` + emptyResponse)), transcript.Complete, false, "", []string{"response.well-formed"}},
		{"billion laughs", respondAndClose(responseWith(entityBomb)), transcript.Complete, false, "", []string{"response.well-formed"}},
		{"an entity that includes a file", respondAndClose(responseWith(`<!DOCTYPE Response [<!ENTITY x SYSTEM "file:///etc/passwd">]><Response>&x;</Response>`)), transcript.Complete, false, "", []string{"response.well-formed"}},
	}
}
