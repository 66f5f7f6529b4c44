package report_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

func htmlOf(t *testing.T, v verdict.Verdict) string {
	t.Helper()
	return render(t, func(w io.Writer) error { return report.HTML(w, v) })
}

// htmlVerdicts returns, by name, the sample verdicts that are written as pages.
func htmlVerdicts() map[string]verdict.Verdict {
	all := verdicts()
	all["unreachable"] = unreachableVerdict()
	all["hostile"] = hostileMarkupVerdict()
	return all
}

// unreachableVerdict returns the verdict on a receiver to which no push was sent, because the connection failed.
func unreachableVerdict() verdict.Verdict {
	v := everyStatus()
	v.Calls, v.Scenarios, v.Rows, v.Notes, v.Connections = nil, nil, v.Rows[:3:3], nil, v.Connections[1:]
	v.Connections[0].FollowUp = false
	return v
}

// hostileMarkup is text of a receiver that would run scripts on a page that does not escape it.
const hostileMarkup = `</script></style></pre></svg>"'><svg onload=alert(1)><img src=https://evil.example/ onerror=alert(1)>&amp;{{.}}<!--`

// hostileMarkupVerdict returns the verdict of a long run at a receiver whose responses are very long and consist of markup.
func hostileMarkupVerdict() verdict.Verdict {
	v := everyStatus()
	v.Calls, v.Incoming, v.Summary = nil, target+hostileMarkup, hostileMarkup
	body := []byte(strings.Repeat(hostileMarkup+"\x00\u202e", 60))
	for i := range 300 {
		c := transferredCall()
		c.ID, c.Scenario, c.Feature = i+1, hostileMarkup, hostileMarkup
		for k := range c.Exchanges {
			x := &c.Exchanges[k]
			x.ResponseBody, x.BodyLength, x.ContentType, x.Detail, x.Leg = body, int64(len(body)), string(body), string(body), hostileMarkup+strconv.Itoa(k)
			x.Body, x.End = body, transcript.End(hostileMarkup)
		}
		v.Calls = append(v.Calls, c)
	}
	text := string(body[:3000])
	for len(v.Rows) < 110 {
		v.Rows = append(v.Rows, v.Rows[:5]...)
	}
	for i := range v.Rows {
		r := &v.Rows[i]
		r.Status, r.Reason = verdict.Failed, text
		r.Findings = nil
		for k := range 40 {
			r.Findings = append(r.Findings, requirements.Finding{Requirement: r.ID, Level: requirements.Must, Want: text, Got: strconv.Itoa(k) + text, Fix: text, Call: k + 1})
		}
	}
	return v
}

// page holds what the tests check in an HTML page.
type page struct {
	ids, links []string
	headings   []int
	elements   map[string]int
	problems   []string
}

// readPage parses a page, and collects the problems of its markup.
func readPage(text string) page {
	voidElements := map[string]bool{"meta": true, "link": true, "input": true, "br": true}
	p := page{elements: map[string]int{}}
	addProblem := func(format string, args ...any) { p.problems = append(p.problems, fmt.Sprintf(format, args...)) }
	var openElements []string
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) || len(openElements) > 0 {
				addProblem("at the end: %v, open elements %q", z.Err(), openElements)
			}
			return p
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			p.elements[token.Data]++
			if len(token.Data) == 2 && token.Data[0] == 'h' && token.Data[1] >= '1' && token.Data[1] <= '6' {
				p.headings = append(p.headings, int(token.Data[1]-'0'))
			}
			for _, a := range token.Attr {
				switch {
				case a.Key == "id":
					p.ids = append(p.ids, a.Val)
				case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
					p.links = append(p.links, a.Val[1:])
				case a.Key == "href" && a.Val != "data:,", a.Key == "src", a.Key == "action", strings.HasPrefix(a.Key, "on"):
					addProblem("<%s %s=%q>", token.Data, a.Key, a.Val)
				}
			}
			if kind == html.StartTagToken && !voidElements[token.Data] {
				openElements = append(openElements, token.Data)
			}
		case html.EndTagToken:
			token := z.Token()
			if len(openElements) == 0 || openElements[len(openElements)-1] != token.Data {
				addProblem("</%s>, open elements %q", token.Data, openElements)
				return p
			}
			openElements = openElements[:len(openElements)-1]
		}
	}
}

