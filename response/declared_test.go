package response

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// In the names of the rows, "declared" is the encoding in the XML declaration, and "header" is the charset of the Content-Type. A charset
// "is right" if the body is encoded in it.
func TestDeclaredEncodingIsComparedWithTheHeaderAndTheBytes(t *testing.T) {
	t.Parallel()
	const (
		unreadable    = "response.readable-encoding 1:1"
		warning       = "response.readable-encoding 1:1 mild"
		headerWarning = "response.readable-encoding 0:0 mild" // at 0:0, because the mistake is not in the body
	)
	document := func(encoding, path string) string {
		return "<?xml version='1.0' encoding='" + encoding + "'?><Response onAnswer='https://www.example.com/" + path + "'/>"
	}
	tests := []struct {
		name, body, charset string
		want                string // summary of the problem; "": no problem
		path                string // the path of onAnswer in the parsed document; "" if nothing is parsed
		why                 string
	}{
		{name: "declared UTF-16, the bytes are UTF-8", body: document("utf-16", "ü"), want: unreadable, why: "XML 1.0, 4.3.3"},
		{name: "declared UTF-16, the bytes are UTF-8 with a byte order mark", body: "\ufeff" + document("utf-16", "ü"), want: unreadable, why: "XML 1.0, 4.3.3"},
		{name: "declared UTF-16, header UTF-8 is right", body: document("utf-16", "ü"), charset: "utf-8", want: warning, path: "ü", why: "RFC 7303"},
		{name: "declared UTF-16, header ISO-8859-1 is right", body: document("utf-16", "\xfc"), charset: "iso-8859-1", want: warning, path: "ü", why: "RFC 7303"},
		{name: "header UTF-16, a byte order mark of UTF-8 is right", body: "\ufeff" + document("utf-8", "ü"), charset: "utf-16", want: warning, path: "ü", why: "RFC 7303, 3.3: a byte order mark counts more than the header"},
		{name: "unknown charset declared", body: document("klingon", "ü"), want: unreadable, why: "XML 1.0, 4.3.3"},
		{name: "unknown charset declared, the bytes are ASCII", body: document("klingon", "u"), want: unreadable, why: "a parser does not know that the body is ASCII"},
		{name: "unknown charset declared, after a byte order mark", body: "\ufeff" + document("klingon", "ü"), want: unreadable, why: "XML 1.0, 4.3.3"},
		{name: "unknown charset declared, header UTF-8 is right", body: document("klingon", "ü"), charset: "utf-8", want: warning, path: "ü", why: "RFC 7303"},
		{name: "unknown charset declared, header UTF-16 is right", body: encodeUTF16(binary.BigEndian, "\ufeff"+document("klingon", "ü")), charset: "utf-16", want: warning, path: "ü"},
		{name: "declared ISO-2022-KR, which pushcheck knows but cannot decode", body: document("iso-2022-kr", "u"), want: warning, path: "u", why: "sipgate may know the charset"},
		{name: "declared IBM850, the bytes are ASCII", body: document("cp850", "u"), path: "u", why: "IANA registers cp850 as IBM850"},
		{name: "declared IBM850, the bytes are IBM850", body: document("cp850", "\x81"), path: "ü"},
		{name: "declared IBM850, but header UTF-8: the bytes mean the same in both", body: document("IBM850", "u"), charset: "utf-8", path: "u"},
		{name: "header IBM850, the bytes are ASCII", body: document("utf-8", "u"), charset: "cp850", path: "u"},
		{name: "declared CP857, a superset of ASCII without a decoder; the bytes are ASCII", body: document("cp857", "u"), path: "u", why: "pushcheck needs no decoder for ASCII"},
		{name: "header CP857, a superset of ASCII without a decoder; the bytes are ASCII", body: document("utf-8", "u"), charset: "cp857", path: "u"},
		{name: "declared csUTF8, an alias of UTF-8 in the IANA registry", body: document("csUTF8", "ü"), path: "ü"},
		{name: "declared PC8-Danish-Norwegian, an IANA charset that sipgate may not know", body: document("PC8-Danish-Norwegian", "u"), want: warning, path: "u"},
		{name: "unknown charset declared, header has an unknown charset", body: document("klingon", "ü"), charset: "utf8mb4", want: unreadable},
		{name: "declared UTF-8 is right, header has an unknown charset", body: document("utf-8", "ü"), charset: "utf8mb4", want: headerWarning, path: "ü"},
		{name: "declared ISO-8859-1 is right, header has an unknown charset", body: document("iso-8859-1", "\xfc"), charset: "utf8mb4", want: headerWarning, path: "ü"},
		{name: "declared UTF-16 is wrong, header has an unknown charset", body: document("utf-16", "ü"), charset: "utf8mb4", want: unreadable},
		{name: "declared ISO-8859-1, header UTF-8 is right", body: document("iso-8859-1", "ü"), charset: "utf-8", want: warning, path: "ü", why: "a parser that follows the declaration reads wrong text"},
		{name: "declared ISO-8859-1, but header UTF-8: the bytes mean the same in both", body: document("iso-8859-1", "u"), charset: "utf-8", path: "u", why: "both charsets give the same text"},
		{name: "declared UTF-8, header ISO-8859-1 is right", body: document("utf-8", "\xfc"), charset: "iso-8859-1", want: warning, path: "ü"},
		{name: "declared UTF-8, but header Shift JIS: the bytes are valid in both, with another meaning", body: document("utf-8", "ü"), charset: "shift_jis", want: warning, path: "ﾃｼ"},
		{name: "declared US-ASCII, header UTF-8 is right", body: document("us-ascii", "ü"), charset: "utf-8", want: warning, path: "ü"},
		{name: "declared UTF8, header utf-8: the same charset", body: document("UTF8", "ü"), charset: "utf-8", path: "ü"},
		{name: "declared UTF-16, header UTF-16LE is right", body: encodeUTF16(binary.LittleEndian, document("utf-16", "ü")), charset: "utf-16le", path: "ü"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body), Charset: tt.charset})
			var want []string
			if tt.want != "" {
				want = []string{tt.want}
			}
			if diff := cmp.Diff(want, problemSummaries(d.Problems)); diff != "" {
				t.Errorf("Parse(%q, %q) mismatch (-want +got):\n%s%s", tt.body, tt.charset, diff, tt.why)
			}
			got := ""
			if d.Response != nil {
				got = d.Response.OnAnswer.Text[len("https://www.example.com/"):]
			}
			if diff := cmp.Diff(tt.path, got); diff != "" {
				t.Errorf("Parse(%q, %q) path mismatch (-want +got):\n%s", tt.body, tt.charset, diff)
			}
		})
	}
}
