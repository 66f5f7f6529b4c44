package response

import (
	"mime"
	"strings"
)

// ParseContentType splits the value of a Content-Type header into media type and charset, both in lower case. It is lenient: quotes, white
// space and extra semicolons do not matter. charset is "" if the header has no charset, and mediaType is "" if the header is empty.
func ParseContentType(contentType string) (mediaType, charset string) {
	if mediaType, parameters, err := mime.ParseMediaType(contentType); err == nil {
		return mediaType, normalizeCharset(parameters["charset"])
	}
	mediaType, rest, _ := strings.Cut(contentType, ";")
	for parameter := range strings.SplitSeq(rest, ";") {
		key, value, _ := strings.Cut(parameter, "=")
		if charset == "" && strings.EqualFold(strings.TrimSpace(key), "charset") {
			charset = normalizeCharset(value)
		}
	}
	return strings.ToLower(strings.TrimSpace(mediaType)), charset
}

// declaresXML reports whether a media type is an XML media type, such as application/xml or application/soap+xml.
func declaresXML(mediaType string) bool {
	return mediaType == "application/xml" || mediaType == "text/xml" || strings.HasSuffix(mediaType, "+xml")
}

func normalizeCharset(value string) string {
	return strings.ToLower(strings.Trim(strings.TrimSpace(value), `"'`))
}
