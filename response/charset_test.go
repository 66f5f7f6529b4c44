package response

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// encodeUTF16 encodes s in UTF-16, with a byte order mark only if s starts with one.
func encodeUTF16(order binary.ByteOrder, s string) string {
	units := utf16.Encode([]rune(s))
	encoded := make([]byte, 2*len(units))
	for i, u := range units {
		order.PutUint16(encoded[2*i:], u)
	}
	return string(encoded)
}

func TestBodyThatIsNotInItsDeclaredCharsetIsReported(t *testing.T) {
	t.Parallel()
	const latin1 = `<?xml version="1.0" encoding="ISO-8859-1"?>`
	tests := []struct {
		name    string
		why     string
		body    string
		charset string   // the charset in the header
		want    []string // the problems, as problemSummaries lists them
		path    string   // the path of onAnswer in the parsed document; "" if nothing is parsed
	}{
		{name: "UTF-8 by default", body: "<Response onAnswer='https://www.example.com/ü'/>", path: "ü"},
		{name: "UTF-8 in the header", body: "<Response onAnswer='https://www.example.com/ü'/>", charset: "UTF-8", path: "ü"},
		{name: "the alias utf8 in the header", body: "<Response onAnswer='https://www.example.com/ü'/>", charset: "utf8", path: "ü"},
		{name: "the alias UTF_8 in the header", body: "<Response onAnswer='https://www.example.com/ü'/>", charset: "UTF_8", path: "ü"},
		{name: "a byte order mark", body: "\ufeff<Response onAnswer='https://www.example.com/ü'/>", charset: "utf-8", path: "ü"},
		{name: "ISO-8859-1 in the declaration", body: latin1 + "<Response onAnswer='https://www.example.com/\xfc'/>", path: "ü"},
		{name: "ISO-8859-1 in the header", body: "<Response onAnswer='https://www.example.com/\xfc'/>", charset: "iso-8859-1", path: "ü"},
		{name: "windows-1252 in the header", body: "<Response onAnswer='https://www.example.com/\x80'/>", charset: "Windows-1252", path: "€"},
		{name: "UTF-8 as the header says, although the declaration says ISO-8859-1: the header decides", body: latin1 + "<Response onAnswer='https://www.example.com/ü'/>", charset: "utf-8", path: "ü", want: []string{"response.readable-encoding 1:1 mild"}, why: "RFC 7303"},
		{name: "UTF-16 little-endian with byte order mark", body: encodeUTF16(binary.LittleEndian, "\ufeff<Response onAnswer='https://www.example.com/ü𝄞'/>"), path: "ü𝄞"},
		{name: "UTF-16 big-endian with byte order mark and declaration", body: encodeUTF16(binary.BigEndian, "\ufeff<?xml version='1.0' encoding='UTF-16'?><Response onAnswer='https://www.example.com/ü'/>"), path: "ü"},
		{name: "UTF-16 little-endian without byte order mark, but with a charset in the header", body: encodeUTF16(binary.LittleEndian, "<Response onAnswer='https://www.example.com/ü'/>"), charset: "utf-16", path: "ü"},
		{name: "UTF-16 little-endian without byte order mark or charset", body: encodeUTF16(binary.LittleEndian, "<Response onAnswer='https://www.example.com/ü'/>"), path: "ü"},
		{name: "UTF-16 big-endian without byte order mark or charset", body: encodeUTF16(binary.BigEndian, "<Response onAnswer='https://www.example.com/ü'/>"), path: "ü"},
		{name: "UTF-16 big-endian with charset in the header", body: encodeUTF16(binary.BigEndian, "<Response onAnswer='https://www.example.com/ü'/>"), charset: "utf-16be", path: "ü"},
		{name: "UTF-16 little-endian that begins with white space", body: encodeUTF16(binary.LittleEndian, "\n<Response onAnswer='https://www.example.com/ü'/>"), charset: "utf-16le", path: "ü"},
		{name: "UTF-16 big-endian that begins with white space", body: encodeUTF16(binary.BigEndian, "\n<Response onAnswer='https://www.example.com/ü'/>"), charset: "utf-16be", path: "ü"},
		{name: "ASCII declared as ISO-8859-1", body: latin1 + "<Response onAnswer='https://www.example.com/u'/>", path: "u"},
		{name: "bytes that are valid Shift JIS and valid UTF-8, declared as Shift JIS", body: "<Response onAnswer='https://www.example.com/\xc3\xbc'/>", charset: "shift_jis", path: "ﾃｼ", why: "the bytes may be Shift JIS, as declared"},
		{name: "ASCII declared as ASCII", body: "<Response onAnswer='https://www.example.com/u'/>", charset: "us-ascii", path: "u"},
		{name: "the last ASCII character declared as ASCII", body: "<Response onAnswer='https://www.example.com/u'/><!--\x7f-->", charset: "us-ascii", path: "u"},
		{name: "Shift JIS", body: "<Response onAnswer='https://www.example.com/\x93\xfa'/>", charset: "shift_jis", path: "日"},

		{name: "ISO-8859-1 without declaration", body: "<Response>\n<!-- ü\xfc --></Response>", want: []string{"response.readable-encoding 2:7"}},
		{name: "ISO-8859-1 declared as UTF-8", body: "<?xml version='1.0' encoding='UTF-8'?><Response a='\xfc'/>", charset: "utf-8", want: []string{"response.readable-encoding 1:52"}},
		{name: "ISO-8859-1 as the declaration says, although the header says UTF-8: the header decides", body: latin1 + "<Response a='\xfc'/>", charset: "utf-8", want: []string{"response.readable-encoding 1:57"}, why: "RFC 7303"},
		{name: "UTF-8 declared as ISO-8859-1", body: latin1 + "<Response onAnswer='https://www.example.com/ü'/>", want: []string{"response.readable-encoding 1:88 mild"}, path: "ü", why: "every byte is a character of ISO-8859-1, but the text is wrong"},
		{name: "UTF-8 declared as ASCII", body: "<Response a='ü'/>", charset: "us-ascii", want: []string{"response.readable-encoding 1:14"}},
		{name: "UTF-8 declared as UTF-16", body: "<?xml version='1.0' encoding='utf-16'?><Response/>", want: []string{"response.readable-encoding 1:1"}, why: ".NET declares UTF-16 if it writes XML into a string"},
		{name: "UTF-8 as the header says, although the declaration says UTF-16: the header decides", body: "<?xml version='1.0' encoding='utf-16'?><Response onAnswer='https://www.example.com/ü'/>", charset: "utf-8", path: "ü", want: []string{"response.readable-encoding 1:1 mild"}, why: "RFC 7303"},
		{name: "UTF-16 declared as UTF-8", body: encodeUTF16(binary.LittleEndian, "\ufeff<Response/>"), charset: "utf-8", want: []string{"response.readable-encoding 1:1"}},
		{name: "UTF-16 that ends with half a surrogate pair", body: encodeUTF16(binary.BigEndian, "\ufeff<Response/>") + "\xd8\x00", want: []string{"response.readable-encoding 1:12"}},
		{name: "UTF-16 that ends after the first byte of a character", body: encodeUTF16(binary.BigEndian, "\ufeff<Response/>") + "\x00", want: []string{"response.readable-encoding 1:12"}},
		{name: "UTF-8 with byte order mark, declared as ISO-8859-1", body: "\ufeff<Response onAnswer='https://www.example.com/ü'/>", charset: "iso-8859-1", want: []string{"response.readable-encoding 1:1 mild"}, path: "ü"},
		{name: "UTF-8, with an unknown charset in the header", body: "<Response onAnswer='https://www.example.com/ü'/>", charset: "utf8mb4", want: []string{"response.readable-encoding 0:0 mild"}, path: "ü"},
		{name: "ISO-8859-1, with an unknown charset in the header", body: "<Response a='\xfc'/>", charset: "utf8mb4", want: []string{"response.readable-encoding 0:0"}},
		{name: "broken Shift JIS", body: "<Response a='\x93'/>", charset: "shift_jis", want: []string{"response.readable-encoding 1:14"}},
		{name: "gzip without a Content-Encoding", body: "\x1f\x8b\x08\x00\x00\x00\x00\x00", want: []string{"response.readable-encoding 1:1"}},
		{name: "an empty Play, and an unknown charset in the header: two problems", body: "<Response>\n<Play/></Response>", charset: "utf8mb4", want: []string{"response.readable-encoding 0:0 mild", "play.url 2:1 invalid #0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body), Charset: tt.charset})
			if diff := cmp.Diff(tt.want, problemSummaries(d.Problems)); diff != "" {
				t.Errorf("Parse(%q, %q) mismatch (-want +got):\n%s%s", tt.body, tt.charset, diff, tt.why)
			}
			if d.Kind != XML {
				t.Errorf("Parse(%q, %q) kind = %q, want xml", tt.body, tt.charset, d.Kind)
			}
			if tt.path == "" {
				return
			}
			if d.Response == nil || d.Response.OnAnswer == nil {
				t.Fatalf("Parse(%q, %q) = %+v, want a response", tt.body, tt.charset, d)
			}
			if diff := cmp.Diff("https://www.example.com/"+tt.path, d.Response.OnAnswer.Text); diff != "" {
				t.Errorf("Parse(%q, %q) URL mismatch (-want +got):\n%s", tt.body, tt.charset, diff)
			}
		})
	}
}

