package sender

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/transcript"
)

func TestOnlyPOSTRequestsHaveTheFormContentType(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]string{"": "application/x-www-form-urlencoded; charset=UTF-8", "POST": "application/x-www-form-urlencoded; charset=UTF-8", "GET": ""} {
		if header, _ := requestHeader(request{Method: method}); header.Get("Content-Type") != want {
			t.Errorf("%q: Content-Type = %q, want %q", method, header.Get("Content-Type"), want)
		}
	}
}

func TestHeaderWithoutAValueIsLeftOut(t *testing.T) {
	t.Parallel()
	header, host := requestHeader(request{Header: http.Header{"User-Agent": {}, "Host": nil, "X-Empty": {}}})
	if _, found := header["X-Empty"]; found || host != "" {
		t.Errorf("header %v, host %q, want neither", header, host)
	}
	if diff := cmp.Diff([]string{""}, header["User-Agent"]); diff != "" { // without an empty value net/http sends its own User-Agent
		t.Errorf("User-Agent mismatch (-want +got):\n%s", diff)
	}
}

func TestHeaderLimitIsExactToTheByte(t *testing.T) {
	t.Parallel()
	const overhead = len("A: \r\n")
	long := strings.Repeat("a", maxEvidenceHeader)
	for _, tt := range []struct {
		name   string
		header http.Header
		want   map[string]int // length of each kept value, by header name
	}{
		{"one header of exactly the limit", http.Header{"A": {long[:maxEvidenceHeader-overhead]}}, map[string]int{"A": maxEvidenceHeader - overhead}},
		{"one header a byte over the limit", http.Header{"A": {long[:maxEvidenceHeader-overhead+1]}}, map[string]int{"A": maxEvidenceHeader - overhead}},
		{"no room for a second header", http.Header{"A": {long[:maxEvidenceHeader-2*overhead]}, "B": {"b"}}, map[string]int{"A": maxEvidenceHeader - 2*overhead}},
		{"room for a value of one byte", http.Header{"A": {long[:maxEvidenceHeader-2*overhead-1]}, "B": {"b"}}, map[string]int{"A": maxEvidenceHeader - 2*overhead - 1, "B": 1}},
	} {
		got := map[string]int{}
		for name, values := range evidenceHeader(tt.header) {
			got[name] = len(values[0])
			if cut := strings.HasSuffix(values[0], "…"); cut != (len(values[0]) < len(tt.header[name][0]) || tt.name == "one header a byte over the limit") {
				t.Errorf("%s: %s ends in %q", tt.name, name, values[0][len(values[0])-3:])
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: kept mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestHeaderLimitKeepsTheSameHeadersEachTime(t *testing.T) {
	t.Parallel()
	header, want := http.Header{}, []string{}
	for c := 'A'; c <= 'Z'; c++ {
		header[string(c)] = []string{strings.Repeat("a", 495)} // 500 bytes with the name and the separators
		if c <= 'I' {
			want = append(want, string(c))
		}
	}
	var got []string
	for name := range evidenceHeader(header) {
		got = append(got, name)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kept mismatch (-want +got):\n%s", diff)
	}
}

func TestEchoedSecretIsReplacedEverywhere(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, url  string
		header     http.Header
		echo, want string
	}{
		{"the credentials of the URL", "https://doc:delorean@receiver.example/", nil,
			"Basic ZG9jOmRlbG9yZWFu; ZG9jOmRlbG9yZWFu; doc:delorean; delorean; doc", "$AUTHORIZATION; $AUTHORIZATION; $USERINFO; $USERINFO; doc"},
		{"a Basic value, and no credentials in the URL: not replaced", receiverURL, nil, "Basic Og==", "Basic Og=="},
		{"a token", receiverURL, http.Header{"authorization": {"Bearer capacitor"}}, "capacitor; Bearer capacitor", "$AUTHORIZATION; $AUTHORIZATION"},
		{"cookies", receiverURL, http.Header{"Cookie": {"dog=einstein; dog2=copernicus"}}, "einstein and copernicus", "$COOKIE and $COOKIE"},
		{"a secret of five characters: not replaced", receiverURL, http.Header{"Authorization": {"marty"}}, "marty", "marty"},
		{"a secret of six characters: replaced", receiverURL, http.Header{"Authorization": {"martyn"}}, "martyn", "$AUTHORIZATION"},
		{"a header that is not secret: not replaced", receiverURL, http.Header{"X-Car": {"delorean"}}, "delorean", "delorean"},
	} {
		document := `<Response><Play><Url>` + tt.echo + `</Url></Play></Response>`
		x, _ := exchangeWithMock(t, request{URL: mustParseURL(t, tt.url), Header: tt.header, ReadDocument: true}, reply(200, document, "X-Echo", tt.echo))
		got := []string{string(x.ResponseBody), x.Header.Get("X-Echo")}
		if diff := cmp.Diff([]string{strings.Replace(document, tt.echo, tt.want, 1), tt.want}, got); diff != "" {
			t.Errorf("%s: body and header mismatch (-want +got):\n%s", tt.name, diff)
		}
		found := x.Document.Problems
		if x.End != transcript.Complete || len(found) == 0 || found[0].Got != strings.Replace(found[0].Got, tt.echo, tt.want, 1) || !strings.Contains(found[0].Got, tt.want) {
			t.Errorf("%s: problems of the document are %+v, want the secret replaced in them", tt.name, found)
		}
	}
}
