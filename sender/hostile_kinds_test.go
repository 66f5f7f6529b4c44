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

// hostility is one behaviour of a hostile receiver, and how an exchange with it ends.
type hostility struct {
	name     string
	script   func(*peer)
	want     transcript.End
	waits    bool // ends only at the time limit
	why      string
	violates []string // requirements with a finding; nil: those of the end
}

// violated returns the requirements that a receiver does not meet, by how the exchange ended.
func (h hostility) violated() []string {
	if h.violates != nil {
		return h.violates
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

func hostilities(t *testing.T) []hostility {
	t.Helper()
	gz := gzipped(t, emptyResponse)
	var flushed bytes.Buffer
	z := gzip.NewWriter(&flushed)
	_, _ = io.WriteString(z, emptyResponse)
	_ = z.Flush()
	half := emptyResponse[:len(emptyResponse)-4]
	asGzip := "Content-Encoding: gzip\r\n"
	zeros := strings.Repeat("\x00", 2<<20)
	bomb := gzipped(t, zeros)
	laughs := `<!DOCTYPE Response [<!ENTITY a0 "ha">`
	for i := range 20 {
		laughs += fmt.Sprintf(`<!ENTITY a%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&a%d;", i), 10))
	}
	laughs += `]><Response onAnswer="&a20;">&a20;</Response>`

	return []hostility{
		{"accepts and sends nothing", func(p *peer) { p.hold() }, transcript.TimedOut, true, "", nil},
		{"reads the push and sends nothing", speakAndHold(""), transcript.TimedOut, true, "", nil},
		{"closes without a response", speak(""), transcript.Dropped, false, "", nil},
		{"resets without a response", speakAndReset(""), transcript.Dropped, false, "", nil},
		{"closes before it has read anything", func(*peer) {}, transcript.Dropped, false, "", nil},

		{"slow status line", speakAndDrip("HTTP/1.1 200 ", "O"), transcript.Late, true, "", nil},
		{"half a status line, held", speakAndHold("HTTP/1.1 2"), transcript.Late, true, "", nil},
		{"half a status line, closed", speak("HTTP/1.1 2"), transcript.Truncated, false, "it begins like HTTP", nil},
		{"half a version, closed", speak("HTT"), transcript.Truncated, false, "it begins like HTTP", nil},
		{"endless status line", speakAndFlood("HTTP/1.1 200 ", "OK"), transcript.HeadersTooLong, false, "", nil},
		{"malformed status", speak("HTTP/1.1 two hundred\r\n\r\n"), transcript.NotHTTP, false, "", nil},
		{"no status", speak("HTTP/1.1\r\n\r\n"), transcript.NotHTTP, false, "", nil},
		{"a later version", speak("HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"), transcript.NotHTTP, false, "", nil},
		{"HTTP/0.9", speak(emptyResponse), transcript.NotHTTP, false, "a body without a head", nil},
		{"HTTP/0.9, held", speakAndHold(emptyResponse), transcript.NotHTTP, true, "its first bytes show it, although the line has no end", nil},
		{"a greeting before the push", func(p *peer) { p.say("SSH-2.0-OpenSSH_9.6\r\n"); p.hold() }, transcript.NotHTTP, false, "", nil},
		{"HTTP/2 settings, held", speakAndHold("\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"), transcript.NotHTTP, true, "", nil},
		{"HTTP/2 GOAWAY, closed", speak("\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"), transcript.NotHTTP, false, "", nil},
		{"HTTP/2 ping flood", speakAndFlood("", "\x00\x00\x08\x06\x00\x00\x00\x00\x00pushback"), transcript.HeadersTooLong, false, "no line ever ends", nil},
		{"HTTP/2 preface", speak("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), transcript.NotHTTP, false, "", nil},
		{"switches protocols unasked", speakAndHold("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"), transcript.NotHTTP, false, "", nil},

		{"1xx flood", speakAndFlood("", "HTTP/1.1 102 Processing\r\n\r\n"), transcript.HeadersTooLong, false, "", nil},
		{"1xx slowly for ever", speakAndDrip("", "HTTP/1.1 102 Processing\r\n\r\n"), transcript.Late, true, "", nil},
		{"1xx, then a response", speak("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + sized(emptyResponse)), transcript.Complete, false, "allowed", nil},
		{"slow headers", speakAndDrip(okLine, "X-Doc: Brown\r\n"), transcript.Late, true, "", nil},
		{"endless headers", speakAndFlood(okLine, "X-Doc: Brown\r\n"), transcript.HeadersTooLong, false, "", nil},
		{"one endless header", speakAndFlood(okLine+"X-Doc: ", "Brown"), transcript.HeadersTooLong, false, "", nil},
		{"headers cut by FIN", speak(asXML), transcript.Truncated, false, "", nil},
		{"headers cut by RST", speakAndReset(asXML), transcript.Truncated, false, "", nil},
		{"NUL in a header", speak(okLine + "X-Doc: Bro\x00wn\r\nContent-Length: 0\r\n\r\n"), transcript.NotHTTP, false, "", nil},
		{"folded header", speak(okLine + "Content-Type: application/xml;\r\n charset=UTF-8\r\nContent-Length: 0\r\n\r\n"), transcript.Complete, false, "old, but clients read it", nil},
		{"a line that is no header", speak(okLine + "PHP Warning in index.php\r\nContent-Length: 0\r\n\r\n"), transcript.NotHTTP, false, "", nil},
		{"line ends without CR", speak(strings.ReplaceAll(sized(emptyResponse), "\r\n", "\n")), transcript.Complete, false, "clients read it", nil},
		{"HTTP/1.0", speak("HTTP/1.0 200 OK\r\n\r\n" + emptyResponse), transcript.Complete, false, "the close is the end", []string{"response.content-type"}},

		{"Content-Length doubled and equal", speak(asXML + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"), transcript.Complete, false, "clients read it", []string{"response.xml-or-nothing"}},
		{"Content-Length doubled and different", speak(asXML + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), transcript.NotHTTP, false, "nobody can tell where it ends", nil},
		{"Content-Length negative", speak(asXML + "Content-Length: -2\r\n\r\n{}"), transcript.NotHTTP, false, "", nil},
		{"Content-Length beyond any number", speak(asXML + "Content-Length: 99999999999999999999\r\n\r\n{}"), transcript.NotHTTP, false, "", nil},
		{"Content-Length huge", speakAndFlood(asXML+"Content-Length: 1152921504606846976\r\n\r\n", " "), transcript.BodyTooLong, false, "refused at once", []string{"response.ends", "response.reasonable-size"}},
		{"Content-Length too small", speak(asXML + "Content-Length: 2\r\n\r\n{}" + emptyResponse), transcript.Complete, false, "clients pass over what follows", []string{"response.xml-or-nothing"}},
		{"Content-Length too large, closed", speak(asXML + "Content-Length: 1000\r\n\r\n" + emptyResponse), transcript.Truncated, false, "", nil},
		{"Content-Length too large, held", speakAndHold(asXML + "Content-Length: 1000\r\n\r\n" + emptyResponse), transcript.NeverEnded, true, "", nil},
		{"Content-Length and chunks", speak(asXML + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(emptyResponse) + "0\r\n\r\n"), transcript.Complete, false, "chunks count, says the standard", nil},
		{"another transfer coding", speak(asXML + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), transcript.NotHTTP, false, "not offered", nil},
		{"no content, but a body", speak("HTTP/1.1 204 No Content\r\n\r\n" + emptyResponse), transcript.Complete, false, "a 204 has none: clients pass over it", []string{"response.status"}},

		{"no body, held", speakAndHold(asXML + "\r\n"), transcript.Late, true, "an empty body has to end, too", nil},
		{"whole document, held", speakAndHold(asXML + "\r\n" + emptyResponse), transcript.NeverEnded, true, "", nil},
		{"half a document, held", speakAndHold(asXML + "\r\n" + half), transcript.Late, true, "", nil},
		{"whole document, then white space slowly", speakAndDrip(asXML+"\r\n"+emptyResponse, " "), transcript.NeverEnded, true, "", nil},
		{"slow body", speakAndDrip(asXML+"Content-Length: 60000\r\n\r\n<", "a"), transcript.Late, true, "", nil},
		{"endless body", speakAndFlood(asXML+"\r\n", "<Response>"), transcript.NeverEnded, false, "", nil},
		{"body cut by RST", speakAndReset(asXML + "Content-Length: 1000\r\n\r\n" + emptyResponse), transcript.Truncated, false, "", nil},
		{"a long piece of HTML that is sent as XML", speak(asXML + "\r\n" + strings.Repeat("<p>Hill Valley</p>", 10000)), transcript.Complete, false, "it ends before a mebibyte: whether it is too long is for the judges", []string{"response.reasonable-size", "response.well-formed"}},

		{"slow chunks", speakAndDrip(chunked, "1\r\na\r\n"), transcript.Late, true, "", nil},
		{"endless chunks", speakAndFlood(chunked, chunk("<Response>")), transcript.NeverEnded, false, "", nil},
		{"endless chunk extension", speakAndFlood(chunked+"5;", "doc"), transcript.Truncated, false, "", nil},
		{"chunk without a size", speak(chunked + "doc\r\n<Response/>\r\n0\r\n\r\n"), transcript.Truncated, false, "", nil},
		{"chunk of too large a size", speak(chunked + "fffffffffffffffffff\r\n"), transcript.Truncated, false, "", nil},
		{"chunk longer than its size", speak(chunked + "2\r\n<Response/>\r\n0\r\n\r\n"), transcript.Truncated, false, "", nil},
		{"chunk cut by FIN", speak(chunked + "ff\r\n<Response/>"), transcript.Truncated, false, "", nil},
		{"no last chunk", speak(chunked + chunk(emptyResponse)), transcript.Truncated, false, "", nil},
		{"no line after the last chunk, closed", speak(chunked + chunk(emptyResponse) + "0\r\n"), transcript.Complete, false, "clients accept it", nil},
		{"no line after the last chunk, held", speakAndHold(chunked + chunk(emptyResponse) + "0\r\n"), transcript.NeverEnded, true, "", nil},
		{"slow trailers", speakAndDrip(chunked+chunk(emptyResponse)+"0\r\n", "X-Doc: Brown\r\n"), transcript.NeverEnded, true, "", nil},
		{"endless trailers", speakAndFlood(chunked+chunk(emptyResponse)+"0\r\n", "X-Doc: Brown\r\n"), transcript.NeverEnded, false, "", nil},
		{"a trailer", speak(chunked + chunk(emptyResponse) + "0\r\nX-Doc: Brown\r\n\r\n"), transcript.Complete, false, "allowed", nil},
		{"a second response unasked", speak(sized(emptyResponse) + sized(emptyResponse)), transcript.Complete, false, "the first one is what was asked for", nil},

		{"gzip, flushed and held", speakAndHold(asXML + asGzip + "\r\n" + flushed.String()), transcript.NeverEnded, true, "", nil},
		{"gzip whole, but held", speakAndHold(asXML + asGzip + "\r\n" + gz), transcript.NeverEnded, true, "", nil},
		{"gzip cut by the close that ends it", speak(asXML + asGzip + "\r\n" + gz[:len(gz)-12]), transcript.Truncated, false, "the transfer broke off", nil},
		{"gzip cut, in a whole body", speak(asXML + asGzip + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(gz)-12) + gz[:len(gz)-12]), transcript.BadEncoding, false, "all that was announced came", nil},
		{"gzip of nothing for ever", speakAndFlood(asXML+asGzip+"\r\n", gzipped(t, "")), transcript.NeverEnded, false, "", nil},
		{"gzip cut, in whole chunks", speak(asXML + asGzip + "Transfer-Encoding: chunked\r\n\r\n" + chunk(gz[:len(gz)-12]) + "0\r\n\r\n"), transcript.BadEncoding, false, "the last chunk came", nil},
		{"gzip, no line after the last chunk, closed", speak(asXML + asGzip + "Transfer-Encoding: chunked\r\n\r\n" + chunk(gz) + "0\r\n"), transcript.Complete, false, "clients accept it", nil},
		{"gzip, then something for ever", speakAndFlood(asXML+asGzip+"\r\n"+gz, "Brown"), transcript.NeverEnded, false, "", nil},
		{"deflate, then something for ever", speakAndFlood(asXML+"Content-Encoding: deflate\r\n\r\n"+zlibbed(t, emptyResponse), "Brown"), transcript.NeverEnded, false, "", nil},
		{"unknown coding, held", speakAndHold(asXML + "Content-Encoding: br\r\n\r\n\x0b"), transcript.Late, true, "", nil},
		{"gzip bomb", speak(asXML + asGzip + "\r\n" + gzipped(t, zeros)), transcript.NeverEnded, false, "", nil},
		{"gzip bomb with its length", speak(asXML + asGzip + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(bomb)) + bomb), transcript.NeverEnded, false, "what it announces is small", nil},
		{"deflate bomb", speak(asXML + "Content-Encoding: deflate\r\n\r\n" + zlibbed(t, zeros)), transcript.NeverEnded, false, "", nil},
		{"gzip in gzip", speak(asXML + "Content-Encoding: gzip, gzip\r\n\r\n" + gzipped(t, gz)), transcript.BadEncoding, false, "not offered", nil},

		{"HTTP/2 GOAWAY flood", speakAndFlood("", "\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"), transcript.HeadersTooLong, false, "no line ever ends", nil},
		{"HTTP/2 RST flood", speakAndFlood("", "\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x08"), transcript.HeadersTooLong, false, "", nil},
		{"HTTP/2 SETTINGS flood", speakAndFlood("", "\x00\x00\x00\x04\x00\x00\x00\x00\x00"), transcript.HeadersTooLong, false, "", nil},
		{"HTTP/2 empty DATA flood", speakAndFlood("", "\x00\x00\x00\x00\x00\x00\x00\x00\x01"), transcript.HeadersTooLong, false, "", nil},

		{"XML too deep", speak(sized(strings.Repeat("<Response>", 101) + strings.Repeat("</Response>", 101))), transcript.Complete, false, "", []string{"response.reasonable-size"}},
		{"XML too deep by far", speak(sized(strings.Repeat("<Response>", 20000))), transcript.Complete, false, "", []string{"response.reasonable-size"}},
		{"XML of too many elements", speak(sized("<Response>" + strings.Repeat("<a/>", 1000) + "</Response>")), transcript.Complete, false, "", []string{"response.reasonable-size"}},
		{"XML of too many attributes", speak(sized("<Response" + strings.Repeat(` xml:a=""`, 101) + "/>")), transcript.Complete, false, "", []string{"response.reasonable-size"}},
		{"XML with a DTD", speak(sized(`<!DOCTYPE Response SYSTEM "https://elsewhere.example/x.dtd">` + emptyResponse)), transcript.Complete, false, "", []string{"response.well-formed"}},
		{"billion laughs", speak(sized(laughs)), transcript.Complete, false, "", []string{"response.well-formed"}},
		{"a file as an entity", speak(sized(`<!DOCTYPE Response [<!ENTITY x SYSTEM "file:///etc/passwd">]><Response>&x;</Response>`)), transcript.Complete, false, "", []string{"response.well-formed"}},
	}
}
