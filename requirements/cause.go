package requirements

import (
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Cause is a property that the odd pushes of several requirements have in common. If a receiver refuses every push with the property, the
// cause explains all these findings, and one fix helps with all of them.
type Cause struct {
	ID       string // such as "empty-field"
	Property string // the property, in words that follow "push"
	Fix      string // what the user changes in the receiver

	// occurrenceOf names what in a push has the property, such as "no user". It returns "" if the push does not have the property.
	occurrenceOf func(push.Push, push.Form) string
}

// Causes returns all causes. If two causes explain a finding, the first cause counts. no-user-id comes before no-user, because more pushes
// lack a user id than lack a user. The caller may change the slice.
func Causes() []Cause {
	return []Cause{
		{
			ID:       "empty-field",
			Property: "in which any field has no value",
			Fix: "Read the body with a form parser that keeps fields without a value: in Python parse_qs(body, keep_blank_values=True), elsewhere the parser of the " +
				"framework instead of a regular expression or a split at & and =. Then treat an empty value like a missing field.",
			occurrenceOf: firstEmptyField,
		},
		{
			ID:       "no-user-id",
			Property: "that names no user id, with or without a user name",
			Fix: "Do not require userId[] and fullUserId[] in newCall pushes, or userId and fullUserId in answer pushes: they are left out if no user of the " +
				"account is rung or answers.",
			occurrenceOf: describeMissingUserID,
		},
		{
			ID:       "no-user",
			Property: "that names no user: user[] is empty or absent",
			Fix: "Read the users with a default, and treat an empty name like no user. Python: parse_qs(body, keep_blank_values=True).get(\"user[]\", []), because " +
				"parse_qs drops empty fields without that argument. Flask: request.form.getlist(\"user[]\"). Express: [].concat(body.user ?? []). PHP: (array)($_POST[\"user\"] ?? []).",
			occurrenceOf: describeMissingUser,
		},
		{
			ID:           "no-number",
			Property:     "whose from or to is not a telephone number with country code",
			Fix:          "Keep from and to as text, and do not reject a push because of them: they may be empty, anonymous, a SIP id, an extension, or begin with 00.",
			occurrenceOf: describeInvalidNumber,
		},
		{
			ID:       "long-id",
			Property: "whose callId has more than 128 characters",
			Fix: "Keep callId and origCallId as text, with room for 255 characters (VARCHAR(255), TEXT): the ids of incoming calls have 74 or 76 characters, " +
				"those of outgoing calls 136.",
			occurrenceOf: directionOfLongID,
		},
	}
}

// OccurrenceIn names what in a push has the property, such as "no user". It returns "" if the push does not have the property.
func (c Cause) OccurrenceIn(x transcript.Exchange) string {
	if x.ForeignName != "" {
		return ""
	}
	form, err := push.ParseForm(x.Body)
	if err != nil {
		return ""
	}
	return c.occurrenceOf(x.Push, form)
}

func firstEmptyField(_ push.Push, form push.Form) string {
	for _, field := range form {
		if field.Value == "" {
			return field.Name
		}
	}
	return ""
}

func describeMissingUserID(p push.Push, _ push.Form) string {
	switch {
	case p.Event != push.NewCall && p.Event != push.Answer, p.Direction == push.Outgoing, len(p.UserIDs) > 0:
		return ""
	case len(p.Users) == 0:
		return "no user"
	case p.Users[0] == "":
		return "an empty user"
	}
	return "a user without id"
}

func describeMissingUser(p push.Push, _ push.Form) string {
	switch {
	case p.Event != push.NewCall, p.Direction == push.Outgoing, strings.Join(p.Users, "") != "":
		return ""
	case len(p.Users) == 0:
		return "no user"
	}
	return "an empty user"
}

func describeInvalidNumber(p push.Push, _ push.Form) string {
	switch {
	case p.Event == push.DTMF: // dtmf pushes have no numbers
		return ""
	case !push.IsE164(p.From):
		return "from " + p.From
	case !push.IsE164(p.To):
		return "to " + p.To
	}
	return ""
}

func directionOfLongID(p push.Push, _ push.Form) string {
	if len(p.CallID) <= 128 {
		return ""
	}
	return string(p.Direction)
}
