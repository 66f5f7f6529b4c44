package call_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// listed is a list of pushes in the documentation.
type listed struct {
	Scenario string
	Source   string
	Story    []string
	Pushes   []map[string]string
}

func documented(t *testing.T) []listed {
	t.Helper()
	data, err := os.ReadFile("testdata/sequences.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var lists []listed
	if err := yaml.Unmarshal(data, &lists); err != nil {
		t.Fatalf("reading the documented lists: %v", err)
	}
	if len(lists) != 3 {
		t.Fatalf("there are %d documented lists, want 3", len(lists))
	}
	return lists
}

func TestTheDocumentedCallsGiveTheDocumentedLists(t *testing.T) {
	t.Parallel()
	for _, list := range documented(t) {
		opts := options()
		opts.Literal = []string{"12111955", "21102015"}
		steps := playOut(t, call.New(builtin(t, list.Scenario), opts), always(subscribed))
		var got []map[string]string
		for i, s := range steps {
			var asked []string
			if i < len(list.Pushes) {
				asked = slices.Collect(maps.Keys(list.Pushes[i]))
			}
			got = append(got, fields(s, asked, opts.Cast))
		}
		if diff := cmp.Diff(list.Pushes, got); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", list.Scenario, diff)
		}
	}
}

// fields are those of a push that a list names, written as the list writes them.
func fields(s call.Step, names []string, cast scenarios.Cast) map[string]string {
	numbers := map[string]string{}
	for _, p := range cast {
		numbers[p.Number] = p.Name + "'s number"
	}
	out := map[string]string{}
	for _, name := range names {
		switch name {
		case "leg":
			out[name] = s.Leg
		case "user":
			out[name] = strings.Join(s.Push.Users, ", ")
		default:
			value := s.Push.Form(push.ObservedDialect()).Get(name)
			if person, ok := numbers[value]; ok {
				value = person
			}
			out[name] = value
		}
	}
	return out
}

func TestTheDocumentedCallsFieldByField(t *testing.T) {
	t.Parallel()
	cast := scenarios.DefaultCast()
	jennifer, doc, marty := cast["Jennifer"].Number, cast["Doc"].Number, cast["Marty"].Number
	newDoc := push.Push{Event: push.NewCall, Direction: push.Incoming, From: jennifer, To: doc, CallID: "leg-1", OrigCallID: "leg-1",
		Users: []string{"Doc"}, UserIDs: []string{"w0"}, FullUserIDs: []string{"1234567w0"}}
	answerDoc := push.Push{Event: push.Answer, Direction: push.Incoming, From: jennifer, To: doc, CallID: "leg-1", OrigCallID: "leg-1",
		Users: []string{"Doc"}, UserIDs: []string{"w0"}, FullUserIDs: []string{"1234567w0"}, AnsweringNumber: doc}
	newMarty := push.Push{Event: push.NewCall, Direction: push.Incoming, From: jennifer, To: marty, CallID: "leg-2", OrigCallID: "leg-1",
		Users: []string{"Marty"}, UserIDs: []string{"w1"}, FullUserIDs: []string{"1234567w1"}, Diversion: doc}
	answerMarty := push.Push{Event: push.Answer, Direction: push.Incoming, From: jennifer, To: marty, CallID: "leg-2", OrigCallID: "leg-1",
		Users: []string{"Marty"}, UserIDs: []string{"w1"}, FullUserIDs: []string{"1234567w1"}, Diversion: doc, AnsweringNumber: marty}
	hangup := func(of push.Push, cause push.Cause) push.Push {
		return push.Push{Event: push.Hangup, Direction: of.Direction, From: of.From, To: of.To, CallID: of.CallID, OrigCallID: of.OrigCallID,
			Diversion: of.Diversion, Cause: cause, AnsweringNumber: of.AnsweringNumber}
	}
	tests := []struct {
		scenario string
		want     []push.Push
	}{
		{"transfer-answered", []push.Push{newDoc, answerDoc, newMarty, answerMarty, hangup(answerDoc, push.NormalClearing)}},
		{"transfer-unanswered", []push.Push{newDoc, answerDoc, newMarty, hangup(newMarty, push.NoAnswer)}},
		{"forward-busy", []push.Push{newDoc, hangup(newDoc, push.Forwarded), newMarty, answerMarty, hangup(answerMarty, push.NormalClearing)}},
	}
	for _, test := range tests {
		opts := options()
		var got []push.Push
		for _, s := range playOut(t, call.New(builtin(t, test.scenario), opts), always(subscribed)) {
			if want := opts.IDs.XCID(test.scenario); s.Push.XCID != want {
				t.Errorf("%s: xcid of step %d is %q, want %q as on every leg", test.scenario, s.Number, s.Push.XCID, want)
			}
			s.Push.XCID = "" // has a test of its own
			got = append(got, s.Push)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", test.scenario, diff)
		}
	}
}

