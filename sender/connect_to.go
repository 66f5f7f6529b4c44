package sender

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/endpoint"
)

// ConnectTo makes connections go to another host or port than those of the URL. Nothing else changes: the certificate still has to name the
// URL's host.
type ConnectTo struct {
	Host, Port     string // the host and port of the URL; "" matches every host or port
	ToHost, ToPort string // the host and port to connect to; "" keeps the host or port of the URL
}

// ParseConnectTo parses HOST:PORT:ADDR:PORT, the format of curl's option --connect-to. Each part may be empty. IPv6 addresses are in
// square brackets.
func ParseConnectTo(text string) (ConnectTo, error) {
	if strings.Contains(text, "@") { // not shown, because the text may contain a password
		return ConnectTo{}, fmt.Errorf("parsing %s: got credentials, want HOST:PORT:ADDR:PORT", endpoint.QuoteURL(text))
	}
	fields, err := splitOutsideBrackets(text)
	if err != nil {
		return ConnectTo{}, fmt.Errorf("parsing %q: %w", text, err)
	}
	if len(fields) != 4 {
		return ConnectTo{}, fmt.Errorf("parsing %q: got %d parts, want HOST:PORT:ADDR:PORT", text, len(fields))
	}
	for _, port := range []string{fields[1], fields[3]} {
		if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0) {
			return ConnectTo{}, fmt.Errorf("parsing %q: %q is no port", text, port)
		}
	}
	return ConnectTo{Host: fields[0], Port: fields[1], ToHost: fields[2], ToPort: fields[3]}, nil
}

// splitOutsideBrackets splits at colons that are not in square brackets, and removes the brackets.
func splitOutsideBrackets(text string) ([]string, error) {
	var fields []string
	for {
		field, rest, hasMore := strings.Cut(text, ":")
		if strings.HasPrefix(text, "[") {
			inside, after, closed := strings.Cut(text[1:], "]")
			if _, err := netip.ParseAddr(inside); !closed || err != nil {
				return nil, fmt.Errorf("want an IPv6 address between square brackets")
			}
			if after != "" && after[0] != ':' {
				return nil, fmt.Errorf("unexpected %q after the bracket", after)
			}
			field, hasMore = inside, after != ""
			rest = strings.TrimPrefix(after, ":")
		}
		fields = append(fields, field)
		if !hasMore {
			return fields, nil
		}
		text = rest
	}
}

func (c ConnectTo) matches(host, port string) bool {
	return (c.Host == "" || endpoint.SameHost(c.Host, host)) && (c.Port == "" || c.Port == port)
}

func (c ConnectTo) apply(host, port string) (string, string) {
	if c.ToHost != "" {
		host = endpoint.ASCIIHost(c.ToHost)
	}
	if c.ToPort != "" {
		port = c.ToPort
	}
	return host, port
}
