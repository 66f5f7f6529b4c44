package verdict

import (
	"slices"

	"github.com/pushcheck/pushcheck/requirements"
)

// lossOpen reports whether the receiver was lost at the end of the run, and no finding explains why. A failed requirement is fatal and is
// decided first.
func (r Run) lossOpen(rows []Row) bool {
	if r.Lost == nil {
		return false
	}
	for _, row := range rows {
		if row.ID == r.Lost.Requirement {
			return row.Status != Warned && row.Status != Known
		}
	}
	return true
}

// losses lists the requirements whose pushes crashed the receiver, at the end of the run or for a while.
func (r Run) losses() []string {
	var out []string
	if r.Lost != nil {
		out = append(out, r.Lost.Requirement)
	}
	for _, c := range r.Calls {
		if c.Lost != nil {
			out = append(out, c.Lost.Requirement)
		}
	}
	return out
}

// lost returns a note if the receiver was lost at the end of the run and no row shows that.
func (r Run) lost(rows []Row, said judgements) []Note {
	if r.Lost == nil || slices.ContainsFunc(rows, func(row Row) bool { return r.showsLoss(row, said) }) {
		return nil
	}
	return []Note{{About: "trouble", Text: "At the end of the run: " + requirements.LostSince(*r.Lost) + requirements.RestartAdvice(*r.Lost)}}
}

// showsLoss reports whether a row shows how the receiver was lost: its finding is the cause, or it could not be judged because of the loss.
func (r Run) showsLoss(row Row, said judgements) bool {
	switch row.Status {
	case Failed, Warned, Known:
		return row.ID == r.Lost.Requirement
	case Undetermined:
		j, ok := said[row.ID]
		return ok && slices.ContainsFunc(j.Open(), func(g requirements.Gap) bool { return g.Loss })
	}
	return false
}
