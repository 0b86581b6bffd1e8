package caddymodule

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// While pages wait for a failing service and nobody else asks it, the edge does:
// else a quiet service would never be seen to work again.
const (
	probeAfter   = 5 * time.Second // without a word
	probeTimeout = 10 * time.Second
)

// probe sends one GET of the edge's own through the handlers below, unless one is
// under way. r is the request that gave the occasion; nothing of its visitor goes
// along.
func (h *Handler) probe(r *http.Request, svc *service, next caddyhttp.Handler) {
	srv, ok := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	if !ok || !svc.pulse.probing.CompareAndSwap(false, true) {
		return
	}
	path := "/"
	if h.Health != nil {
		path = h.Health.Path
	}
	req := &http.Request{
		Method: http.MethodGet, Host: r.Host, RemoteAddr: "127.0.0.1:0", RequestURI: path,
		URL: &url.URL{Path: path}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, TLS: r.TLS,
		Header: http.Header{"User-Agent": {"Candor (probe)"}, "Accept": {"*/*"}}, Body: http.NoBody,
	}
	go func() {
		defer svc.pulse.probing.Store(false)
		ctx, cancel := context.WithTimeout(h.app.ctx, probeTimeout)
		defer cancel()
		w := &probeWriter{h: h, svc: svc, header: make(http.Header), cancel: cancel}
		defer func() {
			if recover() != nil && !w.told { // handlers abort by panics
				svc.pulse.failed(time.Now())
			}
		}()
		req = caddyhttp.PrepareRequest(req.WithContext(ctx), caddy.NewReplacer(), w, srv)
		if err := next.ServeHTTP(w, req); err != nil && !w.told {
			w.WriteHeader(failureOf(err).code)
		}
		if !w.told {
			svc.pulse.failed(time.Now())
		}
	}()
}

// probeWriter wants to know the status code and nothing more.
type probeWriter struct {
	h      *Handler
	svc    *service
	header http.Header
	cancel context.CancelFunc
	told   bool
}

// Header implements http.ResponseWriter.
func (w *probeWriter) Header() http.Header { return w.header }

// WriteHeader takes the answer and cuts its body off.
func (w *probeWriter) WriteHeader(code int) {
	if w.told || code < 200 && code != http.StatusSwitchingProtocols {
		return
	}
	w.told = true
	if w.h.rules.matches(code) || code == statusClientGone {
		w.svc.pulse.failed(time.Now())
	} else {
		w.svc.pulse.answered()
	}
	w.cancel()
}

// Write drops the body.
func (w *probeWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return 0, errDiscarded
}
