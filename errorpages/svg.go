package errorpages

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

const svgNamespace = "http://www.w3.org/2000/svg"

// What has no place in a logo: it runs, embeds, or brings HTML along.
var svgRefused = []string{"script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler", "listener"}

var (
	cssURL = regexp.MustCompile(`(?i)url\(\s*["']?\s*([^"')\s]*)`)
	cssBad = regexp.MustCompile(`(?i)@import|expression\s*\(|javascript:|-moz-binding|\\`)
)

// checkSVG refuses an image that could do anything but be looked at. A browser
// shows it as an image, where scripts do not run, but the file can also be
// opened by its own address on the site's origin.
func checkSVG(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	var open []string
	root := false
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("is not a well-formed SVG: %w", err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			name := strings.ToLower(t.Name.Local)
			if !root && (name != "svg" || !hasNamespace(t)) {
				return fmt.Errorf("is not an SVG: it starts with <%s>, not with <svg xmlns=%q>", t.Name.Local, svgNamespace)
			}
			root = true
			if err := checkSVGElement(name, t.Attr); err != nil {
				return err
			}
			open = append(open, name)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != strings.ToLower(t.Name.Local) {
				return fmt.Errorf("is not a well-formed SVG: unexpected </%s>", t.Name.Local)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if slices.Contains(open, "style") {
				if err := checkCSS(string(t)); err != nil {
					return err
				}
			}
		case xml.ProcInst:
			if t.Target != "xml" {
				return fmt.Errorf("has <?%s?>, which loads other files", t.Target)
			}
		case xml.Directive:
			if bytes.Contains(bytes.ToUpper(t), []byte("ENTITY")) || bytes.Contains(t, []byte("[")) {
				return errors.New("defines its own entities; save it without them")
			}
		}
	}
	if !root || len(open) > 0 {
		return errors.New("is not an SVG: it ends too early")
	}
	return nil
}

func hasNamespace(t xml.StartElement) bool {
	return slices.ContainsFunc(t.Attr, func(a xml.Attr) bool {
		return (a.Name.Local == "xmlns" || a.Name.Space == "xmlns") && a.Value == svgNamespace
	})
}

func checkSVGElement(name string, attrs []xml.Attr) error {
	if slices.Contains(svgRefused, name) {
		return fmt.Errorf("has <%s>, which a logo must not have", name)
	}
	for _, a := range attrs {
		key := strings.ToLower(a.Name.Local)
		switch {
		case strings.HasPrefix(key, "on"):
			return fmt.Errorf("has an event handler (%s on <%s>)", key, name)
		case (key == "href" || key == "src") && !selfContained(a.Value):
			return fmt.Errorf("refers to something outside itself (%s on <%s>)", key, name)
		case key == "base" && a.Name.Space == "xml":
			return fmt.Errorf("sets xml:base on <%s>, which turns its own links into outside ones", name)
		case key == "attributename" && (strings.HasPrefix(strings.ToLower(a.Value), "on") || strings.HasSuffix(strings.ToLower(a.Value), "href")):
			return fmt.Errorf("animates %s on <%s>", a.Value, name)
		}
		if a.Name.Space != "" || key == "xmlns" {
			continue // an editor's notes, of no meaning to a browser
		}
		if err := checkCSS(a.Value); err != nil {
			return fmt.Errorf("%w (%s on <%s>)", err, key, name)
		}
	}
	return nil
}

// checkCSS judges a style sheet or an attribute value, which may be one.
func checkCSS(s string) error {
	if bad := cssBad.FindString(s); bad != "" {
		return fmt.Errorf("has %q in a style", bad)
	}
	for _, m := range cssURL.FindAllStringSubmatch(s, -1) {
		if !selfContained(m[1]) {
			return errors.New("has a style that loads something from outside")
		}
	}
	return nil
}

// selfContained accepts a link to a part of the same file and an embedded pixel
// image. An embedded SVG is refused: nobody has looked into it.
func selfContained(ref string) bool {
	ref = strings.ToLower(strings.TrimSpace(ref))
	if strings.HasPrefix(ref, "#") {
		return true
	}
	for _, kind := range []string{"png", "jpeg", "gif", "webp"} {
		if strings.HasPrefix(ref, "data:image/"+kind+";") {
			return true
		}
	}
	return false
}
