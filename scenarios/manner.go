package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Manner is how a deed is done, if there are several ways.
type Manner string

const (
	Blind    Manner = "blind"    // a transfer after which Who leaves the call at once, whether To picks up or not
	Attended Manner = "attended" // a transfer by which Who stays in the call until To has picked up, or has not
	ByClick  Manner = "click"    // a call that is started on a screen: Who's own phone rings as well
)

// manners lists the manners in which a deed can be done; none if there is only one.
func (d Deed) manners() []string {
	switch d {
	case Transfers:
		return []string{string(Blind), string(Attended)}
	case Calls:
		return []string{string(ByClick)}
	}
	return nil
}

// Anonymous is the caller's number if the caller suppresses it.
const Anonymous = "anonymous"

// showsPattern is what can stand for a caller's number: anonymous, or a SIP id such as 1234567e0.
const showsPattern = `^(anonymous|` + sipIDPattern + `)$`

const sipIDPattern = `[0-9]{5,10}[ep][0-9]{1,3}`

var sipIDExpression = regexp.MustCompile(`^` + sipIDPattern + `$`)

// CutSIPID splits a SIP id such as 1234567e0 into the number of the account and the rest. ok reports whether it is a SIP id.
func CutSIPID(id string) (account, extension string, ok bool) {
	if !sipIDExpression.MatchString(id) {
		return "", "", false
	}
	i := strings.IndexAny(id, "ep")
	return id[:i], id[i:], true
}

// mannerFaults lists what is wrong with an act's manner and with how the caller is shown.
func mannerFaults(a Act) []fault {
	var found []fault
	if allowed := a.Deed.manners(); a.How != "" && len(allowed) == 0 {
		found = append(found, fault{key: keyHow, wrong: fmt.Sprintf("how does not go with %q", a.Deed), expected: `expected it with "calls" or "transfers" only`})
	} else if a.How != "" && !slices.Contains(allowed, string(a.How)) {
		found = append(found, fault{key: keyHow, wrong: fmt.Sprintf("%s %s in an unknown manner %q", a.Who, a.Deed, a.How), expected: suggestion(string(a.How), allowed)})
	}
	switch {
	case a.Shows != "" && a.Deed != Calls:
		found = append(found, fault{key: keyShows, wrong: fmt.Sprintf("shows does not go with %q", a.Deed), expected: `expected it with "calls" only`})
	case a.Shows != "" && !regexp.MustCompile(showsPattern).MatchString(a.Shows):
		found = append(found, fault{key: keyShows, wrong: fmt.Sprintf("the caller shows %q", a.Shows), expected: "expected anonymous, or a SIP id such as 1234567e0"})
	}
	return found
}
