package push

import "fmt"

// FormError is the place in a body where it stops being a form.
type FormError struct {
	Offset  int    // of the first byte that is wrong, from 0
	Problem string // what is wrong there and what was expected
}

func (e *FormError) Error() string {
	return fmt.Sprintf("parsing form: byte %d: %s", e.Offset, e.Problem)
}

// ParseForm reads an application/x-www-form-urlencoded body and keeps order, repetition and empty values. An empty body is
// an empty form. It is strict: fields are name=value, joined by single ampersands, and consist of visible ASCII and whole
// percent-encodings only. Brackets need not be encoded, and values need not be UTF-8.
// The error is a *FormError.
func ParseForm(body []byte) (Form, error) {
	if len(body) == 0 {
		return nil, nil
	}
	var form Form
	for at := 0; at <= len(body); {
		name, end, err := unescape(body, at, true)
		if err != nil {
			return nil, err
		}
		if end == len(body) || body[end] != '=' {
			return nil, &FormError{Offset: at, Problem: fmt.Sprintf("field %q has no equals sign, expected name=value", name)}
		}
		if name == "" {
			return nil, &FormError{Offset: at, Problem: "field without a name, expected name=value"}
		}
		value, end, err := unescape(body, end+1, false)
		if err != nil {
			return nil, err
		}
		form = append(form, Field{Name: name, Value: value})
		at = end + 1
	}
	return form, nil
}

// unescape decodes from an offset up to an ampersand or the end of the body, a name also up to an equals sign, and returns
// the offset of what stopped it.
func unescape(body []byte, at int, stopAtEquals bool) (string, int, error) {
	var text []byte
	for ; at < len(body); at++ {
		switch c := body[at]; {
		case c == '&' || c == '=' && stopAtEquals:
			return string(text), at, nil
		case c == '=':
			return "", 0, &FormError{Offset: at, Problem: "second equals sign in a field, expected %3D"}
		case c == '+':
			text = append(text, ' ')
		case c == '%':
			if at+2 >= len(body) || !isHex(body[at+1]) || !isHex(body[at+2]) {
				broken := body[at:min(at+3, len(body))]
				return "", 0, &FormError{Offset: at, Problem: fmt.Sprintf("broken percent-encoding %q, expected %% and two hexadecimal digits", broken)}
			}
			text = append(text, unhex(body[at+1])<<4|unhex(body[at+2]))
			at += 2
		case c <= ' ' || c >= 0x7f:
			return "", 0, &FormError{Offset: at, Problem: fmt.Sprintf("raw byte %q, expected its percent-encoding", body[at:at+1])}
		default:
			text = append(text, c)
		}
	}
	return string(text), at, nil
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}
