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

// usageError is the user's mistake: exit code 2, nothing sent.
type usageError struct {
	flag       string // the flag with the wrong value; keyURL for the URL, "" if no flag is wrong
	given      string // the value, or one of several, as it is printed after the flag; "": it is not printed
	part       string // which of its values is wrong; "": all of them
	what, hint string
	excerpt    string // lines that show the place of the mistake; "" if there are none
}

func (e *usageError) Error() string {
	switch e.flag {
	case "":
		return e.what
	case keyURL:
		return "reading URL: " + e.why()
	}
	separator := ": "
	if e.given != "" {
		separator = " "
	}
	return "reading --" + e.flag + separator + e.why()
}

// why returns the value, if it is printed, followed by what is wrong.
func (e *usageError) why() string {
	if e.given == "" {
		return e.what
	}
	return e.given + ": " + e.what
}

// usage makes a usage error with a hint.
func usage(what, hint string, args ...any) error {
	return &usageError{what: what, hint: fmt.Sprintf(hint, args...)}
}

// wrongFlag makes a usage error about a flag.
func wrongFlag(flag, what, hint string, args ...any) error {
	return &usageError{flag: flag, what: what, hint: fmt.Sprintf(hint, args...)}
}

// wrongValue makes a usage error about a value of a flag, and prints it: a text in quotes.
func wrongValue(flag string, value any, what, hint string, args ...any) error {
	given := fmt.Sprint(value)
	if text, ok := value.(string); ok {
		given = strconv.Quote(text)
	}
	return &usageError{flag: flag, given: given, part: fmt.Sprint(value), what: what, hint: fmt.Sprintf(hint, args...)}
}

// wrongPart makes a usage error about one of several values of a flag, and does not print it.
func wrongPart(flag, part, what, hint string, args ...any) error {
	return &usageError{flag: flag, part: part, what: what, hint: fmt.Sprintf(hint, args...)}
}

// flagMistake returns what is wrong with a flag. It leaves out the errors of packages strconv and time, because the hint describes what is
// wanted.
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

// valueMistake returns why a flag does not take a value; nil if the hint is enough, see wantedBy.
func valueMistake(value *pflag.InvalidValueError) error {
	switch cause := errors.Unwrap(value); {
	case errors.Is(cause, strconv.ErrRange):
		return strconv.ErrRange
	case wantedBy(value.GetFlag()) != "":
		return nil
	default:
		return cause
	}
}

// commandsWith returns the names of the commands that have a flag.
func commandsWith(root *cobra.Command, flag string) []string {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() && c.Flags().Lookup(flag) != nil {
			names = append(names, c.Name())
		}
	}
	return names
}

// ownNames has pushcheck's name of a flag by the name that other load generators use.
var ownNames = map[string]string{"rate": "calls", "duration": "for"}

// flagHint returns the hint for a mistake in the flags: the flag that was probably meant, or the values that the flag takes.
func flagHint(cmd *cobra.Command, err error) string {
	var unknown *pflag.NotExistError
	var value *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		name := cmp.Or(unknown.GetSpecifiedShortnames(), unknown.GetSpecifiedName()) // -verbose is a long flag with one dash
		if own := ownNames[name]; cmd.Flags().Lookup(own) != nil {
			return fmt.Sprintf("did you mean --%s?", own)
		}
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near, ok := suggest.Closest(name, names); ok {
			return fmt.Sprintf("did you mean --%s?", near)
		}
		if commands := commandsWith(cmd.Root(), name); len(commands) > 0 {
			return fmt.Sprintf("--%s is a flag of pushcheck %s; see: %s --help", name, strings.Join(commands, ", "), cmd.CommandPath())
		}
	case errors.As(err, &value) && wantedBy(value.GetFlag()) != "":
		return wantedBy(value.GetFlag())
	}
	return fmt.Sprintf("see: %s --help", cmd.CommandPath())
}
