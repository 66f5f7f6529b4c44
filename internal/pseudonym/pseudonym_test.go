package pseudonym

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

func parseForm(t *testing.T, body string) push.Form {
	t.Helper()
	form, err := push.ParseForm([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return form
}

func TestValuesOfAPushAreReplacedByPseudonyms(t *testing.T) {
	t.Parallel()
	n := New("secret")
	for _, test := range []struct {
		name, body string
		want       string // regular expression that matches the push with pseudonyms
	}{
		{"an incoming call", "event=newCall&direction=in&from=4915112345678&to=4930987654321&callId=54566BAF0190&origCallId=54566BAF0190&user%5B%5D=Emmett+Brown&userId%5B%5D=w7&fullUserId%5B%5D=7654321w7&xcid=8419b3450b75cd19",
			`^event=newCall&direction=in&from=492214710001&to=493023125001&callId=([0-9A-F]{12})&origCallId=([0-9A-F]{12})&user%5B%5D=Doc&userId%5B%5D=w0&fullUserId%5B%5D=1234567w0&xcid=[0-9a-f]{16}$`},
		{"another push with the same people", "event=answer&callId=54566BAF0190&user=Emmett+Brown&userId=w7&fullUserId=7654321w7&from=4915112345678&to=4930987654321&direction=in&answeringNumber=4930987654321",
			`^event=answer&callId=[0-9A-F]{12}&user=Doc&userId=w0&fullUserId=1234567w0&from=492214710001&to=493023125001&direction=in&answeringNumber=493023125001$`},
		{"an outgoing call", "event=newCall&direction=out&from=4930987654321&to=4915112345678&user%5B%5D=Marty", `^event=newCall&direction=out&from=493023125001&to=492214710001&user%5B%5D=Marty$`},
		{"two more users, and another number of the account", "event=newCall&direction=in&from=%2B4915112345678&to=4930987654322&user%5B%5D=Biff&user%5B%5D=Clara&userId%5B%5D=g3",
			`^event=newCall&direction=in&from=%2B492214710001&to=493023125002&user%5B%5D=Lorraine&user%5B%5D=George&userId%5B%5D=g1$`},
		{"more users than the cast has", "event=newCall&user%5B%5D=Needles", `^event=newCall&user%5B%5D=User\+5$`},
		{"the user voicemail", "event=answer&user=voicemail", `^event=answer&user=voicemail$`},
		{"an empty user", "event=newCall&user%5B%5D=&from=anonymous&to=", `^event=newCall&user%5B%5D=&from=anonymous&to=$`},
		{"a user with the pseudonym of another user", "event=newCall&user%5B%5D=Doc", `^event=newCall&user%5B%5D=User\+6$`},
		{"a national number", "event=newCall&direction=in&from=015112345678", `^event=newCall&direction=in&from=02214710001$`},
		{"an extension", "event=newCall&direction=in&from=42", `^event=newCall&direction=in&from=[1-9][0-9]$`},
		{"a SIP id", "event=newCall&direction=in&from=1452406e0", `^event=newCall&direction=in&from=[1-9][0-9]{6}e0$`},
		{"the xcid of a click", "event=newCall&xcid=c2d-0.1064278", `^event=newCall&xcid=c2d-[1-9]\.[0-9]{7}$`},
		{"one pressed key", "event=dtmf&dtmf=1", `^event=dtmf&dtmf=1$`},
		{"several pressed keys", "event=dtmf&dtmf=4711*%23", `^event=dtmf&dtmf=[1-9][0-9]{3}\*%23$`},
		{"a hangup cause", "event=hangup&cause=normalClearing", `^event=hangup&cause=normalClearing$`},
		{"a field that is not documented", "event=newCall&callerName=J%C3%B6rg+Zahn", `^event=newCall&callerName=[G-Z]x[g-z][g-z]\+[G-Z][a-f][g-z][g-z]$`},
	} {
		got := string(n.Form(parseForm(t, test.body)).Encode(false))
		if !regexp.MustCompile(test.want).MatchString(got) {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		for _, secret := range []string{"15112345678", "98765432", "Emmett", "7654321w7", "AF0190", "8419b3450b75cd19", "1452406", "1064278", "4711", "Zahn"} {
			if strings.Contains(got, secret) {
				t.Errorf("%s: %q is still there: %s", test.name, secret, got)
			}
		}
	}
}

func TestAValueHasTheSamePseudonymInAllPushesOfARecording(t *testing.T) {
	t.Parallel()
	n := New("secret")
	firstPush := n.Form(parseForm(t, "event=newCall&callId=54566BAF0190&origCallId=54566BAF0190&xcid=54566BAF0190"))
	if firstPush.Get(push.FieldCallID) != firstPush.Get(push.FieldOrigCallID) || firstPush.Get(push.FieldCallID) != firstPush.Get(push.FieldXCID) {
		t.Errorf("ids that are equal have the pseudonyms %v", firstPush)
	}
	laterPush := n.Form(parseForm(t, "event=hangup&callId=54566BAF0190"))
	if diff := cmp.Diff(firstPush.Get(push.FieldCallID), laterPush.Get(push.FieldCallID)); diff != "" {
		t.Errorf("the same id in another push mismatch (-want +got):\n%s", diff)
	}
	otherRecording := New("another secret").Form(parseForm(t, "event=hangup&callId=54566BAF0190"))
	if otherRecording.Get(push.FieldCallID) == laterPush.Get(push.FieldCallID) {
		t.Errorf("another recording has the same pseudonym %q", laterPush.Get(push.FieldCallID))
	}
	pseudonyms := map[string]bool{}
	for _, id := range []string{"46709", "46710", "46711", "46712", "46713", "46714", "46715", "46716", "46717"} {
		pseudonyms[n.Form(push.Form{{Name: push.FieldCallID, Value: id}}).Get(push.FieldCallID)] = true
	}
	if len(pseudonyms) != 9 {
		t.Errorf("nine ids have %d pseudonyms", len(pseudonyms))
	}
}

func TestPseudonymsOfNumbersAreReservedForFiction(t *testing.T) {
	t.Parallel()
	n := New("")
	for _, from := range []string{"4915112345678", "+14155550100", "0044201234567", "33123456789"} {
		got := n.Form(push.Form{{Name: push.FieldFrom, Value: from}}).Get(push.FieldFrom)
		if number := strings.TrimPrefix(strings.TrimPrefix(got, "+"), "00"); !scenarios.IsFictional(number) {
			t.Errorf("%s has the pseudonym %s, which is not reserved for fiction", from, got)
		}
	}
	for _, account := range []bool{true, false} {
		for _, i := range []int{1, 999, 1000, 4100, 4101} {
			if number := scenarios.FictionalNumber(i, account); !scenarios.IsFictional(number) {
				t.Errorf("FictionalNumber(%d, %t) = %s, which is not reserved for fiction", i, account, number)
			}
		}
	}
}

func TestTextReplacesTheValuesOfThePush(t *testing.T) {
	t.Parallel()
	n := New("secret")
	form := parseForm(t, "event=newCall&direction=in&from=4915112345678&to=4930987654321&callId=54566BAF0190&user%5B%5D=J%C3%B6rg+%26+Co&userId%5B%5D=w7")
	id := n.Form(form).Get(push.FieldCallID)
	for text, want := range map[string]string{
		`<Response onAnswer="https://receiver.example:8443/a?id=54566BAF0190"/>`: `<Response onAnswer="https://receiver.example:8443/a?id=` + id + `"/>`,
		`<Dial callerId="4930987654321"><Number>4915187654321</Number></Dial>`:   `<Dial callerId="493023125001"><Number>492214710002</Number></Dial>`,
		`/push/J%C3%B6rg%20%26%20Co?user=J%C3%B6rg+%26+Co`:                       `/push/Doc?user=Doc`,
		`<!-- Jörg &amp; Co -->`:                    `<!-- Doc -->`,
		`Hello 54566BAF0190, w7, tel4915112345678!`: `Hello ` + id + `, w7, tel492214710001!`,
	} {
		if diff := cmp.Diff(want, n.Text(form)(text)); diff != "" {
			t.Errorf("Text(%q) mismatch (-want +got):\n%s", text, diff)
		}
	}
	later := parseForm(t, "event=hangup&callId=54566BAF0191")
	if got := n.Text(later)("of 54566BAF0190"); got != "of "+id {
		t.Errorf("an id of an earlier push becomes %q, want %q", got, "of "+id)
	}
}
