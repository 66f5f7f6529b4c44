package scenarios

import (
	"regexp"
	"strings"
)

var indentedByTab = regexp.MustCompile(`^ *\t`)

// IndentingTab returns where a tab indents a line of a YAML file, or the line before it. YAML allows spaces only, and what its reader says
// of a tab does not name it. Lines and columns are counted from 1.
func IndentingTab(data []byte, line int) (at, column int, ok bool) {
	lines := strings.Split(string(data), "\n")
	for n := line; n >= max(1, line-1) && n <= len(lines); n-- {
		if tab := indentedByTab.FindString(lines[n-1]); tab != "" {
			return n, len(tab), true
		}
	}
	return 0, 0, false
}
