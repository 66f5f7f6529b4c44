package receiver

// documentFaults are faults of the document and of what declares it.
func documentFaults() []Fault {
	return []Fault{
		{
			Name: "unknown-encoding", Says: "names an encoding in the XML declaration that does not exist, and no charset in the Content-Type",
			Phase: Responses, Breaks: []string{"response.readable-encoding"},
			on: document, change: exchange(`encoding="UTF-8"`, `encoding="klingon"`),
		},
		{
			Name: "false-declaration", Says: "writes UTF-8, as its Content-Type says, and declares UTF-16 in the XML",
			Phase: Responses, Breaks: []string{"response.readable-encoding"},
			on: document, change: both(header("Content-Type", "application/xml; charset=UTF-8"), exchange(`encoding="UTF-8"`, `encoding="UTF-16"`)),
		},
	}
}
