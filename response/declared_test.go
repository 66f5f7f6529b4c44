package response

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The encoding in an XML declaration, with a Content-Type and without one.
func TestEncodingOfTheXMLDeclaration(t *testing.T) {
	t.Parallel()
	const (
		fails  = "response.readable-encoding 1:1"
		warned = "response.readable-encoding 1:1 mild"
		header = "response.readable-encoding 0:0 mild" // the body has no place for it
	)
	declared := func(encoding, path string) string {
		return "<?xml version='1.0' encoding='" + encoding + "'?><Response onAnswer='https://www.example.com/" + path + "'/>"
	}
	tests := []struct {
		name, body, charset string
		want                string // the problem; "" for none
		path                string // the path of onAnswer as it is read; "" if nothing is read
		why                 string
	}{
		{name: "declared UTF-16, the bytes are UTF-8", body: declared("utf-16", "ü"), want: fails, why: "XML 1.0, 4.3.3"},
		{name: "declared UTF-16, the bytes are UTF-8 with a byte order mark", body: "\ufeff" + declared("utf-16", "ü"), want: fails, why: "XML 1.0, 4.3.3"},
		{name: "declared UTF-16, header UTF-8 is right", body: declared("utf-16", "ü"), charset: "utf-8", want: warned, path: "ü", why: "RFC 7303"},
		{name: "declared UTF-16, header ISO-8859-1 is right", body: declared("utf-16", "\xfc"), charset: "iso-8859-1", want: warned, path: "ü", why: "RFC 7303"},
		{name: "header UTF-16, a byte order mark of UTF-8 is right", body: "\ufeff" + declared("utf-8", "ü"), charset: "utf-16", want: warned, path: "ü", why: "RFC 7303, 3.3: a byte order mark counts more than the header"},
		{name: "declared one that does not exist", body: declared("klingon", "ü"), want: fails, why: "XML 1.0, 4.3.3"},
		{name: "declared one that does not exist, the bytes are ASCII", body: declared("klingon", "u"), want: fails, why: "a parser does not know that it is ASCII"},
		{name: "declared one that does not exist, after a byte order mark", body: "\ufeff" + declared("klingon", "ü"), want: fails, why: "XML 1.0, 4.3.3"},
		{name: "declared one that does not exist, header UTF-8 is right", body: declared("klingon", "ü"), charset: "utf-8", want: warned, path: "ü", why: "RFC 7303"},
		{name: "declared one that does not exist, header UTF-16 is right", body: utf16Of(binary.BigEndian, "\ufeff"+declared("klingon", "ü")), charset: "utf-16", want: warned, path: "ü"},
		{name: "declared one that IANA knows and this reader does not", body: declared("iso-2022-kr", "u"), want: warned, path: "u", why: "sipgate may know it"},
		{name: "declared IBM850, the bytes are ASCII", body: declared("cp850", "u"), path: "u", why: "IANA registers it as IBM850"},
		{name: "declared IBM850, and true", body: declared("cp850", "\x81"), path: "ü"},
		{name: "declared IBM850, header UTF-8, both are right", body: declared("IBM850", "u"), charset: "utf-8", path: "u"},
		{name: "header IBM850, the bytes are ASCII", body: declared("utf-8", "u"), charset: "cp850", path: "u"},
		{name: "declared a superset of ASCII without decoder, the bytes are ASCII", body: declared("cp857", "u"), path: "u", why: "pushcheck need not know more of it"},
		{name: "header a superset of ASCII without decoder, the bytes are ASCII", body: declared("utf-8", "u"), charset: "cp857", path: "u"},
		{name: "an alias of UTF-8 that only IANA knows", body: declared("csUTF8", "ü"), path: "ü"},
		{name: "a name that only IANA knows", body: declared("PC8-Danish-Norwegian", "u"), want: warned, path: "u"},
		{name: "declared one that does not exist, header neither", body: declared("klingon", "ü"), charset: "utf8mb4", want: fails},
		{name: "declared UTF-8 is right, header does not exist", body: declared("utf-8", "ü"), charset: "utf8mb4", want: header, path: "ü"},
		{name: "declared ISO-8859-1 is right, header does not exist", body: declared("iso-8859-1", "\xfc"), charset: "utf8mb4", want: header, path: "ü"},
		{name: "declared UTF-16 is wrong, header does not exist", body: declared("utf-16", "ü"), charset: "utf8mb4", want: fails},
		{name: "declared ISO-8859-1, header UTF-8 is right", body: declared("iso-8859-1", "ü"), charset: "utf-8", want: warned, path: "ü", why: "who reads the declaration reads gibberish"},
		{name: "declared ISO-8859-1, header UTF-8, both are right", body: declared("iso-8859-1", "u"), charset: "utf-8", path: "u", why: "both are true"},
		{name: "declared UTF-8, header ISO-8859-1 is right", body: declared("utf-8", "\xfc"), charset: "iso-8859-1", want: warned, path: "ü"},
		{name: "declared UTF-8, header Shift JIS, the bytes can be both", body: declared("utf-8", "ü"), charset: "shift_jis", want: warned, path: "ﾃｼ"},
		{name: "declared US-ASCII, header UTF-8 is right", body: declared("us-ascii", "ü"), charset: "utf-8", want: warned, path: "ü"},
		{name: "declared as in the header, in another spelling", body: declared("UTF8", "ü"), charset: "utf-8", path: "ü"},
		{name: "declared UTF-16, header UTF-16LE is right", body: utf16Of(binary.LittleEndian, declared("utf-16", "ü")), charset: "utf-16le", path: "ü"},
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
