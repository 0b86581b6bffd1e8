package caddymodule

import (
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

// failure is why a page is sent, and what logs, placeholders and metrics tell of it.
type failure struct {
	cause     errorpages.Cause
	code      int   // of the answer that is replaced; the page's too, unless unified
	answered  bool  // the upstream sent that code itself
	err       error // what a handler below returned, if it did; for logs only
	reference string
	received  errorpages.Received
	address   string // of who asked, for counting
	link      bool   // it is one past maintenance, and does not open
	sent      int    // the page's code
	format    errorpages.Format

	held  *statusclient.Situation // what is known where maintenance mode keeps the request out; else nil
	drill *drill                  // the rehearsal in which this seems to fail; else nil
}

// replaceAnswer sends a page in place of the answer that a handler below began.
func (x *exchange) replaceAnswer(code int) {
	f := failure{cause: errorpages.CauseUpstream, code: code, answered: true}
	if code < 500 {
		f.cause = errorpages.CauseClient
	}
	if x.attempts != nil {
		f.received = errorpages.ReceivedUnknown
	}
	x.waiting = 0
	if x.cancel == nil && !x.short() {
		x.saved.add("Connection", connectionClose)
	}
	if cancel := x.cancel; cancel != nil {
		// A client may take its time over the page. The upstream is not kept for that.
		late := time.AfterFunc(discardTime, func() { cancel(errDiscarded) })
		defer late.Stop()
	}
	x.send(x.r, f, x.Header())
	x.replacedAt = time.Now()
	if !x.timed {
		x.mu.Lock()
		defer x.mu.Unlock()
	}
	if x.phase = phaseFlush; x.upload != nil {
		x.flush()
		x.phase = phaseDiscard
	}
	x.timer.Reset(flushTime)
}

// replaceError sends a page in place of the error that the handlers below
// returned, and reports whether it did: not for codes that are not listed, and
// not for a client that has gone.
func (x *exchange) replaceError(err error) bool {
	f := failureOf(err)
	if x.h.rules.replace == replaceNone || !x.h.rules.matches(f.code) || x.r.Context().Err() != nil {
		return false
	}
	f.received = x.attempts.received(err)
	if x.send(x.r, f, x.Header()); x.upload != nil {
		x.flush()
	}
	return true
}

// failureOf reads an error of a handler chain as Caddy does.
func failureOf(err error) failure {
	f := failure{code: http.StatusInternalServerError, err: err}
	if he, ok := errors.AsType[caddyhttp.HandlerError](err); ok {
		if he.StatusCode != 0 {
			f.code = he.StatusCode
		}
		if validReference(he.ID) {
			f.reference = he.ID
		}
	}
	switch {
	case f.code < 500:
		f.cause = errorpages.CauseClient
	case unreached(err):
		f.cause = errorpages.CauseUnreachable
	case f.code == http.StatusGatewayTimeout:
		f.cause = errorpages.CauseTimeout
	case f.code == http.StatusBadGateway:
		f.cause = errorpages.CauseUpstream
	default:
		f.cause = errorpages.CauseEdge
	}
	return f
}

// send writes the page that answers r, but for what net/http keeps back until the
// handlers have returned; flush sends that, too. below is the header map that the
// handlers below wrote into, nil if nothing of it may survive. The caller holds mu
// where it is shared.
func (x *exchange) send(r *http.Request, f failure, below http.Header) {
	f.address = x.address
	x.restore(x.ResponseWriter.Header(), below)
	x.past.mark(x.ResponseWriter.Header())
	x.state.set(replaced)
	if u := x.upload; u != nil && x.r.ProtoMajor == 1 && !u.ended.Load() {
		// Else net/http reads from the upload before it lets the page out.
		_ = http.NewResponseController(x.ResponseWriter).EnableFullDuplex()
		if x.r.ContentLength < 0 || x.r.ContentLength > drainUploadBytes || x.uploadAwaitsGo() {
			x.ResponseWriter.Header()["Connection"] = connectionClose
		}
	}
	x.h.answer(x.ResponseWriter, r, x.svc, &f)
	x.failure = f
	x.h.logFailure(r, x.svc, &f, x.started)
}

func (x *exchange) flush() { _ = http.NewResponseController(x.ResponseWriter).Flush() }

// claim has a directive further out let the answer through that is about to be
// written: it knows less about it.
func claim(w http.ResponseWriter) {
	for {
		if x, ok := w.(*exchange); ok {
			x.ours = true
		}
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return
		}
		w = u.Unwrap()
	}
}

// answer writes the page for f and completes f with what was sent.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, svc *service, f *failure) {
	claim(w)
	f.sent = f.code
	if h.Unify != 0 && f.code >= 500 && f.cause != errorpages.CauseMaintenance {
		f.sent = h.Unify
	}
	if f.reference == "" {
		f.reference = newReference()
	}
	if origin := h.app.allowedOrigin(r); origin != "" {
		if allowOrigin(w.Header(), origin); isPreflight(r) {
			answerPreflight(w, r)
			return
		}
	}
	sendToPage(w.Header(), r)
	now := time.Now()
	if f.drill == nil {
		h.noteFailure(svc, f, r.Header.Get("User-Agent"), now)
	}
	page := pages.Get().(*errorpages.Page)
	h.show(page, svc, f, now)
	f.format, _ = h.app.renderer.Serve(w, r, page) // the error is the client's connection
	*page = errorpages.Page{}
	pages.Put(page)
	if f.drill == nil {
		svc.pages.count(f.cause, f.format)
	}
}

// pages are Pages to fill; nobody keeps one beyond Serve.
var pages = sync.Pool{New: func() any { return new(errorpages.Page) }}

// show makes an empty page what there is to show about f at now. It fills it in
// place: this is deep in the stack of a request, which else grows for it.
func (h *Handler) show(page *errorpages.Page, svc *service, f *failure, now time.Time) {
	page.Service, page.Cause, page.Code, page.Received = svc.page, f.cause, f.sent, f.received
	page.Reference, page.Time = f.reference, now
	if f.drill != nil {
		f.drill.show(page, f)
		return
	}
	sit := f.held
	if sit == nil {
		sit = h.app.situation(svc)
	}
	if f.answered && f.code != f.sent {
		page.Upstream = f.code
	}
	page.Situation, page.Inputs = sit, h.app.knowledge.Load().Inputs
	page.RetryAfter = retryAfter(f, sit, now)
	page.Evidence, page.Link = svc.tally.Evidence(now), f.link
}

// serveError answers inside handle_errors, where the request has failed already
// and what it left in the header map is the failure's.
func (h *Handler) serveError(w http.ResponseWriter, r *http.Request, svc *service, past way, err error, next caddyhttp.Handler) error {
	f := failureOf(err)
	if h.rules.replace == replaceNone || !h.rules.matches(f.code) {
		if past != nil {
			return h.watch(w, r, svc, past, next)
		}
		return next.ServeHTTP(w, r)
	}
	f.address = clientAddress(r)
	if !safeMethod(r.Method) {
		// Earlier attempts were not watched.
		f.received = errorpages.ReceivedUnknown
	}
	header := w.Header()
	for _, k := range aboutBody {
		delete(header, k)
	}
	delete(header, "Set-Cookie")
	past.mark(header)
	h.answerUnasked(w, r, svc, &f)
	return nil
}