// linkProblems returns the problems of the ids, links and heading levels of a page.
func (p page) linkProblems() (problems []string) {
	ids := map[string]bool{}
	for _, id := range p.ids {
		if ids[id] {
			problems = append(problems, fmt.Sprintf("two elements have the id %q", id))
		}
		ids[id] = true
	}
	for _, id := range p.links {
		if !ids[id] {
			problems = append(problems, fmt.Sprintf("a link to #%s, which does not exist", id))
		}
	}
	lastLevel := 0
	for _, h := range p.headings {
		if h > lastLevel+1 {
			problems = append(problems, fmt.Sprintf("a heading of level %d after one of level %d", h, lastLevel))
		}
		lastLevel = h
	}
	return problems
}

func TestHTMLIsWellFormedAndLoadsNothing(t *testing.T) {
	t.Parallel()
	for name, v := range htmlVerdicts() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := htmlOf(t, v)
			p := readPage(text)
			for _, f := range append(p.problems, p.linkProblems()...) {
				t.Error(f)
			}
			for _, landmark := range []string{"header", "nav", "main", "footer", "h1", "script", "style"} {
				if p.elements[landmark] != 1 {
					t.Errorf("%d elements %s, want 1", p.elements[landmark], landmark)
				}
			}
			if p.elements["img"] > 0 {
				t.Error("the page has an image element that a response contained")
			}
		})
	}
}

