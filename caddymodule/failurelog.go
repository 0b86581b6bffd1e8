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

// told is what logs and placeholders tell of a failure.
type told struct {
	reference, service string
	cause              errorpages.Cause
	answered           bool
	code               int
	rehearsed          bool
}

func (f *failure) told(svc *service) told {
	return told{f.reference, svc.name, f.cause, f.answered, f.code, f.drill != nil}
}

// annotate puts what happened into the access log line and the placeholders.
func (f *failure) annotate(r *http.Request, svc *service) {
	ctx, t := r.Context(), f.told(svc)
	if repl, ok := ctx.Value(caddy.ReplacerCtxKey).(*caddy.Replacer); ok {
		repl.Map(func(key string) (any, bool) { return t.placeholder(key) })
	}
	srv, ok := ctx.Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	if !ok || srv.Logs == nil {
		return
	}
	if extra, ok := ctx.Value(caddyhttp.ExtraLogFieldsCtxKey).(*caddyhttp.ExtraLogFields); ok {
		extra.Add(zap.Object("candor", f.told(svc))) // not t: what escapes is allocated for everybody
	}
}

func (t told) placeholder(key string) (any, bool) {
	switch key {
	case "http.candor.reason":
		return string(t.cause), true
	case "http.candor.upstream_status":
		if t.answered {
			return t.code, true
		}
		return "", true
	case "http.candor.reference":
		return t.reference, true
	case "http.candor.service":
		return t.service, true
	}
	return nil, false
}

// logFailure writes the one line that the reference on the page leads to.
// started is when the request came, if that was noted.
func (h *Handler) logFailure(r *http.Request, svc *service, f *failure, started time.Time) {
	if f.cause == errorpages.CauseMaintenance {
		return // no failure
	}
	level, what := zapcore.ErrorLevel, "answer replaced"
	switch {
	case f.link && svc.links.now():
		level = zapcore.InfoLevel // it is the link's fault, not the service's
	case f.link:
		level = zapcore.DebugLevel // anybody can make some up
	case f.drill != nil:
		level, what = zapcore.InfoLevel, "answer replaced in a rehearsal"
	}
	c := h.logger.Check(level, what)
	if c == nil {
		return
	}
	fields := []zap.Field{zap.Inline(f.told(svc)), zap.Int("status", f.sent)}
	if started.IsZero() {
		started, _ = caddyhttp.GetVar(r.Context(), "start_time").(time.Time)
	}
	fields = append(fields, zap.Duration("duration", time.Since(started)))
	if f.err != nil {
		fields = append(fields, zap.Error(f.err))
	}
	fields = append(fields, zap.String("method", r.Method), zap.String("host", r.Host), zap.String("path", h.app.unsaid.Replace(r.URL.Path)))
	c.Write(fields...)
}

// MarshalLogObject writes what the access log and the error log share.
func (t told) MarshalLogObject(enc zapcore.ObjectEncoder) error {
	enc.AddString("reference", t.reference)
	enc.AddString("service", t.service)
	enc.AddString("reason", string(t.cause))
	if t.answered {
		enc.AddInt("upstream_status", t.code)
	}
	if t.rehearsed {
		enc.AddBool("rehearsal", true)
	}
	return nil
}