func TestEncodingProblemsHaveTheExpectedText(t *testing.T) {
	t.Parallel()
	const latin1 = `<?xml version="1.0" encoding="ISO-8859-1"?>`
	for _, tt := range []struct{ name, body, charset, want string }{
		{"a byte that is not UTF-8, without a declared charset", "\xfc<Response/>", "", `1:1 want text in UTF-8, since no charset is declared; got the byte 0xfc; send UTF-8, or declare the charset that the body is in, as in encoding="ISO-8859-1" in the XML declaration`},
		{"a byte that is not UTF-8, with UTF-8 in the header", "<Response/>\xfc", "utf-8", "1:12 want text in UTF-8, as the Content-Type says; got the byte 0xfc; send UTF-8, or declare the charset that the body is in"},
		{"a byte that is not UTF-8 after a byte order mark", "\ufeff<Response/>\xfc", "iso-8859-1", "1:12 want text in UTF-8, as its byte order mark says; got the byte 0xfc; send UTF-8, or declare the charset that the body is in"},
		{"a UTF-8 byte order mark, with another charset in the declaration", "\ufeff" + latin1 + "<Response/>", "", "1:1 want text in ISO-8859-1, as the XML declaration says; got a byte order mark of UTF-8; declare UTF-8 mild"},
		{"a UTF-8 byte order mark, with another charset in the header", "\ufeff<Response/>", "iso-8859-1", "1:1 want text in ISO-8859-1, as the Content-Type says; got a byte order mark of UTF-8; declare UTF-8 mild"},
		{"U+0080, the first character after ASCII, declared as ASCII", "<Response>\u0080</Response>", "us-ascii", "1:11 want text in US-ASCII, as the Content-Type says; got the byte 0xc2; send UTF-8, or declare the charset that the body is in"},
		{"UTF-8 declared as ISO-8859-1", "<Response>\u0080</Response>", "latin1", "1:11 want text in LATIN1, as the Content-Type says; got UTF-8; declare UTF-8 mild"},
		{"broken Shift JIS", "\xfd<Response/>", "shift_jis", "1:1 want text in SHIFT_JIS, as the Content-Type says; got bytes that are no characters of this charset; declare the charset that the body is in"},
		{"UTF-8, with an unknown charset in the header", "<Response/>", "utf8mb4", `0:0 want a charset that exists; got "utf8mb4", according to the Content-Type; declare UTF-8 mild`},
		{"a byte that is not UTF-8, with an unknown charset in the header", "\xfc<Response/>", "utf8mb4", `0:0 want a charset that exists; got "utf8mb4", according to the Content-Type; declare UTF-8`},
		{"ASCII declared as a charset without a decoder", "<Response/>", "iso-2022-kr", `0:0 want a charset that pushcheck can read; got "iso-2022-kr", according to the Content-Type; declare UTF-8 mild`},
		{"a byte that is not UTF-8, declared as a charset without a decoder", "<Response>\xfc</Response>", "ibm273", `0:0 want a charset that pushcheck can read; got "ibm273", according to the Content-Type; declare UTF-8 mild`},
		{"a charset without a decoder in the declaration", "<?xml version='1.0' encoding='utf-7'?><Response/>", "", `1:1 want a charset that pushcheck can read; got "utf-7", according to the XML declaration; declare UTF-8 mild`},
		{"UTF-8 declared as CP857, a superset of ASCII without a decoder", "<Response>ü</Response>", "cp857", `0:0 want a charset that pushcheck can read; got "cp857", according to the Content-Type; declare UTF-8 mild`},
		{"UTF-8 declared as IBM850", "<Response>ü</Response>", "cp850", "1:11 want text in CP850, as the Content-Type says; got UTF-8; declare UTF-8 mild"},
		{"ASCII declared as EBCDIC", "<Response/>", "cp037", "1:1 want text in CP037, as the Content-Type says; got UTF-8; declare UTF-8 mild"},
		{"x-user-defined, which is no charset", "<?xml version='1.0' encoding='x-user-defined'?><Response/>", "", `1:1 want a charset that exists; got "x-user-defined", according to the XML declaration; declare UTF-8`},
		{"ASCII declared as UTF-16", "<Response/>", "utf-16", "1:1 want text in UTF-16, as the Content-Type says; got one byte per character; declare UTF-8, or nothing at all"},
		{"UTF-16 declared as UTF-8", encodeUTF16(binary.LittleEndian, "\ufeff<Response/>"), "utf-8", "1:1 want text in UTF-8, as the Content-Type says; got UTF-16LE; declare UTF-16, or send UTF-8"},
		{"UTF-16 declared as ISO-8859-1", encodeUTF16(binary.BigEndian, latin1+"<Response/>"), "", "1:1 want text in ISO-8859-1, as the XML declaration says; got UTF-16BE; declare UTF-16, or send UTF-8"},
		{"UTF-16 with half a surrogate pair at the beginning and at the end", encodeUTF16(binary.BigEndian, "\ufeff") + "\xd8\x00" + encodeUTF16(binary.BigEndian, "<Response/>") + "\xd8\x00", "utf-8", "1:1 want text in UTF-16; got half a character"},
		{"UTF-16 that ends in the middle of a surrogate pair", encodeUTF16(binary.BigEndian, "\ufeff<Response/>") + "\xd8\x00\xdc", "", "1:12 want text in UTF-16; got half a character"},
		{"UTF-16 that ends in the middle of a surrogate pair, declared as UTF-8", encodeUTF16(binary.BigEndian, "\ufeff<Response/>") + "\xd8\x00\xdc", "utf-8", "1:12 want text in UTF-16; got half a character"},
		{"gzip without a Content-Encoding", "\x1f\x8b\x08", "", "1:1 want a body that can be read with the Content-Encoding that is declared; got gzip; name it: Content-Encoding: gzip"},
		{"a byte that is not UTF-8 after LF, CRLF and CR", "<Response>\n\r\n\r\xfc</Response>", "utf-8", "4:1 want text in UTF-8, as the Content-Type says; got the byte 0xfc; send UTF-8, or declare the charset that the body is in"},
		{"the first of two bytes of a UTF-8 character", "\ufeff<Response>\xc3</Response>", "", "1:11 want text in UTF-8, as its byte order mark says; got the byte 0xc3; send UTF-8, or declare the charset that the body is in"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body), Charset: tt.charset})
			if d.Kind != XML || len(d.Problems) == 0 || d.Problems[0].Rule != "response.readable-encoding" {
				t.Fatalf("Parse(%q, %q) = %+v, want a problem of response.readable-encoding", tt.body, tt.charset, d)
			}
			got := problemText(d.Problems[0])
			if d.Problems[0].Milder {
				got += " mild"
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Parse(%q, %q) mismatch (-want +got):\n%s", tt.body, tt.charset, diff)
			}
		})
	}
}

