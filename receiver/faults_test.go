package receiver_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
)

// outcome holds everything in a response that a fault may change.
type outcome struct {
	Dropped  bool
	Held     bool // the response was flushed before its end
	Status   int
	Type     string
	Encoding string
	Location string
	Body     string
}

// situations lists the requests that are sent to a receiver with each fault, in this order.
var situations = []string{"incoming", "outgoing", "diverted", "answer", "hangup", "dtmf", "sound"}

func outcomeIn(t *testing.T, situation string, r *receiver.Receiver) (result outcome) {
	t.Helper()
	forms := map[string]string{
		"incoming": incomingNewCall, "outgoing": outgoingNewCall, "diverted": divertedNewCall, "answer": answerPush, "hangup": hangupPush, "dtmf": dtmfPush,
	}
	req := request("POST", "/", formType, forms[situation])
	if situation == "sound" {
		req = request("GET", "/sound.wav", "", "")
	}
	w := httptest.NewRecorder()
	defer func() {
		if p := recover(); p != nil && p != http.ErrAbortHandler {
			panic(p)
		} else if p != nil && !w.Flushed {
			result = outcome{Dropped: true}
			return
		}
		result = outcome{
			Held: w.Flushed, Status: w.Code, Type: strings.Join(w.Header().Values("Content-Type"), ", "),
			Encoding: w.Header().Get("Content-Encoding"), Location: w.Header().Get("Location"), Body: w.Body.String(),
		}
	}()
	r.ServeHTTP(w, req)
	return result
}

