package yamlfile

import (
	"regexp"
	"strings"
)

var tabIndentation = regexp.MustCompile(`^ *\t`)

// findIndentingTab returns the place of a tab in the indentation of a line or of the previous line. YAML allows only spaces there, and the
// message of the library does not name the tab.
func findIndentingTab(data []byte, line int) (Place, bool) {
	lines := strings.Split(string(data), "\n")
	for n := line; n >= max(1, line-1) && n <= len(lines); n-- {
		if tab := tabIndentation.FindString(lines[n-1]); tab != "" {
			return Place{n, len(tab)}, true
		}
	}
	return Place{}, false
}
