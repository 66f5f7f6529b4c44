package response

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What an XML declaration says of the encoding, beside a Content-Type and without.
func TestEncodingOfTheXMLDeclaration(t *testing.T) {
	t.Parallel()
	const (
		fails  = "response.readable-encoding 1:1"
		warned = "response.readable-encoding 1:1 mild"
	)
	declared := func(encoding, path string) string {
		return "<?xml version='1.0' encoding='" + encoding + "'?><Response onAnswer='https://www.example.com/" + path + "'/>"
	}
	tests := []struct {
		name, body, charset string
		want                string // the problem; "" for none
		path                string // what the path of onAnswer reads as; "" if nothing is read
		why                 string
	}{
		{name: "UTF-16 and the bytes are UTF-8", body: declared("utf-16", "ü"), want: fails, why: "XML 1.0, 4.3.3"},
		{name: "UTF-16 and the bytes are UTF-8 with a byte order mark", body: "\ufeff" + declared("utf-16", "ü"), want: fails, why: "XML 1.0, 4.3.3"},
		{name: "UTF-16 and the bytes are UTF-8, as the header says", body: declared("utf-16", "ü"), charset: "utf-8", want: warned, path: "ü", why: "RFC 7303"},
		{name: "UTF-16 and the bytes are ISO-8859-1, as the header says", body: declared("utf-16", "\xfc"), charset: "iso-8859-1", want: warned, path: "ü", why: "RFC 7303"},
		{name: "an encoding that does not exist", body: declared("klingon", "ü"), want: fails, why: "XML 1.0, 4.3.3"},
		{name: "an encoding that does not exist, and nothing but ASCII", body: declared("klingon", "u"), want: fails, why: "a parser does not know that it is ASCII"},
		{name: "an encoding that does not exist after a byte order mark", body: "\ufeff" + declared("klingon", "ü"), want: fails, why: "XML 1.0, 4.3.3"},
		{name: "an encoding that does not exist, and the header says UTF-8", body: declared("klingon", "ü"), charset: "utf-8", want: warned, path: "ü", why: "RFC 7303"},
		{name: "an encoding that does not exist in UTF-16, and the header says UTF-16", body: utf16Of(binary.BigEndian, "\ufeff"+declared("klingon", "ü")), charset: "utf-16", want: warned, path: "ü"},
		{name: "an encoding that IANA knows and this reader does not", body: declared("iso-2022-kr", "u"), want: warned, path: "u", why: "sipgate may know it"},
		{name: "neither the header nor the declaration names one that exists", body: declared("klingon", "ü"), charset: "utf8mb4", want: fails},
		{name: "the header names none that exists, and the declaration is true", body: declared("utf-8", "ü"), charset: "utf8mb4", want: warned, path: "ü"},
		{name: "the header names none that exists, and ISO-8859-1 is true", body: declared("iso-8859-1", "\xfc"), charset: "utf8mb4", want: warned, path: "ü"},
		{name: "the header names none that exists, and UTF-16 is false", body: declared("utf-16", "ü"), charset: "utf8mb4", want: fails},
		{name: "ISO-8859-1 where the header says UTF-8, and it is", body: declared("iso-8859-1", "ü"), charset: "utf-8", want: warned, path: "ü", why: "who reads the declaration reads gibberish"},
		{name: "ISO-8859-1 where the header says UTF-8, and it is ASCII", body: declared("iso-8859-1", "u"), charset: "utf-8", path: "u", why: "both are true"},
		{name: "UTF-8 where the header says ISO-8859-1, and it is", body: declared("utf-8", "\xfc"), charset: "iso-8859-1", want: warned, path: "ü"},
		{name: "UTF-8 where the header says Shift JIS, and it can be both", body: declared("utf-8", "ü"), charset: "shift_jis", want: warned, path: "ﾃｼ"},
		{name: "US-ASCII where the header says UTF-8, and it is", body: declared("us-ascii", "ü"), charset: "utf-8", want: warned, path: "ü"},
		{name: "the same as the header, in another spelling", body: declared("UTF8", "ü"), charset: "utf-8", path: "ü"},
		{name: "UTF-16 beside a header that says which", body: utf16Of(binary.LittleEndian, declared("utf-16", "ü")), charset: "utf-16le", path: "ü"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body), Charset: tt.charset})
			var want []string
			if tt.want != "" {
				want = []string{tt.want}
			}
			if diff := cmp.Diff(want, broken(d.Problems)); diff != "" {
				t.Errorf("Parse(%q, %q) mismatch (-want +got):\n%s%s", tt.body, tt.charset, diff, tt.why)
			}
			got := ""
			if d.Response != nil {
				got = d.Response.OnAnswer.URL[len("https://www.example.com/"):]
			}
			if diff := cmp.Diff(tt.path, got); diff != "" {
				t.Errorf("Parse(%q, %q) path mismatch (-want +got):\n%s", tt.body, tt.charset, diff)
			}
		})
	}
}
