package requirements

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

// login judges how the receiver asks for credentials, and whether it accepts those of its URL. It returns true if that explains the
// exchange, so that nothing else of it is judged.
func (e evidence) login(id string) bool {
	x := e.exchange
	denied := deniesEntry(x)
	switch {
	case x.Odd:
		return false
	case denied && x.Asked:
		f := e.finding("the credentials of the URL accepted, once they were asked for", fmt.Sprintf("status %d with them", x.Status))
		f.Fix = "Compare user and password as they stand in the URL, percent-decoded, with those that the receiver knows; the header is Authorization: Basic and the base64 of user:password."
		e.js.broken(transportBasicAuth, f)
		e.js.gap(id, "the receiver did not accept the credentials of its URL", transportBasicAuth)
		return true
	case denied && hasCredentials(x):
		e.broken(transportBasicAuth, "status 401 with WWW-Authenticate: Basic", challenge(x))
		e.js.gap(id, "the receiver does not ask for the credentials of its URL as it should", transportBasicAuth)
		return true
	case x.Status == 401 && x.Header.Get("WWW-Authenticate") != "":
		f := e.finding(wanted(id), "status 401, and there are no credentials in the URL")
		f.Excuses = e.baselines()
		f.Fix = "Write the credentials into the URL that you enter at sipgate, and into the follow-up URLs that the receiver names: https://user:password@example.com/push. " +
			"sipgate sends them if WWW-Authenticate: Basic asks for them, and supports no other scheme. A secret in the path or the query needs no credentials."
		e.js.broken(id, f)
		if id == PushNewCall {
			e.js.gap(pushEncodedBrackets, "the plain push was not accepted", id)
		}
		return true
	case x.Asked:
		e.js.met(transportBasicAuth)
	}
	return false
}

// asksForCredentials reports whether the receiver asks for the credentials of its URL, even if it does so in the wrong way.
func asksForCredentials(x transcript.Exchange) bool {
	return x.Asked || hasCredentials(x) && deniesEntry(x)
}

func deniesEntry(x transcript.Exchange) bool {
	_, foreign := Refusal(x)
	return !foreign && (x.Status == 401 || x.Status == 403)
}

// hasCredentials reports whether there were credentials in the URL: a transcript has a placeholder for them.
func hasCredentials(x transcript.Exchange) bool {
	return strings.Contains(x.URL, endpoint.Userinfo+"@")
}

// challenge describes how the receiver refused the push.
func challenge(x transcript.Exchange) string {
	asked := strings.Join(x.Header.Values("WWW-Authenticate"), ", ")
	switch {
	case x.Status != 401:
		return fmt.Sprintf("status %d", x.Status)
	case asked == "":
		return "status 401 without WWW-Authenticate"
	}
	return fmt.Sprintf("status 401 with WWW-Authenticate: %s", asked)
}

// Unguarded reports whether a URL with credentials accepts a push without asking for them.
func Unguarded(x transcript.Exchange) bool {
	return hasCredentials(x) && !x.Asked && x.Raw == "" && x.Accepted()
}
