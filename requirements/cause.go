package requirements

import (
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Cause is a property of pushes that odd pushes of several requirements have. If a receiver refuses every push that has it, this one
// cause explains all these findings, and one fix helps with all of them.
type Cause struct {
	ID   string // such as "empty-field"
	Says string // the property, as words that follow "push"
	Fix  string

	// form returns in which form a push has the property, and "" if it does not have it.
	form func(push.Push, push.Form) string
}

// Causes returns all of them. If two causes explain a finding, the first one counts. So no-user-id, which is about more pushes, comes before
// no-user. The slice is the caller's.
func Causes() []Cause {
	return []Cause{
		{
			ID:   "empty-field",
			Says: "in which any field has no value",
			Fix: "Read the body with a form parser that keeps fields without a value: in Python parse_qs(body, keep_blank_values=True), elsewhere the parser of the " +
				"framework instead of a regular expression or a split at & and =. Then treat an empty value like a missing field.",
			form: emptyField,
		},
		{
			ID:   "no-user-id",
			Says: "that names no user id, with or without a user name",
			Fix: "Do not require userId[] and fullUserId[] in newCall pushes, or userId and fullUserId in answer pushes: they are left out if no user of the " +
				"account is rung or answers.",
			form: noUserID,
		},
		{
			ID:   "no-user",
			Says: "that names no user: user[] is empty or absent",
			Fix: "Read the users with a default, and treat an empty name like no user. Python: parse_qs(body, keep_blank_values=True).get(\"user[]\", []), because " +
				"parse_qs drops empty fields without that argument. Flask: request.form.getlist(\"user[]\"). Express: [].concat(body.user ?? []). PHP: (array)($_POST[\"user\"] ?? []).",
			form: withoutUser,
		},
		{
			ID:   "no-number",
			Says: "whose from or to is not a telephone number with country code",
			Fix:  "Keep from and to as text, and do not reject a push because of them: they may be empty, anonymous, a SIP id, an extension, or begin with 00.",
			form: noNumber,
		},
	}
}

// Form returns in which form a push that was sent has the property, and "" if it does not have it.
func (c Cause) Form(x transcript.Exchange) string {
	if x.ForeignName != "" {
		return ""
	}
	form, err := push.ParseForm(x.Body)
	if err != nil {
		return ""
	}
	return c.form(x.Push, form)
}

func emptyField(_ push.Push, form push.Form) string {
	for _, field := range form {
		if field.Value == "" {
			return field.Name
		}
	}
	return ""
}

func noUserID(p push.Push, _ push.Form) string {
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

func withoutUser(p push.Push, _ push.Form) string {
	switch {
	case p.Event != push.NewCall, p.Direction == push.Outgoing, strings.Join(p.Users, "") != "":
		return ""
	case len(p.Users) == 0:
		return "no user"
	}
	return "an empty user"
}

func noNumber(p push.Push, _ push.Form) string {
	switch {
	case p.Event == push.DTMF: // it has no numbers
		return ""
	case !push.IsE164(p.From):
		return "from " + p.From
	case !push.IsE164(p.To):
		return "to " + p.To
	}
	return ""
}
