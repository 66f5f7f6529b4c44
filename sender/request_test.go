package sender

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRequestHasTheSameBytesAsNetHTTP(t *testing.T) {
	t.Parallel()
	for name, req := range map[string]request{
		"a push":               {Body: []byte(newCallForm)},
		"an empty body":        {},
		"a GET":                {Method: "GET"},
		"a GET with a body":    {Method: "GET", Body: []byte("a=b")},
		"a PUT without a body": {Method: "PUT"},
		"a URL without a path": {URL: mustParseURL(t, "https://receiver.example")},
		"a URL with credentials, port, escaped path, query and fragment": {URL: mustParseURL(t, "https://doc:delorean@receiver.example:8443/a%2Fb c?d=e f&g=\u00e4#h")},
		"a URL with letters beyond ASCII":                                {URL: mustParseURL(t, "https://empf\u00e4nger.example/\u00e4")},
		"an IPv6 address":                                                {URL: mustParseURL(t, "http://[::1]:8080/")},
		"an IPv6 zone":                                                   {URL: mustParseURL(t, "http://[::1%25lo]:8080/")},
		"a Host header of the user":                                      {Header: http.Header{"host": {"m\u00fcller.example"}}},
		"another User-Agent":                                             {Header: http.Header{"user-agent": {" Doc's phone ", "Marty's"}}},
		"a User-Agent without a value":                                   {Header: http.Header{"User-Agent": nil}},
		"other headers of the user": {Body: []byte("a"), Header: http.Header{
			"x-sipgate-jobs": {"none"}, "Accept": nil, "X-Extra": {"1", " 2\t"}, "Connection": {"close"}, "Expect": {"100-continue"},
			"content-length": {"3"}, "Transfer-Encoding": {"chunked"}, "Trailer": {"X"}, "authorization": {"Bearer flux"},
		}},
	} {
		if req.URL == nil {
			req.URL = mustParseURL(t, receiverURL)
		}
		var want bytes.Buffer
		if err := req.toHTTP(t.Context()).Write(&want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), string(req.encode())); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
	}
}
