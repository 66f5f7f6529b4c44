package main

import "strings"

// harmlessSettings returns a value of GODEBUG without the settings that can change verdicts. It keeps only settings that help to debug Go
// itself. Other settings change what crypto/tls, crypto/x509, net/http, net/url and other packages accept.
func harmlessSettings(godebug string) string {
	var kept []string
	for setting := range strings.SplitSeq(godebug, ",") {
		switch name, _, _ := strings.Cut(setting, "="); name {
		case "netdns", "gctrace", "schedtrace", "scheddetail", "inittrace":
			kept = append(kept, setting)
		}
	}
	return strings.Join(kept, ",")
}