// The further ends of the variants are observed in different orders. The callId identifies the leg.
func TestEveryBuiltInStoryGivesItsPushes(t *testing.T) {
	t.Parallel()
	ringsDoc := "0s leg-1 newCall in from=Jennifer to=Doc user=Doc"
	docAnswers := "5s leg-1 answer user=Doc answeringNumber=Doc"
	ringsJennifer := "0s leg-1 newCall out from=Doc to=Jennifer user=Doc"
	ringsGroup := "0s leg-1 newCall in from=Jennifer to=Doc user=Doc,Marty,Lorraine"
	transferred := "15s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc"
	martyAnswers := "20s leg-2 answer user=Marty answeringNumber=Marty diversion=Doc"
	tests := map[string][]string{
		"incoming-answered":   {ringsDoc, docAnswers, "15s leg-1 hangup cause=normalClearing answeringNumber=Doc"},
		"incoming-busy":       {ringsDoc, "200ms leg-1 hangup cause=busy"},
		"incoming-cancelled":  {ringsDoc, "10s leg-1 hangup cause=cancel"},
		"incoming-congestion": {ringsDoc, "2s leg-1 hangup cause=congestion"},
		"incoming-no-answer":  {ringsDoc, "30s leg-1 hangup cause=noAnswer"},
		"incoming-not-found":  {ringsDoc, "200ms leg-1 hangup cause=notFound"},
		"outgoing-answered":   {ringsJennifer, "5s leg-1 answer answeringNumber=Jennifer", "15s leg-1 hangup cause=normalClearing answeringNumber=Jennifer"},
		"outgoing-busy":       {ringsJennifer, "2s leg-1 hangup cause=busy"},
		"outgoing-cancelled":  {ringsJennifer, "10s leg-1 hangup cause=cancel"},
		"outgoing-no-answer":  {ringsJennifer, "30s leg-1 hangup cause=noAnswer"},
		"incoming-anonymous":  {"0s leg-1 newCall in from=anonymous to=Doc user=Doc", docAnswers, "15s leg-1 hangup cause=normalClearing answeringNumber=Doc"},
		"incoming-sip-id":     {"0s leg-1 newCall in from=1234567e0 to=Doc user=Doc", docAnswers, "15s leg-1 hangup cause=normalClearing answeringNumber=Doc"},
		"incoming-voicemail":  {ringsDoc, "334ms leg-1 answer user=voicemail", "10.334s leg-1 hangup cause=normalClearing"},
		"outgoing-congestion": {ringsJennifer, "2s leg-1 hangup cause=congestion"},
		"outgoing-not-found":  {ringsJennifer, "200ms leg-1 hangup cause=notFound"},
		"outgoing-sip-id": {"0s leg-1 newCall out from=1234567e0 to=Jennifer user=Doc", "5s leg-1 answer answeringNumber=Jennifer",
			"15s leg-1 hangup cause=normalClearing answeringNumber=Jennifer"},
		"internal-answered": {"0s leg-1 newCall out from=Doc to=Marty user=Doc", "0s leg-2 newCall in from=Doc to=Marty user=Marty",
			"5s leg-2 answer user=Marty answeringNumber=Marty", "5s leg-1 answer answeringNumber=Marty",
			"15s leg-2 hangup cause=normalClearing answeringNumber=Marty", "15.01s leg-1 hangup cause=normalClearing answeringNumber=Marty"},
		"internal-no-answer": {"0s leg-1 newCall out from=Doc to=Marty user=Doc", "0s leg-2 newCall in from=Doc to=Marty user=Marty",
			"30s leg-2 hangup cause=noAnswer", "30.01s leg-1 hangup cause=noAnswer"},
		"click-to-dial": {ringsJennifer, "0s leg-2 newCall in from=Jennifer to=Doc user=Doc", "5s leg-2 answer user=Doc answeringNumber=Doc",
			"10s leg-1 answer answeringNumber=Jennifer", "20s leg-1 hangup cause=normalClearing answeringNumber=Jennifer",
			"20.01s leg-2 hangup cause=normalClearing answeringNumber=Doc"},
		"transfer-blind-answered": {ringsDoc, docAnswers, transferred, "15.2s leg-1 hangup cause=normalClearing answeringNumber=Doc",
			"20.2s leg-2 answer user=Marty answeringNumber=Marty diversion=Doc", "30.2s leg-2 hangup cause=normalClearing answeringNumber=Marty diversion=Doc"},
		"transfer-attended-answered": {ringsDoc, docAnswers, transferred, martyAnswers, "30s leg-1 hangup cause=normalClearing answeringNumber=Doc",
			"40s leg-2 hangup cause=normalClearing answeringNumber=Marty diversion=Doc"},
		"transfer-attended-unanswered": {ringsDoc, docAnswers, transferred, "25s leg-2 hangup cause=noAnswer diversion=Doc",
			"35s leg-1 hangup cause=normalClearing answeringNumber=Doc"},
		"transfer-to-another-account": {ringsDoc, docAnswers, "15s leg-2 newCall in from=Jennifer to=Strickland user= diversion=Doc (billed)",
			"20s leg-2 answer user= answeringNumber=Strickland diversion=Doc (billed)", "30s leg-1 hangup cause=normalClearing answeringNumber=Doc",
			"40s leg-2 hangup cause=normalClearing answeringNumber=Strickland diversion=Doc (billed)"},
		"transfer-to-outside": {ringsDoc, docAnswers, "15s leg-2 newCall in from=Jennifer to=Biff user= diversion=Doc (billed)",
			"20s leg-2 answer user= answeringNumber=Biff diversion=Doc (billed)", "30s leg-1 hangup cause=normalClearing answeringNumber=Doc",
			"40s leg-2 hangup cause=normalClearing answeringNumber=Biff diversion=Doc (billed)"},
		"forward-to-outside": {ringsDoc, "200ms leg-1 hangup cause=forwarded", "298ms leg-2 newCall in from=Jennifer to=Biff user= diversion=Doc (billed)",
			"5.298s leg-2 answer user= answeringNumber=Biff diversion=Doc (billed)", "15.298s leg-2 hangup cause=normalClearing answeringNumber=Biff diversion=Doc (billed)"},
		"group-answered":   {ringsGroup, "5s leg-1 answer user=Marty answeringNumber=Marty", "15s leg-1 hangup cause=normalClearing answeringNumber=Marty"},
		"group-unanswered": {ringsGroup, "30s leg-1 hangup cause=noAnswer"},
		"forward-busy": {ringsDoc, "200ms leg-1 hangup cause=forwarded", "298ms leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc",
			"5.298s leg-2 answer user=Marty answeringNumber=Marty diversion=Doc", "15.298s leg-2 hangup cause=normalClearing answeringNumber=Marty diversion=Doc"},
		"forward-to-voicemail": {ringsDoc, "21.6s leg-1 hangup cause=forwarded", "21.698s leg-2 newCall in from=Jennifer to=Doc user=voicemail diversion=Doc",
			"22.032s leg-2 answer user=voicemail diversion=Doc", "32.032s leg-2 hangup cause=normalClearing diversion=Doc"},
		"transfer-answered": {ringsDoc, docAnswers, transferred, martyAnswers, "30s leg-1 hangup cause=normalClearing answeringNumber=Doc"},
		"transfer-answered-both-ends": {ringsDoc, docAnswers, transferred, martyAnswers, "30s leg-1 hangup cause=normalClearing answeringNumber=Doc",
			"40s leg-2 hangup cause=normalClearing answeringNumber=Marty diversion=Doc"},
		"transfer-answered-late-hangup": {ringsDoc, docAnswers, transferred, martyAnswers,
			"30s leg-2 hangup cause=normalClearing answeringNumber=Marty diversion=Doc", "30.01s leg-1 hangup cause=normalClearing answeringNumber=Doc"},
		"transfer-unanswered": {ringsDoc, docAnswers, transferred, "25s leg-2 hangup cause=noAnswer diversion=Doc"},
		"transfer-unanswered-both-ends": {ringsDoc, docAnswers, transferred, "25s leg-2 hangup cause=noAnswer diversion=Doc",
			"35s leg-1 hangup cause=normalClearing answeringNumber=Doc"},
		"transfer-unanswered-early-hangup": {ringsDoc, docAnswers, transferred, "25s leg-1 hangup cause=normalClearing answeringNumber=Doc",
			"35s leg-2 hangup cause=noAnswer diversion=Doc"},
	}
	for name, want := range steeredStories() {
		tests[name] = want
	}
	for _, s := range scenarios.All() {
		want, known := tests[s.Name]
		if !known {
			t.Errorf("nothing says which pushes %q gives", s.Name)
			continue
		}
		c := call.New(s, options())
		if s.Steered != "" || push.IsEmergency(options().Cast[s.Story[0].To[0]].Number) {
			var got []string
			for _, line := range describe(c.Rehearse()) {
				got = append(got, strings.NewReplacer(" (not subscribed)", "", " (unusable URL)", "").Replace(line))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s mismatch (-want +got):\n%s", s.Name, diff)
			}
			continue
		}
		if diff := cmp.Diff(want, describe(playOut(t, c, always(subscribed)))); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", s.Name, diff)
		}
		if c.Steered() || len(c.Skipped()) > 0 {
			t.Errorf("%s: Steered() = %t, Skipped() = %v, want a story that goes as planned", s.Name, c.Steered(), c.Skipped())
		}
	}
}

