package push

// The names of the form fields of a push. A name with brackets is a list: the form has one field of that name for each entry.
const (
	FieldEvent           = "event"
	FieldDirection       = "direction"
	FieldFrom            = "from"
	FieldTo              = "to"
	FieldCallID          = "callId"
	FieldOrigCallID      = "origCallId"
	FieldUsers           = "user[]"
	FieldUserIDs         = "userId[]"
	FieldFullUserIDs     = "fullUserId[]"
	FieldUser            = "user"
	FieldUserID          = "userId"
	FieldFullUserID      = "fullUserId"
	FieldXCID            = "xcid"
	FieldDiversion       = "diversion"
	FieldAnsweringNumber = "answeringNumber"
	FieldCause           = "cause"
	FieldDigits          = "dtmf"
)

// fieldRef refers to the value of a form field in a Push. Exactly one of text, list and optionalText is not nil.
type fieldRef struct {
	text         *string   // "" means that the field is absent, unless isRequired is true
	isRequired   bool      // text is written even if it is empty
	list         *[]string // nil means that the field is absent
	optionalText **string  // nil means that the field is absent
}

// fieldRef returns a reference to the value of a form field in the push. It returns false if a push has no field of that name.
func (p *Push) fieldRef(name string) (fieldRef, bool) {
	switch name {
	case FieldEvent:
		return fieldRef{text: (*string)(&p.Event)}, true
	case FieldDirection:
		return fieldRef{text: (*string)(&p.Direction)}, true
	case FieldFrom:
		return fieldRef{text: &p.From, isRequired: p.Event.hasParties()}, true
	case FieldTo:
		return fieldRef{text: &p.To, isRequired: p.Event.hasParties()}, true
	case FieldCallID:
		return fieldRef{text: &p.CallID}, true
	case FieldOrigCallID:
		return fieldRef{text: &p.OrigCallID}, true
	case FieldUsers, FieldUser:
		return fieldRef{list: &p.Users}, true
	case FieldUserIDs, FieldUserID:
		return fieldRef{list: &p.UserIDs}, true
	case FieldFullUserIDs, FieldFullUserID:
		return fieldRef{list: &p.FullUserIDs}, true
	case FieldXCID:
		return fieldRef{text: &p.XCID}, true
	case FieldDiversion:
		return fieldRef{text: &p.Diversion}, true
	case FieldAnsweringNumber:
		return fieldRef{text: &p.AnsweringNumber}, true
	case FieldCause:
		return fieldRef{text: (*string)(&p.Cause)}, true
	case FieldDigits:
		return fieldRef{optionalText: &p.Digits}, true
	}
	return fieldRef{}, false
}

// hasParties reports whether the pushes of an event always have the fields from and to.
func (e Event) hasParties() bool { return e == NewCall || e == Answer || e == Hangup }

// appendTo appends the field to a form, with all its values. It appends nothing if the field is absent.
func (ref fieldRef) appendTo(form Form, name string) Form {
	switch {
	case ref.list != nil:
		for _, value := range *ref.list {
			form = append(form, Field{name, value})
		}
	case ref.optionalText != nil && *ref.optionalText != nil:
		form = append(form, Field{name, **ref.optionalText})
	case ref.text != nil && (ref.isRequired || *ref.text != ""):
		form = append(form, Field{name, *ref.text})
	}
	return form
}

// set stores a value of the field in the push. isFirst means that the form has no earlier field of that name. set returns false if the push
// cannot represent the value: the second value of a field that is no list, or an empty value if "" means that the field is absent.
func (ref fieldRef) set(value string, isFirst bool) bool {
	switch {
	case ref.list != nil:
		*ref.list = append(*ref.list, value)
	case !isFirst:
		return false
	case ref.optionalText != nil:
		*ref.optionalText = &value
	case value == "" && !ref.isRequired:
		return false
	default:
		*ref.text = value
	}
	return true
}
