package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Manner is the way in which a deed is done. In the comments below, Who and To are the fields of the Act.
type Manner string

const (
	Blind    Manner = "blind"    // a transfer after which Who leaves the call at once
	Attended Manner = "attended" // a transfer after which Who stays in the call until To picks up or stops ringing
	ByClick  Manner = "click"    // click-to-dial: a call that is started on a screen, so that Who's own phone rings too
)

// manners lists the manners of a deed. It returns nil if the deed has no manners.
func (d Deed) manners() []string {
	switch d {
	case Transfers:
		return []string{string(Blind), string(Attended)}
	case Calls:
		return []string{string(ByClick)}
	}
	return nil
}

// Anonymous is sent instead of the number of a caller who suppresses the number.
const Anonymous = "anonymous"

// showsPattern matches a value that can stand for the number of a caller: anonymous, or a SIP id such as 1234567e0.
const showsPattern = `^(anonymous|` + sipIDPattern + `)$`

const sipIDPattern = `[0-9]{5,10}[ep][0-9]{1,3}`

var sipIDExpression = regexp.MustCompile(`^` + sipIDPattern + `$`)

// CutSIPID splits a SIP id such as 1234567e0 into the number of the account and the extension. ok is false if id is no SIP id.
func CutSIPID(id string) (account, extension string, ok bool) {
	if !sipIDExpression.MatchString(id) {
		return "", "", false
	}
	i := strings.IndexAny(id, "ep")
	return id[:i], id[i:], true
}

// mannerContradictions lists the mistakes in the fields How and Shows of an act.
func mannerContradictions(a Act) []contradiction {
	var contradictions []contradiction
	if allowed := a.Deed.manners(); a.How != "" && len(allowed) == 0 {
		contradictions = append(contradictions, contradiction{key: keyHow, wrong: fmt.Sprintf("how does not go with %q", a.Deed), expected: `expected it with "calls" or "transfers" only`})
	} else if a.How != "" && !slices.Contains(allowed, string(a.How)) {
		contradictions = append(contradictions, contradiction{key: keyHow, wrong: fmt.Sprintf("%s %s in an unknown manner %q", a.Who, a.Deed, a.How), expected: suggestion(string(a.How), allowed)})
	}
	switch {
	case a.Shows != "" && a.Deed != Calls:
		contradictions = append(contradictions, contradiction{key: keyShows, wrong: fmt.Sprintf("shows does not go with %q", a.Deed), expected: `expected it with "calls" only`})
	case a.Shows != "" && !regexp.MustCompile(showsPattern).MatchString(a.Shows):
		contradictions = append(contradictions, contradiction{key: keyShows, wrong: fmt.Sprintf("the caller shows %q", a.Shows), expected: "expected anonymous, or a SIP id such as 1234567e0"})
	}
	return contradictions
}
