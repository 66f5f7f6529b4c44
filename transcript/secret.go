package transcript

import "strings"

// HeaderPlaceholder returns the placeholder for the value of a secret header in transcripts, such as $AUTHORIZATION. It returns "" if the
// header is not secret.
func HeaderPlaceholder(name string) string {
	name = strings.ToUpper(name)
	switch name {
	case "AUTHORIZATION", "PROXY-AUTHORIZATION", "COOKIE", "SET-COOKIE", "SET-COOKIE2", "X-SIPGATE-SIGNATURE":
		return "$" + strings.ReplaceAll(name, "-", "_")
	}
	return ""
}
