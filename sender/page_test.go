package sender

import (
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestALongPageIsKnownByItsBeginning(t *testing.T) {
	t.Parallel()
	page := asXML + "\r\n<!DOCTYPE html><html>" + strings.Repeat("<p>Hill Valley</p>", 20000)
	rt, u := hostile(t, Limits{}, speak(page))
	x := roundTrip(t.Context(), rt, request{URL: u, Body: []byte("event=newCall"), ReadDocument: true}, Limits{})
	if x.End != transcript.BodyTooLong || x.Document.Kind != response.Other || x.Document.Looks != "an HTML page" {
		t.Errorf("End %q, Document.Kind %q, Looks %q, want a page that is too long", x.End, x.Document.Kind, x.Document.Looks)
	}
}
