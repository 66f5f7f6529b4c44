package push

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func pointerTo(s string) *string { return &s }

// pushForms lists pushes with their forms in both dialects.
var pushForms = []struct {
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
		name: "a newCall to two users after a transfer",
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
		why:        "from is always sent; origCallId, xcid and the ids of users can be absent",
	},
	{
		name: "an answer by a user",
		push: Push{Event: Answer, Direction: Incoming, From: "491713920001", To: "493023125001", CallID: "A", OrigCallID: "A",
			XCID: "x", Users: []string{"Doc"}, UserIDs: []string{"w0"}, FullUserIDs: []string{"1234567w0"}, AnsweringNumber: "493023125001", Diversion: "493023125009"},
		observed:   "event=answer&callId=A&user=Doc&userId=w0&fullUserId=1234567w0&from=491713920001&to=493023125001&direction=in&answeringNumber=493023125001&origCallId=A&xcid=x&diversion=493023125009",
		documented: "event=answer&callId=A&user=Doc&userId=w0&fullUserId=1234567w0&from=491713920001&to=493023125001&direction=in&answeringNumber=493023125001&diversion=493023125009",
		why:        "in an answer the names of the user fields have no brackets",
	},
	{
		name:       "an answer with an empty user",
		push:       Push{Event: Answer, Direction: Incoming, From: "anonymous", To: "493023125001", CallID: "A", Users: []string{""}},
		observed:   "event=answer&callId=A&user=&from=anonymous&to=493023125001&direction=in",
		documented: "event=answer&callId=A&user=&from=anonymous&to=493023125001&direction=in",
	},
	{
		name:       "an answer to a call with an empty from",
		push:       Push{Event: Answer, Direction: Incoming, To: "493023125001", CallID: "A"},
		observed:   "event=answer&callId=A&from=&to=493023125001&direction=in",
		documented: "event=answer&callId=A&from=&to=493023125001&direction=in",
		why:        "from and to are always sent",
	},
	{
		name: "a hangup",
		push: Push{Event: Hangup, Direction: Incoming, From: "491713920001", To: "493023125001", CallID: "A", OrigCallID: "A", XCID: "x",
			Cause: Forwarded, Diversion: "493023125009", AnsweringNumber: "493023125002"},
		observed:   "event=hangup&callId=A&cause=forwarded&to=493023125001&from=491713920001&direction=in&origCallId=A&xcid=x&diversion=493023125009&answeringNumber=493023125002",
		documented: "event=hangup&cause=forwarded&callId=A&from=491713920001&to=493023125001&direction=in&answeringNumber=493023125002&diversion=493023125009",
	},
	{
		name:       "a dtmf with keys",
		push:       Push{Event: DTMF, Digits: pointerTo("0*#"), CallID: "A"},
		observed:   "event=dtmf&dtmf=0*%23&callId=A",
		documented: "event=dtmf&dtmf=0*%23&callId=A",
	},
	{
		name:       "a dtmf without keys: the field dtmf is empty",
		push:       Push{Event: DTMF, Digits: pointerTo(""), CallID: "A"},
		observed:   "event=dtmf&dtmf=&callId=A",
		documented: "event=dtmf&dtmf=&callId=A",
		why:        "documented under onData",
	},
	{
		name:       "a dtmf without keys: no field dtmf",
		push:       Push{Event: DTMF, CallID: "A"},
		observed:   "event=dtmf&callId=A",
		documented: "event=dtmf&callId=A",
		why:        "documented under Gather",
	},
	{
		name:       "an unknown event",
		push:       Push{Event: "recording", Direction: Incoming, CallID: "A", Users: []string{"Doc"}, Extra: Form{{"url", "a b"}}},
		observed:   "event=recording&direction=in&callId=A&user%5B%5D=Doc&url=a+b",
		documented: "event=recording&direction=in&callId=A&user[]=Doc&url=a+b",
		why:        "only the known events always have from and to; unknown fields are at the end",
	},
}

func TestPushIsWrittenInBothDialects(t *testing.T) {
	t.Parallel()
	for _, tt := range pushForms {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for name, want := range map[string]string{"observed": tt.observed, "documented": tt.documented} {
				dialect := ObservedDialect()
				if name == "documented" {
					dialect = DocumentedDialect()
				}
				got := string(tt.push.Form(dialect).Encode(dialect.RawBrackets))
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("Form(%s) mismatch (-want +got): %s\n%s", name, tt.why, diff)
				}
			}
		})
	}
}

func TestPushIsReadFromItsObservedForm(t *testing.T) {
	t.Parallel()
	for _, tt := range pushForms {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := parsePush(tt.observed)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.push, got); diff != "" {
				t.Errorf("FromForm(%s) mismatch (-want +got):\n%s", tt.observed, diff)
			}
		})
	}
}

func parsePush(body string) (Push, error) {
	form, err := ParseForm([]byte(body))
	if err != nil {
		return Push{}, err
	}
	return FromForm(form)
}

