package caddymodule

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/candor-edge/candor/errorpages"
)

// servePage renders the page that a visitor has open, with what is known now, for
// its own script to take the newer words from. It is for scripts alone: opened as
// a page, it would say of a service that works that it does not.
func (h *Handler) servePage(w http.ResponseWriter, r *http.Request, svc *service) {
	f, ok := shownFailure(r)
	if dest := r.Header.Get("Sec-Fetch-Dest"); !ok || dest != "" && dest != "empty" {
		h.app.refuse(w, http.StatusNotFound)
		return
	}
	drill := h.app.rehearsing(r, svc)
	switch f.held = h.app.closed(svc, r.URL.Query().Get(errorpages.PartQuery)); {
	case f.held != nil:
		f.cause, f.code = errorpages.CauseMaintenance, http.StatusServiceUnavailable
	case drill != nil:
		f.drill, f.cause, f.code, f.sent = drill, drill.Cause, drill.code(), drill.code()
	case h.app.hasRehearsed(r, svc):
		h.app.refuse(w, http.StatusNotFound) // its page is about to return
		return
	}
	// What the script asks for is HTML, whatever else it would say of itself.
	asked := *r
	asked.Header = http.Header{"Sec-Fetch-Dest": {"document"}, "Sec-Fetch-Mode": {"navigate"}}
	for _, k := range []string{"Accept-Encoding", "Accept-Language", "Cookie"} {
		if v, ok := r.Header[k]; ok {
			asked.Header[k] = v
		}
	}
	var page errorpages.Page
	h.show(&page, svc, &f, time.Now())
	if sent, _ := h.app.renderer.ServeAsked(w, &asked, &page); !sent {
		w.Header().Set("Retry-After", freshAgain)
		h.app.refuse(w, http.StatusServiceUnavailable)
	}
}

// freshAgain is when what was refused is rendered again, in seconds: the page asks
// by itself, and keeps its words until then.
const freshAgain = "10"

// shownFailure reads what a page shows from what its script says.
func shownFailure(r *http.Request) (failure, bool) {
	q := r.URL.Query()
	code, err := strconv.Atoi(q.Get("code"))
	f := failure{
		cause: errorpages.Cause(q.Get("cause")), code: code, sent: code,
		received: errorpages.Received(q.Get("received")), reference: q.Get("reference"),
	}
	ok := err == nil && code >= 500 && http.StatusText(code) != "" && slices.Contains(causes[:], f.cause) &&
		f.cause != errorpages.CauseClient && f.cause != errorpages.CauseUpload && validReference(f.reference)
	switch f.received {
	case errorpages.ReceivedUnsaid, errorpages.ReceivedNo, errorpages.ReceivedUnknown:
	default:
		ok = false
	}
	return f, ok
}
