package response

import (
	"mime"
	"strings"
)

// ParseContentType splits the value of a Content-Type header into media type and charset, both in lower case. It is lenient: quotes, white
// space and extra semicolons do not matter. charset is "" if the header has no charset, and media is "" if the header is empty.
func ParseContentType(contentType string) (media, charset string) {
	if media, parameters, err := mime.ParseMediaType(contentType); err == nil {
		return media, cleanCharset(parameters["charset"])
	}
	media, rest, _ := strings.Cut(contentType, ";")
	for parameter := range strings.SplitSeq(rest, ";") {
		key, value, _ := strings.Cut(parameter, "=")
		if charset == "" && strings.EqualFold(strings.TrimSpace(key), "charset") {
			charset = cleanCharset(value)
		}
	}
	return strings.ToLower(strings.TrimSpace(media)), charset
}

// declaresXML reports whether a media type is an XML media type, such as application/xml or application/soap+xml.
func declaresXML(media string) bool {
	return media == "application/xml" || media == "text/xml" || strings.HasSuffix(media, "+xml")
}

func cleanCharset(value string) string {
	return strings.ToLower(strings.Trim(strings.TrimSpace(value), `"'`))
}