func TestVoicemailHasNoIDs(t *testing.T) {
	t.Parallel()
	for _, s := range playOut(t, call.New(builtin(t, "forward-to-voicemail"), options()), always(subscribed)) {
		p := s.Push
		if s.Leg == scenarios.Voicemail && (p.UserIDs != nil || p.FullUserIDs != nil || p.AnsweringNumber != "") {
			t.Errorf("%s of the voicemail's leg has ids %v %v and answeringNumber %q, want none", p.Event, p.UserIDs, p.FullUserIDs, p.AnsweringNumber)
		}
	}
}

// steeredStories are the pushes of the stories in which the receiver has to act, as if it did, and of the story in which sipgate sends
// no push.
func steeredStories() map[string][]string {
	const rings = "0s leg-1 newCall in from=Jennifer to=Doc user=Doc"
	redirected := []string{rings, "5s leg-1 answer user= answeringNumber=493023125901", "15s leg-1 hangup cause=normalClearing answeringNumber=493023125901"}
	through := []string{"7s leg-1 answer user=Doc answeringNumber=Doc", "17s leg-1 hangup cause=normalClearing answeringNumber=Doc"}
	return map[string][]string{
		"outgoing-emergency":    nil,
		"menu-digits":           append([]string{rings, "2s leg-1 dtmf dtmf=1"}, through...),
		"menu-nothing-pressed":  append([]string{rings, "2s leg-1 dtmf dtmf="}, through...),
		"menu-nothing-left-out": append([]string{rings, "2s leg-1 dtmf"}, through...),
		"steered-reject":        {rings, "0s leg-1 hangup cause=noAnswer"},
		"steered-busy":          {rings, "0s leg-1 hangup cause=busy"},
		"steered-hangup":        {rings, "0s leg-1 hangup cause=normalClearing"},
		"steered-redirect-one":  redirected,
		"steered-redirect-five": redirected,
		"steered-voicemail":     {rings, "5s leg-1 answer user=voicemail", "15s leg-1 hangup cause=normalClearing"},
		"steered-sound":         {rings, "5s leg-1 answer user=Doc answeringNumber=Doc", "15s leg-1 hangup cause=normalClearing answeringNumber=Doc"},
	}
}
