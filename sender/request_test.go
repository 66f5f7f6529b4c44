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
		"a push":                  {Body: []byte(someForm)},
		"an empty body":           {},
		"a GET":                   {Method: "GET"},
		"a GET with a body":       {Method: "GET", Body: []byte("a=b")},
		"a PUT without a body":    {Method: "PUT"},
		"no path":                 {URL: parsed(t, "https://receiver.example")},
		"credentials, query, ...": {URL: parsed(t, "https://doc:delorean@receiver.example:8443/a%2Fb c?d=e f&g=\u00e4#h")},
		"letters beyond ASCII":    {URL: parsed(t, "https://empf\u00e4nger.example/\u00e4")},
		"an IPv6 address":         {URL: parsed(t, "http://[::1]:8080/")},
		"an IPv6 zone":            {URL: parsed(t, "http://[::1%25lo]:8080/")},
		"another host":            {Header: http.Header{"host": {"m\u00fcller.example"}}},
		"another User-Agent":      {Header: http.Header{"user-agent": {" Doc's phone ", "Marty's"}}},
		"no User-Agent":           {Header: http.Header{"User-Agent": nil}},
		"other headers": {Body: []byte("a"), Header: http.Header{
			"x-sipgate-jobs": {"none"}, "Accept": nil, "X-Extra": {"1", " 2\t"}, "Connection": {"close"}, "Expect": {"100-continue"},
			"content-length": {"3"}, "Transfer-Encoding": {"chunked"}, "Trailer": {"X"}, "authorization": {"Bearer flux"},
		}},
	} {
		if req.URL == nil {
			req.URL = parsed(t, receiverURL)
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
