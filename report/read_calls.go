package report

import "bytes"

// Sent holds the pushes of a call that a report has.
type Sent struct {
	ID       int    // of the call in the report
	Scenario string // name of the call scenario; "" if there is none
	Bodies   []Body // in the order in which they were sent
}

// Body is the body of one push.
type Body struct {
	Text  []byte
	Whole bool // the report has every byte; it cuts long bodies and replaces bytes that are no UTF-8
}

// ReadCalls returns the pushes of the calls in a report that JSON wrote. Errors are those of Read.
func ReadCalls(data []byte) ([]Sent, error) {
	d, err := parse(bytes.TrimPrefix(data, []byte("\ufeff")))
	if err != nil {
		return nil, err
	}
	var out []Sent
	for _, c := range d.Calls {
		sent := Sent{ID: c.ID, Scenario: c.Scenario}
		for _, ex := range c.Exchanges {
			sent.Bodies = append(sent.Bodies, Body{Text: []byte(ex.Body), Whole: int64(len(ex.Body)) == ex.BodyLength})
		}
		out = append(out, sent)
	}
	return out, nil
}
