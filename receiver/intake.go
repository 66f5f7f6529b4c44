package receiver

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/push"
)

const (
	formType = "application/x-www-form-urlencoded"
	maxBody  = 256 << 10 // bytes; a real push has a few hundred bytes
)

// acceptedPush is a push that the receiver accepts.
type acceptedPush struct {
	push push.Push
	form push.Form
	raw  []byte // the body as it arrived
}

// parsePush returns the push that a request carries. If the request is refused, parsePush returns the response of the refusal instead.
func (r *Receiver) parsePush(w http.ResponseWriter, req *http.Request) (acceptedPush, *draft) {
	refuse := func(status int, reason string) (acceptedPush, *draft) {
		return acceptedPush{}, &draft{status: status, header: http.Header{}, reason: reason}
	}
	if req.Method != http.MethodPost {
		_, refusal := refuse(http.StatusMethodNotAllowed, "method "+logText(req.Method))
		refusal.header.Set("Allow", http.MethodPost)
		return acceptedPush{}, refusal
	}
	media, _, _ := strings.Cut(req.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(media), formType) {
		return refuse(http.StatusUnsupportedMediaType, "content type "+logText(media))
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return refuse(http.StatusRequestEntityTooLarge, "a body over 256 KiB")
	}
	if err != nil {
		return refuse(http.StatusBadRequest, "a body that broke off")
	}
	r.save(req, body)
	if refusal := r.guard.check(req.Header, body); refusal != nil {
		return acceptedPush{}, refusal
	}
	form, err := push.ParseForm(body)
	if err != nil {
		return refuse(http.StatusBadRequest, "a malformed form")
	}
	p, err := push.FromForm(form)
	if err != nil {
		return refuse(http.StatusBadRequest, "a form without event")
	}
	return acceptedPush{push: p, form: form, raw: body}, nil
}

// logText prepares a text for a log line. It quotes the text and cuts it after 200 characters, unless the text is short and has only
// letters, digits and the characters of names and numbers.
func logText(text string) string {
	if text == "" || len(text) > 200 || strings.ContainsFunc(text, func(c rune) bool { return !isNameRune(c) && !strings.ContainsRune("+*#/", c) }) {
		return wording.QuoteUpTo(200, text)
	}
	return text
}
