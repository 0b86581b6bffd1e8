package caddymodule

import (
	"net/http"
	"time"

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
	x, _ := h.begin(w, r, svc, nil)
	defer x.end()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.stopTimerLocked()
	x.started = time.Time{} // it came before that
	x.send(r, *f, nil)
}

var noStore = []string{"no-store"}
