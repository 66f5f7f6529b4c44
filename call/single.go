package call

import "github.com/pushcheck/pushcheck/push"

// SinglePush is a call that consists of one push. The push is sent to url, even if it is not a newCall. No other push follows, whatever the
// response. rings is whom the push's leg rings.
func SinglePush(p push.Push, rings, url string) *Call {
	step := Step{Leg: rings, Push: p, Direction: p.Direction, URL: url, PushURL: url}
	return &Call{ready: []Step{step}, underWay: []startedStep{{number: step.Number}}}
}
