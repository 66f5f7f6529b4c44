package report

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/verdict"
)

// htmlRepeat holds the commands that play the whole run or parts of it again.
type htmlRepeat struct {
	RunCommand     string      // plays the whole run
	NotMetCommand  string      // plays only the requirements that failed or have a warning; "" if there are none
	BlocksWithCurl []htmlBlock // the blocks that have a curl line

	Incoming, Outgoing string // URLs of the receiver for incoming and outgoing calls; Outgoing is "" if both are the same
}

func htmlRepeatOf(v verdict.Verdict, blocks []htmlBlock) htmlRepeat {
	runCommand := fmt.Sprintf("pushcheck run --seed %d", v.Seed)
	if v.Nonce != "" {
		runCommand += " --nonce " + shellQuote(v.Nonce)
	}
	urlArguments := " " + shellQuote(printableURL(v.Incoming))
	if v.Outgoing != "" && v.Outgoing != v.Incoming {
		urlArguments = " --outgoing " + shellQuote(printableURL(v.Outgoing)) + urlArguments
	}
	out := htmlRepeat{RunCommand: runCommand + urlArguments, Incoming: clipLong(orEmpty(v.Incoming), longTextLength)}
	if v.Outgoing != v.Incoming {
		out.Outgoing = clipLong(v.Outgoing, longTextLength)
	}
	for _, b := range blocks {
		if b.Curl != "" {
			out.BlocksWithCurl = append(out.BlocksWithCurl, b)
		}
	}
	var ids []string
	for _, s := range []verdict.Status{verdict.Failed, verdict.Warned} {
		for _, r := range rowsWithStatus(v.Rows, s) {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) > 0 {
		out.NotMetCommand = runCommand + " --only " + shellQuote(strings.Join(ids, ",")) + urlArguments
	}
	return out
}
