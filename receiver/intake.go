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
	maxBody  = 256 << 10 // bytes; a real push has a few hundred
)

// taken is a push as it arrived.
type taken struct {
	push push.Push
	form push.Form
	raw  []byte // the form as it arrived
}

// read makes a push of a request. If it is none, the draft is the response that refuses it.
func (r *Receiver) read(w http.ResponseWriter, req *http.Request) (taken, *draft) {
	refuse := func(status int, reason string) (taken, *draft) {
		return taken{}, &draft{status: status, header: http.Header{}, reason: reason}
	}
	if req.Method != http.MethodPost {
		_, refusal := refuse(http.StatusMethodNotAllowed, "method "+logText(req.Method))
		refusal.header.Set("Allow", http.MethodPost)
		return taken{}, refusal
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
	if refusal := r.guard.refuses(req.Header, body); refusal != nil {
		return taken{}, refusal
	}
	form, err := push.ParseForm(body)
	if err != nil {
		return refuse(http.StatusBadRequest, "a form that is none")
	}
	p, err := push.FromForm(form)
	if err != nil {
		return refuse(http.StatusBadRequest, "a form without event")
	}
	return taken{push: p, form: form, raw: body}, nil
}

// logText is a text for a line of a log: quoted, and cut after 200 characters, unless it consists of letters, digits and the like.
func logText(text string) string {
	if text == "" || len(text) > 200 || strings.ContainsFunc(text, func(c rune) bool { return !nameRune(c) && !strings.ContainsRune("+*#/", c) }) {
		return wording.QuoteUpTo(200, text)
	}
	return text
}
