package report_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// curlStub is a shell function in place of curl. It prints its arguments, each followed by a NUL, and then its standard input if curl would
// read that.
const curlStub = `curl() { input=; for a; do printf '%s\0' "$a"; [ "$a" = @- ] && input=yes; done; if [ "$input" ]; then cat; fi; }
`

func TestCurlLineSendsBodyAndURLByteForByte(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("the lines are for a POSIX shell, and there is none here")
	}
	folder := t.TempDir() // an empty folder: an expanded * matches no file, and a redirection writes only here
	everyByte := make([]byte, 256)
	for i := range everyByte {
		everyByte[i] = byte(i)
	}
	for _, tt := range []struct{ name, body, url string }{
		{"a plain form", "event=newCall&direction=in&user%5B%5D=Doc", "https://localhost:8443/push"},
		{"an empty body", "", "https://localhost/"},
		{"quotes and substitutions", `from='$(id)'&to="` + "`id`" + `"&x='\''`, "https://localhost/'; id '"},
		{"only quotes", "''''", "https://localhost/?a='"},
		{"characters that a shell expands", "$HOME ${IFS} * ~ !! \\ \\n %s %n %% #", "https://localhost/$HOME?a=1&b=2"},
		{"a body that curl could take for a file name", "@/etc/passwd", "https://localhost/@x"},
		{"a body that curl could take for standard input", "@-", "https://localhost/"},
		{"a body that looks like options of curl", "-d --data -n", "https://localhost/"},
		{"line breaks", "a=1\r\nb=2\n\n", "https://localhost/"},
		{"a leading dash, and a line break", "-e\n%d", "https://localhost/"},
		{"a NUL in the middle", "a\x00b", "https://localhost/"},
		{"digits after bytes that printf writes in octal", "\x001\x007\x0177", "https://localhost/"},
		{"every byte", string(everyByte), "https://localhost/"},
		{"bytes that are not UTF-8", "name=M\xfcller", "https://localhost/"},
		{"UTF-8", "name=Müller 😀", "https://localhost/ü"},
		{"ANSI sequences and a change of the writing direction", "\x1b[31m\u009b1m\u202e", "https://localhost/"},
		{"brackets and braces that curl would expand", "user[]=Doc", "https://[::1]:8443/{a,b}[1-3]"},
		{"a body of 4 KiB", strings.Repeat("'", 4096), "https://localhost/"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			line := report.CurlLine(transcript.Exchange{Sent: transcript.Sent{URL: tt.url, Body: []byte(tt.body)}})
			for _, r := range line {
				if r < ' ' || r == 0x7f || r == '\u009b' || r == '\u202e' {
					t.Fatalf("CurlLine(…) = %q holds %U", line, r)
				}
			}
			command := exec.Command(shell, "-c", curlStub+line)
			command.Dir = folder
			printed, err := command.Output()
			if err != nil {
				t.Fatalf("sh -c %q: %v", line, err)
			}
			parts := strings.Split(string(printed), "\x00")
			var got struct{ Body, URL, Agent, Type string }
			for i, option := range parts {
				if i+1 == len(parts) {
					break
				}
				switch value := parts[i+1]; option {
				case "--data-binary":
					got.Body = value
					if value == "@-" { // the body follows the URL, and may have NUL bytes
						_, got.Body, _ = strings.Cut(string(printed), "--url\x00"+tt.url+"\x00")
					} else if strings.HasPrefix(value, "@") {
						t.Errorf("curl would read the file %q", value[1:])
					}
				case "--data-raw":
					got.Body = value
				case "--url":
					got.URL = value
				case "-A":
					got.Agent = value
				case "-H":
					if strings.HasPrefix(value, "Content-Type") {
						got.Type = value
					}
				}
			}
			want := got
			want.Body, want.URL, want.Agent, want.Type = tt.body, tt.url, "sipgate.io", "Content-Type: application/x-www-form-urlencoded; charset=UTF-8"
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("what sh passes to curl for %q mismatch (-want +got):\n%s", line, diff)
			}
		})
	}
}

func TestCurlLineOfALongPushIsACommentWithTheReason(t *testing.T) {
	t.Parallel()
	body := []byte(strings.Repeat("a", 4097))
	got := report.CurlLine(transcript.Exchange{Sent: transcript.Sent{URL: "https://localhost/", Push: push.Push{Event: push.NewCall}, Body: body}})
	want := fmt.Sprintf("# the body of this newCall push is too long for a line: 4097 bytes, SHA-256 %x", sha256.Sum256(body))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("CurlLine(4097 bytes) mismatch (-want +got):\n%s", diff)
	}
}

