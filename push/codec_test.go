package push

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func text(s string) *string { return &s }

// wire are pushes and how they are written, in both dialects.
var wire = []struct {
	name                 string
	push                 Push
	observed, documented string
	why                  string
}{
	{
		name: "a newCall to a user",
		push: Push{Event: NewCall, Direction: Incoming, From: "491713920001", To: "493023125001", CallID: "A", OrigCallID: "A",
			XCID: "x", Users: []string{"Doc"}, UserIDs: []string{"w0"}, FullUserIDs: []string{"1234567w0"}},
		observed:   "event=newCall&direction=in&from=491713920001&to=493023125001&callId=A&origCallId=A&user%5B%5D=Doc&userId%5B%5D=w0&fullUserId%5B%5D=1234567w0&xcid=x",
		documented: "event=newCall&from=491713920001&to=493023125001&direction=in&callId=A&origCallId=A&user[]=Doc&userId[]=w0&fullUserId[]=1234567w0&xcid=x",
	},
	{
		name: "a newCall to a group, transferred",
		push: Push{Event: NewCall, Direction: Incoming, From: "491713920001", To: "493023125002", CallID: "B", OrigCallID: "A",
			XCID: "x", Users: []string{"Marty", "Müller & Söhne"}, Diversion: "493023125001"},
		observed:   "event=newCall&direction=in&from=491713920001&to=493023125002&callId=B&origCallId=A&user%5B%5D=Marty&user%5B%5D=M%C3%BCller+%26+S%C3%B6hne&xcid=x&diversion=493023125001",
		documented: "event=newCall&from=491713920001&to=493023125002&direction=in&callId=B&origCallId=A&user[]=Marty&user[]=M%C3%BCller+%26+S%C3%B6hne&xcid=x&diversion=493023125001",
	},
	{
		name:       "a newCall with an empty user and an empty from",
		push:       Push{Event: NewCall, Direction: Outgoing, To: "491713920001", CallID: "A", Users: []string{""}},
		observed:   "event=newCall&direction=out&from=&to=491713920001&callId=A&user%5B%5D=",
		documented: "event=newCall&from=&to=491713920001&direction=out&callId=A&user[]=",
		why:        "from is always there; origCallId, xcid and the ids of users are not",
	},
	{
		name: "an answer by a user",
		push: Push{Event: Answer, Direction: Incoming, From: "491713920001", To: "493023125001", CallID: "A", OrigCallID: "A",
			XCID: "x", Users: []string{"Doc"}, UserIDs: []string{"w0"}, FullUserIDs: []string{"1234567w0"}, AnsweringNumber: "493023125001", Diversion: "493023125009"},
		observed:   "event=answer&callId=A&user=Doc&userId=w0&fullUserId=1234567w0&from=491713920001&to=493023125001&direction=in&answeringNumber=493023125001&origCallId=A&xcid=x&diversion=493023125009",
		documented: "event=answer&callId=A&user=Doc&userId=w0&fullUserId=1234567w0&from=491713920001&to=493023125001&direction=in&answeringNumber=493023125001&diversion=493023125009",
		why:        "an answer names its user without brackets",
	},
	{
		name:       "an answer without a user",
		push:       Push{Event: Answer, Direction: Incoming, From: "anonymous", To: "493023125001", CallID: "A", Users: []string{""}},
		observed:   "event=answer&callId=A&user=&from=anonymous&to=493023125001&direction=in",
		documented: "event=answer&callId=A&user=&from=anonymous&to=493023125001&direction=in",
	},
	{
		name:       "an answer to a call with an empty from",
		push:       Push{Event: Answer, Direction: Incoming, To: "493023125001", CallID: "A"},
		observed:   "event=answer&callId=A&from=&to=493023125001&direction=in",
		documented: "event=answer&callId=A&from=&to=493023125001&direction=in",
		why:        "from and to are always there",
	},
	{
		name: "a hangup",
		push: Push{Event: Hangup, Direction: Incoming, From: "491713920001", To: "493023125001", CallID: "A", OrigCallID: "A", XCID: "x",
			Cause: Forwarded, Diversion: "493023125009", AnsweringNumber: "493023125002"},
		observed:   "event=hangup&callId=A&cause=forwarded&to=493023125001&from=491713920001&direction=in&origCallId=A&xcid=x&diversion=493023125009&answeringNumber=493023125002",
		documented: "event=hangup&cause=forwarded&callId=A&from=491713920001&to=493023125001&direction=in&answeringNumber=493023125002&diversion=493023125009",
	},
	{
		name:       "keys",
		push:       Push{Event: DTMF, Digits: text("0*#"), CallID: "A"},
		observed:   "event=dtmf&dtmf=0*%23&callId=A",
		documented: "event=dtmf&dtmf=0*%23&callId=A",
	},
	{
		name:       "no keys, dtmf empty",
		push:       Push{Event: DTMF, Digits: text(""), CallID: "A"},
		observed:   "event=dtmf&dtmf=&callId=A",
		documented: "event=dtmf&dtmf=&callId=A",
		why:        "one place of the documentation",
	},
	{
		name:       "no keys, dtmf left out",
		push:       Push{Event: DTMF, CallID: "A"},
		observed:   "event=dtmf&callId=A",
		documented: "event=dtmf&callId=A",
		why:        "the other place of the documentation",
	},
	{
		name:       "an unknown event",
		push:       Push{Event: "recording", Direction: Incoming, CallID: "A", Users: []string{"Doc"}, Extra: Form{{"url", "a b"}}},
		observed:   "event=recording&direction=in&callId=A&user%5B%5D=Doc&url=a+b",
		documented: "event=recording&direction=in&callId=A&user[]=Doc&url=a+b",
		why:        "from and to are only certain for the known events; what is not known comes last",
	},
}

