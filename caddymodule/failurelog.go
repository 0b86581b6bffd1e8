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

// annotation is what logs and placeholders tell of a failure.
type annotation struct {
	reference, service string
	cause              errorpages.Cause
	answered           bool
	code               int
	rehearsed          bool
}

func (f *failure) annotation(svc *service) annotation {
	return annotation{f.reference, svc.name, f.cause, f.answered, f.code, f.drill != nil}
}

// annotate puts what happened into the access log line and the placeholders.
func (f *failure) annotate(r *http.Request, svc *service) {
	ctx, a := r.Context(), f.annotation(svc)
	if repl, ok := ctx.Value(caddy.ReplacerCtxKey).(*caddy.Replacer); ok {
		repl.Map(func(key string) (any, bool) { return a.placeholder(key) })
	}
	srv, ok := ctx.Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	if !ok || srv.Logs == nil {
		return
	}
	if extra, ok := ctx.Value(caddyhttp.ExtraLogFieldsCtxKey).(*caddyhttp.ExtraLogFields); ok {
		extra.Add(zap.Object("candor", f.annotation(svc))) // not a: what escapes is allocated for everybody
	}
}

func (a annotation) placeholder(key string) (any, bool) {
	switch key {
	case "http.candor.reason":
		return string(a.cause), true
	case "http.candor.upstream_status":
		if a.answered {
			return a.code, true
		}
		return "", true
	case "http.candor.reference":
		return a.reference, true
	case "http.candor.service":
		return a.service, true
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
	fields := []zap.Field{zap.Inline(f.annotation(svc)), zap.Int("status", f.sent)}
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
func (a annotation) MarshalLogObject(enc zapcore.ObjectEncoder) error {
	enc.AddString("reference", a.reference)
	enc.AddString("service", a.service)
	enc.AddString("reason", string(a.cause))
	if a.answered {
		enc.AddInt("upstream_status", a.code)
	}
	if a.rehearsed {
		enc.AddBool("rehearsal", true)
	}
	return nil
}
