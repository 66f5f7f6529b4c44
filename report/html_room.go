package report

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// The largest sizes, in bytes, of the parts of a page that grow with a receiver's responses. These limits keep the page below 1.5 MB.
const (
	fixBudget      htmlBudget = 200 << 10
	exchangeBudget htmlBudget = 550 << 10
	diagramBudget  htmlBudget = 400 << 10
)

// htmlBudget is the number of bytes that are left for a part of the page.
type htmlBudget int

// take reduces the budget by n bytes. If fewer bytes are left, it returns false and does not change the budget.
func (budget *htmlBudget) take(n int) bool {
	if int(*budget) < n {
		return false
	}
	*budget -= htmlBudget(n)
	return true
}

// isLow reports whether less than 8 KiB are left.
func (budget *htmlBudget) isLow() bool { return *budget < 8<<10 }

// The lengths in characters at which texts on the page are cut. If no budget is left, all texts are cut to scarceTextLength.
const (
	scarceTextLength = 40
	shortTextLength  = 80
	longTextLength   = 600
	bodyTextLength   = 1 << 10
)

// cutText cuts a text to n characters, or to scarceTextLength if no budget is left.
func (budget *htmlBudget) cutText(s string, n int) string {
	out := clipLong(s, n)
	if !budget.take(len(html.EscapeString(out))) {
		return clipLong(s, min(n, scarceTextLength))
	}
	return out
}

// renderBody cuts the text of a body. length is the length of the whole body in bytes. Line breaks are kept.
func (budget *htmlBudget) renderBody(text string, length int64) string {
	if text == "" {
		return ""
	}
	isComplete := utf8.RuneCountInString(text) <= bodyTextLength && int64(len(text)) == length
	text = visibleLines(strings.ReplaceAll(clip(text, bodyTextLength), "\r\n", "\n"))
	if !isComplete {
		text += fmt.Sprintf("\n(cut, %d bytes)", length)
	}
	if !budget.take(len(html.EscapeString(text))) {
		return fmt.Sprintf("(%d bytes, not shown: the page would be too long)", length)
	}
	return text
}
