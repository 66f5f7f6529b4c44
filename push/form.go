package push

import "strings"

// Field is one key of a form with its value, both decoded.
type Field struct{ Name, Value string }

// Form is an ordered list of fields: order, repetition and empty values are all kept.
type Form []Field

// Get returns the first value of a field, or "" if there is none. Has reports whether the field is there with an empty value.
func (f Form) Get(name string) string {
	for _, field := range f {
		if field.Name == name {
			return field.Value
		}
	}
	return ""
}

// Values returns all values of a field in order, nil if there is none.
func (f Form) Values(name string) []string {
	var values []string
	for _, field := range f {
		if field.Name == name {
			values = append(values, field.Value)
		}
	}
	return values
}

// Has reports whether a field is there, even if it is empty.
func (f Form) Has(name string) bool {
	for _, field := range f {
		if field.Name == name {
			return true
		}
	}
	return false
}

// With returns a copy in which a field has the given values and no others. They stand where the field stood first, or at
// the end; with no value the field is left out. f itself does not change.
func (f Form) With(name string, values ...string) Form {
	out := make(Form, 0, len(f)+len(values))
	written := false
	place := func() {
		for _, value := range values {
			out = append(out, Field{Name: name, Value: value})
		}
		written = true
	}
	for _, field := range f {
		if field.Name != name {
			out = append(out, field)
		} else if !written {
			place()
		}
	}
	if !written {
		place()
	}
	return out
}

// Without returns a copy that lacks every field of that name.
func (f Form) Without(name string) Form { return f.With(name) }

// Encode writes the form as sipgate does: a space as plus sign, letters, digits and -_.* as they are, everything else
// percent-encoded in upper case, byte by byte of its UTF-8. With rawBrackets the brackets in names stay as they are, as in
// the documentation's curl lines; real pushes encode them.
//
// See wire-facts: Body encoding.
func (f Form) Encode(rawBrackets bool) []byte { return f.Append(nil, rawBrackets) }

// Append adds the encoded form to body, see Encode.
func (f Form) Append(body []byte, rawBrackets bool) []byte {
	for i, field := range f {
		if i > 0 {
			body = append(body, '&')
		}
		keep := ""
		if rawBrackets {
			keep = "[]"
		}
		body = escape(body, field.Name, keep)
		body = append(body, '=')
		body = escape(body, field.Value, "")
	}
	return body
}

// escape appends s, percent-encoded except for the bytes in keep.
func escape(body []byte, s, keep string) []byte {
	const hex = "0123456789ABCDEF"
	from := 0 // the first byte that is not written yet
	for i := range len(s) {
		c := s[i]
		if isUnencoded[c] || strings.IndexByte(keep, c) >= 0 {
			continue
		}
		body = append(body, s[from:i]...)
		from = i + 1
		if c == ' ' {
			body = append(body, '+')
		} else {
			body = append(body, '%', hex[c>>4], hex[c&15])
		}
	}
	return append(body, s[from:]...)
}

// isUnencoded are the bytes that are never encoded.
var isUnencoded = func() (set [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.*") {
		set[c] = true
	}
	return set
}()
