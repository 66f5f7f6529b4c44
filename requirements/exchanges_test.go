package requirements_test

import "github.com/pushcheck/pushcheck/internal/testexchange"

const (
	pushURL           = testexchange.PushURL
	followUpURL       = testexchange.FollowUpURL
	xmlType           = testexchange.XMLType
	bothSubscriptions = testexchange.BothSubscriptions
)

var (
	endedExchange    = testexchange.Ended
	exchange         = testexchange.New
	acceptedExchange = testexchange.Accepted
	callOf           = testexchange.CallOf
	probeCall        = testexchange.ProbeCallOf
	asOutgoing       = testexchange.AsOutgoing
	asOdd            = testexchange.AsOdd
	withStatus       = testexchange.WithStatus
	withTimes        = testexchange.WithTimes
	withCapturedBody = testexchange.WithCapturedBody
	withAlteredBody  = testexchange.WithAlteredBody
	withForwardedFor = testexchange.WithForwardedFor
	thenGone         = testexchange.ThenGone
	thenSilent       = testexchange.ThenSilent
	thenAway         = testexchange.ThenAway
)
