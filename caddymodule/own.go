package caddymodule

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// serveOwn answers what lies under the public path of every fronted site. The
// upstream never hears of it.
func (a *App) serveOwn(w http.ResponseWriter, r *http.Request, svc *service, name string) {
	if origin := a.allowedOrigin(r); origin != "" {
		if allowOrigin(w.Header(), origin); isPreflight(r) {
			answerPreflight(w, r)
			return
		}
	} else if len(a.corsOrigins) > 0 {
		w.Header().Add("Vary", "Origin")
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	serve := a.own(svc, name)
	switch {
	case serve == nil:
		a.refuse(w, http.StatusNotFound)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		a.refuse(w, http.StatusMethodNotAllowed)
	default:
		serve(w, r, svc)
	}
}

func (a *App) own(svc *service, name string) func(http.ResponseWriter, *http.Request, *service) {
	if name == "status" {
		return a.serveStatus
	}
	if _, _, logo := svc.page.Brand.Logo(); logo != "" && name == logo {
		return serveLogo
	}
	return nil
}

// serveStatus tells scripts what is known about the service. The validator
// changes when what is known does.
func (a *App) serveStatus(w http.ResponseWriter, r *http.Request, svc *service) {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetIndent("", "  ")
	if err := enc.Encode(situationJSON(svc, a.situation(svc), a.knowledge.Load())); err != nil {
		a.logger.Error("situation cannot be written: " + err.Error())
		a.refuse(w, http.StatusInternalServerError)
		return
	}
	h := w.Header()
	etag := `"` + strconv.FormatUint(xxhash.Sum64(body.Bytes()), 36) + `"`
	h.Set("Etag", etag)
	h.Set("Cache-Control", "no-cache")
	if notModified(r, etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", "application/json")
	writeWhole(w, r, body.Bytes())
}

func notModified(r *http.Request, etag string) bool {
	for _, v := range r.Header["If-None-Match"] {
		for tag := range strings.SplitSeq(v, ",") {
			if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
				return true
			}
		}
	}
	return false
}

// serveLogo serves a logo that is too large to be part of the page. Its name
// changes with its content.
func serveLogo(w http.ResponseWriter, r *http.Request, svc *service) {
	contentType, data, _ := svc.page.Brand.Logo()
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	writeWhole(w, r, data)
}

func writeWhole(w http.ResponseWriter, r *http.Request, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

func (*App) refuse(w http.ResponseWriter, code int) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, http.StatusText(code), code)
}
