package push

// The names of the fields on the wire. The names with brackets are lists, one field for each entry.
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

// fieldPlace is where the value of a field is kept in a push. One of the three is set.
type fieldPlace struct {
	text           *string   // "" means that the field is absent, unless always is set
	writtenIfEmpty bool      // text is written even if it is empty
	list           *[]string // nil means that the field is absent
	optional       **string  // nil means that the field is absent
}

// placeOf returns where a push keeps a field, for writing and reading alike; false for a name that is no field of a push.
func (p *Push) placeOf(name string) (fieldPlace, bool) {
	switch name {
	case FieldEvent:
		return fieldPlace{text: (*string)(&p.Event)}, true
	case FieldDirection:
		return fieldPlace{text: (*string)(&p.Direction)}, true
	case FieldFrom:
		return fieldPlace{text: &p.From, writtenIfEmpty: p.Event.namesParties()}, true
	case FieldTo:
		return fieldPlace{text: &p.To, writtenIfEmpty: p.Event.namesParties()}, true
	case FieldCallID:
		return fieldPlace{text: &p.CallID}, true
	case FieldOrigCallID:
		return fieldPlace{text: &p.OrigCallID}, true
	case FieldUsers, FieldUser:
		return fieldPlace{list: &p.Users}, true
	case FieldUserIDs, FieldUserID:
		return fieldPlace{list: &p.UserIDs}, true
	case FieldFullUserIDs, FieldFullUserID:
		return fieldPlace{list: &p.FullUserIDs}, true
	case FieldXCID:
		return fieldPlace{text: &p.XCID}, true
	case FieldDiversion:
		return fieldPlace{text: &p.Diversion}, true
	case FieldAnsweringNumber:
		return fieldPlace{text: &p.AnsweringNumber}, true
	case FieldCause:
		return fieldPlace{text: (*string)(&p.Cause)}, true
	case FieldDigits:
		return fieldPlace{optional: &p.Digits}, true
	}
	return fieldPlace{}, false
}

// namesParties reports whether the pushes of an event always have from and to.
func (e Event) namesParties() bool { return e == NewCall || e == Answer || e == Hangup }

// appendTo adds what is written to a form, nothing if the field is absent.
func (at fieldPlace) appendTo(form Form, name string) Form {
	switch {
	case at.list != nil:
		for _, value := range *at.list {
			form = append(form, Field{name, value})
		}
	case at.optional != nil && *at.optional != nil:
		form = append(form, Field{name, **at.optional})
	case at.text != nil && (at.writtenIfEmpty || *at.text != ""):
		form = append(form, Field{name, *at.text})
	}
	return form
}

// store stores a value that was read. It returns false if a push cannot keep it: a second value of a field that has only one, or an empty
// one if "" means that the field is absent.
func (at fieldPlace) store(value string, first bool) bool {
	switch {
	case at.list != nil:
		*at.list = append(*at.list, value)
	case !first:
		return false
	case at.optional != nil:
		*at.optional = &value
	case value == "" && !at.writtenIfEmpty:
		return false
	default:
		*at.text = value
	}
	return true
}