func TestPushesAreWritten(t *testing.T) {
	t.Parallel()
	for _, tt := range wire {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for d, want := range map[string]string{"observed": tt.observed, "documented": tt.documented} {
				dialect := ObservedDialect()
				if d == "documented" {
					dialect = DocumentedDialect()
				}
				got := string(tt.push.Form(dialect).Encode(dialect.RawBrackets))
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("Form(%s) mismatch (-want +got): %s\n%s", d, tt.why, diff)
				}
			}
		})
	}
}

func TestPushesAreRead(t *testing.T) {
	t.Parallel()
	for _, tt := range wire {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := read(tt.observed)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.push, got); diff != "" {
				t.Errorf("FromForm(%s) mismatch (-want +got):\n%s", tt.observed, diff)
			}
		})
	}
}

func read(body string) (Push, error) {
	form, err := ParseForm([]byte(body))
	if err != nil {
		return Push{}, err
	}
	return FromForm(form)
}

func TestGoldenCaptureIsAPushInTheObservedDialect(t *testing.T) {
	t.Parallel()
	body := string(golden(t))
	got, err := read(body)
	if err != nil {
		t.Fatal(err)
	}
	id := "54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057"
	want := Push{Event: NewCall, Direction: Incoming, From: "491776249000", To: "4928559389086", CallID: id, OrigCallID: id,
		XCID: "8419b3450b75cd19", Users: []string{""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("FromForm(golden capture) mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(body, string(got.Form(ObservedDialect()).Encode(false))); diff != "" {
		t.Errorf("written again, mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(body, string(got.Form(Dialect{}).Encode(false))); diff != "" {
		t.Errorf("written again in no particular dialect, mismatch (-want +got):\n%s", diff)
	}
}

func TestDocumentedCurlLinesArePushesInTheDocumentedDialect(t *testing.T) {
	t.Parallel()
	for _, body := range curlLines {
		got, err := read(body)
		if err != nil {
			t.Fatal(err)
		}
		if got.Extra != nil {
			t.Errorf("FromForm(%s).Extra = %v, want nothing unknown", body, got.Extra)
		}
		d := DocumentedDialect()
		if diff := cmp.Diff(body, string(got.Form(d).Encode(d.RawBrackets))); diff != "" {
			t.Errorf("%s, read and written, mismatch (-want +got):\n%s", body, diff)
		}
	}
}

func TestWhatAPushCannotKeepIsExtra(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       Push
	}{
		{"numbered brackets and a misspelt name", "event=newCall&from=1&to=2&user%5B%5D%5B0%5D=Doc&originalCallId=",
			Push{Event: NewCall, From: "1", To: "2", Extra: Form{{"user[][0]", "Doc"}, {"originalCallId", ""}}}},
		{"an empty origCallId", "event=newCall&from=1&to=2&origCallId=&callId=",
			Push{Event: NewCall, From: "1", To: "2", Extra: Form{{"origCallId", ""}, {"callId", ""}}}},
		{"a second event", "event=newCall&from=1&to=2&event=hangup", Push{Event: NewCall, From: "1", To: "2", Extra: Form{{"event", "hangup"}}}},
		{"a second from", "event=newCall&from=&to=2&from=1", Push{Event: NewCall, To: "2", Extra: Form{{"from", "1"}}}},
		{"a second dtmf", "event=dtmf&dtmf=&dtmf=1", Push{Event: DTMF, Digits: text(""), Extra: Form{{"dtmf", "1"}}}},
		{"fields of another event", "event=dtmf&from=1&cause=busy", Push{Event: DTMF, Extra: Form{{"from", "1"}, {"cause", "busy"}}}},
		{"an answer with brackets", "event=answer&from=1&to=2&user[]=Doc", Push{Event: Answer, From: "1", To: "2", Extra: Form{{"user[]", "Doc"}}}},
		{"a newCall without brackets", "event=newCall&from=1&to=2&user=Doc", Push{Event: NewCall, From: "1", To: "2", Extra: Form{{"user", "Doc"}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := read(tt.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("FromForm(%s) mismatch (-want +got):\n%s", tt.body, diff)
			}
		})
	}
}

func TestAPushWithoutEventIsRefused(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "from=1&to=2&direction=in", "event=&from=1", "event=&event=newCall"} {
		if got, err := read(body); err == nil {
			t.Errorf("FromForm(%q) = %+v, want an error", body, got)
		}
	}
}

func TestADialectOfOnesOwnDecidesWhatIsWritten(t *testing.T) {
	t.Parallel()
	p := Push{Event: Hangup, From: "1", To: "2", CallID: "A", Cause: Busy, Extra: Form{{"x", "y"}}}
	d := Dialect{Fields: map[Event][]string{Hangup: {FieldTo, "nonsense", FieldCallID, FieldEvent}}}
	want := Form{{"to", "2"}, {"callId", "A"}, {"event", "hangup"}, {"x", "y"}}
	if diff := cmp.Diff(want, p.Form(d)); diff != "" {
		t.Errorf("Form mismatch (-want +got):\n%s", diff)
	}
}

func TestEveryFieldOfADialectIsAFieldOfAPush(t *testing.T) {
	t.Parallel()
	for _, d := range []Dialect{ObservedDialect(), DocumentedDialect()} {
		for e, names := range d.Fields {
			for i, name := range names {
				if _, ok := new(Push).placeOf(name); !ok {
					t.Errorf("%s %s: %q is no field of a push", d.Name, e, name)
				}
				if slices.Contains(names[:i], name) {
					t.Errorf("%s %s: %q is written twice", d.Name, e, name)
				}
				if d.Name == "documented" && !slices.Contains(observedOrder(e), name) {
					t.Errorf("%s %s: %q would not be read", d.Name, e, name)
				}
			}
		}
	}
}

func FuzzPush(f *testing.F) {
	f.Add(golden(f))
	f.Add(secondVector(f))
	for _, body := range curlLines {
		f.Add([]byte(body))
	}
	for _, w := range wire {
		f.Add([]byte(w.observed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		form, err := ParseForm(body)
		if err != nil {
			return
		}
		p, err := FromForm(form)
		if err != nil {
			return
		}
		written := p.Form(ObservedDialect())
		again, err := FromForm(written)
		if err != nil {
			t.Fatalf("FromForm(%v): %v", written, err)
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatalf("FromForm(%v) mismatch (-want +got):\n%s", written, diff)
		}
		for _, field := range form {
			if !slices.Equal(form.Values(field.Name), written.Values(field.Name)) {
				t.Fatalf("%q: %q became %q", field.Name, form.Values(field.Name), written.Values(field.Name))
			}
		}
		for _, field := range written {
			if !form.Has(field.Name) && (field.Value != "" || field.Name != FieldFrom && field.Name != FieldTo) {
				t.Fatalf("%v came from nowhere", field)
			}
		}
	})
}
