package sender

import (
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestALongPageIsKnownByItsBeginning(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("<p>Hill Valley</p>", 20000)
	for _, tt := range []struct {
		name, text string
		read       bool
		want       response.Document // its Kind and Looks
	}{
		{"a page", "<!DOCTYPE html><html>" + long, true, response.Document{Kind: response.Other, Looks: "an HTML page"}},
		{"a page that nobody reads", "<!DOCTYPE html><html>" + long, false, response.Document{}},
		{"a document", "<Response>" + long, true, response.Document{}},
	} {
		rt, u := hostile(t, Limits{}, speak(asXML+"\r\n"+tt.text))
		x := roundTrip(t.Context(), rt, request{URL: u, Body: []byte("event=newCall"), ReadDocument: tt.read}, Limits{})
		if x.End != transcript.BodyTooLong || x.Document.Kind != tt.want.Kind || x.Document.Looks != tt.want.Looks {
			t.Errorf("%s: End %q, Document.Kind %q, Looks %q, want it too long, and %+v", tt.name, x.End, x.Document.Kind, x.Document.Looks, tt.want)
		}
	}
}
