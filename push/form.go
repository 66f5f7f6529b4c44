package push

// Field is one key of a form with its value, both decoded.
type Field struct{ Name, Value string }

// Form is an ordered list of fields: order, repetition and empty values are all kept.
type Form []Field
