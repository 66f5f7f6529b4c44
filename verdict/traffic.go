package verdict

import "fmt"

// Traffic counts what happened to test traffic: many calls that are judged only by whether their pushes were accepted.
type Traffic struct {
	Sent, Accepted int    // pushes
	Unusable       int    // pushes that could not be sent to the URL that the receiver named for them
	NotAllowed     int    // pushes not sent because --follow does not name their host
	Prevented      int    // pushes not sent because this machine could not connect
	Why            string // why it could not
	GaveUp         bool   // the receiver did not respond to several newCall pushes in a row, and no further call began
	Interrupted    bool
}

// Judge returns the conclusion, the exit code and the sentence for test traffic. Other fields of the verdict stay empty.
func (t Traffic) Judge() Verdict {
	v := Verdict{Interrupted: t.Interrupted}
	d := decision{interrupted: "interrupted: the figures cover the calls until then", good: "every push was accepted"}
	switch {
	case t.GaveUp && t.Prevented == 0:
		d.fatal = "the receiver does not respond to newCall pushes, so no further call began"
	case t.Sent > t.Accepted:
		d.fatal = fmt.Sprintf("%d of %d pushes were refused", t.Sent-t.Accepted, t.Sent)
	case t.Unusable > 0:
		d.fatal = fmt.Sprintf("%s could not be sent to the URL that the receiver named", pushes(t.Unusable))
	case t.Prevented > 0:
		d.open = fmt.Sprintf("%s could not be sent: %s", pushes(t.Prevented), t.Why)
	case t.NotAllowed > 0:
		d.open = fmt.Sprintf("%s could not be sent to a host that --follow does not name", pushes(t.NotAllowed))
	case t.Accepted == 0:
		d.open = "no push was sent"
	}
	v.decide(d)
	return v
}

func pushes(n int) string {
	if n == 1 {
		return "1 push"
	}
	return fmt.Sprintf("%d pushes", n)
}