func TestCapturedPushIsInTheObservedDialect(t *testing.T) {
	t.Parallel()
	body := string(capturedBody(t))
	got, err := parsePush(body)
	if err != nil {
		t.Fatal(err)
	}
	id := "54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057"
	want := Push{Event: NewCall, Direction: Incoming, From: "491776249000", To: "4928559389086", CallID: id, OrigCallID: id,
		XCID: "8419b3450b75cd19", Users: []string{""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("FromForm(captured body) mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(body, string(got.Form(ObservedDialect()).Encode(false))); diff != "" {
		t.Errorf("Form in the observed dialect mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(body, string(got.Form(Dialect{}).Encode(false))); diff != "" {
		t.Errorf("Form in the zero dialect mismatch (-want +got):\n%s", diff)
	}
}

func TestDocumentedCurlExamplesAreInTheDocumentedDialect(t *testing.T) {
	t.Parallel()
	for _, body := range curlExampleBodies {
		got, err := parsePush(body)
		if err != nil {
			t.Fatal(err)
		}
		if got.Extra != nil {
			t.Errorf("FromForm(%s).Extra = %v, want nil", body, got.Extra)
		}
		d := DocumentedDialect()
		if diff := cmp.Diff(body, string(got.Form(d).Encode(d.RawBrackets))); diff != "" {
			t.Errorf("%s, parsed and written again, mismatch (-want +got):\n%s", body, diff)
		}
	}
}

func TestFieldsThatAPushCannotHoldAreInExtra(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       Push
	}{
		{"the unknown fields user[][0] and originalCallId", "event=newCall&from=1&to=2&user%5B%5D%5B0%5D=Doc&originalCallId=",
			Push{Event: NewCall, From: "1", To: "2", Extra: Form{{"user[][0]", "Doc"}, {"originalCallId", ""}}}},
		{"empty values of origCallId and callId", "event=newCall&from=1&to=2&origCallId=&callId=",
			Push{Event: NewCall, From: "1", To: "2", Extra: Form{{"origCallId", ""}, {"callId", ""}}}},
		{"a second event field", "event=newCall&from=1&to=2&event=hangup", Push{Event: NewCall, From: "1", To: "2", Extra: Form{{"event", "hangup"}}}},
		{"a second from field", "event=newCall&from=&to=2&from=1", Push{Event: NewCall, To: "2", Extra: Form{{"from", "1"}}}},
		{"a second dtmf field", "event=dtmf&dtmf=&dtmf=1", Push{Event: DTMF, Digits: pointerTo(""), Extra: Form{{"dtmf", "1"}}}},
		{"from and cause in a dtmf", "event=dtmf&from=1&cause=busy", Push{Event: DTMF, Extra: Form{{"from", "1"}, {"cause", "busy"}}}},
		{"user[] in an answer", "event=answer&from=1&to=2&user[]=Doc", Push{Event: Answer, From: "1", To: "2", Extra: Form{{"user[]", "Doc"}}}},
		{"user in a newCall", "event=newCall&from=1&to=2&user=Doc", Push{Event: NewCall, From: "1", To: "2", Extra: Form{{"user", "Doc"}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := parsePush(tt.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("FromForm(%s) mismatch (-want +got):\n%s", tt.body, diff)
			}
		})
	}
}

func TestFormWithoutEventIsRefused(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "from=1&to=2&direction=in", "event=&from=1", "event=&event=newCall"} {
		if got, err := parsePush(body); err == nil {
			t.Errorf("FromForm(%q) = %+v, want an error", body, got)
		}
	}
}

func TestFormHasOnlyTheFieldsOfTheDialectAndExtra(t *testing.T) {
	t.Parallel()
	p := Push{Event: Hangup, From: "1", To: "2", CallID: "A", Cause: Busy, Extra: Form{{"x", "y"}}}
	d := Dialect{Fields: map[Event][]string{Hangup: {FieldTo, "unknownField", FieldCallID, FieldEvent}}}
	want := Form{{"to", "2"}, {"callId", "A"}, {"event", "hangup"}, {"x", "y"}}
	if diff := cmp.Diff(want, p.Form(d)); diff != "" {
		t.Errorf("Form mismatch (-want +got):\n%s", diff)
	}
}

func TestDialectsListOnlyFieldsOfAPushAndNoFieldTwice(t *testing.T) {
	t.Parallel()
	for _, d := range []Dialect{ObservedDialect(), DocumentedDialect()} {
		for e, names := range d.Fields {
			for i, name := range names {
				if _, ok := new(Push).fieldRef(name); !ok {
					t.Errorf("%s %s: a push has no field %q", d.Name, e, name)
				}
				if slices.Contains(names[:i], name) {
					t.Errorf("%s %s: %q is written twice", d.Name, e, name)
				}
				if d.Name == "documented" && !slices.Contains(observedFieldNames(e), name) {
					t.Errorf("%s %s: FromForm would not read %q", d.Name, e, name)
				}
			}
		}
	}
}

func FuzzPushIsTheSameAfterFormAndFromForm(f *testing.F) {
	f.Add(capturedBody(f))
	f.Add(secondSignedBody(f))
	for _, body := range curlExampleBodies {
		f.Add([]byte(body))
	}
	for _, w := range pushForms {
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
		writtenForm := p.Form(ObservedDialect())
		rereadPush, err := FromForm(writtenForm)
		if err != nil {
			t.Fatalf("FromForm(%v): %v", writtenForm, err)
		}
		if diff := cmp.Diff(p, rereadPush); diff != "" {
			t.Fatalf("FromForm(%v) mismatch (-want +got):\n%s", writtenForm, diff)
		}
		for _, field := range form {
			if !slices.Equal(form.Values(field.Name), writtenForm.Values(field.Name)) {
				t.Fatalf("%q: %q became %q", field.Name, form.Values(field.Name), writtenForm.Values(field.Name))
			}
		}
		for _, field := range writtenForm {
			if !form.Has(field.Name) && (field.Value != "" || field.Name != FieldFrom && field.Name != FieldTo) {
				t.Fatalf("%v is not in the original form", field)
			}
		}
	})
}
