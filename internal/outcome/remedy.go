package outcome

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// A remedy is the fix for one cause of a refused push, with the conditions by which the response shows this cause. All conditions have to
// hold.
type remedy struct {
	statuses   []int          // the response has one of these statuses; empty: any status
	header     string         // the response has this header; "": any headers
	body       *regexp.Regexp // the first searchedLength bytes of the body match; nil: any body
	event      push.Event     // the push has this event; "": any event
	statusOnly bool           // only the status shows the cause, which is less certain than words in the body
	fix        string         // what the user changes in the receiver
}

// remedies lists the remedies in the order in which they are tried. Remedies whose conditions show a single cause come before remedies
// whose conditions fit several causes.
var remedies = []remedy{
	{
		header: "Cf-Mitigated",
		fix:    challengePage,
	},
	{
		statuses: []int{403, 429, 503},
		body:     regexp.MustCompile(`(?i)<title>\s*(just a moment|attention required|one moment, please|checking your browser)|/cdn-cgi/challenge-platform/`),
		fix:      challengePage,
	},
	{
		body: regexp.MustCompile(`(?i)\bblocked hosts?\b|\bblocked request\b.*\bhost\b|\binvalid (http_)?host(name)?\b( header)?|\bdisallowedhost\b|\ballowed_?hosts\b`),
		fix: "Add the host of the push URL to the framework's list of hosts: ALLOWED_HOSTS in Django, config.hosts in Rails, AllowedHosts in ASP.NET, " +
			"server.allowedHosts in Vite. Behind a proxy, have it pass on the Host header.",
	},
	{
		statuses: []int{400},
		body:     regexp.MustCompile(`(?i)plain http request was sent to https port|http request to an https server|speaking plain http to an ssl`),
		fix:      "This port speaks TLS, and the URL begins with http://. Write https:// in the URL.",
	},
	{
		statuses: []int{400, 401, 403, 419, 422},
		body:     formTokenPattern,
		fix:      csrfProtection,
	},
	{
		statuses: []int{422},
		body:     regexp.MustCompile(`"loc"\s*:`),
		fix: "The handler validates the fields and misses some; the body of the response names them. Read the body as a form, not as JSON (FastAPI: Form with " +
			"alias=\"user[]\"), and declare every field but event and callId optional.",
	},
	{
		statuses: []int{401, 403},
		body:     regexp.MustCompile(`(?i)\b(log|sign)[ -]?in\b|\blogin\b|\bunauthenticated\b|\bnot authenticated\b|\bauthentication (credentials|required)|\b(access|bearer) token\b|\bapi[ -]?key\b|\bsession\b|\banmeld`),
		fix:      "The receiver asks for a login. Take the route of the push URL out of it: sipgate has no session, token or API key. A secret in the path or the query can stand in for one.",
	},
	{
		statuses: []int{401, 403},
		body:     regexp.MustCompile(`(?i)\bfirewall\b|\bmod_?security\b|\bwaf\b|\b(request|you) (was|were|has been|have been|are) blocked\b|\baccess denied\b|\breference #`),
		fix: "A firewall in front of the application refuses the push. Allow POST to the path of the push URL there, from the addresses of sipgate " +
			"and, while it is judged, from here.",
	},
	{
		statuses: []int{401, 403}, statusOnly: true,
		fix: "The receiver refuses without giving a reason. Take the route of the push URL out of login, session and CSRF protection, and look at a firewall in front of it.",
	},
	{
		statuses: []int{400, 415}, statusOnly: true,
		fix: "Read the body as a form, and compare the media type without its parameters: sipgate sends the header Content-Type: application/x-www-form-urlencoded; charset=UTF-8, " +
			"which a comparison with == does not match. Let fields be absent or empty.",
	},
	{
		statuses: []int{404, 405, 410}, statusOnly: true,
		fix: "Is there a route for POST at this path? Compare the path of the URL, its prefix and its closing slash with the routes of the application; a 405 means that there is a route, for another method. " +
			"If the receiver refuses only numbers that it does not know, name others with --numbers through=NUMBER or --cast.",
	},
	{
		statuses: []int{419, 422}, statusOnly: true,
		fix: csrfProtection,
	},
	{
		statuses: []int{429}, statusOnly: true,
		fix: "Take the path of the push URL out of the limit for requests, or raise it: every call makes at least two pushes, all from the same few addresses.",
	},
	{
		statuses: []int{500}, statusOnly: true, event: push.NewCall,
		fix: "The handler failed: look into the log of the application at the time of this push. A field that it takes for granted may be absent, empty or repeated, as user[] is.",
	},
	{
		statuses: []int{525, 526}, statusOnly: true,
		fix: "A proxy in front of the application responds in its place: it could not make a TLS connection to the application, or refuses its certificate. Give the application a certificate that the proxy trusts.",
	},
	{
		statuses: []int{502, 503, 504, 520, 521, 522, 523, 524}, statusOnly: true,
		fix: "Something in front of the application responds in its place: the application is not up yet, or not at the address that the proxy has for it. " +
			"If it is only starting, --wait 30s waits for it.",
	},
}

const (
	challengePage = "A bot protection in front of the receiver lets only browsers through, and sipgate is not one. Take the path of the push URL out of it " +
		"(Cloudflare: a custom rule with the action Skip)."
	csrfProtection = "The framework's protection against forged forms refuses the push, which has no token. Take the route of the push URL out of it " +
		"(Laravel: validateCsrfTokens(except: …), Django: @csrf_exempt, Rails: skip_forgery_protection)."
)

// FixFor returns the fix for the cause that the response to a refused push shows, and reports whether only its status shows the cause. The
// fix is "" if the response shows no cause. It is also "" for an odd push, because the cause is what is odd about the push.
func FixFor(x transcript.Exchange) (fix string, statusOnly bool) {
	switch {
	case x.Odd:
		return "", false
	case MayExpectTLS(x):
		return "If this port speaks TLS, write https:// in the URL: many servers close the connection like this on plain HTTP.", false
	}
	i := slices.IndexFunc(remedies, func(r remedy) bool { return r.fits(x) })
	if i < 0 {
		return "", false
	}
	return remedies[i].fix, remedies[i].statusOnly
}

// MayExpectTLS reports whether a response to plain HTTP suggests that the port speaks TLS: the receiver did not send HTTP, and it still
// accepts connections.
func MayExpectTLS(x transcript.Exchange) bool {
	return (x.End == transcript.Dropped || x.End == transcript.NotHTTP) && strings.HasPrefix(x.URL, "http://") && !x.Aftermath.IsUnhealthy()
}

// fits reports whether a response meets all conditions of the remedy.
func (r remedy) fits(x transcript.Exchange) bool {
	return (len(r.statuses) == 0 || slices.Contains(r.statuses, x.Status)) &&
		(r.header == "" || x.Header.Get(r.header) != "") &&
		(r.event == "" || r.event == x.Push.Event) &&
		(r.body == nil || r.body.Match(x.ResponseBody[:min(len(x.ResponseBody), searchedLength)]))
}
