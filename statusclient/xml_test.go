package statusclient

import (
	"strings"
	"testing"
)

func TestXMLIsUTF8WhateverItWasSentIn(t *testing.T) {
	t.Parallel()
	const want = "<a>Zürich – Störung</a>"
	latin := "<a>Z\xfcrich \x96 St\xf6rung</a>"
	utf16 := "\xff\xfe"
	for _, r := range want {
		utf16 += string([]byte{byte(r), byte(r >> 8)})
	}
	for name, tc := range map[string]struct{ give, label string }{
		"nothing said":                {want, ""},
		"a byte order mark":           {"\ufeff" + want, "iso-8859-1"},
		"UTF-16 with a mark":          {utf16, ""},
		"UTF-16 by the header":        {utf16[2:], "utf-16le"},
		"a header":                    {latin, "windows-1252"},
		"a declaration":               {`<?xml version="1.0" encoding="windows-1252"?>` + latin, ""},
		"a declaration that is wrong": {`<?xml version="1.0" encoding="ISO-8859-1"?>` + want, ""},
		"a declaration nobody reads":  {`<?xml version="1.0" encoding="UTF-16"?><a>Z&#252;rich &#8211; St&#246;rung</a>`, ""},
		"a prologue":                  {"<?xml version='1.0'?>\n<!DOCTYPE a>\n<!-- <b> --><?x y?>" + want + "<!-- end -->\n", ""},
		"characters that XML forbids": {"<a>Z\x01ürich – Stö\x00rung</a>", ""},
	} {
		got, err := decodeXML([]byte(tc.give), tc.label)
		plain := strings.NewReplacer("&#252;", "ü", "&#8211;", "–", "&#246;", "ö", "<!-- end -->", "").Replace(string(got))
		if err != nil || plain != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestXMLRefusesWhatNobodyWrites(t *testing.T) {
	t.Parallel()
	laughs := `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>`
	for name, tc := range map[string]struct{ give, label, want string }{
		"nothing":           {" \n", "", "answered nothing"},
		"JSON":              {"{}", "", "something else than XML"},
		"HTML":              {"<!DOCTYPE html><p>hello", "", "HTML instead of XML"},
		"HTML without type": {"<HTML><p>hello", "", "HTML instead of XML"},
		"half":              {"<a><b>hello</b>", "", "ends in the middle"},
		"half a tag":        {"<a><b", "", "ends in the middle"},
		"half CDATA":        {"<a><![CDATA[x", "", "ends in the middle"},
		"no element":        {"<?xml version='1.0'?>", "", "ends in the middle"},
		"entities":          {laughs, "", "defines entities"},
		"a file":            {`<!doctype a [ <!entity x SYSTEM "file:///etc/passwd"> ]><a>&x;</a>`, "", "defines entities"},
		"a tower":           {strings.Repeat("<a>", 200) + strings.Repeat("</a>", 200), "", "nested too deeply"},
		"no such charset":   {"<a/>", "klingon-7", "charset that is not known"},
	} {
		if got, err := decodeXML([]byte(tc.give), tc.label); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %q, %v; want %s", name, got, err, tc.want)
		}
	}
}

func TestXMLForgivesTagsThatAreNotClosed(t *testing.T) {
	t.Parallel()
	give := "<a>" + strings.Repeat("<c>one<br>two<br></c>", 500) + "</a>"
	if got, err := decodeXML([]byte(give), ""); err != nil || string(got) != give {
		t.Errorf("%.80q, %v", got, err)
	}
}
