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

// Words map an application's own words to call states. The four words of push.CallState mean themselves unless they are given another
// meaning. The empty word is an answer without a state: an empty body, null, or a path that leads nowhere.
type Words map[string]push.CallState

// WordsError is what is wrong with a pair for ParseWords.
type WordsError struct {
	Part    string // what is wrong: the pair, its word or its state
	Problem string
}

func (e *WordsError) Error() string { return e.Problem }

// ParseWords reads pairs such as "up=answered". The error is a *WordsError. If a state does not exist, the error suggests the nearest.
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
		if other, twice := words[word]; twice && other != state {
			return nil, &WordsError{word, fmt.Sprintf("%q is said to mean both %s and %s", word, other, state)}
		}
		words[word] = state
	}
	return words, nil
}

func checkState(s push.CallState) error {
	var names []string
	for _, known := range push.CallStates() {
		if known == s {
			return nil
		}
		names = append(names, string(known))
	}
	if near, ok := suggest.Closest(string(s), names); ok {
		return fmt.Errorf("unknown state %q, did you mean %q?", s, near)
	}
	return fmt.Errorf("unknown state %q, there are %s", s, strings.Join(names, ", "))
}

// parseAnswer makes an Answer of the bytes that the application sent.
func (w Words) parseAnswer(answer []byte, path Path) (Answer, error) {
	word, found, err := path.findWord(answer)
	if _, mapped := w[""]; err == nil && !found && !mapped {
		err = fmt.Errorf("%s finds nothing in %s; correct --state-path, or use --state-map =unknown if this is how the application shows a call that it does not know",
			path.text, shorten(string(answer)))
	}
	if err != nil {
		return Answer{}, err
	}
	return w.stateOf(word)
}

// stateOf returns the state that a word stands for.
func (w Words) stateOf(word string) (Answer, error) {
	if s, ok := w[word]; ok {
		return Answer{State: s, Word: word}, nil
	}
	if s := push.CallState(word); checkState(s) == nil {
		return Answer{State: s, Word: word}, nil
	}
	if word == "" {
		return Answer{}, errors.New("the answer says nothing, and --state-map does not say what that means (as =unknown would)")
	}
	return Answer{}, fmt.Errorf("--state-map does not say what the word %q means", shorten(word))
}

// shorten returns a word for people. It is cut if it is long, such as a page.
func shorten(word string) string {
	const most = 60
	word = strings.Join(strings.Fields(word), " ")
	if runes := []rune(word); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return word
}

// Path is the place of the word in a JSON answer, as a JSONPath of RFC 9535. With the zero Path the word is the whole answer as text.
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

// findWord reads the word out of an answer. It returns false if the path leads nowhere in it.
func (p Path) findWord(answer []byte) (word string, found bool, err error) {
	text := strings.TrimSpace(string(answer))
	if p.path == nil || text == "" {
		return text, true, nil
	}
	defer func() { // the path is the user's and the answer the application's: what the library makes of both is no end of a run
		if recover() != nil {
			err = fmt.Errorf("%s cannot be applied to the answer", p.text)
		}
	}()
	var document any
	if err := json.Unmarshal(answer, &document); err != nil {
		return "", true, fmt.Errorf("the answer %q is not JSON: %w", shorten(text), err)
	}
	places := p.path.Select(document)
	switch len(places) {
	case 0:
		return "", false, nil
	case 1:
	default:
		return "", true, fmt.Errorf("%s leads to %d places of the answer, one is wanted", p.text, len(places))
	}
	switch value := places[0].(type) {
	case nil:
		return "", true, nil
	case string:
		return strings.TrimSpace(value), true, nil
	case bool, float64:
		plain, err := json.Marshal(value)
		return string(plain), true, err
	}
	return "", true, fmt.Errorf("%s leads to a list or an object, a word is wanted", p.text)
}
