package errorpages

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"image/png"
	"io"
	"net/url"
	"os"
)

const (
	inlineLogo = 4 << 10 // up to here the logo costs less than a request
	maxLogo    = 1 << 20
)

// logo is a checked image file. The zero value is none.
type logo struct {
	contentType string
	data        []byte
	ext         string
	name        string // where the edge serves it; empty: it is part of the page
	width       int    // of a PNG, in pixels; 0: unknown
	height      int    // likewise
	adapts      bool   // the image itself changes in dark mode
}

// readLogo reads and judges a file by its content, whatever it is called.
func readLogo(path string) (logo, error) {
	if path == "" {
		return logo{}, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return logo{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxLogo+1))
	if err != nil {
		return logo{}, err
	}
	l, err := newLogo(data)
	if err != nil {
		return logo{}, fmt.Errorf("%s: %w", path, err)
	}
	if len(data) > inlineLogo {
		sum := sha256.Sum256(data)
		l.name = "logo-" + hex.EncodeToString(sum[:8]) + "." + l.ext
	}
	return l, nil
}

func newLogo(data []byte) (logo, error) {
	switch {
	case len(data) > maxLogo:
		return logo{}, fmt.Errorf("is larger than %d KiB", maxLogo>>10)
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		head, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return logo{}, fmt.Errorf("is a broken PNG: %w", err)
		}
		return logo{contentType: "image/png", data: data, ext: "png", width: head.Width, height: head.Height}, nil
	case looksLikeXML(data):
		if err := checkSVG(data); err != nil {
			return logo{}, err
		}
		return logo{contentType: "image/svg+xml", data: data, ext: "svg",
			adapts: bytes.Contains(data, []byte("prefers-color-scheme"))}, nil
	}
	return logo{}, errors.New("is neither an SVG nor a PNG image")
}

func looksLikeXML(data []byte) bool {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	return bytes.HasPrefix(bytes.TrimSpace(data), []byte("<"))
}

// inline is the image as a URL of its own, empty when there is none or when it
// is too large for that.
func (l *logo) inline() template.URL {
	switch {
	case len(l.data) == 0 || len(l.data) > inlineLogo:
		return ""
	case l.ext == "svg":
		// Escaped rather than base64: it compresses with the page.
		return template.URL("data:image/svg+xml," + url.PathEscape(string(l.data)))
	}
	return template.URL("data:" + l.contentType + ";base64," + base64.StdEncoding.EncodeToString(l.data))
}

// weight is about what an inline image adds to a page with gzip.
func (l *logo) weight() int {
	switch {
	case len(l.data) > inlineLogo:
		return 0
	case l.ext == "svg":
		return len(l.data) / 2
	}
	return len(l.data) * 5 / 4
}

// Logo returns the image that the edge has to serve, and under which name: the
// name changes with the content, so that it may be cached for ever. There is
// none when name is empty: no logo at all, or one that is part of the page.
func (b *Brand) Logo() (contentType string, data []byte, name string) {
	if b.logo.name == "" {
		return "", nil, ""
	}
	return b.logo.contentType, b.logo.data, b.logo.name
}
