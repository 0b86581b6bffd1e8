package caddymodule

import (
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/candor-edge/candor/errorpages"
)

// annotate puts what happened into the access log line and the placeholders.
func (f *failure) annotate(r *http.Request, svc *service) {
	ctx := r.Context()
	if repl, ok := ctx.Value(caddy.ReplacerCtxKey).(*caddy.Replacer); ok {
		g := *f
		repl.Map(func(key string) (any, bool) { return g.placeholder(key, svc) })
	}
	srv, ok := ctx.Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	if !ok || srv.Logs == nil {
		return
	}
	if extra, ok := ctx.Value(caddyhttp.ExtraLogFieldsCtxKey).(*caddyhttp.ExtraLogFields); ok {
		extra.Add(zap.Object("candor", loggedFailure{*f, svc.name}))
	}
}

func (f *failure) placeholder(key string, svc *service) (any, bool) {
	switch key {
	case "http.candor.reason":
		return string(f.cause), true
	case "http.candor.upstream_status":
		if f.answered {
			return f.code, true
		}
		return "", true
	case "http.candor.reference":
		return f.reference, true
	case "http.candor.service":
		return svc.name, true
	}
	return nil, false
}

// logFailure writes the one line that the reference on the page leads to.
// started is when the request came, if that was noted.
func (h *Handler) logFailure(r *http.Request, svc *service, f *failure, started time.Time) {
	if f.cause == errorpages.CauseMaintenance {
		return // no failure
	}
	c := h.logger.Check(zapcore.ErrorLevel, "answer replaced")
	if c == nil {
		return
	}
	fields := []zap.Field{zap.Inline(loggedFailure{*f, svc.name}), zap.Int("status", f.sent)}
	if started.IsZero() {
		started, _ = caddyhttp.GetVar(r.Context(), "start_time").(time.Time)
	}
	fields = append(fields, zap.Duration("duration", time.Since(started)))
	if f.err != nil {
		fields = append(fields, zap.Error(f.err))
	}
	fields = append(fields, zap.String("method", r.Method), zap.String("host", r.Host), zap.String("path", r.URL.Path))
	c.Write(fields...)
}

type loggedFailure struct {
	failure
	service string
}

// MarshalLogObject writes what the access log and the error log share.
func (l loggedFailure) MarshalLogObject(enc zapcore.ObjectEncoder) error {
	enc.AddString("reference", l.reference)
	enc.AddString("service", l.service)
	enc.AddString("reason", string(l.cause))
	if l.answered {
		enc.AddInt("upstream_status", l.code)
	}
	return nil
}
