package push

import "strings"

// Field is a field of a form, with its decoded name and value.
type Field struct{ Name, Value string }

// Form is a list of fields. It keeps their order, repeated fields and empty values.
type Form []Field

// Get returns the first value of a field. It returns "" if the field is absent or empty; Has distinguishes the two.
func (f Form) Get(name string) string {
	for _, field := range f {
		if field.Name == name {
			return field.Value
		}
	}
	return ""
}

// Values returns all values of a field in their order. It returns nil if the field is absent.
func (f Form) Values(name string) []string {
	var values []string
	for _, field := range f {
		if field.Name == name {
			values = append(values, field.Value)
		}
	}
	return values
}

// Has reports whether the form has a field of that name, even if its value is empty.
func (f Form) Has(name string) bool {
	for _, field := range f {
		if field.Name == name {
			return true
		}
	}
	return false
}

// With returns a copy of the form in which the given values replace all values of a field. They stand where the form had the first value of
// the field, or at the end if the form had none. If no values are given, the copy does not have the field. f does not change.
func (f Form) With(name string, values ...string) Form {
	result := make(Form, 0, len(f)+len(values))
	isInserted := false
	insertValues := func() {
		for _, value := range values {
			result = append(result, Field{Name: name, Value: value})
		}
		isInserted = true
	}
	for _, field := range f {
		if field.Name != name {
			result = append(result, field)
		} else if !isInserted {
			insertValues()
		}
	}
	if !isInserted {
		insertValues()
	}
	return result
}

// Without returns a copy of the form without the fields of that name.
func (f Form) Without(name string) Form { return f.With(name) }

// Encode writes the form as sipgate does: it writes a space as a plus sign, letters, digits and -_.* unchanged, and every other byte as a
// percent sign and two upper-case hexadecimal digits. If rawBrackets is true, brackets in names are unchanged too, as in the curl examples
// of sipgate's documentation. Real pushes encode brackets (observed in pushes of 2015 to 2021).
func (f Form) Encode(rawBrackets bool) []byte { return f.Append(nil, rawBrackets) }

// Append appends the encoded form to body, see Encode.
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

// escape appends s to body, encoded as Encode describes. The bytes in keep are written unchanged too.
func escape(body []byte, s, keep string) []byte {
	const hex = "0123456789ABCDEF"
	pending := 0 // offset of the first byte that is not yet appended
	for i := range len(s) {
		c := s[i]
		if unencodedBytes[c] || strings.IndexByte(keep, c) >= 0 {
			continue
		}
		body = append(body, s[pending:i]...)
		pending = i + 1
		if c == ' ' {
			body = append(body, '+')
		} else {
			body = append(body, '%', hex[c>>4], hex[c&15])
		}
	}
	return append(body, s[pending:]...)
}

// unencodedBytes marks the bytes that are written unchanged.
var unencodedBytes = func() (set [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.*") {
		set[c] = true
	}
	return set
}()
