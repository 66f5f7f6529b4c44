package report_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/transcript"
)

// stub stands for curl in a shell: it prints its arguments, each ended by a NUL, and then its input where it would read it.
const stub = `curl() { input=; for a; do printf '%s\0' "$a"; [ "$a" = @- ] && input=yes; done; if [ "$input" ]; then cat; fi; }
`

func TestCurlRepeatsThePushByteForByte(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("the lines are for a POSIX shell, and there is none here")
	}
	folder := t.TempDir() // where an expanded * or a redirection would show
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for _, tt := range []struct{ name, body, url string }{
		{"a plain form", "event=newCall&direction=in&user%5B%5D=Doc", "https://localhost:8443/push"},
		{"empty", "", "https://localhost/"},
		{"quotes", `from='$(id)'&to="` + "`id`" + `"&x='\''`, "https://localhost/'; id '"},
		{"only quotes", "''''", "https://localhost/?a='"},
		{"expansions", "$HOME ${IFS} * ~ !! \\ \\n %s %n %% #", "https://localhost/$HOME?a=1&b=2"},
		{"a file name for curl", "@/etc/passwd", "https://localhost/@x"},
		{"standard input for curl", "@-", "https://localhost/"},
		{"options", "-d --data -n", "https://localhost/"},
		{"line breaks", "a=1\r\nb=2\n\n", "https://localhost/"},
		{"line breaks at a leading dash", "-e\n%d", "https://localhost/"},
		{"NUL in the middle", "a\x00b", "https://localhost/"},
		{"digits after a byte in octal", "\x001\x007\x0177", "https://localhost/"},
		{"every byte", string(every), "https://localhost/"},
		{"no UTF-8", "name=M\xfcller", "https://localhost/"},
		{"UTF-8", "name=Müller 😀", "https://localhost/ü"},
		{"ANSI and another writing direction", "\x1b[31m\u009b1m\u202e", "https://localhost/"},
		{"globs for curl", "user[]=Doc", "https://[::1]:8443/{a,b}[1-3]"},
		{"4 KiB", strings.Repeat("'", 4096), "https://localhost/"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			line := report.Curl(transcript.Exchange{URL: tt.url, Body: []byte(tt.body)})
			for _, r := range line {
				if r < ' ' || r == 0x7f || r == '\u009b' || r == '\u202e' {
					t.Fatalf("Curl(…) = %q holds %U", line, r)
				}
			}
			command := exec.Command(shell, "-c", stub+line)
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
					if value == "@-" { // what follows the URL, its NUL bytes and all
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
					got.Type = value
				}
			}
			want := got
			want.Body, want.URL, want.Agent, want.Type = tt.body, tt.url, "sipgate.io", "Content-Type: application/x-www-form-urlencoded; charset=UTF-8"
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("what sh made of %q mismatch (-want +got):\n%s", line, diff)
			}
		})
	}
}

func TestCurlNamesAPushThatIsTooLongForALine(t *testing.T) {
	t.Parallel()
	body := []byte(strings.Repeat("a", 4097))
	got := report.Curl(transcript.Exchange{URL: "https://localhost/", Push: push.Push{Event: push.NewCall}, Body: body})
	want := fmt.Sprintf("# the body of this newCall push is too long for a line: 4097 bytes, SHA-256 %x", sha256.Sum256(body))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Curl(4097 bytes) mismatch (-want +got):\n%s", diff)
	}
}

func TestCurlKeepsWhatAURLCannotHoldOnItsLine(t *testing.T) {
	t.Parallel()
	got := report.Curl(transcript.Exchange{URL: "https://localhost/a\x1b[31m\nb/../c"})
	want := "curl -sS -i --globoff --path-as-is -A sipgate.io -H 'Content-Type: application/x-www-form-urlencoded; charset=UTF-8' --data-binary '' --url 'https://localhost/a%1B[31m%0Ab/../c'"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Curl mismatch (-want +got):\n%s", diff)
	}
}

func TestCurlTakesFromTheExchangeWhatPushesAreOddIn(t *testing.T) {
	t.Parallel()
	options := []string{"--cacert", "ca.pem", "-H", "X-Forwarded-For: 217.116.118.254", "-H", "X-Tenant: hill-valley"}
	got := report.Curl(transcript.Exchange{URL: "https://localhost/", Body: []byte("event=newCall")}, options...)
	want := `curl -sS -i -A sipgate.io -H 'Content-Type: application/x-www-form-urlencoded; charset=UTF-8' --cacert 'ca.pem' -H 'X-Tenant: hill-valley' ` +
		`--data-binary 'event=newCall' --url 'https://localhost/'`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Curl of a push over no proxy mismatch (-want +got):\n%s", diff)
	}
}

func TestCurlShowsThatAPushIsSignedAndNotTheSignature(t *testing.T) {
	t.Parallel()
	got := report.Curl(transcript.Exchange{
		URL: "https://localhost/", Body: []byte("event=newCall"),
		Sent: http.Header{"X-Forwarded-For": {"217.116.118.254, it's"}, "X-Sipgate-Signature": {"$X_SIPGATE_SIGNATURE"}},
	})
	want := `curl -sS -i -A sipgate.io -H 'Content-Type: application/x-www-form-urlencoded; charset=UTF-8' -H 'X-Sipgate-Signature: $X_SIPGATE_SIGNATURE' ` +
		`-H 'X-Forwarded-For: 217.116.118.254, it'\''s' --data-binary 'event=newCall' --url 'https://localhost/'`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Curl mismatch (-want +got):\n%s", diff)
	}
}
