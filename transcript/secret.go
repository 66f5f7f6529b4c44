package transcript

import "strings"

// HiddenHeader returns the placeholder for the value of a secret header in a transcript, such as $AUTHORIZATION. If the header is not
// secret, it returns "".
func HiddenHeader(name string) string {
	name = strings.ToUpper(name)
	switch name {
	case "AUTHORIZATION", "PROXY-AUTHORIZATION", "COOKIE", "SET-COOKIE", "SET-COOKIE2", "X-SIPGATE-SIGNATURE":
		return "$" + strings.ReplaceAll(name, "-", "_")
	}
	return ""
}
