package main

import "strings"

// steadied is a GODEBUG without what changes verdicts: the settings of crypto/tls, crypto/x509, net/http, net/url and others
// make Go accept or refuse what it does not by default. Those that look for trouble in Go itself stay.
func steadied(godebug string) string {
	var kept []string
	for setting := range strings.SplitSeq(godebug, ",") {
		switch name, _, _ := strings.Cut(setting, "="); name {
		case "netdns", "gctrace", "schedtrace", "scheddetail", "inittrace":
			kept = append(kept, setting)
		}
	}
	return strings.Join(kept, ",")
}
