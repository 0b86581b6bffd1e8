package caddymodule

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient/traffic"
)

// serveOwn answers what lies under the public path of every fronted site. The
// upstream never hears of it; next is only there to be probed.
func (h *Handler) serveOwn(w http.ResponseWriter, r *http.Request, svc *service, name string, next caddyhttp.Handler) {
	a := h.app
	if linkOf(name) || drillLinkOf(name) {
		// What is in the address lets whoever has it through.
		caddyhttp.SetVar(r.Context(), caddyhttp.LogSkipVar, true)
	}
	if origin := a.allowedOrigin(r); origin != "" {
		if allowOrigin(w.Header(), origin); isPreflight(r) {
			answerPreflight(w, r)
			return
		}
	} else if len(a.corsOrigins) > 0 {
		w.Header().Add("Vary", "Origin")
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	serve := h.own(svc, name, next)
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

func (h *Handler) own(svc *service, name string, next caddyhttp.Handler) func(http.ResponseWriter, *http.Request, *service) {
	switch name {
	case "status":
		return func(w http.ResponseWriter, r *http.Request, svc *service) {
			if h.serveDrillStatus(w, r, svc) {
				return
			}
			part, waits := waitsFor(r)
			var advice *traffic.Advice
			if waits {
				advice = h.heed(w, r, svc, part, next)
			}
			h.serveLiveStatus(w, r, svc, h.app.basisOf(svc, part, advice))
		}
	case "page":
		return h.servePage
	case "lang":
		return h.app.serveLang
	}
	if drillLinkOf(name) {
		return func(w http.ResponseWriter, r *http.Request, svc *service) { h.serveDrillLink(w, r, svc, name) }
	}
	if linkOf(name) {
		return func(w http.ResponseWriter, r *http.Request, svc *service) { h.servePass(w, r, svc, name) }
	}
	if asset := h.app.asset(name); asset != nil {
		return func(w http.ResponseWriter, r *http.Request, _ *service) { asset.ServeHTTP(w, r) }
	}
	if _, _, logo := svc.page.Brand.Logo(); logo != "" && name == logo {
		return serveLogo
	}
	return nil
}

// waitsFor reports whether it is the page of a visitor that asks, and waits for an
// answer, and which maintenance of a part of the service it waits for the end of.
func waitsFor(r *http.Request) (part string, waits bool) {
	const waiting = "waiting"
	if r.URL.RawQuery == waiting {
		return "", true
	}
	return strings.CutPrefix(r.URL.RawQuery, waiting+"&"+errorpages.PartQuery+"=")
}

// heed counts a page that waits, and tells it when to ask again, and when it may
// return over which time to do so: many pages must neither crowd the edge nor, all
// at once, the service that has just come back.
func (h *Handler) heed(
	w http.ResponseWriter, r *http.Request, svc *service, part string, next caddyhttp.Handler,
) *traffic.Advice {
	advice := svc.tally.Poll(time.Now(), h.app.closed(svc, part) != nil, h.app.traffic.Visitor(clientAddress(r), ""))
	header := w.Header()
	header.Set("Candor-Next", strconv.Itoa(int(advice.Interval.Seconds())))
	if advice.Back {
		header.Set("Candor-Spread", strconv.Itoa(int(advice.Spread.Seconds())))
	}
	if advice.Ask {
		h.probe(r, svc, next)
	}
	return &advice
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

// asset is the file of the operator's templates that lies below the public path
// under this name, as the visitor wrote it: what is not that exactly is not there.
func (a *App) asset(name string) *errorpages.Asset {
	if name, ok := strings.CutPrefix(name, "assets/"); ok {
		return a.renderer.Asset(name)
	}
	return nil
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
