package steps

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"

	messages "github.com/cucumber/messages/go/v34"

	"github.com/pushcheck/pushcheck/features"
)

// Registry registers sentences and the functions that they call. It is implemented by *godog.ScenarioContext and by the player of
// this package.
//
// expr is a *regexp.Regexp. fn takes an optional context.Context, then a string or an int for each group of the expression, then
// a *messages.PickleTable if a table follows the sentence. It returns nothing or an error. If a table or doc string follows the
// sentence and fn does not take it, the player of this package returns an error.
type Registry interface{ Step(expr, fn any) }

// errSkip ends a scenario that could not be judged, if it is played by the player of this package.
var errSkip = errors.New("skipped")

// Errors for a sentence that matches no expression, or more than one expression.
var (
	ErrUndefined = errors.New("undefined sentence")
	ErrAmbiguous = errors.New("ambiguous sentence")
)

// ErrUnknownCall means that a sentence names a call scenario that does not exist.
var ErrUnknownCall = errors.New("unknown call scenario")

// sentences is the Registry that the player of this package uses.
type sentences []sentence

type sentence struct {
	expr *regexp.Regexp
	fn   reflect.Value
}

// Step panics if fn is not a function.
func (all *sentences) Step(expr, fn any) {
	f := reflect.ValueOf(fn)
	if f.Kind() != reflect.Func {
		panic(fmt.Sprintf("registering %v: %T is not a function", expr, fn))
	}
	*all = append(*all, sentence{expr.(*regexp.Regexp), f})
}

// PlayScenario plays a scenario up to the first sentence that returns an error, and returns that error. register registers the
// known sentences. If a sentence is undefined or ambiguous, nothing is played and the error names it.
func PlayScenario(ctx context.Context, sc features.Scenario, register func(Registry)) error {
	var all sentences
	register(&all)
	calls := make([]func(context.Context) error, len(sc.Steps))
	for i, step := range sc.Steps {
		var err error
		if calls[i], err = all.find(step); err != nil {
			return err
		}
	}
	for _, call := range calls {
		if err := call(ctx); err != nil {
			return err
		}
	}
	return nil
}

// find returns the function that a sentence calls. It returns an error if the sentence does not match exactly one
// expression.
func (all sentences) find(step features.Step) (func(context.Context) error, error) {
	var matchingSentence sentence
	var groups []string
	for _, s := range all {
		match := s.expr.FindStringSubmatch(step.Text)
		switch {
		case match == nil:
		case groups != nil:
			return nil, fmt.Errorf("%w %q", ErrAmbiguous, step.Text)
		default:
			matchingSentence, groups = s, match
		}
	}
	if groups == nil {
		return nil, fmt.Errorf("%w %q", ErrUndefined, step.Text)
	}
	return func(ctx context.Context) error { return matchingSentence.call(ctx, groups[1:], step.Argument) }, nil
}

// call converts the arguments and calls the function. It turns a panic into an error, so that the run still writes its reports.
func (s sentence) call(ctx context.Context, groups []string, argument *messages.PickleStepArgument) (err error) {
	args, err := s.arguments(ctx, groups, argument)
	if err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	results := s.fn.Call(args)
	if len(results) == 0 {
		return nil
	}
	err, _ = results[len(results)-1].Interface().(error)
	return err
}

var (
	contextType = reflect.TypeFor[context.Context]()
	tableType   = reflect.TypeFor[*messages.PickleTable]()
)

// arguments returns the arguments for fn: the context, the converted groups of the expression, and the table.
func (s sentence) arguments(ctx context.Context, groups []string, argument *messages.PickleStepArgument) ([]reflect.Value, error) {
	var out []reflect.Value
	takesTable := false
	for i := range s.fn.Type().NumIn() {
		switch paramType := s.fn.Type().In(i); {
		case i == 0 && paramType == contextType:
			out = append(out, reflect.ValueOf(ctx))
		case paramType == tableType:
			if argument == nil || argument.DataTable == nil {
				return nil, errors.New("this sentence needs a table below it")
			}
			takesTable = true
			out = append(out, reflect.ValueOf(argument.DataTable))
		case len(groups) == 0:
			return nil, fmt.Errorf("the function of %s takes more arguments than the expression has groups", s.expr)
		case paramType.Kind() == reflect.Int:
			n, err := strconv.Atoi(groups[0])
			if err != nil {
				return nil, fmt.Errorf("reading the number: %w", err)
			}
			out, groups = append(out, reflect.ValueOf(n)), groups[1:]
		case paramType.Kind() == reflect.String:
			out, groups = append(out, reflect.ValueOf(groups[0])), groups[1:]
		default:
			return nil, fmt.Errorf("the function of %s takes a %s, which is not supported", s.expr, paramType)
		}
	}
	if argument != nil && !takesTable {
		return nil, fmt.Errorf("this sentence takes no table or doc string, but has %s", argumentName(argument))
	}
	return out, nil
}

func argumentName(argument *messages.PickleStepArgument) string {
	if argument.DataTable != nil {
		return "a table"
	}
	return "a doc string"
}
