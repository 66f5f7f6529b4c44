package response

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// utf16Of encodes s, with a byte order mark where s starts with one.
func utf16Of(order binary.ByteOrder, s string) string {
	units := utf16.Encode([]rune(s))
	out := make([]byte, 2*len(units))
	for i, u := range units {
		order.PutUint16(out[2*i:], u)
	}
	return string(out)
}

func TestABodyHasToBeInItsDeclaredCharset(t *testing.T) {
	t.Parallel()
	const latin1 = `<?xml version="1.0" encoding="ISO-8859-1"?>`
	tests := []struct {
		name    string
		why     string
		body    string
		charset string
		want    []string
		path    string // what the path of onAnswer reads as; "" where it is not read
	}{
		{name: "UTF-8 by default", body: "<Response onAnswer='https://www.example.com/ü'/>", path: "ü"},
		{name: "UTF-8 in the header", body: "<Response onAnswer='https://www.example.com/ü'/>", charset: "UTF-8", path: "ü"},
		{name: "the alias utf8 in the header", body: "<Response onAnswer='https://www.example.com/ü'/>", charset: "utf8", path: "ü"},
		{name: "the alias UTF_8 in the header", body: "<Response onAnswer='https://www.example.com/ü'/>", charset: "UTF_8", path: "ü"},
		{name: "a byte order mark", body: "\ufeff<Response onAnswer='https://www.example.com/ü'/>", charset: "utf-8", path: "ü"},
		{name: "ISO-8859-1 in the declaration", body: latin1 + "<Response onAnswer='https://www.example.com/\xfc'/>", path: "ü"},
		{name: "ISO-8859-1 in the header", body: "<Response onAnswer='https://www.example.com/\xfc'/>", charset: "iso-8859-1", path: "ü"},
		{name: "windows-1252 in the header", body: "<Response onAnswer='https://www.example.com/\x80'/>", charset: "Windows-1252", path: "€"},
		{name: "the header counts more than the declaration", body: latin1 + "<Response onAnswer='https://www.example.com/ü'/>", charset: "utf-8", path: "ü", why: "RFC 7303"},
		{name: "UTF-16 with byte order mark", body: utf16Of(binary.LittleEndian, "\ufeff<Response onAnswer='https://www.example.com/ü𝄞'/>"), path: "ü𝄞"},
		{name: "UTF-16 the other way round", body: utf16Of(binary.BigEndian, "\ufeff<?xml version='1.0' encoding='UTF-16'?><Response onAnswer='https://www.example.com/ü'/>"), path: "ü"},
		{name: "UTF-16 without byte order mark", body: utf16Of(binary.LittleEndian, "<Response onAnswer='https://www.example.com/ü'/>"), charset: "utf-16", path: "ü"},
		{name: "ASCII that is true", body: "<Response onAnswer='https://www.example.com/u'/>", charset: "us-ascii", path: "u"},
		{name: "Shift JIS", body: "<Response onAnswer='https://www.example.com/\x93\xfa'/>", charset: "shift_jis", path: "日"},

		{name: "ISO-8859-1 undeclared", body: "<Response>\n<!-- ü\xfc --></Response>", want: []string{"response.readable-encoding 2:7"}},
		{name: "ISO-8859-1 declared as UTF-8", body: "<?xml version='1.0' encoding='UTF-8'?><Response a='\xfc'/>", charset: "utf-8", want: []string{"response.readable-encoding 1:52"}},
		{name: "the header counts more than a true declaration", body: latin1 + "<Response a='\xfc'/>", charset: "utf-8", want: []string{"response.readable-encoding 1:57"}, why: "RFC 7303"},
		{name: "UTF-8 declared as ISO-8859-1", body: latin1 + "<Response onAnswer='https://www.example.com/ü'/>", want: []string{"response.readable-encoding 1:88 mild"}, path: "ü", why: "it can be read, as gibberish"},
		{name: "UTF-8 declared as ASCII", body: "<Response a='ü'/>", charset: "us-ascii", want: []string{"response.readable-encoding 1:14"}},
		{name: "UTF-8 declared as UTF-16", body: "<?xml version='1.0' encoding='utf-16'?><Response/>", want: []string{"response.readable-encoding 1:1"}, why: "what .NET writes into a string"},
		{name: "UTF-8 declared as UTF-16, the header knows better", body: "<?xml version='1.0' encoding='utf-16'?><Response onAnswer='https://www.example.com/'/>", charset: "utf-8"},
		{name: "UTF-16 declared as UTF-8", body: utf16Of(binary.LittleEndian, "\ufeff<Response/>"), charset: "utf-8", want: []string{"response.readable-encoding 1:1"}},
		{name: "half a character of UTF-16", body: utf16Of(binary.BigEndian, "\ufeff<Response/>") + "\xd8\x00", want: []string{"response.readable-encoding 1:12"}},
		{name: "half a unit of UTF-16", body: utf16Of(binary.BigEndian, "\ufeff<Response/>") + "\x00", want: []string{"response.readable-encoding 1:12"}},
		{name: "a byte order mark of UTF-8 declared as ISO-8859-1", body: "\ufeff<Response onAnswer='https://www.example.com/ü'/>", charset: "iso-8859-1", want: []string{"response.readable-encoding 1:1 mild"}, path: "ü"},
		{name: "a charset that does not exist", body: "<Response onAnswer='https://www.example.com/ü'/>", charset: "utf8mb4", want: []string{"response.readable-encoding 1:1 mild"}, path: "ü"},
		{name: "a charset that does not exist, and no UTF-8", body: "<Response a='\xfc'/>", charset: "utf8mb4", want: []string{"response.readable-encoding 1:1"}},
		{name: "broken Shift JIS", body: "<Response a='\x93'/>", charset: "shift_jis", want: []string{"response.readable-encoding 1:14"}},
		{name: "gzip that nobody declared", body: "\x1f\x8b\x08\x00\x00\x00\x00\x00", want: []string{"response.readable-encoding 1:1"}},
		{name: "a grammar fault beside a mild one", body: "<Response>\n<Play/></Response>", charset: "utf8mb4", want: []string{"response.readable-encoding 1:1 mild", "play.url 2:1 void #0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body), Charset: tt.charset})
			if diff := cmp.Diff(tt.want, broken(d.Problems)); diff != "" {
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
			if diff := cmp.Diff("https://www.example.com/"+tt.path, d.Response.OnAnswer.URL); diff != "" {
				t.Errorf("Parse(%q, %q) URL mismatch (-want +got):\n%s", tt.body, tt.charset, diff)
			}
		})
	}
}

func TestTheContentTypeIsReadLeniently(t *testing.T) {
	t.Parallel()
	type result struct{ Media, Charset string }
	tests := []struct {
		name   string
		header string
		want   result
	}{
		{"plain", "application/xml", result{"application/xml", ""}},
		{"a charset", "application/xml; charset=utf-8", result{"application/xml", "utf-8"}},
		{"a stray semicolon", "application/xml; charset=UTF-8;", result{"application/xml", "utf-8"}},
		{"upper case", "APPLICATION/XML;CHARSET=UTF-8", result{"application/xml", "utf-8"}},
		{"quotation marks", `text/xml; charset="ISO-8859-1"`, result{"text/xml", "iso-8859-1"}},
		{"single quotation marks", `text/xml; charset='utf-8'`, result{"text/xml", "utf-8"}},
		{"white space where none belongs", "application/xml ; charset = utf-8", result{"application/xml", "utf-8"}},
		{"a parameter without value", "application/xml; utf-8", result{"application/xml", ""}},
		{"two charsets", "application/xml; charset=utf-8; charset=latin1", result{"application/xml", "utf-8"}},
		{"another parameter", "application/xml; x=y; charset=utf-8", result{"application/xml", "utf-8"}},
		{"an empty charset", "application/xml; charset=", result{"application/xml", ""}},
		{"empty", "", result{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			media, charset := MediaType(tt.header)
			if diff := cmp.Diff(tt.want, result{media, charset}); diff != "" {
				t.Errorf("MediaType(%q) mismatch (-want +got):\n%s", tt.header, diff)
			}
		})
	}
}
