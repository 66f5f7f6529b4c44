package report

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/verdict"
)

// htmlRepeat holds the commands that play the run or parts of it again.
type htmlRepeat struct {
	Command    string      // plays the whole run
	OnlyNotMet string      // plays only the requirements that are not met; "" if all are met
	Curls      []htmlBlock // the blocks that have a curl line

	Incoming, Outgoing string // the URLs of the receiver; Outgoing is "" if it is the same as Incoming
}

func htmlRepeatOf(v verdict.Verdict, blocks []htmlBlock) htmlRepeat {
	run := fmt.Sprintf("pushcheck run --seed %d", v.Seed)
	if v.Nonce != "" {
		run += " --nonce " + shellQuote(v.Nonce)
	}
	where := " " + shellQuote(urlOnLine(v.Incoming))
	if v.Outgoing != "" && v.Outgoing != v.Incoming {
		where = " --outgoing " + shellQuote(urlOnLine(v.Outgoing)) + where
	}
	out := htmlRepeat{Command: run + where, Incoming: clipLong(orEmpty(v.Incoming), longText)}
	if v.Outgoing != v.Incoming {
		out.Outgoing = clipLong(v.Outgoing, longText)
	}
	for _, b := range blocks {
		if b.Curl != "" {
			out.Curls = append(out.Curls, b)
		}
	}
	var ids []string
	for _, s := range []verdict.Status{verdict.Failed, verdict.Warned} {
		for _, r := range withStatus(v.Rows, s) {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) > 0 {
		out.OnlyNotMet = run + " --only " + shellQuote(strings.Join(ids, ",")) + where
	}
	return out
}
