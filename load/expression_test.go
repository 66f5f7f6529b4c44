package load_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/load"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestValidExpressionsAreParsed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want any
		read func(string) (any, error)
	}{
		{"20/s", 20.0, parseRate}, {"300/m", 5.0, parseRate}, {"1800/h", 0.5, parseRate}, {"0.5/s", 0.5, parseRate}, {"100000/s", 100_000.0, parseRate}, {"1/h", 1.0 / 3600, parseRate},
		{"poisson", load.Poisson, parseArrivals}, {"constant", load.Constant, parseArrivals},
		{"constant:10s", load.Distribution{Shape: load.FixedTime, Mean: 10 * time.Second}, parseDistribution},
		{"exponential:1m30s", load.Distribution{Shape: load.Exponential, Mean: 90 * time.Second}, parseDistribution},
		{"lognormal:24h", load.Distribution{Shape: load.Lognormal, Mean: 24 * time.Hour}, parseDistribution},
		{"constant:0s", load.Distribution{Shape: load.FixedTime}, parseDistribution},
		{"2/5", verdict.Shard{Number: 2, Total: 5}, parseShard}, {"1/1", verdict.Shard{Number: 1, Total: 1}, parseShard}, {"10000/10000", verdict.Shard{Number: 10000, Total: 10000}, parseShard},
		{"incoming-answered=3,outgoing-busy=1000000", map[string]int{"incoming-answered": 3, "outgoing-busy": 1_000_000}, parseMix},
		{"incoming-anonymous=1", map[string]int{"incoming-anonymous": 1}, parseMix},
	}
	for _, test := range tests {
		got, err := test.read(test.text)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%q mismatch (-want +got):\n%s", test.text, diff)
		}
	}
}

func parseRate(text string) (any, error)         { return load.ParseRate(text) }
func parseArrivals(text string) (any, error)     { return load.ParseArrivals(text) }
func parseDistribution(text string) (any, error) { return load.ParseDistribution(text) }
func parseShard(text string) (any, error)        { return load.ParseShard(text) }

// parseMix returns the weights of a mix by scenario.
func parseMix(text string) (any, error) {
	mix, err := load.ParseMix(text)
	weights := map[string]int{}
	for _, s := range mix {
		weights[s.Scenario.Name] = s.Weight
	}
	return weights, err
}

