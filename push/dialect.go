package push

// Dialect is a way of writing pushes as forms. The zero value writes them as they were observed.
type Dialect struct {
	Name        string             // such as "observed"
	Fields      map[Event][]string // the fields of a push, in order; an event without an entry has those of ObservedDialect
	RawBrackets bool               // user[]= instead of user%5B%5D=, for Form.Encode
}

// fieldOrder lists the fields of an event.
func (d Dialect) fieldOrder(e Event) []string {
	if names, ok := d.Fields[e]; ok {
		return names
	}
	return observedOrder(e)
}

// ObservedDialect writes pushes as sipgate has been seen to: with origCallId and xcid, and encoded brackets. The order of newCall
// and hangup was observed; that of answer and dtmf is the documented one with origCallId, xcid and diversion after it.
//
// See wire-facts: Payloads by event.
func ObservedDialect() Dialect {
	d := Dialect{Name: "observed", Fields: map[Event][]string{}}
	for _, e := range []Event{NewCall, Answer, Hangup, DTMF} {
		d.Fields[e] = observedOrder(e)
	}
	return d
}

// observedOrder lists the fields that an event is known to have. An event that sipgate may add later can have all of them.
func observedOrder(e Event) []string {
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

// DocumentedDialect writes pushes as sipgate's API reference shows them: its fields in its order, with raw brackets as in its curl
// lines. origCallId and xcid are documented for newCall only.
//
// See wire-facts: Payloads by event.
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