func TestNULInUTF8IsNotReadAsUTF16(t *testing.T) {
	t.Parallel()
	d := Parse(Input{Body: []byte("<Response>\x00</Response>")})
	if diff := cmp.Diff([]string{"response.well-formed 1:11"}, problemSummaries(d.Problems)); diff != "" {
		t.Errorf("Parse of a NUL mismatch (-want +got):\n%s", diff)
	}
}

func TestParseContentTypeReadsHeadersLeniently(t *testing.T) {
	t.Parallel()
	type result struct{ Media, Charset string }
	tests := []struct {
		name   string
		header string
		want   result
	}{
		{"a media type only", "application/xml", result{"application/xml", ""}},
		{"a charset", "application/xml; charset=utf-8", result{"application/xml", "utf-8"}},
		{"a semicolon at the end", "application/xml; charset=UTF-8;", result{"application/xml", "utf-8"}},
		{"upper case", "APPLICATION/XML;CHARSET=UTF-8", result{"application/xml", "utf-8"}},
		{"a charset in double quotes", `text/xml; charset="ISO-8859-1"`, result{"text/xml", "iso-8859-1"}},
		{"a charset in single quotes", `text/xml; charset='utf-8'`, result{"text/xml", "utf-8"}},
		{"white space around ; and =", "application/xml ; charset = utf-8", result{"application/xml", "utf-8"}},
		{"a parameter without value", "application/xml; utf-8", result{"application/xml", ""}},
		{"a parameter x and a parameter without value before the charset", "application/xml; x=y; z; charset=utf-8", result{"application/xml", "utf-8"}},
		{"a parameter x whose value contains a charset", `application/xml; x="; charset=latin1"; charset=utf-8`, result{"application/xml", "utf-8"}},
		{"two charsets: the first counts", "application/xml; charset=utf-8; charset=latin1", result{"application/xml", "utf-8"}},
		{"a parameter x before the charset", "application/xml; x=y; charset=utf-8", result{"application/xml", "utf-8"}},
		{"an empty charset", "application/xml; charset=", result{"application/xml", ""}},
		{"an empty header", "", result{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			media, charset := ParseContentType(tt.header)
			if diff := cmp.Diff(tt.want, result{media, charset}); diff != "" {
				t.Errorf("ParseContentType(%q) mismatch (-want +got):\n%s", tt.header, diff)
			}
		})
	}
}
