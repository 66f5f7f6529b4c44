package main

import (
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/scenarios"
)

// peopleFlags are the flags about the people in the calls, and about the numbers for which the receiver behaves in a special way.
type peopleFlags struct {
	cast    string
	numbers []string
}

func (p *peopleFlags) register(f *pflag.FlagSet) {
	f.StringVar(&p.cast, "cast", "", "who Doc, Marty and the others are in the receiver's account: `FILE` (YAML) with name, number, userId and fullUserId of each")
	f.StringSliceVar(&p.numbers, "numbers", nil, "numbers with special behaviour: `KIND=NUMBER`, or KIND=from:NUMBER for a caller. Kinds: "+kindList())
}

func kindList() string {
	var names []string
	for _, k := range scenarios.Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// read reads the values of --cast and --numbers.
func (p *peopleFlags) read() (scenarios.Cast, []scenarios.Number, error) {
	cast := scenarios.DefaultCast()
	if p.cast != "" {
		data, err := readFile(p.cast)
		if err != nil {
			return nil, nil, wrongFlag("cast", err.Error(), "%s", castExample)
		}
		if cast, err = scenarios.LoadCast(p.cast, data); err != nil {
			return nil, nil, castError(p.cast, data, err)
		}
	}
	numbers, err := scenarios.ParseNumbers(p.numbers...)
	if err != nil {
		var wrong *scenarios.NumberError
		if !errors.As(err, &wrong) {
			return nil, nil, err
		}
		return nil, nil, wrongValue("numbers", wrong.Entry, wrong.Problem, "as in --numbers reject=493023125071,gather=from:anonymous")
	}
	return cast, numbers, nil
}

const castExample = `as in: Doc: {name: Emmett Brown, number: "493023125001", userId: w0, fullUserId: 1234567w0}`

// castError returns a usage error about a cast file. It shows the first mistake with an excerpt of the file, and below the excerpt the
// other mistakes.
func castError(name string, data []byte, err error) error {
	var problems scenarios.Problems
	if !errors.As(err, &problems) {
		return usage(err.Error(), "%s", castExample)
	}
	first := problems[0]
	position := placedError{line: first.Line, column: first.Col}
	var below []string
	if excerpt := position.excerpt(data); excerpt != "" {
		below = append(below, excerpt)
	}
	for _, problem := range problems[1:] {
		below = append(below, problem.Error())
	}
	return &usageError{problem: first.Error(), excerpt: strings.Join(below, "\n"), hint: castExample}
}
