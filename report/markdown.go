package report

import (
	"cmp"
	"fmt"
	"html"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/verdict"
)

// Markdown writes the verdict for a job summary or a comment on a pull request, in GitHub's Markdown. A table lists failures and warnings
// with their fixes. Each failure and warning is shown in full after a click. Below are the excused requirements, the requirements that
// could not be judged with the reasons, and the figures. The text is always shorter than 65,536 bytes, the limit of a comment. What does
// not fit is left out and counted. Text of the receiver cannot end a table, a code block or an HTML element, and cannot notify a user by a
// mention. Markdown returns the error of the writer.
func Markdown(w io.Writer, v verdict.Verdict) error {
	rows := append(rowsFailingRun(v), slices.DeleteFunc(rowsWithStatus(allRows(v), verdict.Warned), failsRun)...)
	head := "## pushcheck: " + markdownText(headline(v), 100) + "\n\n" + markdownText(sentence(v), 4000) + "\n"
	table := markdownFindings(rows, evidenceOf(v))
	tail := markdownExcused(v) + markdownUnjudged(v) + markdownProblems(v) + "\n" + markdownFigures(v)
	details := markdownDetails(v, rows, maxMarkdownLength-len(head)-len(table)-len(tail))
	if _, err := io.WriteString(w, head+table+details+tail); err != nil {
		return fmt.Errorf("writing the Markdown report: %w", err)
	}
	return nil
}

// headline returns the conclusion in one or two words.
func headline(v verdict.Verdict) string {
	switch c := conclusionOf(v); {
	case v.Interrupted:
		return "interrupted"
	case c == verdict.NoVerdict:
		return "no verdict"
	default:
		return statusWords(verdict.Status(c))
	}
}

// The largest lengths, in bytes, of the whole text, of the table and of each list. The findings get the bytes that the other parts leave.
const (
	maxMarkdownLength      = 65_000
	maxMarkdownTableLength = 20_000
	maxMarkdownListLength  = 8_000
)

// markdownFindings returns the table of failures and warnings.
func markdownFindings(shown []verdict.Row, ev evidence) string {
	if len(shown) == 0 {
		return ""
	}
	var rows []string
	for _, r := range shown {
		got, fix := firstFindingText(r), ""
		if len(r.Findings) > 0 {
			f := groupByText(r)[0][0]
			got, fix = cmp.Or(f.Got, got), ev.remedy(r, f)
		}
		rows = append(rows, markdownRow([]string{statusWords(r.Status), markdownCode(r.ID), markdownCode(got), markdownText(fix, 300)}))
	}
	text, omitted := fitPieces(rows, maxMarkdownTableLength)
	return "\n" + markdownTable([]string{"", "requirement", "what came", "fix"}, nil) + text + omissionNote(omitted, "row")
}

// markdownDetails returns each row in full, shown after a click.
func markdownDetails(v verdict.Verdict, shown []verdict.Row, maxLength int) string {
	var all []string
	for _, r := range shown {
		all = append(all, foldedSection(statusWords(r.Status)+" "+clipLong(r.ID, 200), codeBlock(Block(v, r))))
	}
	text, omitted := fitPieces(all, maxLength-200) // 200 bytes are left for the note about omissions
	return text + omissionNote(omitted, "finding")
}

// markdownExcused lists the requirements that are not met but excused.
func markdownExcused(v verdict.Verdict) string {
	var items []string
	for _, s := range []verdict.Status{verdict.Waived, verdict.Known} {
		for _, r := range rowsWithStatus(allRows(v), s) {
			if !r.Fatal {
				items = append(items, fmt.Sprintf("* %s %s: %s\n", statusWords(s), markdownCode(r.ID), markdownText(r.Reason, 300)))
			}
		}
	}
	return markdownList("Not met, and excused:", items)
}

// markdownUnjudged lists the causes because of which requirements could not be judged. The ids of these requirements are shown after a
// click.
func markdownUnjudged(v verdict.Verdict) string {
	var items []string
	for _, o := range undeterminedCauses(allRows(v)) {
		title := fmt.Sprintf("%d could not be judged", len(o.rows))
		if o.causeID != "" {
			title += " because of " + clipLong(o.causeID, 200)
		}
		items = append(items, foldedSection(title, markdownText(o.rows[0].Reason, 500)+"\n\n"+markdownText(joinIDs(o.rows), 3000)+"\n"))
	}
	text, omitted := fitPieces(items, maxMarkdownListLength)
	return text + omissionNote(omitted, "cause")
}

// foldedSection returns Markdown that is shown after a click on its title.
func foldedSection(title, text string) string {
	return "\n<details><summary>" + strings.ReplaceAll(html.EscapeString(title), "@", safeAtSign) + "</summary>\n\n" + text + "\n</details>\n"
}

func markdownProblems(v verdict.Verdict) string {
	var items []string
	for _, p := range v.Problems {
		items = append(items, "* "+markdownText(p, 1000)+"\n")
	}
	return markdownList("pushcheck could not do its work:", items)
}

// markdownList returns a list of items with a title above it; "" if there are no items.
func markdownList(title string, items []string) string {
	if len(items) == 0 {
		return ""
	}
	text, omitted := fitPieces(items, maxMarkdownListLength)
	return "\n" + title + "\n\n" + text + omissionNote(omitted, "line")
}

// markdownFigures returns the numbers of requirements by status and the figures of the run.
func markdownFigures(v verdict.Verdict) string {
	var counts []string
	for _, s := range verdict.Statuses() {
		if n := len(rowsWithStatus(v.Rows, s)); n > 0 {
			counts = append(counts, strconv.Itoa(n)+" "+statusWords(s))
		}
	}
	text := fmt.Sprintf("Requirements: %s.", strings.Join(counts, ", "))
	if len(counts) == 0 {
		text = "No requirements."
	}
	text += " " + describeFigures(v, v.Took)
	return markdownText(text, 2000) + ", pushcheck " + markdownText(orEmpty(v.Tool.Version), 100) + "\n"
}

// markdownText escapes text for one line of Markdown, cut to n characters. It does not notify users by mentions.
func markdownText(s string, n int) string {
	return strings.ReplaceAll(escapeMarkdown(clipLong(s, n)), "@", safeAtSign)
}

// safeAtSign is an at sign that does not notify a user.
const safeAtSign = "<span>@</span>"

// markdownCode returns text as code, cut to 120 characters. If the text has bars, backticks or backslashes, the code is an HTML element,
// because renderers differ in how they show a backslash before a bar in a code span of a table.
func markdownCode(s string) string {
	if s = clipLong(s, 120); strings.ContainsAny(s, "`|\\") {
		return "<code>" + markdownText(s, 200) + "</code>"
	}
	return codeSpan(s)
}

// codeBlock returns text as a code block. The fence is longer than any run of backticks in the text.
func codeBlock(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "text\n" + text + "\n" + fence + "\n"
}

// fitPieces joins the first pieces that fit into maxLength bytes. omitted is the number of the other pieces.
func fitPieces(pieces []string, maxLength int) (text string, omitted int) {
	var b strings.Builder
	for i, piece := range pieces {
		if b.Len()+len(piece) > maxLength {
			return b.String(), len(pieces) - i
		}
		b.WriteString(piece)
	}
	return b.String(), 0
}

// omissionNote returns a line that says how many pieces were left out; "" if n is 0. noun is the word for one piece.
func omissionNote(n int, noun string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("\n*Left out to keep this short: %s. The JSON report has all.*\n", wording.Count(n, noun))
}
