package xmldoc_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/xmldoc"
)

// Each document breaks one rule of XML 1.0 or of Namespaces in XML 1.0. Most documents differ from a well-formed one by a single character.
func TestIllFormedDocumentsAreReportedWithThePosition(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, want string }{
		// The XML declaration.
		{"a declaration that is cut off after its name", "<?xml", `1:1 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got version ""`},
		{"a declaration that does not end", `<?xml version="1.0" <Response/>`, `1:21 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got "<Response/>"`},
		{"a declaration without version", "<?xml ?><Response/>", `1:1 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got version ""`},
		{"a version without quotation marks", "<?xml version=1.0?><Response/>", `1:15 want version="…" in the XML declaration; got "1.0?><Response/>"`},
		{"a version without equals sign", `<?xml version "1.0"?><Response/>`, `1:15 want version="…" in the XML declaration; got '"1.0"?><Response/>'`},
		{"an empty version", `<?xml version=""?><Response/>`, `1:15 want version="…" in the XML declaration; got '""?><Response/>'`},
		{"a version whose quotation mark is not closed", `<?xml version="1.0?><Response/>`, `1:15 want version="…" in the XML declaration; got '"1.0?><Response/>'`},
		{"a version without its second number", `<?xml version="1."?><Response/>`, `1:1 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got version "1."`},
		{"a version with a letter", `<?xml version="1.x"?><Response/>`, `1:1 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got version "1.x"`},
		{"a version that ends with 1.0", `<?xml version="11.0"?><Response/>`, `1:1 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got version "11.0"`},
		{"version 2.0", `<?xml version="2.0"?><Response/>`, `1:1 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got version "2.0"`},
		{"no white space before the charset", `<?xml version="1.0"encoding="UTF-8"?><Response/>`, `1:20 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got 'encoding="UTF-8"?><Respo…'`},
		{"a charset without version", `<?xml encoding="UTF-8"?><Response/>`, `1:1 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got version ""`},
		{"a charset before the version", `<?xml encoding="UTF-8" version="1.0"?><Response/>`, `1:1 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got version ""`},
		{"a charset without equals sign", `<?xml version="1.0" encoding "utf-8"?><Response/>`, `1:30 want encoding="…" in the XML declaration; got '"utf-8"?><Response/>'`},
		{"a charset that begins with a digit", `<?xml version="1.0" encoding="8-utf"?><Response/>`, `1:1 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got encoding "8-utf"`},
		{"a charset with a space in it", `<?xml version="1.0" encoding="utf 8"?><Response/>`, `1:1 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got encoding "utf 8"`},
		{"standalone in capital letters", `<?xml version="1.0" standalone="YES"?><Response/>`, `1:1 want standalone="yes" or "no"; got "YES"`},
		{"standalone without value", `<?xml version="1.0" standalone=?><Response/>`, `1:32 want standalone="…" in the XML declaration; got "?><Response/>"`},
		{"standalone before the charset", `<?xml version="1.0" standalone="no" encoding="utf-8"?><Response/>`, `1:37 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got 'encoding="utf-8"?><Respo…'`},
		{"an unknown part of the declaration", `<?xml version="1.0" lang="de"?><Response/>`, `1:21 want an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>; got 'lang="de"?><Response/>'`},
		{"a declaration in capital letters", `<?XML version="1.0"?><Response/>`, "1:1 want the XML declaration at the very beginning, in lower case, or none; got <?XML here"},
		{"a declaration in capital letters after white space", ` <?XML version="1.0"?><Response/>`, "1:2 want the XML declaration at the very beginning, in lower case, or none; got <?XML here"},
		{"white space before the declaration", "\n<?xml version=\"1.0\"?><Response/>", "2:1 want the XML declaration at the very beginning, in lower case, or none; got <?xml here; remove the white space before it"},
		{"a comment before the declaration", `<!-- a --><?xml version="1.0"?><Response/>`, "1:11 want the XML declaration at the very beginning, in lower case, or none; got <?xml here"},
		{"the declaration twice", `<?xml version="1.0"?><?xml version="1.0"?><Response/>`, "1:22 want the XML declaration at the very beginning, in lower case, or none; got <?xml here"},
		{"a declaration inside the root", `<Response><?xml version="1.0"?></Response>`, "1:11 want the XML declaration at the very beginning, in lower case, or none; got <?xml here"},
		{"only a declaration", `<?xml version="1.0"?>`, "1:22 want a root element; got the end of the body"},

		// Instructions and comments.
		{"an instruction without name", "<Response><? a?></Response>", `1:11 want a name without colon after <?; got ""`},
		{"an instruction whose name begins with a digit", "<Response><?1?></Response>", `1:11 want a name without colon after <?; got ""`},
		{"an instruction with a colon in its name", "<Response><?a:b c?></Response>", `1:11 want a name without colon after <?; got "a:b"`},
		{"an instruction that does not end", "<Response><?a b></Response>", "1:11 want an instruction that ends with ?>; got the end of the body"},
		{"an instruction without white space after its name", "<Response><?a(b)?></Response>", `1:14 want white space after the name of the instruction; got "(b)?></Response>"`},
		{"an instruction before the root that does not end", "<?a <Response/>", "1:1 want an instruction that ends with ?>; got the end of the body"},
		{"a piece of PHP source", "<?= 1 ?><Response/>", `1:1 want a name without colon after <?; got ""`},
		{"-- in a comment", "<Response><!-- a -- b --></Response>", "1:18 want no -- inside a comment; got --"},
		{"a comment that ends with three dashes", "<Response><!-- a ---></Response>", "1:18 want no -- inside a comment; got --"},
		{"a comment that does not end", "<Response><!-- a -></Response>", "1:11 want a comment that ends with -->; got the end of the body"},
		{"a comment before the root that does not end", "<!-- <Response/>", "1:1 want a comment that ends with -->; got the end of the body"},
		{"only a comment", "<!-- a -->", "1:11 want a root element; got the end of the body"},

		// The document type.
		{"two document types", "<!DOCTYPE Response><!DOCTYPE Response><Response/>", `1:20 want a tag, or &lt; in place of a bare <; got "<!DOCTYPE Response><Resp…"`},
		{"a document type in lower case", "<!doctype Response><Response/>", `1:1 want a tag, or &lt; in place of a bare <; got "<!doctype Response><Resp…"`},
		{"a document type without name", "<!DOCTYPE ><Response/>", `1:1 want a document type declaration such as <!DOCTYPE name>, or none; got "><Response/>"`},
		{"a document type without white space before its name", "<!DOCTYPEResponse><Response/>", `1:1 want a document type declaration such as <!DOCTYPE name>, or none; got "><Response/>"`},
		{"a document type whose name ends with a colon", "<!DOCTYPE a:><Response/>", `1:1 want a document type declaration such as <!DOCTYPE name>, or none; got "><Response/>"`},
		{"a SYSTEM document type without address", "<!DOCTYPE Response SYSTEM ><Response/>", `1:27 want a document type declaration such as <!DOCTYPE name>, or none; got "><Response/>"`},
		{"a SYSTEM document type without white space", `<!DOCTYPE Response SYSTEM"a"><Response/>`, `1:26 want a document type declaration such as <!DOCTYPE name>, or none; got '"a"><Response/>'`},
		{"a SYSTEM document type with two addresses", `<!DOCTYPE Response SYSTEM "a" "b"><Response/>`, `1:31 want a document type declaration such as <!DOCTYPE name>, or none; got '"b"><Response/>'`},
		{"a document type whose quotation mark is not closed", `<!DOCTYPE Response SYSTEM "a><Response/>`, `1:27 want a document type declaration such as <!DOCTYPE name>, or none; got '"a><Response/>'`},
		{"a PUBLIC document type without address", `<!DOCTYPE Response PUBLIC "a"><Response/>`, `1:30 want a document type declaration such as <!DOCTYPE name>, or none; got "><Response/>"`},
		{"a PUBLIC document type without white space", `<!DOCTYPE Response PUBLIC "a""b"><Response/>`, `1:30 want a document type declaration such as <!DOCTYPE name>, or none; got '"b"><Response/>'`},
		{"a document type with the keyword public in lower case", `<!DOCTYPE Response public "a" "b"><Response/>`, `1:20 want a document type declaration such as <!DOCTYPE name>, or none; got 'public "a" "b"><Response…'`},
		{"a document type that does not end", "<!DOCTYPE Response<Response/>", `1:19 want a document type declaration such as <!DOCTYPE name>, or none; got "<Response/>"`},
		{"a document type whose declarations do not end", "<!DOCTYPE Response [ ", "1:1 want a document type declaration that ends with ]>; got the end of the body"},
		{"a document type with something after its declarations", "<!DOCTYPE Response [] a><Response/>", `1:23 want a document type declaration such as <!DOCTYPE name>, or none; got "a><Response/>"`},
		{"a tag among the declarations", "<!DOCTYPE Response [ <Response/>", `1:22 want a declaration; got "<Response/>"; leave out the document type declaration`},
		{"text among the declarations", "<!DOCTYPE Response [ a ]><Response/>", `1:22 want a declaration; got "a ]><Response/>"; leave out the document type declaration`},
		{"an unknown declaration", "<!DOCTYPE Response [<!FOO a>]><Response/>", `1:21 want a declaration; got "<!FOO a>]><Response/>"; leave out the document type declaration`},
		{"a conditional section", "<!DOCTYPE Response [<![INCLUDE[]]>]><Response/>", `1:21 want a declaration; got "<![INCLUDE[]]>]><Respons…"; leave out the document type declaration`},
		{"a comment with -- inside, among the declarations", "<!DOCTYPE Response [<!-- a -- b -->]><Response/>", "1:28 want no -- inside a comment; got --"},
		{"an instruction whose name begins with a digit, among the declarations", "<!DOCTYPE Response [<?1?>]><Response/>", `1:21 want a name without colon after <?; got ""`},
		{"a percent sign without a name among the declarations", "<!DOCTYPE Response [%\n]><Response/>", `1:21 want a reference such as %name;; got "\n]><Response/>"`},
		{"a parameter entity without semicolon", "<!DOCTYPE Response [%a ]><Response/>", `1:21 want a reference such as %name;; got " ]><Response/>"`},
		{"a declaration without white space after its keyword", "<!DOCTYPE Response [<!ENTITY>]><Response/>", `1:21 want white space after the keyword of a declaration; got ">]><Response/>"`},
		{"a declaration whose quotation mark is not closed", `<!DOCTYPE Response [<!ATTLIST a b CDATA "c>]><Response/>`, "1:21 want a declaration that ends with >; got the end of the body"},
		{"a declaration that is cut off", "<!DOCTYPE Response [<!NOTATION a ", "1:21 want a declaration that ends with >; got the end of the body"},
		{"a document type inside the root", "<Response><!DOCTYPE Response></Response>", `1:11 want a tag, or &lt; in place of a bare <; got "<!DOCTYPE Response></Res…"`},

		// Around the root.
		{"text before the root", "OK<Response/>", `1:1 want a document that starts with <; got "OK<Response/>"; write nothing before the XML`},
		{"text between declaration and root", `<?xml version="1.0"?>OK<Response/>`, `1:22 want a document that starts with <; got "OK<Response/>"; write nothing before the XML`},
		{"a character reference before the root", "<!-- a -->&#32;<Response/>", `1:11 want a document that starts with <; got "&#32;<Response/>"; write nothing before the XML`},
		{"escaped markup", "&lt;Response/&gt;", `1:1 want a document that starts with <; got "&lt;Response/&gt;"; the markup itself was escaped; escape only the values that go into it`},
		{"an end tag before the root", "</Response>", `1:1 want a tag, or &lt; in place of a bare <; got "</Response>"`},
		{"a CDATA section before the root", "<![CDATA[ a ]]><Response/>", `1:1 want a tag, or &lt; in place of a bare <; got "<![CDATA[ a ]]><Response…"`},
		{"text after the root", "<Response/>\nOK", `2:1 want nothing after the root element; got "OK"; write nothing after the XML`},
		{"a character reference after the root", "<Response/>&#32;", `1:12 want nothing after the root element; got "&#32;"; write nothing after the XML`},
		{"an end tag too many", "<Response></Response></Response>", `1:22 want nothing after the root element; got the end tag "</Response>"; the root element was closed already`},
		{"two roots", "<Response/><Response/>", `1:12 want nothing after the root element; got "<Response/>"; put everything into the root element`},
		{"a CDATA section after the root", "<Response/><![CDATA[ ]]>", `1:12 want nothing after the root element; got "<![CDATA[ ]]>"; put everything into the root element`},
		{"a document type after the root", "<Response/><!DOCTYPE Response>", `1:12 want nothing after the root element; got "<!DOCTYPE Response>"; put everything into the root element`},

		// Tags.
		{"a space in the root tag", "< Response/>", `1:1 want a tag, or &lt; in place of a bare <; got "< Response/>"`},
		{"a bare < in text", "<Response><3</Response>", `1:11 want a tag, or &lt; in place of a bare <; got "<3</Response>"`},
		{"a name that begins with a dash", "<Response><-a/></Response>", `1:11 want a tag, or &lt; in place of a bare <; got "<-a/></Response>"`},
		{"a tag without name", "<Response><></Response>", `1:11 want a tag, or &lt; in place of a bare <; got "<></Response>"`},
		{"a body that is cut off before a name", "<Response><", `1:11 want a tag, or &lt; in place of a bare <; got "<"`},
		{"a body that is cut off after a name", "<Resp", "1:6 want > at the end of the tag Resp; got the end of the body"},
		{"a body that is cut off after an attribute", `<Response a="b"`, "1:16 want > at the end of the tag Response; got the end of the body"},
		{"a body that is cut off after white space", `<Response a="b" `, "1:17 want > at the end of the tag Response; got the end of the body"},
		{"a body that is cut off in an attribute", `<Response onAnswer="https://www.exa`, "1:20 want a closing quotation mark for the attribute onAnswer; got the end of the body"},
		{"an unclosed root", "<Response>", "1:11 want </Response>; got the end of the body; the body is cut off, or a tag was not closed"},
		{"an unclosed root with text in it", "<Response>OK", "1:13 want </Response>; got the end of the body; the body is cut off, or a tag was not closed"},
		{"an unclosed element", "<Response><Dial></Response>", `1:17 want </Dial>; got "</Response>"`},
		{"crossed tags", "<Response><Dial></Response></Dial>", `1:17 want </Dial>; got "</Response></Dial>"`},
		{"an end tag in another letter case", "<Response></response>", `1:11 want </Response>; got "</response>"; letter case counts`},
		{"an end tag of a longer name", "<Response></Responses>", `1:11 want </Response>; got "</Responses>"`},
		{"an end tag with an attribute", `<Response></Response a="b">`, `1:11 want </Response>; got '</Response a="b">'`},
		{"an end tag that is cut off", "<Response></Response", `1:11 want </Response>; got "</Response"`},
		{"white space before the name of an end tag", "<Response></ Response>", `1:11 want </Response>; got "</ Response>"`},
		{"a quotation mark right after the name", `<Response"a"/>`, `1:10 want white space, > or /> after the name Response; got '"a"/>'`},
		{"a slash and white space", "<Response / >", `1:11 want an attribute, > or />; got "/ >"`},
		{"a slash and white space after an attribute", `<Response a="b"/ >`, `1:16 want white space between attributes; got "/ >"`},
		{"a CDATA section that does not end", "<Response><![CDATA[ ]] ></Response>", "1:11 want a CDATA section that ends with ]]>; got the end of the body"},
		{"a CDATA section in lower case", "<Response><![cdata[ ]]></Response>", `1:11 want a tag, or &lt; in place of a bare <; got "<![cdata[ ]]></Response>"`},
		{"]]> in text", "<Response>]]></Response>", `1:11 want ]]&gt; in text; got "]]></Response>"`},
		{"]]> after text", "<Response>a > ]] > ]]></Response>", `1:20 want ]]&gt; in text; got "]]></Response>"`},

		// Attributes.
		{"no white space between attributes", `<Response a="b"c="d"/>`, `1:16 want white space between attributes; got 'c="d"/>'`},
		{"an attribute without name", `<Response ="b"/>`, `1:11 want an attribute, > or />; got '="b"/>'`},
		{"an attribute without equals sign", `<Response a "b"/>`, `1:13 want = after the attribute a; got '"b"/>'`},
		{"an attribute without value", "<Response disabled/>", `1:19 want = after the attribute disabled; got "/>"`},
		{"an attribute without quotation marks", "<Response a=b/>", `1:13 want a quoted value for the attribute a; got "b/>"`},
		{"typographic quotation marks", "<Response a=“b”/>", `1:13 want a quoted value for the attribute a; got "“b”/>"`},
		{"a quotation mark that is not closed before another attribute", `<Response a="b/><Play c="d"/>`, `1:17 want &lt; in place of < in an attribute; got '<Play c="d"/>'; or a quotation mark is missing before it`},
		{"a < in an attribute", `<Response a="<b>"/>`, `1:14 want &lt; in place of < in an attribute; got '<b>"/>'; or a quotation mark is missing before it`},
		{"an attribute twice", `<Response a="b" c="d" a="b"/>`, "1:23 want each attribute once; got a second a"},

		// References.
		{"a bare ampersand in a URL", "<Response\n  onAnswer=\"https://www.example.com/?a=1&b=2\"/>", `2:41 want &amp; in place of a bare &; got '&b=2"/>'; escape what goes into XML, URLs too: & is written &amp;`},
		{"a bare ampersand in text", "<Response>a & b</Response>", `1:13 want &amp; in place of a bare &; got "& b</Response>"; escape what goes into XML, URLs too: & is written &amp;`},
		{"an ampersand and a semicolon", "<Response>&;</Response>", `1:11 want &amp; in place of a bare &; got "&;</Response>"; escape what goes into XML, URLs too: & is written &amp;`},
		{"a reference without semicolon", "<Response>&amp</Response>", `1:11 want &amp; in place of a bare &; got "&amp</Response>"; escape what goes into XML, URLs too: & is written &amp;`},
		{"a reference in capital letters", "<Response>&AMP;</Response>", `1:11 want one of &amp; &lt; &gt; &quot; &apos;, or a number as in &#228;; got "&AMP;"; a bare & is written &amp;`},
		{"an entity of HTML", "<Response>&nbsp;</Response>", `1:11 want one of &amp; &lt; &gt; &quot; &apos;, or a number as in &#228;; got "&nbsp;"; a bare & is written &amp;`},
		{"an entity of HTML in an attribute", `<Response a="&auml;"/>`, `1:14 want one of &amp; &lt; &gt; &quot; &apos;, or a number as in &#228;; got "&auml;"; a bare & is written &amp;`},
		{"a number without digits", "<Response>&#;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#;</Response>"`},
		{"a hexadecimal number without digits", "<Response>&#x;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#x;</Response>"`},
		{"a hexadecimal number without x", "<Response>&#a;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#a;</Response>"`},
		{"a hexadecimal number with a capital X", "<Response>&#X20;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#X20;</Response>"`},
		{"a number without semicolon", "<Response>&#x20</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#x20</Response>"`},
		{"the number zero", "<Response>&#0;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#0;</Response>"`},
		{"a number below zero", "<Response>&#-5;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#-5;</Response>"`},
		{"the number of a control character", "<Response>&#x1F;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#x1F;</Response>"`},
		{"the number 8, one less than that of a tab", "<Response>&#8;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#8;</Response>"`},
		{"the number 11, one more than that of a line feed", "<Response>&#11;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#11;</Response>"`},
		{"the number of the first surrogate", "<Response>&#xD800;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#xD800;</Response>"`},
		{"the number of the last surrogate", "<Response>&#xDFFF;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#xDFFF;</Response>"`},
		{"the number of a noncharacter", "<Response>&#xFFFE;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#xFFFE;</Response>"`},
		{"the number of another noncharacter", "<Response>&#xFFFF;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#xFFFF;</Response>"`},
		{"a number above the last character of Unicode", "<Response>&#x110000;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#x110000;</Response>"`},
		{"a number that becomes the letter A if it overflows 32 bits", "<Response>&#4294967361;</Response>", `1:11 want the number of a character that XML allows, as in &#228;; got "&#4294967361;</Response>"`},

		// Characters.
		{"a control character", "<Response>\n \x01</Response>", "2:2 want characters that XML allows; got the control character U+0001; leave it out; XML cannot hold it in any form"},
		{"a control character in a tag", "<Response \x1f/>", "1:11 want characters that XML allows; got the control character U+001F; leave it out; XML cannot hold it in any form"},
		{"a control character after another mistake: the other mistake is reported", "<Response>&\x01</Response>", `1:11 want &amp; in place of a bare &; got "&\x01</Response>"; escape what goes into XML, URLs too: & is written &amp;`},
		{"a control character before another mistake: the control character is reported", "<Response>\x01&</Response>", "1:11 want characters that XML allows; got the control character U+0001; leave it out; XML cannot hold it in any form"},
		{"a control character in a comment", "<Response><!--\x00--></Response>", "1:15 want characters that XML allows; got the control character U+0000; leave it out; XML cannot hold it in any form"},
		{"a noncharacter", "<Response>\ufffe</Response>", "1:11 want characters that XML allows; got the control character U+FFFE; leave it out; XML cannot hold it in any form"},
		{"a form feed at the very beginning", "\f<Response/>", "1:1 want characters that XML allows; got the control character U+000C; leave it out; XML cannot hold it in any form"},

		// Names and namespaces.
		{"a name that begins with a colon", "<Response><:a/></Response>", `1:11 want a name with at most one colon, inside; got ":a"`},
		{"a name that ends with a colon", `<Response xmlns:a="u"><a:/></Response>`, `1:23 want a name with at most one colon, inside; got "a:"`},
		{"a name with two colons", `<Response xmlns:a="u"><a:b:c/></Response>`, `1:23 want a name with at most one colon, inside; got "a:b:c"`},
		{"a digit after the colon of a name", `<Response xmlns:a="u"><a:1/></Response>`, `1:23 want a name with at most one colon, inside; got "a:1"`},
		{"an attribute that begins with a colon", `<Response :a="d"/>`, `1:11 want a name with at most one colon, inside; got ":a"`},
		{"an attribute that ends with a colon", `<Response xmlns:a="u" a:="d"/>`, `1:23 want a name with at most one colon, inside; got "a:"`},
		{"an attribute with two colons", `<Response xmlns:a="u" a:b:c="d"/>`, `1:23 want a name with at most one colon, inside; got "a:b:c"`},
		{"an undeclared prefix", "<s:Response/>", `1:1 want a declared namespace prefix; got the prefix "s"; leave the prefix out`},
		{"an undeclared prefix beside a declared one", `<Response xmlns:s="u"><t:b/></Response>`, `1:23 want a declared namespace prefix; got the prefix "t"; leave the prefix out`},
		{"an undeclared prefix of an attribute", `<Response xmlns:s="u" t:b="c"/>`, `1:23 want a declared namespace prefix; got the prefix "t"; leave the prefix out`},
		{"a prefix after the element that declares it", `<Response><a xmlns:s="u"><s:b/></a><s:c/></Response>`, `1:36 want a declared namespace prefix; got the prefix "s"; leave the prefix out`},
		{"a prefix after the empty element that declares it", `<Response><a xmlns:s="u"/><s:b/></Response>`, `1:27 want a declared namespace prefix; got the prefix "s"; leave the prefix out`},
		{"an element with the prefix xmlns", "<Response><xmlns:a/></Response>", `1:11 want a declared namespace prefix; got the prefix "xmlns"; leave the prefix out`},
		{"the prefix xml with another namespace", `<Response xmlns:xml="u"/>`, `1:11 want a namespace that may be declared; got "xmlns:xml=u"`},
		{"the namespace of xml with another prefix", `<Response xmlns:a="http://www.w3.org/XML/1998/namespace"/>`, `1:11 want a namespace that may be declared; got "xmlns:a=http://www.w3.org/XML/1998/namespace"`},
		{"the namespace of xml with no prefix", `<Response xmlns="http://www.w3.org/XML/1998/namespace"/>`, `1:11 want a namespace that may be declared; got "http://www.w3.org/XML/1998/namespace"`},
		{"the prefix xmlns with another namespace", `<Response xmlns:xmlns="u"/>`, `1:11 want a namespace that may be declared; got "xmlns:xmlns=u"`},
		{"the prefix xmlns with its own namespace", `<Response xmlns:xmlns="http://www.w3.org/2000/xmlns/"/>`, `1:11 want a namespace that may be declared; got "xmlns:xmlns=http://www.w3.org/2000/xmlns/"`},
		{"the namespace of xmlns with another prefix", `<Response xmlns:a="http://www.w3.org/2000/xmlns/"/>`, `1:11 want a namespace that may be declared; got "xmlns:a=http://www.w3.org/2000/xmlns/"`},
		{"the namespace of xmlns with no prefix", `<Response xmlns="http://www.w3.org/2000/xmlns/"/>`, `1:11 want a namespace that may be declared; got "http://www.w3.org/2000/xmlns/"`},
		{"a prefix with an empty namespace", `<Response xmlns:a=""/>`, `1:11 want a namespace that may be declared; got "xmlns:a="`},
		{"a prefix that is declared twice", `<Response xmlns:a="u" xmlns:a="v"/>`, "1:23 want each attribute once; got a second xmlns:a"},
		{"the same attribute under two prefixes", `<Response xmlns:a="u" xmlns:b="u" a:x="" b:x=""/>`, "1:42 want each attribute once; got a second b:x"},

		// The position and the excerpt.
		{"columns count characters", `<Response a="äöü日本" b="&"/>`, `1:24 want &amp; in place of a bare &; got '&"/>'; escape what goes into XML, URLs too: & is written &amp;`},
		{"carriage returns end lines too", "<Response>\r\r\n\n<a>&\r\n</a></Response>", `4:4 want &amp; in place of a bare &; got "&"; escape what goes into XML, URLs too: & is written &amp;`},
		{"an excerpt of more than 24 characters is cut", "<Response><äbcdefghijklmnopqrstuvw></äbcdefghijklmnopqrstuvwxyz></Response>", `1:36 want </äbcdefghijklmnopqrstuvw>; got "</äbcdefghijklmnopqrstuv…"`},
		{"an excerpt of 24 characters is not cut", "<Response><a></äbcdefghijklmnopqrstu>", `1:14 want </a>; got "</äbcdefghijklmnopqrstu>"`},
		{"an excerpt ends with its line", "<Response a\n=b\nc/>", `2:2 want a quoted value for the attribute a; got "b"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, p := xmldoc.Read(tt.body)
			if p == nil {
				t.Fatalf("Read(%q) found no problem", tt.body)
			}
			got := fmt.Sprintf("%d:%d want %s; got %s", p.Position.Line, p.Position.Column, p.Want, p.Got)
			if p.Hint != "" {
				got += "; " + p.Hint
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Read(%q) mismatch (-want +got):\n%s", tt.body, diff)
			}
			if p.Rule != xmldoc.WellFormed || p.Milder {
				t.Errorf("Read(%q) = %+v, want a document that is not well-formed", tt.body, p)
			}
		})
	}
}
