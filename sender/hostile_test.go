package sender

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pushcheck/pushcheck/transcript"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http logs what a receiver says unasked
	net.DefaultResolver = names.resolver()
	goleak.VerifyTestMain(m)
}

// peer is a receiver's end of a connection.
type peer struct {
	*net.TCPConn
	n    int             // number of the connection, from 1
	read <-chan struct{} // closed when the sender has read something of the connection
	in   *bufio.Reader
}

// hear reads one request whole.
func (p *peer) hear() bool {
	r, err := http.ReadRequest(p.in)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil
}

func (p *peer) say(s string) { _, _ = io.WriteString(p, s) }

// hold keeps the connection open until the sender closes it.
func (p *peer) hold() { _, _ = io.Copy(io.Discard, p.in) }

// flood repeats s until the sender closes.
func (p *peer) flood(s string) {
	block := []byte(strings.Repeat(s, 1+(16<<10)/len(s)))
	for {
		if _, err := p.Write(block); err != nil {
			return
		}
	}
}

// drip says s slowly, again and again, until the sender closes.
func (p *peer) drip(s string) {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		<-tick.C
		if _, err := io.WriteString(p, s[i%len(s):i%len(s)+1]); err != nil {
			return
		}
	}
}

// reset ends the connection by RST, after the sender has read what was said.
func (p *peer) reset(said bool) {
	if said {
		<-p.read
	}
	_ = p.SetLinger(0)
}

// noted is a sender's end that tells when it was first read from.
type noted struct {
	net.Conn
	once sync.Once
	read chan struct{}
}

func (c *noted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.once.Do(func() { close(c.read) })
	return n, err
}

// hostile starts a receiver on loopback that plays script on each connection and closes it then. It returns a transport
// that reaches only that receiver.
func hostile(t *testing.T, limits Limits, script func(*peer)) (*http.Transport, *url.URL) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	reads := sync.Map{} // by the sender's address
	var serving sync.WaitGroup
	serving.Go(func() {
		for n := 1; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			read, _ := reads.LoadOrStore(c.RemoteAddr().String(), make(chan struct{}))
			serving.Go(func() {
				defer c.Close()
				script(&peer{c.(*net.TCPConn), n, read.(chan struct{}), bufio.NewReader(c)})
			})
		}
	})
	rt := newTransport(func(ctx context.Context, network, addr string, _ bool) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		read, _ := reads.LoadOrStore(c.LocalAddr().String(), make(chan struct{}))
		return &noted{Conn: c, read: read.(chan struct{})}, nil
	}, limits)
	t.Cleanup(func() {
		rt.CloseIdleConnections()
		_ = l.Close()
		serving.Wait()
	})
	return rt, parsed(t, "http://"+l.Addr().String()+"/push")
}

const (
	okLine  = "HTTP/1.1 200 OK\r\n"
	asXML   = okLine + "Content-Type: application/xml\r\n"
	chunked = asXML + "Transfer-Encoding: chunked\r\n\r\n"
)

// chunk is s as one chunk.
func chunk(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }

