package statusclient

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// maxDepth is how deep elements may stand in each other: those who read what XML
// returns may do so by recursion.
const maxDepth = 128

// XML reads ref, a path and query below the configured URL, and returns the root
// element of the document there: complete, in UTF-8 whatever it was sent in, no
// deeper than people write, and without entities of its own.
func (r *Round) XML(ref string) ([]byte, error) {
	a, err := r.c.get(r.ctx, ref, "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8")
	if err != nil {
		return nil, err
	}
	doc, err := decodeXML(a.body, a.charset)
	if err != nil {
		return nil, r.c.Errorf("%s", err)
	}
	r.count(ref, a.body)
	return doc, nil
}

// decodeXML is XML without the request. Its errors hold nothing of the body.
func decodeXML(body []byte, label string) ([]byte, error) {
	text, err := xmlText(body, label)
	switch {
	case err != nil:
		return nil, err
	case text == "":
		return nil, errors.New("answered nothing (status code 200)")
	case text[0] != '<':
		return nil, errors.New("answered something else than XML")
	}
	start, err := checkXML(text)
	if err != nil {
		return nil, err
	}
	return []byte(text[start:]), nil
}

var xmlEncoding = regexp.MustCompile(`^\s*<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)

// utf16Label cannot be true of a document in which it can be read.
var utf16Label = regexp.MustCompile(`(?i)^(utf-?16|ucs-?2|iso-10646)`)

// xmlText makes body UTF-8. A byte order mark is believed first, then what the
// header says, then what the document says of itself.
func xmlText(body []byte, label string) (string, error) {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		body, label = body[3:], ""
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		label = "utf-16le"
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		label = "utf-16be"
	case label == "" && (!utf8.Valid(body) || isASCII(body)):
		// What claims another charset and is UTF-8 all the same, is UTF-8.
		if m := xmlEncoding.FindSubmatch(body); m != nil && !utf16Label.Match(m[1]) {
			label = string(m[1])
		}
	}
	if label != "" && !strings.EqualFold(label, "utf-8") {
		in, err := charset.NewReaderLabel(label, bytes.NewReader(body))
		if err != nil {
			return "", errors.New("answered in a charset that is not known")
		}
		if body, err = io.ReadAll(io.LimitReader(in, 2*maxBody)); err != nil {
			return "", errors.New("answered in another charset than it says")
		}
	}
	return strings.TrimSpace(cleanLines(string(body))), nil
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// checkXML judges a document and returns where its root element starts.
func checkXML(text string) (start int, err error) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 by now
	var stack []string
	start = -1
	for {
		at := int(d.InputOffset())
		token, err := d.RawToken()
		var syntax *xml.SyntaxError
		switch {
		case errors.Is(err, io.EOF) && start >= 0 && len(stack) == 0:
			return start, nil
		case errors.Is(err, io.EOF), errors.As(err, &syntax) && strings.Contains(syntax.Msg, "unexpected EOF"):
			return 0, errors.New("answer ends in the middle of the XML")
		case err != nil:
			return 0, errors.New("answer is not valid XML")
		}
		switch e := token.(type) {
		case xml.Directive:
			if bytes.Contains(bytes.ToUpper(e), []byte("<!ENTITY")) {
				return 0, errors.New("answered XML that defines entities")
			}
			if bytes.EqualFold(bytes.TrimSpace(e), []byte("doctype html")) {
				return 0, errHTML
			}
		case xml.StartElement:
			if start < 0 {
				start = at
				if strings.EqualFold(e.Name.Local, "html") {
					return 0, errHTML
				}
			}
			if stack = append(stack, e.Name.Local); len(stack) > maxDepth {
				return 0, errors.New("answered XML that is nested too deeply")
			}
		case xml.EndElement:
			stack = closeElement(stack, e.Name.Local)
		}
	}
}

var errHTML = errors.New("answered HTML instead of XML (status code 200)")

// closeElement takes the innermost element of that name from the stack, with all
// that was never closed in it.
func closeElement(stack []string, name string) []string {
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i] == name {
			return stack[:i]
		}
	}
	return stack
}
