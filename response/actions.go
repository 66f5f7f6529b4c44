package response

import (
	"regexp"
	"strconv"
	"strings"
)

// play reads a Play. One that is nested in a Gather keeps only itself from happening.
func (r *reader) play(e *element, nested bool) Play {
	p := Play{Pos: e.at}
	r.attributes(e, "")
	var urls []*element
	var misspelt *element
	for _, child := range e.children {
		switch {
		case r.name(child) == elementURL:
			urls = append(urls, child)
			r.attributes(child, "")
			r.onlyText(child)
		case misspelt == nil && meant(child, elementPlay) != "":
			misspelt = child
		default:
			r.unknownElement(child, elementPlay)
		}
	}
	problem := &Problem{Pos: e.at, Want: "one Url with an absolute http or https URL"}
	switch {
	case len(urls) == 1:
		p.URL, problem = target(urls[0].trimmedText(), urls[0].at)
	case len(urls) > 0:
		p.URL, _ = target(urls[0].trimmedText(), urls[0].at)
		problem.Pos, problem.Got = urls[1].at, strconv.Itoa(len(urls))
	case misspelt != nil:
		problem.Pos, problem.Got, problem.Hint = misspelt.at, quoted(misspelt.name), didYouMean(misspelt.local, within[elementPlay])
	case e.textAt != (Position{}):
		problem.Pos, problem.Got, problem.Hint = e.textAt, "the text "+quoted(e.trimmedText()), "put the URL into a Url element"
	default:
		problem.Got = "none"
	}
	if len(urls) > 0 || misspelt != nil {
		r.strayText(e)
	}
	if len(urls) > 0 && misspelt != nil {
		r.unknownElement(misspelt, elementPlay)
	}
	if problem != nil {
		problem.Rule, problem.Voids = "play.url", !nested
		r.add(*problem)
	}
	return p
}

func (r *reader) gather(e *element) Gather {
	g := Gather{MaxDigits: defaultMaxDigits, TimeoutMS: defaultTimeoutMS, Pos: e.at}
	misspelt := r.attributes(e, attributeOnData)
	onData := Problem{Rule: "gather.ondata", Pos: e.at, Want: "onData with an absolute http or https URL", Got: "none"}
	if a := e.attribute(attributeOnData); a != nil {
		var problem *Problem
		if g.OnData, problem = target(a.value, a.at); problem != nil {
			problem.Rule = onData.Rule
			r.void(*problem)
		}
	} else {
		if misspelt != nil {
			onData.Pos, onData.Got, onData.Hint = misspelt.at, quoted(misspelt.name), didYouMean(misspelt.name, []string{attributeOnData})
		}
		r.void(onData)
	}
	r.whole(e.attribute(attributeMaxDigits), &g.MaxDigits, Problem{Rule: "gather.max-digits", Want: "a whole number of at least 1"})
	r.whole(e.attribute(attributeTimeout), &g.TimeoutMS, Problem{Rule: "gather.timeout", Want: "a whole number of milliseconds, at least 1"})
	if a := e.attribute(attributeType); a != nil && strings.TrimSpace(a.value) != "dtmf" {
		r.add(Problem{Rule: "gather.type", Pos: a.at, Want: "dtmf", Got: quoted(a.value), Hint: didYouMean(a.value, []string{"dtmf"})})
	}
	for _, child := range e.children {
		name := r.name(child)
		switch {
		case name == elementPlay && g.Play == nil:
			play := r.play(child, true)
			g.Play = &play
		case name == elementPlay:
			r.add(Problem{Rule: "gather.nesting", Milder: true, Pos: child.at, Want: "one Play in Gather", Got: "another"})
		default:
			nested := Problem{Rule: "gather.nesting", Pos: child.at, Want: "nothing but a Play in Gather", Got: quoted(child.name)}
			if _, documented := within[name]; documented {
				nested.Hint = "respond to the dtmf push with it"
			} else {
				nested.Hint = didYouMean(child.local, within[elementGather])
			}
			r.add(nested)
		}
	}
	if e.textAt != (Position{}) {
		r.add(Problem{Rule: "gather.nesting", Milder: true, Pos: e.textAt, Want: "nothing but a Play in Gather", Got: "the text " + quoted(e.trimmedText()),
			Hint: "what the caller is to hear is a sound file, in a Play"})
	}
	return g
}

const (
	defaultMaxDigits = 1
	defaultTimeoutMS = 2000
)

var wholeNumber = regexp.MustCompile(`^\+?0*[1-9][0-9]*$`)

// whole sets what an attribute says, where it is there and a whole number of at least 1.
func (r *reader) whole(a *attribute, to *int, otherwise Problem) {
	if a == nil {
		return
	}
	value := strings.TrimSpace(a.value)
	if !wholeNumber.MatchString(value) {
		otherwise.Pos, otherwise.Got = a.at, quoted(a.value)
		r.add(otherwise)
		return
	}
	n, _ := strconv.ParseInt(value, 10, 32) // too great a number is cut to the greatest
	*to = int(n)
}

const (
	reasonRejected = "rejected"
	reasonBusy     = "busy"
)

func (r *reader) reject(e *element) Reject {
	reject := Reject{Reason: reasonRejected, Pos: e.at}
	r.attributes(e, "")
	if a := e.attribute(attributeReason); a != nil {
		switch value := strings.TrimSpace(a.value); value {
		case reasonRejected, reasonBusy:
			reject.Reason = own(value)
		default:
			r.add(Problem{Rule: "reject.reason", Pos: a.at, Want: "rejected or busy", Got: quoted(a.value), Hint: didYouMean(value, []string{reasonRejected, reasonBusy})})
		}
	}
	r.onlyText(e)
	r.strayText(e)
	return reject
}

func (r *reader) hangup(e *element) Hangup {
	r.attributes(e, "")
	empty := Problem{Rule: "hangup.empty", Want: "nothing in Hangup"}
	switch {
	case len(e.children) > 0:
		empty.Pos, empty.Got = e.children[0].at, quoted(e.children[0].name)
		r.add(empty)
	case e.textAt != (Position{}):
		empty.Pos, empty.Got = e.textAt, quoted(e.trimmedText())
		r.add(empty)
	}
	return Hangup{Pos: e.at}
}
