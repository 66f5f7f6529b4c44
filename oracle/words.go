package oracle

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/theory/jsonpath"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/push"
)

// Words maps words of an application to call states, such as "up" to "answered". The names of the states need not be mapped, but can be
// mapped to another state. The empty word stands for an answer without a state: an empty body, null, or an answer in which Path finds
// nothing.
type Words map[string]push.CallState

// WordsError reports a mistake in a pair for ParseWords.
type WordsError struct {
	Part    string // the part with the mistake: the pair, its word or its state
	Problem string // the error text
}

func (e *WordsError) Error() string { return e.Problem }

// ParseWords reads pairs such as "up=answered". The error is a *WordsError. For an unknown state, the error suggests the state with the
// closest name.
func ParseWords(pairs []string) (Words, error) {
	words := Words{}
	for _, pair := range pairs {
		i := strings.LastIndex(pair, "=")
		if i < 0 {
			return nil, &WordsError{pair, fmt.Sprintf("%q is no pair WORD=STATE", pair)}
		}
		word, state := strings.TrimSpace(pair[:i]), push.CallState(strings.TrimSpace(pair[i+1:]))
		if err := checkState(state); err != nil {
			return nil, &WordsError{string(state), err.Error()}
		}
		if other, exists := words[word]; exists && other != state {
			return nil, &WordsError{word, fmt.Sprintf("%q is mapped to both %s and %s", word, other, state)}
		}
		words[word] = state
	}
	return words, nil
}

// checkState returns an error if s is no call state.
func checkState(s push.CallState) error {
	var names []string
	for _, known := range push.CallStates() {
		if known == s {
			return nil
		}
		names = append(names, string(known))
	}
	if closest, ok := suggest.Closest(string(s), names); ok {
		return fmt.Errorf("unknown state %q, did you mean %q?", s, closest)
	}
	return fmt.Errorf("unknown state %q, there are %s", s, strings.Join(names, ", "))
}

// parseOutput finds the state in the bytes that the application sent.
func (w Words) parseOutput(output []byte, path Path) (Result, error) {
	word, found, err := path.findWord(output)
	if _, hasEmptyWord := w[""]; err == nil && !found && !hasEmptyWord {
		err = fmt.Errorf("%s finds nothing in %s; correct --state-path, or use --state-map =unknown if this is how the application shows a call that it does not know",
			path.text, shorten(string(output)))
	}
	if err != nil {
		return Result{}, err
	}
	return w.resultFor(word)
}

// resultFor returns the Result for a word of the application.
func (w Words) resultFor(word string) (Result, error) {
	if s, ok := w[word]; ok {
		return Result{State: s, Word: word}, nil
	}
	if s := push.CallState(word); checkState(s) == nil {
		return Result{State: s, Word: word}, nil
	}
	if word == "" {
		return Result{}, errors.New("the answer contains no state; use --state-map =unknown if that means an unknown call")
	}
	return Result{}, fmt.Errorf("--state-map does not say what the word %q means", shorten(word))
}

// shorten returns a text on one line, cut after 60 characters.
func shorten(text string) string {
	const maxLength = 60
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxLength {
		return string(runes[:maxLength]) + "…"
	}
	return text
}

// Path is a JSONPath (RFC 9535) that selects the word for the state in a JSON answer. With the zero Path, the whole answer is the word.
type Path struct {
	text string // as the user wrote it
	path *jsonpath.Path
}

// ParsePath reads a JSONPath such as $.call.state.
func ParsePath(text string) (Path, error) {
	p, err := jsonpath.Parse(text)
	if err != nil {
		return Path{}, fmt.Errorf("%q is no JSONPath: %s", text, strings.TrimPrefix(err.Error(), "jsonpath: "))
	}
	return Path{text, p}, nil
}

// findWord returns the word that the path selects in an answer. found is false if the path selects nothing.
func (p Path) findWord(answer []byte) (word string, found bool, err error) {
	text := strings.TrimSpace(string(answer))
	if p.path == nil || text == "" {
		return text, true, nil
	}
	defer func() { // the library may panic for some combinations of path and answer; the run has to continue
		if recover() != nil {
			err = fmt.Errorf("%s cannot be applied to the answer", p.text)
		}
	}()
	var document any
	if err := json.Unmarshal(answer, &document); err != nil {
		return "", true, fmt.Errorf("the answer %q is not JSON: %w", shorten(text), err)
	}
	values := p.path.Select(document)
	switch len(values) {
	case 0:
		return "", false, nil
	case 1:
	default:
		return "", true, fmt.Errorf("%s selects %d values in the answer, want one", p.text, len(values))
	}
	switch value := values[0].(type) {
	case nil:
		return "", true, nil
	case string:
		return strings.TrimSpace(value), true, nil
	case bool, float64:
		encoded, err := json.Marshal(value)
		return string(encoded), true, err
	}
	return "", true, fmt.Errorf("%s selects a list or an object, want a string, number or boolean", p.text)
}
