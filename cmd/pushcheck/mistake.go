package main

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/internal/suggest"
)

// usageError is a mistake of the user in the command line, the environment or a file. The exit code is 2, and nothing is sent.
type usageError struct {
	flag          string // name of the flag with the wrong value; keyURL for the URL; "" if no flag is wrong
	value         string // the wrong value, which is printed after the name of the flag; "": no value is printed
	wrongPart     string // the wrong one of several values of the flag; "": all values are wrong
	problem, hint string
	excerpt       string // lines that show the place of the mistake; "" if there are none
}

func (e *usageError) Error() string {
	switch e.flag {
	case "":
		return e.problem
	case keyURL:
		return "reading URL: " + e.describeValue()
	}
	separator := ": "
	if e.value != "" {
		separator = " "
	}
	return "reading --" + e.flag + separator + e.describeValue()
}

// describeValue returns the problem, with the wrong value before it if the value is to be printed.
func (e *usageError) describeValue() string {
	if e.value == "" {
		return e.problem
	}
	return e.value + ": " + e.problem
}

// usage makes a usage error with a hint.
func usage(problem, hint string, args ...any) error {
	return &usageError{problem: problem, hint: fmt.Sprintf(hint, args...)}
}

// wrongFlag makes a usage error about a flag.
func wrongFlag(flag, problem, hint string, args ...any) error {
	return &usageError{flag: flag, problem: problem, hint: fmt.Sprintf(hint, args...)}
}

// wrongValue makes a usage error about a value of a flag. The error shows the value, and quotes it if it is a string.
func wrongValue(flag string, value any, problem, hint string, args ...any) error {
	shown := fmt.Sprint(value)
	if text, ok := value.(string); ok {
		shown = strconv.Quote(text)
	}
	return &usageError{flag: flag, value: shown, wrongPart: fmt.Sprint(value), problem: problem, hint: fmt.Sprintf(hint, args...)}
}

// wrongPart makes a usage error about one of several values of a flag. The error does not show the value.
func wrongPart(flag, part, problem, hint string, args ...any) error {
	return &usageError{flag: flag, wrongPart: part, problem: problem, hint: fmt.Sprintf(hint, args...)}
}

// flagMistake describes an error of pflag about a flag. It leaves out the errors of packages strconv and time if the hint describes the
// allowed values.
func flagMistake(err error) string {
	var value *pflag.InvalidValueError
	if !errors.As(err, &value) {
		return err.Error()
	}
	f := value.GetFlag()
	name := "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	text := fmt.Sprintf("invalid argument %q for %q flag", value.GetValue(), name)
	if why := valueMistake(value); why != nil {
		text += ": " + why.Error()
	}
	return text
}

// valueMistake returns the error with which a flag refused a value; nil if the hint already describes the allowed values.
func valueMistake(value *pflag.InvalidValueError) error {
	switch cause := errors.Unwrap(value); {
	case errors.Is(cause, strconv.ErrRange):
		return strconv.ErrRange
	case valueDescription(value.GetFlag()) != "":
		return nil
	default:
		return cause
	}
}

// commandsWithFlag returns the names of the commands that have a flag.
func commandsWithFlag(root *cobra.Command, flag string) []string {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() && c.Flags().Lookup(flag) != nil {
			names = append(names, c.Name())
		}
	}
	return names
}

// flagSynonyms maps names of flags in other load generators to the names in pushcheck.
var flagSynonyms = map[string]string{"rate": "calls", "duration": "for"}

// flagHint returns the hint for a mistake in the flags: the flag that was probably meant, or the values that the flag takes.
func flagHint(cmd *cobra.Command, err error) string {
	var unknown *pflag.NotExistError
	var value *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		name := cmp.Or(unknown.GetSpecifiedShortnames(), unknown.GetSpecifiedName()) // the user may have written a long flag with one dash, such as -verbose
		if synonym := flagSynonyms[name]; cmd.Flags().Lookup(synonym) != nil {
			return fmt.Sprintf("did you mean --%s?", synonym)
		}
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near, ok := suggest.Closest(name, names); ok {
			return fmt.Sprintf("did you mean --%s?", near)
		}
		if commands := commandsWithFlag(cmd.Root(), name); len(commands) > 0 {
			return fmt.Sprintf("--%s is a flag of pushcheck %s; see: %s --help", name, strings.Join(commands, ", "), cmd.CommandPath())
		}
	case errors.As(err, &value) && valueDescription(value.GetFlag()) != "":
		return valueDescription(value.GetFlag())
	}
	return fmt.Sprintf("see: %s --help", cmd.CommandPath())
}
