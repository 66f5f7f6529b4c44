package push

import "fmt"

// FormError is the first mistake in the body of a form.
type FormError struct {
	Offset  int    // offset of the mistake in the body, from 0
	Problem string // what is wrong and what was expected
}

func (e *FormError) Error() string {
	return fmt.Sprintf("parsing form: byte %d: %s", e.Offset, e.Problem)
}

// ParseForm reads an application/x-www-form-urlencoded body. It keeps the order of the fields, repeated fields and empty values. An empty
// body is an empty form. ParseForm is strict: each field has to be name=value, with one ampersand between two fields, and only visible
// ASCII characters and complete percent-encodings. Brackets need not be encoded, and the decoded values need not be UTF-8. Every error is a
// *FormError.
func ParseForm(body []byte) (Form, error) {
	if len(body) == 0 {
		return nil, nil
	}
	var form Form
	for start := 0; start <= len(body); {
		name, end, err := unescape(body, start, true)
		if err != nil {
			return nil, err
		}
		if end == len(body) || body[end] != '=' {
			return nil, &FormError{Offset: start, Problem: fmt.Sprintf("field %q has no equals sign, expected name=value", name)}
		}
		if name == "" {
			return nil, &FormError{Offset: start, Problem: "field without a name, expected name=value"}
		}
		value, end, err := unescape(body, end+1, false)
		if err != nil {
			return nil, err
		}
		form = append(form, Field{Name: name, Value: value})
		start = end + 1
	}
	return form, nil
}

// unescape decodes the name or value that begins at offset start, and returns it with the offset of its end. Names and values end at an
// ampersand or at the end of the body. A name also ends at an equals sign.
func unescape(body []byte, start int, isName bool) (text string, end int, err error) {
	var decoded []byte
	for i := start; i < len(body); i++ {
		switch c := body[i]; {
		case c == '&' || c == '=' && isName:
			return string(decoded), i, nil
		case c == '=':
			return "", 0, &FormError{Offset: i, Problem: "second equals sign in a field, expected %3D"}
		case c == '+':
			decoded = append(decoded, ' ')
		case c == '%':
			if i+2 >= len(body) || !isHex(body[i+1]) || !isHex(body[i+2]) {
				brokenEncoding := body[i:min(i+3, len(body))]
				return "", 0, &FormError{Offset: i, Problem: fmt.Sprintf("broken percent-encoding %q, expected %% and two hexadecimal digits", brokenEncoding)}
			}
			decoded = append(decoded, hexValue(body[i+1])<<4|hexValue(body[i+2]))
			i += 2
		case c <= ' ' || c >= 0x7f:
			return "", 0, &FormError{Offset: i, Problem: fmt.Sprintf("raw byte %q, expected its percent-encoding", body[i:i+1])}
		default:
			decoded = append(decoded, c)
		}
	}
	return string(decoded), len(body), nil
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func hexValue(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}