// sized is a whole response with s as its body.
func sized(s string) string { return fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", asXML, len(s), s) }

// speak hears a request, says s and closes.
func speak(s string) func(*peer) {
	return func(p *peer) {
		if p.hear() {
			p.say(s)
		}
	}
}

// speakAndHold hears a request, says s and leaves the connection open.
func speakAndHold(s string) func(*peer) {
	return func(p *peer) {
		if p.hear() {
			p.say(s)
			p.hold()
		}
	}
}

func speakAndDrip(s, again string) func(*peer) {
	return func(p *peer) {
		if p.hear() {
			p.say(s)
			p.drip(again)
		}
	}
}

func speakAndFlood(s, again string) func(*peer) {
	return func(p *peer) {
		if p.hear() {
			p.say(s)
			p.flood(again)
		}
	}
}

func speakAndReset(s string) func(*peer) {
	return func(p *peer) {
		if p.hear() {
			p.say(s)
			p.reset(s != "")
		}
	}
}

func TestHostileReceiversEndAsWhatTheyAre(t *testing.T) {
	t.Parallel()
	gz := gzipped(t, emptyResponse)
	var flushed bytes.Buffer
	z := gzip.NewWriter(&flushed)
	_, _ = io.WriteString(z, emptyResponse)
	_ = z.Flush()
	half := emptyResponse[:len(emptyResponse)-4]
	asGzip := "Content-Encoding: gzip\r\n"

	tests := []struct {
		name   string
		script func(*peer)
		want   transcript.End
		waits  bool // ends by the time limit only
		why    string
	}{
		{"accepts and says nothing", func(p *peer) { p.hold() }, transcript.TimedOut, true, ""},
		{"hears the push and says nothing", speakAndHold(""), transcript.TimedOut, true, ""},
		{"closes without a word", speak(""), transcript.Dropped, false, ""},
		{"resets without a word", speakAndReset(""), transcript.Dropped, false, ""},
		{"closes before it has heard anything", func(*peer) {}, transcript.Dropped, false, ""},

		{"slow status line", speakAndDrip("HTTP/1.1 200 ", "O"), transcript.Late, true, ""},
		{"half a status line, held", speakAndHold("HTTP/1.1 2"), transcript.Late, true, ""},
		{"half a status line, closed", speak("HTTP/1.1 2"), transcript.Truncated, false, "it set out to be HTTP"},
		{"half a version, closed", speak("HTT"), transcript.Truncated, false, "it set out to be HTTP"},
		{"endless status line", speakAndFlood("HTTP/1.1 200 ", "OK"), transcript.HeadersTooLong, false, ""},
		{"malformed status", speak("HTTP/1.1 two hundred\r\n\r\n"), transcript.NotHTTP, false, ""},
		{"no status", speak("HTTP/1.1\r\n\r\n"), transcript.NotHTTP, false, ""},
		{"a later version", speak("HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"), transcript.NotHTTP, false, ""},
		{"HTTP/0.9", speak(emptyResponse), transcript.NotHTTP, false, "a body without a head"},
		{"HTTP/0.9, held", speakAndHold(emptyResponse), transcript.NotHTTP, true, "its first bytes tell, although the line has no end"},
		{"a greeting before the push", func(p *peer) { p.say("SSH-2.0-OpenSSH_9.6\r\n"); p.hold() }, transcript.NotHTTP, false, ""},
		{"HTTP/2 settings, held", speakAndHold("\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"), transcript.NotHTTP, true, ""},
		{"HTTP/2 GOAWAY, closed", speak("\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"), transcript.NotHTTP, false, ""},
		{"HTTP/2 ping flood", speakAndFlood("", "\x00\x00\x08\x06\x00\x00\x00\x00\x00pushback"), transcript.HeadersTooLong, false, "no line ever ends"},
		{"HTTP/2 preface", speak("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), transcript.NotHTTP, false, ""},
		{"switches protocols unasked", speakAndHold("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"), transcript.NotHTTP, false, ""},

		{"1xx flood", speakAndFlood("", "HTTP/1.1 102 Processing\r\n\r\n"), transcript.HeadersTooLong, false, ""},
		{"1xx slowly for ever", speakAndDrip("", "HTTP/1.1 102 Processing\r\n\r\n"), transcript.Late, true, ""},
		{"1xx, then a response", speak("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + sized(emptyResponse)), transcript.Complete, false, "allowed"},
		{"slow headers", speakAndDrip(okLine, "X-Doc: Brown\r\n"), transcript.Late, true, ""},
		{"endless headers", speakAndFlood(okLine, "X-Doc: Brown\r\n"), transcript.HeadersTooLong, false, ""},
		{"one endless header", speakAndFlood(okLine+"X-Doc: ", "Brown"), transcript.HeadersTooLong, false, ""},
		{"headers cut by FIN", speak(asXML), transcript.Truncated, false, ""},
		{"headers cut by RST", speakAndReset(asXML), transcript.Truncated, false, ""},
		{"NUL in a header", speak(okLine + "X-Doc: Bro\x00wn\r\nContent-Length: 0\r\n\r\n"), transcript.NotHTTP, false, ""},
		{"folded header", speak(okLine + "Content-Type: application/xml;\r\n charset=UTF-8\r\nContent-Length: 0\r\n\r\n"), transcript.Complete, false, "old, but clients read it"},
		{"a line that is no header", speak(okLine + "PHP Warning in index.php\r\nContent-Length: 0\r\n\r\n"), transcript.NotHTTP, false, ""},
		{"line ends without CR", speak(strings.ReplaceAll(sized(emptyResponse), "\r\n", "\n")), transcript.Complete, false, "clients read it"},
		{"HTTP/1.0", speak("HTTP/1.0 200 OK\r\n\r\n" + emptyResponse), transcript.Complete, false, "the close is the end"},

		{"Content-Length doubled and equal", speak(asXML + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"), transcript.Complete, false, "clients read it"},
		{"Content-Length doubled and different", speak(asXML + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), transcript.NotHTTP, false, "nobody can tell where it ends"},
		{"Content-Length negative", speak(asXML + "Content-Length: -2\r\n\r\n{}"), transcript.NotHTTP, false, ""},
		{"Content-Length beyond any number", speak(asXML + "Content-Length: 99999999999999999999\r\n\r\n{}"), transcript.NotHTTP, false, ""},
		{"Content-Length huge", speakAndFlood(asXML+"Content-Length: 1152921504606846976\r\n\r\n", " "), transcript.BodyTooLong, false, "refused at once"},
		{"Content-Length too small", speak(asXML + "Content-Length: 2\r\n\r\n{}" + emptyResponse), transcript.Complete, false, "clients pass over what follows"},
		{"Content-Length too large, closed", speak(asXML + "Content-Length: 1000\r\n\r\n" + emptyResponse), transcript.Truncated, false, ""},
		{"Content-Length too large, held", speakAndHold(asXML + "Content-Length: 1000\r\n\r\n" + emptyResponse), transcript.NeverEnded, true, ""},
		{"Content-Length and chunks", speak(asXML + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(emptyResponse) + "0\r\n\r\n"), transcript.Complete, false, "chunks count, says the standard"},
		{"another transfer coding", speak(asXML + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), transcript.NotHTTP, false, "not offered"},
		{"no content, but a body", speak("HTTP/1.1 204 No Content\r\n\r\n" + emptyResponse), transcript.Complete, false, "a 204 has none: clients pass over it"},

		{"no body, held", speakAndHold(asXML + "\r\n"), transcript.Late, true, "an empty body has to end, too"},
		{"whole document, held", speakAndHold(asXML + "\r\n" + emptyResponse), transcript.NeverEnded, true, ""},
		{"half a document, held", speakAndHold(asXML + "\r\n" + half), transcript.Late, true, ""},
		{"whole document, then white space slowly", speakAndDrip(asXML+"\r\n"+emptyResponse, " "), transcript.NeverEnded, true, ""},
		{"slow body", speakAndDrip(asXML+"Content-Length: 60000\r\n\r\n<", "a"), transcript.Late, true, ""},
		{"endless body", speakAndFlood(asXML+"\r\n", "<Response>"), transcript.NeverEnded, false, ""},
		{"body cut by RST", speakAndReset(asXML + "Content-Length: 1000\r\n\r\n" + emptyResponse), transcript.Truncated, false, ""},
		{"a long page", speak(asXML + "\r\n" + strings.Repeat("<p>Hill Valley</p>", 10000)), transcript.Complete, false, "it ends before a mebibyte: whether it is too long is for the judges"},

		{"slow chunks", speakAndDrip(chunked, "1\r\na\r\n"), transcript.Late, true, ""},
		{"endless chunks", speakAndFlood(chunked, chunk("<Response>")), transcript.NeverEnded, false, ""},
		{"endless chunk extension", speakAndFlood(chunked+"5;", "doc"), transcript.Truncated, false, ""},
		{"chunk without a size", speak(chunked + "doc\r\n<Response/>\r\n0\r\n\r\n"), transcript.Truncated, false, ""},
		{"chunk of too large a size", speak(chunked + "fffffffffffffffffff\r\n"), transcript.Truncated, false, ""},
		{"chunk longer than its size", speak(chunked + "2\r\n<Response/>\r\n0\r\n\r\n"), transcript.Truncated, false, ""},
		{"chunk cut by FIN", speak(chunked + "ff\r\n<Response/>"), transcript.Truncated, false, ""},
		{"no last chunk", speak(chunked + chunk(emptyResponse)), transcript.Truncated, false, ""},
		{"no line after the last chunk, closed", speak(chunked + chunk(emptyResponse) + "0\r\n"), transcript.Complete, false, "clients do not mind"},
		{"no line after the last chunk, held", speakAndHold(chunked + chunk(emptyResponse) + "0\r\n"), transcript.NeverEnded, true, ""},
		{"slow trailers", speakAndDrip(chunked+chunk(emptyResponse)+"0\r\n", "X-Doc: Brown\r\n"), transcript.NeverEnded, true, ""},
		{"endless trailers", speakAndFlood(chunked+chunk(emptyResponse)+"0\r\n", "X-Doc: Brown\r\n"), transcript.NeverEnded, false, ""},
		{"a trailer", speak(chunked + chunk(emptyResponse) + "0\r\nX-Doc: Brown\r\n\r\n"), transcript.Complete, false, "allowed"},
		{"a second response unasked", speak(sized(emptyResponse) + sized(emptyResponse)), transcript.Complete, false, "the first one is what was asked for"},

		{"gzip, flushed and held", speakAndHold(asXML + asGzip + "\r\n" + flushed.String()), transcript.NeverEnded, true, ""},
		{"gzip whole, but held", speakAndHold(asXML + asGzip + "\r\n" + gz), transcript.NeverEnded, true, ""},
		{"gzip cut by the close that ends it", speak(asXML + asGzip + "\r\n" + gz[:len(gz)-12]), transcript.Truncated, false, "the transfer broke off"},
		{"gzip cut, in a whole body", speak(asXML + asGzip + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(gz)-12) + gz[:len(gz)-12]), transcript.BadEncoding, false, "all that was announced came"},
		{"gzip of nothing for ever", speakAndFlood(asXML+asGzip+"\r\n", gzipped(t, "")), transcript.NeverEnded, false, ""},
		{"unknown coding, held", speakAndHold(asXML + "Content-Encoding: br\r\n\r\n\x0b"), transcript.Late, true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			limits := Limits{Exchange: 20 * time.Second}
			if tt.waits {
				limits.Exchange = 300 * time.Millisecond
			}
			rt, to := hostile(t, limits, tt.script)
			start := time.Now()
			x := roundTrip(t.Context(), rt, request{URL: to, Body: []byte(someForm), ReadDocument: true}, limits)
			if x.End != tt.want {
				t.Errorf("End = %q (%s), want %q; %s", x.End, x.Detail, tt.want, tt.why)
			}
			if (x.Detail == "") != (x.End == transcript.Complete) || len(x.Detail) > 2*detailRunes {
				t.Errorf("Detail = %q with End %q", x.Detail, x.End)
			}
			if strings.Contains(x.Detail, "127.0.0.1") {
				t.Errorf("Detail = %q, which differs from run to run", x.Detail)
			}
			if x.Retry || x.TimeLimit != limits.Exchange {
				t.Errorf("Retry = %v, TimeLimit = %v", x.Retry, x.TimeLimit)
			}
			if took := time.Since(start); took > limits.Exchange+2*time.Second || x.Took > took {
				t.Errorf("took %v, Took = %v with a limit of %v", took, x.Took, limits.Exchange)
			}
			if wants := x.End == transcript.Complete || x.End == transcript.NeverEnded; wants != (x.Document.Kind != "") {
				t.Errorf("Document = %+v with End %q", x.Document, x.End)
			}
		})
	}
}

// Not parallel: it measures what is allocated meanwhile.
func TestBombsCostLittleMemory(t *testing.T) {
	zeros := strings.Repeat("\x00", 8<<20)
	bombs := map[string]func(*peer){
		"gzip":         speak(asXML + "Content-Encoding: gzip\r\n\r\n" + gzipped(t, zeros)),
		"zlib":         speak(asXML + "Content-Encoding: deflate\r\n\r\n" + zlibbed(t, zeros)),
		"bare deflate": speak(asXML + "Content-Encoding: deflate\r\n\r\n" + rawDeflated(t, zeros)),
		"body":         speakAndFlood(asXML+"\r\n", "<Response>"),
		"chunks":       speakAndFlood(chunked, chunk("<Response>")),
		"tiny chunks":  speakAndFlood(chunked, chunk("<")),
		"headers":      speakAndFlood(okLine, "X-Doc: Brown\r\n"),
		"1xx":          speakAndFlood("", "HTTP/1.1 102 Processing\r\n\r\n"),
		"trailers":     speakAndFlood(chunked+"0\r\n", "X-Doc: Brown\r\n"),
		"empty gzips":  speakAndFlood(asXML+"Content-Encoding: gzip\r\n\r\n", gzipped(t, "")),
		"names":        speakAndFlood(okLine, "A:\r\nB:\r\nC:\r\n"),
	}
	zeros = ""
	for name, script := range bombs {
		limits := Limits{Exchange: 20 * time.Second}
		rt, to := hostile(t, limits, script)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		x := roundTrip(t.Context(), rt, request{URL: to, Body: []byte(someForm)}, limits)
		runtime.ReadMemStats(&after)
		if cost := after.TotalAlloc - before.TotalAlloc; cost > 8<<20 {
			t.Errorf("%s: %d KiB allocated, want less than 8 MiB, a few times what is read at most", name, cost>>10)
		}
		if x.End != transcript.NeverEnded && x.End != transcript.HeadersTooLong {
			t.Errorf("%s: End %q (%s)", name, x.End, x.Detail)
		}
		if len(x.ResponseBody) > 64<<10 || x.BodyLength > 2<<20 {
			t.Errorf("%s: %d bytes kept, BodyLength %d", name, len(x.ResponseBody), x.BodyLength)
		}
	}
}

func TestASecondResponseUnaskedIsNotTakenForTheNextPushs(t *testing.T) {
	t.Parallel()
	for name, atOnce := range map[string]bool{"in one breath": true, "a moment later": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			left := make(chan struct{})
			rt, to := hostile(t, Limits{}, func(p *peer) {
				switch {
				case !p.hear():
				case p.n > 1:
					p.say(sized("<Second/>"))
				case atOnce:
					p.say(sized("<First/>") + sized("<Unasked/>"))
					p.hold()
				default:
					p.say(sized("<First/>"))
					<-p.read
					p.say(sized("<Unasked/>"))
					p.hold()
					close(left)
				}
			})
			push := func() string {
				return string(roundTrip(t.Context(), rt, request{URL: to, Body: []byte(someForm)}, Limits{}).ResponseBody)
			}
			first := push()
			if !atOnce { // else nobody could tell it from a response that crosses the next push
				select {
				case <-left:
				case <-time.After(20 * time.Second):
					t.Fatal("the sender kept a connection on which it was spoken to unasked")
				}
			}
			if diff := cmp.Diff([]string{"<First/>", "<Second/>"}, []string{first, push()}); diff != "" {
				t.Errorf("bodies mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAConnectionIsKeptForTheNextPush(t *testing.T) {
	t.Parallel()
	rt, to := hostile(t, Limits{}, func(p *peer) {
		for p.hear() {
			p.say(sized(fmt.Sprintf("<C%d/>", p.n)))
		}
	})
	for range 3 {
		x := roundTrip(t.Context(), rt, request{URL: to, Body: []byte(someForm)}, Limits{})
		if string(x.ResponseBody) != "<C1/>" || x.Retry {
			t.Errorf("ResponseBody %q, Retry %v, want the first connection", x.ResponseBody, x.Retry)
		}
	}
}

func TestAPushIsRepeatedOnlyAfterAConnectionThatHadBeenIdle(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*peer){
		"closed": func(*peer) {},
		"reset":  func(p *peer) { p.reset(false) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			heard := 0
			hear := func(p *peer) bool {
				ok := p.hear()
				mu.Lock()
				defer mu.Unlock()
				if ok {
					heard++
				}
				return ok
			}
			rt, to := hostile(t, Limits{}, func(p *peer) {
				if p.n <= 2 && hear(p) { // one response a connection, and a close when the next push is under way
					p.say(sized(emptyResponse))
					hear(p)
				}
				if p.n > 2 {
					hear(p)
				}
				leave(p)
			})
			push := func() transcript.Exchange {
				return roundTrip(t.Context(), rt, request{URL: to, Body: []byte(someForm)}, Limits{})
			}
			first, second, third := push(), push(), push()
			if first.End != transcript.Complete || first.Retry {
				t.Errorf("first: End %q (%s), Retry %v", first.End, first.Detail, first.Retry)
			}
			if second.End != transcript.Complete || !second.Retry {
				t.Errorf("second: End %q (%s), Retry %v, want it repeated and complete", second.End, second.Detail, second.Retry)
			}
			if third.End != transcript.Dropped || !third.Retry {
				t.Errorf("third: End %q (%s), Retry %v, want it repeated once and dropped", third.End, third.Detail, third.Retry)
			}
			mu.Lock()
			defer mu.Unlock()
			if heard != 5 {
				t.Errorf("the receiver heard %d requests, want 5", heard)
			}
		})
	}
}

func TestPushesSideBySideKeepTheirResponses(t *testing.T) {
	t.Parallel()
	rt, to := hostile(t, Limits{}, func(p *peer) {
		for {
			r, err := http.ReadRequest(p.in)
			if err != nil {
				return
			}
			said, _ := io.ReadAll(r.Body)
			p.say(sized(string(said)))
		}
	})
	var pushing sync.WaitGroup
	for i := range 8 {
		pushing.Go(func() {
			for j := range 20 {
				form := fmt.Sprintf("callId=%d-%d", i, j)
				x := roundTrip(t.Context(), rt, request{URL: to, Body: []byte(form)}, Limits{})
				if x.End != transcript.Complete || string(x.ResponseBody) != form {
					t.Errorf("push %q: End %q (%s), response %q", form, x.End, x.Detail, x.ResponseBody)
				}
			}
		})
	}
	pushing.Wait()
}

func TestARunThatIsCancelledEndsTheExchange(t *testing.T) {
	t.Parallel()
	for name, said := range map[string]string{"before the response": "", "within the headers": okLine, "within the body": asXML + "\r\n" + emptyResponse} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			rt, to := hostile(t, Limits{}, func(p *peer) {
				if !p.hear() {
					return
				}
				if p.say(said); said != "" {
					<-p.read
				}
				cancel()
				p.hold()
			})
			x := roundTrip(ctx, rt, request{URL: to, Body: []byte(someForm)}, Limits{Exchange: 20 * time.Second})
			if x.End != transcript.Interrupted || x.Detail == "" {
				t.Errorf("End %q (%s), want %q", x.End, x.Detail, transcript.Interrupted)
			}
		})
	}
}
