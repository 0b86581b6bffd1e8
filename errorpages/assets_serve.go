package errorpages

import (
	"bytes"
	"net/http"
	"strconv"
	"time"
)

// Asset is a file of the operator's templates by its slash-separated path below
// their folder of assets; nil: there is none.
func (r *Renderer) Asset(name string) *Asset {
	if r.assets == nil {
		return nil
	}
	return r.assets.byName[name]
}

// ServeHTTP answers GET and HEAD, from memory. A URL with the version of the file
// may be kept for ever; others are asked about again after a while, since what a
// style sheet refers to carries no version.
func (a *Asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox") // of an SVG that is opened by itself
	h.Set("Cache-Control", "public, max-age=300")
	if r.URL.RawQuery == assetVersion+a.version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	data, etag := a.data, `"`+a.version+`"`
	if a.gzip != nil {
		h.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header["Accept-Encoding"]) && r.Header.Get("Range") == "" {
			data, etag = a.gzip, `"`+a.version+`-gzip"`
			h.Set("Content-Encoding", "gzip")
			h.Set("Content-Length", strconv.Itoa(len(data))) // which the next line leaves to us
		}
	}
	h.Set("Etag", etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}
