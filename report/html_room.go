package report

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// Limits in bytes for the parts of a page that grow with a receiver's responses. They keep the page below 1.5 MB.
const (
	fixRoom     htmlRoom = 200 << 10
	wireRoom    htmlRoom = 550 << 10
	diagramRoom htmlRoom = 400 << 10
)

// htmlRoom is the number of bytes that are left for a part of the page.
type htmlRoom int

// take reduces the room by n bytes, and reports whether there was enough.
func (room *htmlRoom) take(n int) bool {
	if int(*room) < n {
		return false
	}
	*room -= htmlRoom(n)
	return true
}

// low reports whether less than 8 KiB are left.
func (room *htmlRoom) low() bool { return *room < 8<<10 }

// The lengths in characters at which texts on the page are cut. scarce is for any text if there is no room left.
const (
	scarceText = 40
	shortText  = 80
	longText   = 600
	bodyText   = 1 << 10
)

// text cuts a text to n characters, or to a few if there is no room left.
func (room *htmlRoom) text(s string, n int) string {
	out := clipLong(s, n)
	if !room.take(len(html.EscapeString(out))) {
		return clipLong(s, min(n, scarceText))
	}
	return out
}

// body cuts the text of a body. length is the number of its bytes. Line breaks stay.
func (room *htmlRoom) body(text string, length int64) string {
	if text == "" {
		return ""
	}
	whole := utf8.RuneCountInString(text) <= bodyText && int64(len(text)) == length
	text = visibleLines(strings.ReplaceAll(clip(text, bodyText), "\r\n", "\n"))
	if !whole {
		text += fmt.Sprintf("\n(cut, %d bytes)", length)
	}
	if !room.take(len(html.EscapeString(text))) {
		return fmt.Sprintf("(%d bytes, not shown: the page would be too long)", length)
	}
	return text
}