func TestControlCharactersInAURLArePercentEncodedInTheCurlLine(t *testing.T) {
	t.Parallel()
	got := report.CurlLine(transcript.Exchange{Sent: transcript.Sent{URL: "https://localhost/a\x1b[31m\nb/../c"}})
	want := "curl -sS -i --http1.1 -A sipgate.io --globoff --path-as-is " + sipgateHeaders + " --data-binary '' --url 'https://localhost/a%1B[31m%0Ab/../c'"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("CurlLine mismatch (-want +got):\n%s", diff)
	}
}

const sipgateHeaders = "-H 'Accept: application/xml, text/plain, text/html' -H 'Content-Type: application/x-www-form-urlencoded; charset=UTF-8'"

func TestCurlLineHasTheHeadersOfTheExchange(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		options []string
		sent    http.Header
		want    string
	}{
		"headers of the exchange replace those of the options": {
			options: []string{"--cacert", "ca.pem", "-H", "X-Forwarded-For: 217.116.118.254", "-H", "X-Tenant: hill-valley"},
			want:    "--cacert 'ca.pem' " + sipgateHeaders + " -H 'X-Tenant: hill-valley'",
		},
		"headers of the options replace sipgate's headers": {
			options: []string{"-H", "content-type: text/plain", "-H", "X-Empty: "},
			want:    "-H 'Accept: application/xml, text/plain, text/html' -H 'content-type: text/plain' -H 'X-Empty;'",
		},
		"the shell expands placeholders of secrets": {
			options: []string{"-H", "Authorization: $AUTHORIZATION", "-H", "X-Tenant: $TENANT"},
			sent:    http.Header{"X-Forwarded-For": {"217.116.118.254, it's"}, "X-Sipgate-Signature": {"$X_SIPGATE_SIGNATURE"}},
			want: sipgateHeaders + ` -H "Authorization: $AUTHORIZATION" -H 'X-Tenant: $TENANT' -H "X-Sipgate-Signature: $X_SIPGATE_SIGNATURE" ` +
				`-H 'X-Forwarded-For: 217.116.118.254, it'\''s'`,
		},
		"the shell does not expand a captured signature": {
			sent: http.Header{"X-Sipgate-Signature": {"$HOME"}},
			want: sipgateHeaders + ` -H 'X-Sipgate-Signature: $HOME'`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := report.CurlLine(transcript.Exchange{Sent: transcript.Sent{URL: "https://$USERINFO@localhost/$HOME", Body: []byte("event=newCall"), SentHeader: tt.sent}}, tt.options...)
			want := "curl -sS -i --http1.1 -A sipgate.io " + tt.want + ` --data-binary 'event=newCall' --url "https://$USERINFO@"'localhost/$HOME'`
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("CurlLine mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCurlLineOfAFindingAboutAStimulusSendsTheStimulus(t *testing.T) {
	t.Parallel()
	const malformed, status = "trouble.malformed-push", "response.status"
	v := verdict.Verdict{
		Evidence: verdict.Evidence{Calls: []transcript.Call{{ID: 1, RequirementID: malformed, Exchanges: []transcript.Exchange{
			{Sent: transcript.Sent{URL: "https://localhost/", Body: []byte("Great Scott!")}, Twist: transcript.Twist{ForeignName: "plain text", ForeignRequest: transcript.ForeignRequest{ContentType: "text/plain"}}},
			{Sent: transcript.Sent{URL: "https://localhost/", Body: []byte("event=newCall")}},
		}}}},
		Rows: []verdict.Row{
			{Requirement: requirements.Requirement{ID: malformed}, Status: verdict.Failed, Findings: []requirements.Finding{{Requirement: malformed, Call: 1, Exchange: 1}}},
			{Requirement: requirements.Requirement{ID: status}, Status: verdict.Warned, Findings: []requirements.Finding{{Requirement: status, Call: 1, Exchange: 1}}},
		},
	}
	var got struct {
		Requirements []struct {
			Findings []struct{ Curl string }
		}
	}
	if err := json.Unmarshal([]byte(render(t, func(w io.Writer) error { return report.JSON(w, v) })), &got); err != nil {
		t.Fatal(err)
	}
	terminal := render(t, terminalPrinter(v, report.TerminalOptions{Verbose: true}))
	for i, want := range []string{"--data-binary 'Great Scott!'", "--data-binary 'event=newCall'"} {
		if line := got.Requirements[i].Findings[0].Curl; !strings.Contains(line, want) || !strings.Contains(terminal, line) {
			t.Errorf("%s: the line is %q, want %q in it and in the terminal's output:\n%s", v.Rows[i].ID, line, want, terminal)
		}
	}
}
