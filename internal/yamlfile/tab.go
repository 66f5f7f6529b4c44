package yamlfile

import (
	"regexp"
	"strings"
)

var indentedByTab = regexp.MustCompile(`^ *\t`)

// indentingTab returns where a tab indents a line, or the line before it. YAML allows spaces only, and the library's message about a
// tab does not name it.
func indentingTab(data []byte, line int) (Place, bool) {
	lines := strings.Split(string(data), "\n")
	for n := line; n >= max(1, line-1) && n <= len(lines); n-- {
		if tab := indentedByTab.FindString(lines[n-1]); tab != "" {
			return Place{n, len(tab)}, true
		}
	}
	return Place{}, false
}