// deviations returns, by the name of a fault, the situations in which the fault changes the response, and the changed response in the
// first of these situations.
func deviations() map[string]struct {
	situations string
	want       outcome
} {
	const newCalls = "incoming outgoing diverted"
	xml := func(body string) outcome { return outcome{Status: 200, Type: "application/xml", Body: body} }
	withAttributes := func(attributes string) outcome { return xml(xmlDeclaration + "<Response " + attributes + "/>\n") }
	withAction := func(action string) outcome {
		return xml(xmlDeclaration + "<Response " + onAnswer + " " + onHangup + ">" + action + "</Response>\n")
	}
	rootElement := strings.TrimPrefix(subscribingDocument, xmlDeclaration)
	jsonString := func(s string) string {
		b, _ := json.Marshal(s)
		return string(b)
	}
	number := func(n string) string { return "<Number>49302312590" + n + "</Number>" }
	oneNumber, twoNumbers := number("1"), number("1")+number("2")
	play := "<Play><Url>https://receiver.example/sound.wav</Url></Play>"
	return map[string]struct {
		situations string
		want       outcome
	}{
		"no-entry": {newCalls + " answer hangup dtmf", outcome{Status: 401}},
		"redirect": {newCalls, outcome{Status: 308, Location: "https://receiver.example/moved"}},

		"newcall-500":     {"incoming diverted", outcome{Status: 500}},
		"newcall-dropped": {"incoming diverted", outcome{Dropped: true}},
		"outgoing-500":    {"outgoing", outcome{Status: 500}},
		"answer-500":      {"answer", outcome{Status: 500}},
		"hangup-500":      {"hangup", outcome{Status: 500}},
		"dtmf-500":        {"dtmf", outcome{Status: 500}},

		"status-201":      {newCalls, outcome{Status: 201, Type: "application/xml", Body: subscribingDocument}},
		"html-type":       {newCalls, outcome{Status: 200, Type: "text/html; charset=utf-8", Body: subscribingDocument}},
		"text-xml":        {newCalls, outcome{Status: 200, Type: "text/xml", Body: subscribingDocument}},
		"not-well-formed": {newCalls, withAttributes(`onAnswer="https://receiver.example/answer?phone=1&line=2" ` + onHangup)},
		"json-body":       {newCalls, outcome{Status: 200, Type: "application/json", Body: `{"ok":true}`}},
		"html-page": {newCalls, outcome{Status: 200, Type: "text/html; charset=utf-8",
			Body: "<!DOCTYPE html>\n<html><head><title>Receiver</title></head><body><p>It works.</p></body></html>\n"}},
		"wrong-root":        {newCalls, xml(strings.Replace(subscribingDocument, "Response", "Reply", 1))},
		"unknown-element":   {newCalls, withAction("<Say>Great Scott</Say>")},
		"unknown-attribute": {newCalls, withAttributes(onAnswer + ` onHangUp="https://receiver.example/hangup"`)},
		"several-actions":   {newCalls, withAction(play + play)},
		"slow":              {"", xml(subscribingDocument)}, // the response is the same, but late
		"not-prompt":        {"", xml(subscribingDocument)},
		"never-ends":        {newCalls, outcome{Held: true, Status: 200, Type: "application/xml", Body: subscribingDocument}},
		"wrong-charset":     {newCalls, outcome{Status: 200, Type: "application/xml; charset=UTF-8", Body: xmlDeclaration + "<!-- f\xfcr Doc -->" + rootElement}},
		"false-gzip":        {newCalls, outcome{Status: 200, Type: "application/xml", Encoding: "gzip", Body: subscribingDocument}},
		"page-size":         {newCalls, xml(xmlDeclaration + "<!-- " + strings.Repeat("roads ", 17067) + " -->" + rootElement)},

		"unknown-encoding":   {newCalls, xml(strings.Replace(subscribingDocument, "UTF-8", "klingon", 1))},
		"false-declaration":  {newCalls, outcome{Status: 200, Type: "application/xml; charset=UTF-8", Body: strings.Replace(subscribingDocument, "UTF-8", "UTF-16", 1)}},
		"envelope":           {newCalls, outcome{Status: 200, Type: "application/json", Body: `{"statusCode":200,"body":` + jsonString(subscribingDocument) + `}`}},
		"no-name":            {newCalls, xml(strings.Replace(rootElement, "Response", "1Response", 1))},
		"two-types":          {newCalls, outcome{Status: 200, Type: "text/html, application/xml", Body: subscribingDocument}},
		"second-type":        {newCalls, outcome{Status: 200, Type: "application/xml, text/html", Body: subscribingDocument}},
		"html-type-relative": {newCalls, outcome{Status: 200, Type: "text/html", Body: withAttributes(onAnswer + ` onHangup="/hangup"`).Body}},
		"status-201-say":     {newCalls, outcome{Status: 201, Type: "application/xml", Body: withAction("<Say>Great Scott</Say>").Body}},
		"lower-case":         {newCalls, xml(strings.Replace(withAttributes(`onAnswer="/answer" `+onHangup).Body, "<Response", "<response", 1))},

		"dial-nobody":        {newCalls, xml(responseWith("<Dial></Dial>"))},
		"dial-number-format": {newCalls, xml(responseWith("<Dial><Number>030/23125901</Number></Dial>"))},
		"dial-six":           {"incoming diverted", xml(responseWith("<Dial>" + twoNumbers + number("3") + number("4") + number("5") + number("6") + "</Dial>"))},
		"dial-outgoing-two":  {"outgoing", xml(responseWith("<Dial>" + twoNumbers + "</Dial>"))},
		"dial-caller-id":     {newCalls, xml(responseWith(`<Dial callerId="Doc">` + oneNumber + `</Dial>`))},
		"dial-anonymous":     {newCalls, xml(responseWith(`<Dial anonymous="yes">` + oneNumber + `</Dial>`))},
		"play-relative":      {newCalls, xml(responseWith("<Play><Url>/sound.wav</Url></Play>"))},
		"play-stereo":        {"sound", outcome{}}, // see TestPlayStereoServesTwoChannels
		"play-gone":          {"sound", outcome{Status: 404}},
		"gather-nowhere":     {newCalls, xml(responseWith(`<Gather timeout="5000"/>`))},
		"gather-no-digits":   {newCalls, xml(responseWith(`<Gather onData="https://receiver.example/digits" timeout="5000" maxDigits="0"/>`))},
		"gather-timeout":     {newCalls, xml(responseWith(`<Gather onData="https://receiver.example/digits" timeout="-1"/>`))},
		"gather-speech":      {newCalls, xml(responseWith(`<Gather onData="https://receiver.example/digits" timeout="5000" type="speech"/>`))},
		"gather-dial":        {newCalls, xml(responseWith(`<Gather onData="https://receiver.example/digits" timeout="5000"><Dial>` + oneNumber + `</Dial></Gather>`))},
		"reject-reason":      {newCalls, xml(responseWith(`<Reject reason="occupied"/>`))},
		"hangup-content":     {newCalls, xml(responseWith("<Hangup>Good bye</Hangup>"))},

		"relative-answer": {newCalls, withAttributes(`onAnswer="/answer" ` + onHangup)},
		"relative-hangup": {newCalls, withAttributes(onAnswer + ` onHangup="/hangup"`)},
		"plain-http-follow-ups": {newCalls,
			withAttributes(`onAnswer="http://receiver.example/answer" onHangup="http://receiver.example/hangup"`)},
		"localhost-follow-ups": {newCalls, withAttributes(`onAnswer="https://localhost/answer" onHangup="https://localhost/hangup"`)},
		"follow-ups-404":       {"answer hangup", outcome{Status: 404}},
		"answer-only":          {newCalls, withAttributes(onAnswer)},
		"first-leg-only":       {"diverted", xml("<Response/>")},

		"lost-hangup":      {"", outcome{}}, // faults that need a sequence of pushes have another test
		"lost-answer":      {"", outcome{}},
		"late-hangup":      {"", outcome{}},
		"early-second-leg": {"", outcome{}},
		"known-call":       {"", outcome{}},
		"unknown-call":     {"", outcome{}},
		"mixed-up": {newCalls, withAttributes(
			`onAnswer="https://receiver.example/answer?call=" onHangup="https://receiver.example/hangup?call="`)},
		"short-of-lines": {"", outcome{}},
	}
}

