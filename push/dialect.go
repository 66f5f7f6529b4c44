package push

// Dialect decides how pushes are written as forms: which fields, in which order, with raw or encoded brackets. The zero value writes pushes
// as they were observed.
type Dialect struct {
	Name        string             // such as "observed"
	Fields      map[Event][]string // the fields of each event, in their order; an event without an entry has the fields of ObservedDialect
	RawBrackets bool               // write user[]= instead of user%5B%5D=; to be passed to Form.Encode
}

// fieldNames lists the fields of an event in their order.
func (d Dialect) fieldNames(e Event) []string {
	if names, ok := d.Fields[e]; ok {
		return names
	}
	return observedFieldNames(e)
}

// ObservedDialect returns the dialect of observed pushes: with origCallId and xcid, and with encoded brackets. The order of the fields of
// newCall and hangup was observed in pushes of 2018 to 2021. The fields of answer and dtmf have the documented order; in an answer,
// origCallId, xcid and diversion follow at the end.
func ObservedDialect() Dialect {
	d := Dialect{Name: "observed", Fields: map[Event][]string{}}
	for _, e := range []Event{NewCall, Answer, Hangup, DTMF} {
		d.Fields[e] = observedFieldNames(e)
	}
	return d
}

// observedFieldNames lists the fields of an event in the observed order. For an unknown event, which sipgate may add later, it lists all
// fields, with brackets in the names of the user fields.
func observedFieldNames(e Event) []string {
	switch e {
	case NewCall:
		return []string{FieldEvent, FieldDirection, FieldFrom, FieldTo, FieldCallID, FieldOrigCallID,
			FieldUsers, FieldUserIDs, FieldFullUserIDs, FieldXCID, FieldDiversion}
	case Answer:
		return []string{FieldEvent, FieldCallID, FieldUser, FieldUserID, FieldFullUserID, FieldFrom, FieldTo,
			FieldDirection, FieldAnsweringNumber, FieldOrigCallID, FieldXCID, FieldDiversion}
	case Hangup:
		return []string{FieldEvent, FieldCallID, FieldCause, FieldTo, FieldFrom, FieldDirection, FieldOrigCallID,
			FieldXCID, FieldDiversion, FieldAnsweringNumber}
	case DTMF:
		return []string{FieldEvent, FieldDigits, FieldCallID}
	}
	return []string{FieldEvent, FieldDirection, FieldFrom, FieldTo, FieldCallID, FieldOrigCallID,
		FieldUsers, FieldUserIDs, FieldFullUserIDs, FieldXCID, FieldDiversion, FieldAnsweringNumber, FieldCause, FieldDigits}
}

// DocumentedDialect returns the dialect of sipgate's API reference: the documented fields in the documented order, with raw brackets as in
// the curl examples. origCallId and xcid are documented for newCall only.
func DocumentedDialect() Dialect {
	return Dialect{
		Name: "documented",
		Fields: map[Event][]string{
			NewCall: {FieldEvent, FieldFrom, FieldTo, FieldDirection, FieldCallID, FieldOrigCallID,
				FieldUsers, FieldUserIDs, FieldFullUserIDs, FieldXCID, FieldDiversion},
			Answer: {FieldEvent, FieldCallID, FieldUser, FieldUserID, FieldFullUserID, FieldFrom, FieldTo,
				FieldDirection, FieldAnsweringNumber, FieldDiversion},
			Hangup: {FieldEvent, FieldCause, FieldCallID, FieldFrom, FieldTo, FieldDirection, FieldAnsweringNumber, FieldDiversion},
			DTMF:   {FieldEvent, FieldDigits, FieldCallID},
		},
		RawBrackets: true,
	}
}
