package wording

import "strings"

// List joins parts as in an English sentence: "a", "a or b", "a, b or c".
func List(parts []string, conjunction string) string {
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " " + conjunction + " " + parts[last]
}
