package sender

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEchoedSecretsAreReplacedInTheExchangeButNotInSubscriptions(t *testing.T) {
	t.Parallel()
	const body = `<Response onAnswer="https://doc:delo@rean@receiver.example/answer" key="secret-of-ours"/>`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml; key=secret-of-ours")
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	x := roundTrip(t.Context(), roundTripperPool(server.Client().Transport), request{
		URL: mustParseURL(t, server.URL), Header: http.Header{"Authorization": {"secret-of-ours"}}, ReadDocument: true,
	}, Limits{})

	want := `<Response onAnswer="https://$USERINFO@receiver.example/answer" key="$AUTHORIZATION"/>`
	if diff := cmp.Diff(want, string(x.ResponseBody)); diff != "" {
		t.Errorf("ResponseBody mismatch (-want +got):\n%s", diff)
	}
	if want := "application/xml; key=$AUTHORIZATION"; x.ContentType != want {
		t.Errorf("ContentType = %q, want %q", x.ContentType, want)
	}
	if r := x.Document.Response; r == nil || r.OnAnswer.Text != "https://doc:delo@rean@receiver.example/answer" {
		t.Errorf("the document is %+v, want a subscription with its credentials", x.Document)
	}
}