func TestEachFaultChangesOnlyTheExpectedResponses(t *testing.T) {
	t.Parallel()
	table := deviations()
	for _, fault := range receiver.Faults() {
		expected, ok := table[fault.Name]
		if !ok {
			if fault.Phase == receiver.Responses {
				t.Errorf("fault %q is not in the table", fault.Name)
			}
			continue
		}
		delete(table, fault.Name)
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			o := receiver.Options{SlowFactor: 1e-9}
			if fault.NeedsSteering != "" {
				o.Steering = parseSteering(t, string(fault.NeedsSteering)+"=*")
			}
			conforming := newReceiver(t, o)
			o.Faults = []receiver.Fault{fault}
			faulty := newReceiver(t, o)
			var deviating []string
			for _, situation := range situations {
				want, got := outcomeIn(t, situation, conforming), outcomeIn(t, situation, faulty)
				if cmp.Equal(want, got) {
					continue
				}
				deviating = append(deviating, situation)
				if len(deviating) == 1 && expected.want != (outcome{}) {
					if diff := cmp.Diff(expected.want, got); diff != "" {
						t.Errorf("%s responds to the %s push mismatch (-want +got):\n%s", fault.Name, situation, diff)
					}
				}
			}
			if diff := cmp.Diff(expected.situations, strings.Join(deviating, " ")); diff != "" {
				t.Errorf("situations in which %s deviates mismatch (-want +got):\n%s", fault.Name, diff)
			}
		})
	}
	for name := range table {
		t.Errorf("the table has %q, which is no fault", name)
	}
}

