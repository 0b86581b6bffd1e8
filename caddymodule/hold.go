package caddymodule

import (
	"net/http"
	"time"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

// holding returns what those get to know who are kept out of svc, if a request
// for a path is one of theirs. It is nil if the request passes.
func (a *App) holding(svc *service, path *statusclient.Readings, method string) *statusclient.Situation {
	sit := a.situation(svc)
	if sit.Hold == nil && sit.Parts == nil {
		return nil
	}
	return sit.Holding(path, safeMethod(method), time.Now())
}

// closed is holding for everybody, and for those who wait at the part that the
// maintenance of this id closes.
func (a *App) closed(svc *service, part string) *statusclient.Situation {
	return a.situation(svc).Waiting(part, time.Now())
}

// serveHeld answers for a service in maintenance mode, as held tells. Its
// upstream is not asked.
func (h *Handler) serveHeld(
	w http.ResponseWriter, r *http.Request, svc *service, held *statusclient.Situation, path *statusclient.Readings,
) {
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && h.health.MatchAll(path) {
		claim(w)
		w.Header()["Cache-Control"] = noStore
		w.WriteHeader(h.healthCode)
		return
	}
	f := failure{cause: errorpages.CauseMaintenance, code: http.StatusServiceUnavailable, held: held}
	if !safeMethod(r.Method) {
		f.received = errorpages.ReceivedNo
	}
	h.answerUnasked(w, r, svc, &f)
}

// answerUnasked sends the page for a request that no handler below gets.
func (h *Handler) answerUnasked(w http.ResponseWriter, r *http.Request, svc *service, f *failure) {
	if r.ProtoMajor == 1 && r.ContentLength != 0 {
		h.refuseUpload(w, r, svc, f)
		return
	}
	h.answer(w, r, svc, f)
	f.annotate(r, svc)
	h.logFailure(r, svc, f, time.Time{})
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
	x.flush()
}

var noStore = []string{"no-store"}
