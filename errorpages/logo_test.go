package errorpages

import (
	"bytes"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

func svg(inner string) []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">` +
		`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">` + inner + `</svg>`)
}

func TestLogosThatOnlyShowSomethingAreTaken(t *testing.T) {
	own, err := os.ReadFile("testdata/logo.svg")
	check(t, err)
	for _, data := range [][]byte{
		own,
		svg(`<path d="M0 0h9"/>`),
		svg(`<defs><linearGradient id="a"/></defs><rect fill="url(#a)" style="stroke: url('#a')"/><use xlink:href="#a"/>`),
		svg(`<style>.a{fill:#fff} @media (prefers-color-scheme:dark){.a{fill:#000}}</style><title>On fire</title>`),
		svg(`<image href="data:image/png;base64,AAAA"/>`),
		append([]byte("\xef\xbb\xbf\n "), svg(`<g inkscape:path="C:\logo"/>`)...),
	} {
		if _, err := newLogo(data); err != nil {
			t.Errorf("%.200s: %v", data, err)
		}
	}
}

func TestLogosThatDoMoreAreRefusedWithTheReason(t *testing.T) {
	for inner, why := range map[string]string{
		`<script>alert(1)</script>`:                                  "has <script>",
		`<ScRiPt href="#a"/>`:                                        "has <script>",
		`<foreignObject><p/></foreignObject>`:                        "has <foreignobject>",
		`<rect onload="x()"/>`:                                       "event handler",
		`<rect ONCLICK="x()"/>`:                                      "event handler",
		`<image href="https://example.org/a.png"/>`:                  "outside itself",
		`<image xlink:href="//example.org/a.png"/>`:                  "outside itself",
		`<image href="data:image/svg+xml,x"/>`:                       "outside itself",
		`<a href="javascript:alert(1)"/>`:                            "outside itself",
		`<use href="other.svg#a"/>`:                                  "outside itself",
		`<rect fill="url(https://example.org/#a)"/>`:                 "outside",
		`<rect style="fill:u\72l(https://example.org/)"/>`:           "in a style",
		`<style>@import "https://example.org/a.css";</style>`:        "@import",
		`<style><![CDATA[.a{fill:url(//example.org)}]]></style>`:     "outside",
		`<set attributeName="href" to="javascript:alert(1)"/>`:       "animates",
		`<set attributeName="xlink:href" to="javascript:alert(1)"/>`: "animates",
		`<g xml:base="https://example.org/"/>`:                       "xml:base",
		`<?xml-stylesheet href="https://example.org/a.css"?>`:        "xml-stylesheet",
		`<g>`:     "well-formed",
		`&bogus;`: "well-formed",
	} {
		if _, err := newLogo(svg(inner)); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want … %s …", inner, err, why)
		}
	}
	for data, why := range map[string]string{
		`<svg viewBox="0 0 1 1"/>`: "is not an SVG",
		`<html><svg/></html>`:      "is not an SVG",
		`<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>`: "entities",
		``:                           "neither",
		`GIF89a`:                     "neither",
		"\x89PNG\r\n\x1a\nbroken":    "broken PNG",
		`<`:                          "SVG",
		strings.Repeat(" ", 1<<20+1): "larger than 1024 KiB",
	} {
		if _, err := newLogo([]byte(data)); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%.60q: %v, want … %s …", data, err, why)
		}
	}
}

func TestSmallLogosArePartOfThePageAndLargeOnesAreServed(t *testing.T) {
	small := brand(t, BrandConfig{Logo: "testdata/logo.svg"})
	if _, _, name := small.Logo(); name != "" {
		t.Errorf("a small logo is served as %s", name)
	}
	if v := small.view("/.candor"); !strings.HasPrefix(string(v.Logo), "data:image/svg+xml,") || !v.LogoAdapts {
		t.Errorf("got %+v", v)
	}

	want := noisyPNG(t, 120, 40).data
	file := t.TempDir() + "/logo"
	check(t, os.WriteFile(file, want, 0o600))
	large := brand(t, BrandConfig{Logo: file})
	kind, data, name := large.Logo()
	if kind != "image/png" || !bytes.Equal(data, want) || !strings.HasPrefix(name, "logo-") || !strings.HasSuffix(name, ".png") {
		t.Errorf("got %s, %d bytes, %s", kind, len(data), name)
	}
	if v := large.view("/.candor"); string(v.Logo) != "/.candor/"+name || v.LogoWidth != 120 || v.LogoHeight != 40 {
		t.Errorf("got %+v", v)
	}
}

// noisyPNG is an image that does not compress.
func noisyPNG(t *testing.T, width, height int) logo {
	t.Helper()
	var b bytes.Buffer
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	noise := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = byte(noise.Uint32())
	}
	check(t, png.Encode(&b, img))
	l, err := newLogo(b.Bytes())
	check(t, err)
	return l
}
