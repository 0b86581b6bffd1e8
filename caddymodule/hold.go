package caddymodule

import (
	"crypto/subtle"
	"net/http"
	"net/netip"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

// holding returns the maintenance that keeps visitors of svc out, nil if none.
func (a *App) holding(svc *service) *statusclient.Maintenance {
	hold := a.situation(svc).Hold
	if hold == nil || !hold.Until.IsZero() && !hold.Until.After(time.Now()) {
		return nil
	}
	return hold
}

// serveHeld answers for a service in maintenance mode. Its upstream is not asked.
func (h *Handler) serveHeld(w http.ResponseWriter, r *http.Request, svc *service, path string) {
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && h.health.match(path) {
		claim(w)
		w.Header()["Cache-Control"] = noStore
		w.WriteHeader(h.healthCode)
		return
	}
	f := failure{cause: errorpages.CauseMaintenance, code: http.StatusServiceUnavailable}
	if !safeMethod(r.Method) {
		f.received = errorpages.ReceivedNo
	}
	if r.ProtoMajor == 1 && r.ContentLength != 0 {
		h.refuseUpload(w, r, svc, &f)
		return
	}
	h.answer(w, r, svc, &f)
	f.annotate(r, svc)
}

// refuseUpload answers a request whose body nobody will read.
func (h *Handler) refuseUpload(w http.ResponseWriter, r *http.Request, svc *service, f *failure) {
	x, _ := h.begin(w, r, svc)
	defer x.end()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.stopTimerLocked()
	x.started = time.Time{} // it came before that
	x.send(r, *f, nil)
}

var noStore = []string{"no-store"}

// bypass says who is let through while a service is held back.
type bypass struct {
	networks []netip.Prefix
	header   string // canonical
	value    []byte
}

// keyPresented remembers in the request's variables that its key has been taken.
const keyPresented = "candor_key_presented"

// presentsKey reports whether a request carries the header that lets machines
// through, and takes it out: it is a secret between them and the edge, and none of
// the upstream's business.
func (svc *service) presentsKey(r *http.Request) bool {
	b := &svc.bypass
	if b.header == "" {
		return false
	}
	if name, ok := caddyhttp.GetVar(r.Context(), keyPresented).(string); ok && name == svc.name {
		return true // to a directive further out
	}
	v := r.Header.Get(b.header)
	if v == "" || subtle.ConstantTimeCompare([]byte(v), b.value) != 1 {
		return false
	}
	r.Header.Del(b.header)
	caddyhttp.SetVar(r.Context(), keyPresented, svc.name)
	return true
}

// inBypassNetwork reports whether a request comes from where visitors are let
// through.
func (svc *service) inBypassNetwork(r *http.Request) bool {
	b := &svc.bypass
	if len(b.networks) == 0 {
		return false
	}
	ip, _ := caddyhttp.GetVar(r.Context(), caddyhttp.ClientIPVarKey).(string)
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return false
	}
	addr = addr.Unmap().WithZone("")
	for _, n := range b.networks {
		if n.Contains(addr) {
			return true
		}
	}
	return false
}
