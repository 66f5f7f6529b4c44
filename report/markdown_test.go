package report_test

import (
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

func markdownOf(t *testing.T, v verdict.Verdict) string {
	t.Helper()
	return render(t, func(w io.Writer) error { return report.Markdown(w, v) })
}

func TestMarkdownBeginsWithTheVerdict(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for name, v := range verdicts() {
		got[name], _, _ = strings.Cut(markdownOf(t, v), "\n")
	}
	want := map[string]string{"conformant": "## pushcheck: conformant", "every-status": "## pushcheck: not conformant", "interrupted": "## pushcheck: interrupted", "empty": "## pushcheck: no verdict"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("first lines mismatch (-want +got):\n%s", diff)
	}
}

func TestMarkdownIsNeverTooLongForAComment(t *testing.T) {
	t.Parallel()
	v := everyStatus()
	v.Summary = strings.Repeat("not conformant ", 10_000)
	v.Problems = []string{v.Summary, v.Summary, v.Summary, v.Summary, v.Summary, v.Summary, v.Summary, v.Summary, v.Summary, v.Summary}
	for i := range 60 {
		id, because := fmt.Sprintf("push.number-%d", i), fmt.Sprintf("push.number-%d", i+1)
		finding := requirements.Finding{Want: strings.Repeat("<", 5000), Got: strings.Repeat("|", 5000), Fix: strings.Repeat("@", 5000)}
		for _, s := range verdict.Statuses() {
			r := verdict.Row{Requirement: requirements.Requirement{ID: id + string(s)}, Status: s, Reason: v.Summary, CauseID: because}
			if s != verdict.Undetermined {
				r.Findings = []requirements.Finding{finding}
			}
			v.Rows = append(v.Rows, r)
		}
	}
	got := markdownOf(t, v)
	if n := len(got); n >= 65_536 || n < 60_000 {
		t.Errorf("%d bytes, want a little less than 65,536", n)
	}
	for _, part := range []string{"\n*Left out to keep this short: ", " rows. The JSON report has all.*\n", " findings. The JSON report has all.*\n", " lines. The JSON report has all.*\n", "nonce 5f3a0c"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is missing", part)
		}
	}
	if open, closed := strings.Count(got, "<details>"), strings.Count(got, "</details>"); open != closed || open == 0 {
		t.Errorf("%d elements begin and %d end", open, closed)
	}
}

var (
	codeSpan   = regexp.MustCompile("`[^`]*`")
	allowedTag = regexp.MustCompile(`^(<details><summary>[^<@]*</summary>|</details>)$`)
)

// Text that could end cells, code blocks and elements is appended to every text of a verdict.
func TestTextOfTheReceiverCannotEndItsCellOrBlockInMarkdown(t *testing.T) {
	t.Parallel()
	v := everyStatus()
	addEverywhere(reflect.ValueOf(&v).Elem(), "\n```\n````\n</details>\n\n# all passed | <script>`` | @octocat <b>\\| ![a](https://example.org/a.png)")
	fence, rows := "", 0
	for line := range strings.Lines(markdownOf(t, v)) {
		line = strings.TrimSuffix(line, "\n")
		isFence := strings.HasPrefix(strings.TrimLeft(line, " "), "```")
		switch {
		case fence != "" && line == fence:
			fence = ""
			continue
		case fence != "" && isFence && len(strings.TrimSpace(line)) >= len(fence):
			t.Errorf("a line that ends the code block %s: %q", fence, line)
		case fence != "":
			continue
		case isFence:
			fence = strings.TrimSuffix(line, "text")
			continue
		}
		plain := strings.ReplaceAll(line, `\\`, "")
		for _, c := range "`|<[" {
			plain = strings.ReplaceAll(plain, `\`+string(c), "")
		}
		plain = strings.NewReplacer("<span>@</span>", "", "<code>", "", "</code>", "").Replace(codeSpan.ReplaceAllString(plain, ""))
		if strings.ContainsAny(plain, "<@[`") && !allowedTag.MatchString(plain) {
			t.Errorf("a tag, a mention, a link or code: %q", line)
		}
		if strings.HasPrefix(line, "|") {
			rows++
			if n := strings.Count(plain, "|"); n != 5 {
				t.Errorf("a row with %d bars, want 5: %q", n, line)
			}
		}
		if strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "## pushcheck: ") {
			t.Errorf("a heading: %q", line)
		}
	}
	if rows != 12 || fence != "" {
		t.Errorf("%d rows of a table, and the code block %q at the end, want 12 and none", rows, fence)
	}
}
