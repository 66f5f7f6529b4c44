package diagram

import (
	"strconv"
)

// responseLines returns the lines of text above the arrow of the response.
func responseLines(p Push) []string {
	r := p.Response
	switch {
	case p.NotSent != "":
		return []string{"not sent: " + p.NotSent}
	case r.isPending():
		return []string{"waiting for the response"}
	}
	var lines []string
	switch {
	case r.Status == 0 && r.Took > 0:
		lines = append(lines, r.Failure+" after "+durationText(r.Took))
	case r.Status == 0:
		lines = append(lines, r.Failure)
	default:
		lines = append(lines, strconv.Itoa(r.Status)+" in "+durationText(r.Took))
		if r.Failure != "" {
			lines = append(lines, r.Failure)
		}
	}
	return append(lines, r.Actions...)
}

// responseClass returns the CSS class of the arrow of the response.
func responseClass(p Push) string {
	for _, f := range p.Findings {
		if f.IsFailure {
			return "bad"
		}
	}
	switch {
	case len(p.Findings) > 0:
		return "warn"
	case p.NotSent != "" || p.Response.isPending():
		return "note"
	}
	return "back"
}

// findingLabel returns a sign, the status and the id of the requirement. The sign shows a failure to readers who do not see colours.
func findingLabel(f Finding) string {
	sign := "! "
	if f.IsFailure {
		sign = "✗ "
	}
	return sign + f.Status + " " + f.ID
}

// describe returns a sentence about the diagram, for people who cannot see it.
func describe(c Call) string {
	sent, notSent := 0, 0
	var findings []string
	for _, p := range c.Pushes {
		if p.NotSent != "" {
			notSent++
		} else {
			sent++
		}
		for _, f := range p.Findings {
			findings = append(findings, f.ID)
		}
	}
	text := strconv.Itoa(sent) + " sent"
	if notSent > 0 {
		text += ", " + strconv.Itoa(notSent) + " not sent"
	}
	text = "Pushes from sipgate to the receiver: " + text + "."
	for i, id := range findings {
		if i == 0 {
			text += " Not met: "
		} else {
			text += ", "
		}
		if i == 8 {
			text += strconv.Itoa(len(findings)-i) + " more"
			break
		}
		text += id
	}
	if len(findings) > 0 {
		text += "."
	}
	return text
}