func TestErrorOfAnInvalidExpressionHasThePositionOfTheMistakeAndAHint(t *testing.T) {
	t.Parallel()
	const (
		rateHint         = "expected calls per second, minute or hour, such as 20/s, 300/m or 1000/h"
		rateRangeHint    = "expected a rate from 1/h to 100000/s"
		distributionHint = "expected a shape and its mean, such as constant:10s, exponential:30s or lognormal:90s"
		meanHint         = "expected a mean from 0s to 24h"
		shardHint        = "expected a whole number from 1 to 10000"
		weightHint       = "expected a whole number from 1 to 1000000"
		mixHint          = "expected NAME=WEIGHT, such as incoming-answered=3,incoming-busy=1"
		outOfRange       = "the rate is too low or too high"
	)
	tests := []struct {
		read            func(string) (any, error)
		text            string
		position        int
		reason, allowed string
	}{
		{parseRate, "", 1, "the number of calls is missing", rateHint},
		{parseRate, "/s", 1, "the number of calls is missing", rateHint},
		{parseRate, "2O/s", 2, `"2O" has to be written in digits`, rateHint},
		{parseRate, "-5/s", 1, `"-5" has to be written in digits`, rateHint},
		{parseRate, "NaN/s", 1, `"NaN" has to be written in digits`, rateHint},
		{parseRate, "1e3/s", 2, `"1e3" has to be written in digits`, rateHint},
		{parseRate, "1.2.3/s", 1, `"1.2.3" is not a number`, rateHint},
		{parseRate, "20", 3, "the unit of time is missing", rateHint},
		{parseRate, "20/", 4, "the unit of time is missing", rateHint},
		{parseRate, "20/d", 4, `the unit of time is "d"`, rateHint},
		{parseRate, "0/s", 1, outOfRange, rateRangeHint},
		{parseRate, "0.9/h", 1, outOfRange, rateRangeHint},
		{parseRate, "100001/s", 1, outOfRange, rateRangeHint},
		{parseArrivals, "poison", 1, `"poison" is not a way to spread calls`, `did you mean "poisson"?`},
		{parseArrivals, "", 1, `"" is not a way to spread calls`, "expected poisson or constant"},
		{parseDistribution, "", 1, "the shape is missing", distributionHint},
		{parseDistribution, ":10s", 1, "the shape is missing", distributionHint},
		{parseDistribution, "log-normal:90s", 1, `"log-normal" is not a shape`, `did you mean "lognormal"?`},
		{parseDistribution, "10s", 1, `"10s" is not a shape`, "expected constant, exponential or lognormal"},
		{parseDistribution, "constant", 9, "the mean is missing", distributionHint},
		{parseDistribution, "constant:", 10, "the mean is missing", distributionHint},
		{parseDistribution, "exponential:30", 13, `"30" is not a time`, distributionHint},
		{parseDistribution, "constant:-1s", 10, "the mean is too short or too long", meanHint},
		{parseDistribution, "constant:25h", 10, "the mean is too short or too long", meanHint},
		{parseShard, "", 1, "a number is missing", shardHint},
		{parseShard, "2", 2, "the number of all parts is missing", "expected the number of the part and of all parts, such as 2/5"},
		{parseShard, "2/", 3, "a number is missing", shardHint},
		{parseShard, "0/5", 1, "0 is too small or too large", shardHint},
		{parseShard, "1x/5", 2, `"1x" is not a whole number`, shardHint},
		{parseShard, "1/5/6", 4, `"5/6" is not a whole number`, shardHint},
		{parseShard, "1/10001", 3, "10001 is too small or too large", shardHint},
		{parseShard, "99999999999999999999/5", 1, "99999999999999999999 is too small or too large", shardHint},
		{parseShard, "6/5", 1, "there is no part 6 of 5", "expected a part from 1 to 5"},
		{parseMix, "incoming-answred=3", 1, `there is no scenario "incoming-answred"`, `did you mean "incoming-answered"?`},
		{parseMix, "incoming-busy=1,conference=3", 17, `there is no scenario "conference"`, `expected one that "pushcheck list scenarios" prints`},
		{parseMix, "cancelled=3", 1, `there is no scenario "cancelled"`, "did you mean incoming-cancelled or outgoing-cancelled?"},
		{parseMix, "anonymous=3", 1, `there is no scenario "anonymous"`, "did you mean incoming-anonymous?"},
		{parseMix, "incoming-busy", 14, "the weight is missing", mixHint},
		{parseMix, "incoming-busy=", 15, "a number is missing", weightHint},
		{parseMix, "incoming-busy=1,outgoing-busy=1.5", 32, `"1.5" is not a whole number`, weightHint},
		{parseMix, "incoming-busy=0", 15, "0 is too small or too large", weightHint},
		{parseMix, "incoming-busy=1000001", 15, "1000001 is too small or too large", weightHint},
		{parseMix, "incoming-busy=1,", 17, "the name of a scenario is missing", mixHint},
		{parseMix, "=1", 1, "the name of a scenario is missing", mixHint},
		{parseMix, "incoming-busy=1,incoming-busy=2", 17, `"incoming-busy" is listed twice`, "expected one weight for each scenario"},
		{parseMix, "outgoing-emergency=1", 1, `sipgate sends no push about "outgoing-emergency"`, "expected another scenario"},
	}
	for _, test := range tests {
		_, err := test.read(test.text)
		var got load.ExpressionError
		if !errors.As(err, &got) {
			t.Errorf("%q: error %v, want an ExpressionError", test.text, err)
			continue
		}
		want := load.ExpressionError{Expression: test.text, Position: test.position, Reason: test.reason, Allowed: test.allowed}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q mismatch (-want +got):\n%s", test.text, diff)
		}
	}
}

func TestExpressionErrorNamesTheExpressionAndThePosition(t *testing.T) {
	t.Parallel()
	_, err := load.ParseShard("6/5")
	if diff := cmp.Diff(`"6/5" at position 1: there is no part 6 of 5, expected a part from 1 to 5`, err.Error()); diff != "" {
		t.Errorf("Error mismatch (-want +got):\n%s", diff)
	}
}
