package report

import "bytes"

// SentCall holds the pushes of a call, read from a report.
type SentCall struct {
	ID       int    // id of the call in the report
	Scenario string // name of the call scenario; may be empty
	Bodies   []Body // bodies of the pushes, in the order in which they were sent
}

// Body is the body of one push.
type Body struct {
	Text       []byte
	IsComplete bool // Text is exactly what was sent; if false, the report has cut the body or replaced bytes that are not UTF-8
}

// ParseCalls returns the pushes of the calls in a report that the function JSON wrote. Its errors are those of ParseReport.
func ParseCalls(data []byte) ([]SentCall, error) {
	d, err := parseDocument(bytes.TrimPrefix(data, []byte("\ufeff")))
	if err != nil {
		return nil, err
	}
	var out []SentCall
	for _, c := range d.Calls {
		sent := SentCall{ID: c.ID, Scenario: c.Scenario}
		for _, ex := range c.Exchanges {
			sent.Bodies = append(sent.Bodies, Body{Text: []byte(ex.Body), IsComplete: int64(len(ex.Body)) == ex.BodyLength})
		}
		out = append(out, sent)
	}
	return out, nil
}
