package steps

import (
	"strings"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// troubles are what can happen to pushes on their way. Each push is as the story makes it: only the sequence is odd.
func troubles() []oddity {
	fate := func(of push.Event, f sender.Fate) func(call.Step) sender.Fate {
		return func(step call.Step) sender.Fate {
			if step.Push.Event == of {
				return f
			}
			return sender.Arrives
		}
	}
	return []oddity{
		{sentence: "the hangup never comes", says: "The hangup pushes are left out, as if they had got lost. The same people then call again.",
			fate: fate(push.Hangup, sender.Lost), next: true},
		{sentence: "the answer never comes", says: "The answer push is left out, as if it had got lost.",
			fate: fate(push.Answer, sender.Lost)},
		{sentence: "every push comes twice", says: "Each push is sent a second time, byte for byte, as soon as it is through.",
			fate: func(call.Step) sender.Fate { return sender.Twice }},
		{sentence: "the first leg's hangup is overtaken", says: "The hangup of the first leg is sent after the push that follows it.",
			fate: func(step call.Step) sender.Fate {
				if step.Push.Event == push.Hangup && step.Push.Diversion == "" {
					return sender.Overtaken
				}
				return sender.Arrives
			}},
		{sentence: "what follows is about a call that nobody knows", says: "answer and hangup carry a callId of which no newCall was ever told.",
			edit: func(_ *ScenarioRun, f push.Form, _ []string) push.Form {
				if event := f.Get(push.FieldEvent); event != string(push.Answer) && event != string(push.Hangup) {
					return f
				}
				return f.With(push.FieldCallID, unknown(f.Get(push.FieldCallID))).With(push.FieldOrigCallID, unknown(f.Get(push.FieldOrigCallID)))
			}},
	}
}

// unknown is an id of the same form that names another call. The hexadecimal digits of an id are of no known meaning.
func unknown(id string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case '0' <= r && r <= '4', 'A' <= r && r <= 'C':
			return r + 3
		case '5' <= r && r <= '7':
			return r - 5
		}
		return r
	}, id)
}

// then puts what was played later behind what was played before, as one transcript.
func then(before, later transcript.Call) transcript.Call {
	offset := 0
	for _, x := range before.Exchanges {
		offset = max(offset, x.Step+1)
	}
	for _, n := range before.NotSent {
		offset = max(offset, n.Step+1)
	}
	for _, x := range later.Exchanges {
		x.Step += offset
		before.Exchanges = append(before.Exchanges, x)
	}
	for _, n := range later.NotSent {
		n.Step += offset
		before.NotSent = append(before.NotSent, n)
	}
	before.Skipped = append(before.Skipped, later.Skipped...)
	before.Steered = before.Steered || later.Steered
	before.Complete = before.Complete && later.Complete
	return before
}
