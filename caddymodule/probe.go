package caddymodule

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient/traffic"
)

// probeTimeout bounds the edge's own questions.
const probeTimeout = 10 * time.Second

// probe sends one GET of the edge's own through the handlers below: while pages
// wait and nobody else asks, a quiet service would never be seen to work again. r
// is the request that gave the occasion; nothing of its visitor goes along.
func (h *Handler) probe(r *http.Request, svc *service, next caddyhttp.Handler) {
	outcome := reasonOf(errorpages.CauseEdge)
	tell := func() { svc.tally.Asked(time.Now(), outcome) }
	srv, ok := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	if !ok {
		tell()
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
		ctx, cancel := context.WithTimeout(h.app.ctx, probeTimeout)
		defer cancel()
		defer tell()
		w := &probeWriter{header: make(http.Header), cancel: cancel}
		defer func() {
			_ = recover() // handlers abort by panics
			switch {
			case w.code == 0 || w.code == statusClientGone:
				outcome = reasonOf(errorpages.CauseTimeout)
			case h.rules.matches(w.code):
				outcome = reasonOf(errorpages.CauseUpstream)
			default:
				outcome = traffic.Answered
			}
		}()
		req = caddyhttp.PrepareRequest(req.WithContext(ctx), caddy.NewReplacer(), w, srv)
		if err := next.ServeHTTP(w, req); err != nil {
			w.WriteHeader(failureOf(err).code)
		}
	}()
}

// probeWriter wants to know the status code and nothing more.
type probeWriter struct {
	header http.Header
	cancel context.CancelFunc
	code   int
}

// Header implements http.ResponseWriter.
func (w *probeWriter) Header() http.Header { return w.header }

// WriteHeader takes the answer and cuts its body off.
func (w *probeWriter) WriteHeader(code int) {
	if w.code != 0 || code < 200 && code != http.StatusSwitchingProtocols {
		return
	}
	w.code = code
	w.cancel()
}

// Write drops the body.
func (w *probeWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return 0, errDiscarded
}
