package call

import "github.com/pushcheck/pushcheck/push"

// SinglePush returns a Call that consists of one push. The push is sent to url, even if it is not a newCall. The response changes nothing.
// leg is the name of the leg, see Step.Leg.
func SinglePush(p push.Push, leg, url string) *Call {
	step := Step{Leg: leg, Push: p, Direction: p.Direction, URL: url, NewCallURL: url}
	return &Call{ready: []Step{step}, underWay: []stepUnderWay{{number: step.Number}}}
}
