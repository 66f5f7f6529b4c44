package report

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/verdict"
)

// htmlRepeat holds the commands that play the same again.
type htmlRepeat struct {
	Command string      // plays the whole run
	Only    string      // plays only what is not met; "" if everything is met
	Curls   []htmlBlock // the blocks that have a curl line

	Incoming, Outgoing string // the receiver's URLs; Outgoing is "" if there is no other
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
		out.Only = run + " --only " + shellQuote(strings.Join(ids, ",")) + where
	}
	return out
}