func TestHTMLHasItsPartsInOrder(t *testing.T) {
	t.Parallel()
	want := []string{"fix", "requirements", "calls", "times", "chain", "repeat"}
	for name, v := range htmlVerdicts() {
		var got []string
		for _, id := range readPage(htmlOf(t, v)).ids {
			for _, part := range want {
				if id == part {
					got = append(got, id)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: parts mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestHTMLWithHugeResponsesStaysBelowItsSizeLimit(t *testing.T) {
	t.Parallel()
	if n := len(htmlOf(t, hostileMarkupVerdict())); n > 1_500_000 {
		t.Errorf("%d bytes", n)
	}
}

func TestHTMLHasTheTextsForEachKindOfRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		verdict        verdict.Verdict
		want, unwanted []string
	}{
		"every status": {everyStatus(), []string{
			"Not conformant", "✗</span> failed", `href="#call-7"`, "id=\"call-7\"", "✗ failed", "push.user-empty</text>", "not sent: not", "curl -sS -i",
			"--seed 1 --nonce", "--only", "Renew the certificate", "No certificate was seen.", "Left out: Marty hangs up", "answered, expected over",
			"scenarios", "reception.feature:9", "limit of the run: 10 s", "prompt: within 1 s", "no complete response", "<p class=\"why\">because of push.user-empty", "because of <code>push.user-empty</code>",
		}, []string{"The run was interrupted"}},
		"conformant": {conformantVerdict(), []string{"✓</span> Conformant", "Nothing: no requirement"}, []string{"✗ failed", "Not judged"}},
		"unreachable": {unreachableVerdict(), []string{"Not conformant", "No call was played.", "no push was sent", "certificate is neither expired"},
			[]string{"<svg"}},
		"interrupted": {interruptedVerdict(), []string{"No verdict", "The run was interrupted.", "pushcheck could not do its work", "Not judged"}, nil},
		"empty":       {verdict.Verdict{}, []string{"No verdict", "No requirement was judged.", "No connection was made."}, nil},
	} {
		got := htmlOf(t, test.verdict)
		for _, s := range test.want {
			if !strings.Contains(got, s) {
				t.Errorf("%s: the page does not have %q", name, s)
			}
		}
		for _, s := range test.unwanted {
			if strings.Contains(got, s) {
				t.Errorf("%s: the page has %q", name, s)
			}
		}
	}
}

func TestHTMLDrawsAnUnsentPushBetweenTheSentPushes(t *testing.T) {
	t.Parallel()
	exchange := func(step int, event push.Event) transcript.Exchange {
		return transcript.Exchange{Sent: transcript.Sent{Step: step, Leg: "Doc", Push: push.Push{Event: event, CallID: "1"}}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 200, Duration: time.Millisecond}}
	}
	v := verdict.Verdict{Evidence: verdict.Evidence{Calls: []transcript.Call{{ID: 1, Complete: true, Exchanges: []transcript.Exchange{exchange(1, push.NewCall), exchange(3, push.Hangup)},
		NotSent: []transcript.NotSent{{Step: 2, Leg: "Doc", Push: push.Push{Event: push.Answer, CallID: "1"}, Reason: transcript.NotSubscribed}}}}}}
	var got []string
	for _, m := range regexp.MustCompile(`<text class="push"[^>]*>([^<]*)`).FindAllStringSubmatch(htmlOf(t, v), -1) {
		got = append(got, m[1])
	}
	if diff := cmp.Diff([]string{"newCall Doc", "answer Doc", "hangup Doc"}, got); diff != "" {
		t.Errorf("pushes mismatch (-want +got):\n%s", diff)
	}
}

func TestHTMLOfALongCallDrawsThePushesWithFindings(t *testing.T) {
	t.Parallel()
	c := transcript.Call{ID: 1, Complete: true}
	for i := range 100 {
		c.Exchanges = append(c.Exchanges, transcript.Exchange{Sent: transcript.Sent{Step: i, Leg: "Doc", Push: push.Push{Event: push.NewCall, CallID: "1"}}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 500}})
	}
	r := verdict.Row{Requirement: requirement("trouble.many-calls", requirements.Must, "It does.", "It fails."), Status: verdict.Failed,
		Findings: []requirements.Finding{{Level: requirements.Must, Got: "status 500", Call: 1, Exchange: 77}}}
	got := htmlOf(t, verdict.Verdict{Evidence: verdict.Evidence{Calls: []transcript.Call{c}}, Rows: []verdict.Row{r}})
	if n := strings.Count(got, `<text class="push"`); n != 41 {
		t.Errorf("%d pushes are drawn, want the first 40 and the one with the finding", n)
	}
	if want := "59 more pushes without a finding are not drawn."; !strings.Contains(got, want) {
		t.Errorf("the page does not have %q", want)
	}
}

func TestHTMLColoursHaveEnoughContrast(t *testing.T) {
	t.Parallel()
	css, err := os.ReadFile("html/page.css")
	if err != nil {
		t.Fatal(err)
	}
	schemes := regexp.MustCompile(`:root \{([^}]*)\}`).FindAllStringSubmatch(string(css), -1)
	if len(schemes) != 3 {
		t.Fatalf("%d colour schemes, want light, dark and print", len(schemes))
	}
	for i, s := range schemes {
		luminances := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z]+): #([0-9a-f]+)`).FindAllStringSubmatch(s[1], -1) {
			luminances[m[1]] = luminance(t, m[2])
		}
		for _, ground := range []string{"paper", "ground"} {
			for _, text := range []string{"ink", "muted", "accent", "bad", "warn", "good"} {
				a, b := luminances[text], luminances[ground]
				if ratio := (max(a, b) + .05) / (min(a, b) + .05); ratio < 4.5 {
					t.Errorf("scheme %d: contrast of --%s on --%s is %.2f, want 4.5", i, text, ground, ratio)
				}
			}
		}
	}
}

// luminance returns the relative luminance of a colour, as WCAG 2 defines it.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = strings.Join([]string{hex[:1], hex[:1], hex[1:2], hex[1:2], hex[2:], hex[2:]}, "")
	}
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= .03928 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