func TestReceiverWithSeveralFaultsShowsEachOfThem(t *testing.T) {
	t.Parallel()
	var faults []receiver.Fault
	for _, name := range []string{"text-xml", "relative-hangup", "hangup-500"} {
		fault, err := receiver.FindFault(name)
		if err != nil {
			t.Fatal(err)
		}
		faults = append(faults, fault)
	}
	r := newReceiver(t, receiver.Options{Faults: faults})
	want := reply{200, "text/xml", xmlDeclaration + `<Response ` + onAnswer + ` onHangup="/hangup"/>` + "\n"}
	if diff := cmp.Diff(want, post(r, incomingNewCall)); diff != "" {
		t.Errorf("response to a newCall mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(reply{500, "", ""}, post(r, hangupPush)); diff != "" {
		t.Errorf("response to a hangup mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(reply{400, "", ""}, post(r, "")); diff != "" {
		t.Errorf("response to garbage mismatch (-want +got):\n%s", diff)
	}
}

func TestRefusedPushStillChangesTheStateOfTheCall(t *testing.T) {
	t.Parallel()
	fault, err := receiver.FindFault("hangup-500")
	if err != nil {
		t.Fatal(err)
	}
	r := newReceiver(t, receiver.Options{Faults: []receiver.Fault{fault}})
	post(r, incomingNewCall)
	post(r, hangupPush)
	if got := r.State("12111955"); got != push.CallOver {
		t.Errorf("State(12111955) = %q, want %q", got, push.CallOver)
	}
}

func TestNoLateResponseIsWrittenIfTheSenderHasGone(t *testing.T) {
	t.Parallel()
	fault, err := receiver.FindFault("slow")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	defer func() {
		if p := recover(); p != http.ErrAbortHandler || w.Body.Len() > 0 {
			t.Errorf("the receiver writes %q and panics with %v, want nothing and ErrAbortHandler", w.Body, p)
		}
	}()
	newReceiver(t, receiver.Options{Faults: []receiver.Fault{fault}}).ServeHTTP(w, request("POST", "/", formType, incomingNewCall).WithContext(ctx))
}

func TestPlayStereoServesTwoChannels(t *testing.T) {
	t.Parallel()
	fault, err := receiver.FindFault("play-stereo")
	if err != nil {
		t.Fatal(err)
	}
	good := outcomeIn(t, "sound", newReceiver(t, receiver.Options{})).Body
	bad := outcomeIn(t, "sound", newReceiver(t, receiver.Options{Steering: parseSteering(t, "play=*"), Faults: []receiver.Fault{fault}})).Body
	// The changed part of the header: 2 channels, 8,000 samples per second, 32,000 bytes per second, 4 bytes per sample, 16 bits. The sound
	// keeps its length.
	want := good[:22] + "\x02\x00\x40\x1f\x00\x00\x00\x7d\x00\x00\x04\x00\x10\x00" + good[36:]
	if diff := cmp.Diff(want, bad); diff != "" {
		t.Errorf("sound mismatch (-want +got):\n%s", diff)
	}
}

func TestFaultsAreCompleteAndFoundOnlyByTheirExactName(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	requirementID := regexp.MustCompile(`^[a-z]+\.[a-z0-9-]+$`)
	for _, fault := range receiver.Faults() {
		if names[fault.Name] || !regexp.MustCompile(`^[a-z0-9.-]+$`).MatchString(fault.Name) {
			t.Errorf("fault name %q has a wrong character or is used twice", fault.Name)
		}
		names[fault.Name] = true
		if got, err := receiver.FindFault(fault.Name); err != nil || got.Name != fault.Name {
			t.Errorf("FindFault(%q) = %q, %v", fault.Name, got.Name, err)
		}
		if fault.Description == "" || len(fault.Breaks) == 0 || !slices.Contains([]receiver.Phase{receiver.Transport, receiver.Pushes, receiver.Responses, receiver.Calls, receiver.Memory}, fault.Phase) {
			t.Errorf("fault %q lacks a sentence, a requirement or a phase: %+v", fault.Name, fault)
		}
		for _, broken := range fault.Breaks {
			if !requirementID.MatchString(broken) {
				t.Errorf("fault %q breaks %q, which is no requirement id", fault.Name, broken)
			}
		}
		for _, pattern := range fault.MayBreak {
			if _, err := path.Match(pattern, ""); err != nil {
				t.Errorf("fault %q may break %q: %v", fault.Name, pattern, err)
			}
		}
		if fault.NeedsSteering != "" {
			parseSteering(t, string(fault.NeedsSteering)+"=*")
		}
	}
	for name, want := range map[string]string{
		"selfsigned": `unknown fault "selfsigned", did you mean "self-signed"?`,
		"teleport":   `unknown fault "teleport"`,

		"forget-second-leg": `unknown fault "forget-second-leg", similar names are early-second-leg, second-type, first-leg-only`,
	} {
		if _, err := receiver.FindFault(name); err == nil || err.Error() != want {
			t.Errorf("FindFault(%q): error %v, want %s", name, err, want)
		}
	}
}

func TestDescriptionsOfFaultsAndQuirksUseTheWordRespondsNotAnswers(t *testing.T) {
	t.Parallel()
	// A receiver responds to a push. To answer means that the called party picks up.
	forbidden := regexp.MustCompile(`^answers|\banswers (with|it|its|[0-9]{3}|nothing|in HTTP)\b|\bits answer\b`)
	descriptions := map[string]string{}
	for _, f := range receiver.Faults() {
		descriptions[f.Name] = f.Description
	}
	for _, q := range receiver.Quirks() {
		descriptions[q.Name] = q.Description
	}
	for name, text := range descriptions {
		if word := forbidden.FindString(text); word != "" {
			t.Errorf("%s: %q in %q is not the word for a receiver's response", name, word, text)
		}
	}
}

func TestNewRefusesFaultsThatAreNotVisibleWithTheSteering(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, fault string
		steer       []string
		refused     bool
	}{
		{"no steering for a fault that needs a redirect: refused", "dial-nobody", nil, true},
		{"a reject for a fault that needs a redirect: refused", "dial-nobody", []string{"reject=1"}, true},
		{"a redirect for a fault that needs a redirect: accepted", "dial-nobody", []string{"reject=1", "redirect=2"}, false},
		{"a redirect to three numbers for a fault that needs a redirect: accepted", "dial-nobody", []string{"redirect-3=2"}, false},
		{"busy for a fault that needs a reject: accepted", "reject-reason", []string{"busy=2"}, false},
		{"gather-redirect for a fault that needs a gather: accepted", "gather-dial", []string{"gather-redirect=2"}, false},
		{"no steering for a fault that needs none: accepted", "slow", nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			fault, err := receiver.FindFault(test.fault)
			if err != nil {
				t.Fatal(err)
			}
			_, err = receiver.New(receiver.Options{Steering: parseSteering(t, test.steer...), Faults: []receiver.Fault{fault}})
			if refused := err != nil; refused != test.refused {
				t.Errorf("New with %s and %q: error %v, want one: %t", test.fault, test.steer, err, test.refused)
			}
		})
	}
}
