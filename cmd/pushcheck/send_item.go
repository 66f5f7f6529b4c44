package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
)

// sendItem is what the first argument of send names: a call scenario, or one push of a plain call.
type sendItem struct {
	name  string
	story scenarios.Scenario
	event push.Event // event of the one push that is sent; "": the whole call is played
}

// plainCall returns the call scenario from which single pushes are taken. The callId is derived from the name of the scenario, the nonce
// and the seed, so that single pushes with the same nonce and seed are about the same call.
func plainCall() scenarios.Scenario {
	return scenarios.Scenario{Name: "single", Title: "one push", Story: []scenarios.Act{
		{Who: "Jennifer", Deed: scenarios.Calls, To: []string{"Doc"}},
		{Who: "Doc", Deed: scenarios.Answers},
		{Who: "Doc", Deed: scenarios.Ends, Cause: push.NormalClearing},
	}}
}

// findSendItem finds a built-in call scenario by its name, or a push by its event. If the name ends in .yaml or .yml, findSendItem reads
// the call scenario from the file with this name.
func findSendItem(name string) (sendItem, error) {
	events := []string{string(push.NewCall), string(push.Answer), string(push.Hangup), string(push.DTMF)}
	if slices.Contains(events, name) {
		return sendItem{name: name, story: plainCall(), event: push.Event(name)}, nil
	}
	if strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") {
		return readSendItem(name)
	}
	if story, ok := scenarios.Find(name); ok {
		return sendItem{name: name, story: story}, nil
	}
	known := events
	for _, s := range scenarios.All() {
		known = append(known, s.Name)
	}
	hint := "a push (" + strings.Join(events, ", ") + ") or a call scenario, see: pushcheck list scenarios"
	if near, ok := suggest.Closest(name, known); ok {
		hint = fmt.Sprintf("did you mean %s?", near)
	}
	return sendItem{}, usage(fmt.Sprintf("unknown call scenario or push %q", name), "%s", hint)
}

func readSendItem(file string) (sendItem, error) {
	data, err := readFile(file)
	if err != nil {
		return sendItem{}, usage(fmt.Sprintf("reading the call scenario: %v", err), "see the built-in ones in: pushcheck list scenarios")
	}
	story, err := scenarios.Load(file, data)
	if err != nil {
		return sendItem{}, mistakesError(err, "see the built-in ones in: pushcheck list scenarios")
	}
	return sendItem{name: story.Name, story: story}, nil
}

// title describes what is played.
func (p sendItem) title() string {
	if p.event != "" {
		return string(p.event)
	}
	return p.story.Name + ": " + p.story.Title
}

// callSettings holds the URLs, people, numbers and ids of a call that is going to be played.
type callSettings struct {
	incoming, outgoing string // URLs for newCall pushes of incoming and outgoing calls; "": there are no such calls
	seed               int64
	nonce              string
	callIDs            []string // callIds to use in place of generated callIds; nil: callIds are generated
	cast               scenarios.Cast
}

// call makes a call that can be played. A single push goes to the URL for incoming calls.
func (p sendItem) call(c callSettings) *call.Call {
	makeCall := func() *call.Call {
		return call.New(p.story, call.Options{
			Incoming: c.incoming, Outgoing: c.outgoing, CallIDs: c.callIDs,
			Cast: c.cast.WithDrawnNumbers(c.seed, c.nonce, p.story.Name),
			IDs:  push.IDs{Seed: c.seed, Nonce: c.nonce},
		})
	}
	if p.event == "" {
		return makeCall()
	}
	steps := makeCall().Rehearse()
	step := steps[0]
	if p.event == push.DTMF {
		digits := "1"
		step.Push = push.Push{Event: push.DTMF, CallID: step.Push.CallID, OrigCallID: step.Push.OrigCallID, XCID: step.Push.XCID, Digits: &digits}
	}
	for _, s := range steps {
		if s.Push.Event == p.event {
			step = s
		}
	}
	return call.SinglePush(step.Push, step.Leg, c.incoming)
}

// assumedCapabilities returns the capabilities that the receiver is assumed to have. A single answer, hangup or dtmf push is sent although
// the receiver has not subscribed to it.
func (p sendItem) assumedCapabilities() []requirements.Capability {
	switch p.event {
	case push.Answer:
		return []requirements.Capability{requirements.CanAnswer}
	case push.Hangup:
		return []requirements.Capability{requirements.CanHangup}
	case push.DTMF:
		return []requirements.Capability{requirements.CanGather}
	}
	return nil
}
