package caddymodule

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/candor-edge/candor/statusclient/traffic"
)

// exchange is one request on its way through the handlers below: the response
// writer that they are given, the watch over their progress, and what was
// decided about their answer. It comes from a pool.
//
// An answer is decided once, when its header is known: passed on (it streams on as
// without Candor) or replaced (a page is on the wire, what still comes is
// dropped). Whoever decides holds mu when a timer may decide as well.
type exchange struct {
	caddyhttp.ResponseWriterWrapper // the client's side

	mu    sync.Mutex // guards the decision in timed exchanges, and phase
	phase phase
	timer *time.Timer
	lane  uint32 // that its requests are counted in: pools keep exchanges on their cores

	saved  savedHeader // what handlers above had set
	header http.Header // what handlers below set, in timed exchanges

	request
}

// request is what an exchange knows of the request at hand, and forgets with it.
type request struct {
	h   *Handler
	svc *service
	r   *http.Request // as the handlers below got it

	state decision
	timed bool  // a timer may decide: header is private, mu is taken
	asked asked // the request as it came, in timed exchanges

	address  string        // of the client
	upcoming []string      // what Candor-Upcoming says, nil for nothing
	past     way           // how the client got past maintenance, nil if there is none
	ours     bool          // what comes is an answer of Candor's own, from a directive further in
	running  *traffic.Lane // until the handlers below are done with it
	waiting  int           // a matched status code that waits to see whether a body comes

	started  time.Time
	limit    time.Duration
	cancel   context.CancelCauseFunc // nil where the request needed no context of its own
	upload   *upload                 // nil without a request body
	attempts *attempts               // nil for safe methods

	replacedAt time.Time
	dropped    int64 // bytes of the replaced answer
	cut        bool  // the connection must not be used again
	returned   bool  // the handlers below did, and did not panic
	spoiled    bool  // not to be pooled

	failure failure // why the answer was replaced
}

type decision struct{ v atomic.Uint32 }

const (
	undecided uint32 = iota
	passedOn
	replaced
)

func (d *decision) is(v uint32) bool { return d.v.Load() == v }
func (d *decision) set(v uint32)     { d.v.Store(v) }

var (
	exchanges = sync.Pool{New: newExchange}
	lanes     atomic.Uint32
)

func newExchange() any {
	x := &exchange{lane: lanes.Add(1)}
	x.timer = time.AfterFunc(time.Hour, x.tick)
	x.timer.Stop()
	return x
}

// begin prepares an exchange and the request to hand on. The request gets a
// context of its own only where something may have to be cut off that the
// connection to the client cannot, or where a writer further out hides that: an
// HTTP/1 request without a body goes through without a single allocation.
func (h *Handler) begin(w http.ResponseWriter, r *http.Request, svc *service, past way) (*exchange, *http.Request) {
	x := exchanges.Get().(*exchange)
	x.ResponseWriter, x.h, x.svc, x.r, x.past = w, h, svc, r, past
	x.saved.save(w.Header())
	x.address = clientAddress(r)

	x.limit = h.timeoutFor(r)
	x.timed = x.limit > 0
	hasBody := r.Body != nil && r.ContentLength != 0 // Caddy puts readers of its own around no body, too
	unsafe := !safeMethod(r.Method)
	if hasBody || unsafe || r.ProtoMajor != 1 || !reachable(w) {
		ctx, cancel := context.WithCancelCause(r.Context())
		x.cancel = cancel
		if unsafe {
			x.attempts = new(attempts)
			ctx = x.attempts.watch(ctx)
		}
		x.r = r.WithContext(ctx)
		x.started = time.Now()
		if hasBody {
			x.upload = &upload{body: r.Body, start: x.started}
			x.r.Body = x.upload
		}
	}
	if x.timed {
		x.asked.remember(x.r)
		x.startTimer()
	}
	return x, x.r
}

// reachable reports whether w leads to the connection to the client.
func reachable(w http.ResponseWriter) bool {
	for {
		switch v := w.(type) {
		case interface{ SetReadDeadline(time.Time) error }:
			return true
		case interface{ Unwrap() http.ResponseWriter }:
			w = v.Unwrap()
		default:
			return false
		}
	}
}

// finish settles what is still open once the handlers below have returned.
func (x *exchange) finish(err error) error {
	if x.timed {
		x.mu.Lock()
		defer x.mu.Unlock()
	}
	switch {
	case x.state.is(replaced):
		return nil
	case x.state.is(passedOn):
		x.copyLateTrailers()
		return err
	case err == nil && x.waiting != 0: // no body came: the answer was empty
		x.replaceAnswer(x.waiting)
		return nil
	case err == nil:
		x.passOn(0)
		x.h.noteAnswer(x.svc, http.StatusOK, x.address, x.r.UserAgent())
		return nil
	}
	if !x.replaceError(err) {
		if failureOf(err).code >= 500 {
			x.upcoming = nil
		}
		x.passOn(0)
		if x.r.Context().Err() == nil { // else it is the client who has gone
			x.h.noteAnswer(x.svc, failureOf(err).code, x.address, x.r.UserAgent())
		}
		return err
	}
	return nil
}

// end gives everything back. It runs whatever happened, a panic included.
func (x *exchange) end() {
	x.stopTimer()
	if x.state.is(replaced) {
		x.failure.annotate(x.r, x.svc)
		x.dropLateTrailers()
		x.endUpload()
	}
	if x.running != nil {
		x.running.Leave()
	}
	if x.cancel != nil {
		x.cancel(context.Canceled)
	}
	if x.cut {
		x.closeConnection()
	}
	if x.spoiled {
		return
	}
	clear(x.header)
	x.saved.reset()
	x.ResponseWriter = nil
	x.request = request{} // and nothing else: a late tick may be waiting for mu
	exchanges.Put(x)
}

var errAnswered = errors.New("a page has been sent already")

// safeMethod reports whether IANA's registry of methods calls one safe: whoever
// sends it only looks. Calendars and file shares look by those of WebDAV.
func safeMethod(m string) bool {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, "PROPFIND", "REPORT", "SEARCH", "QUERY":
		return true
	}
	return false
}

// CandorService tells a console below which maintenance would close it.
func (x *exchange) CandorService() string { return x.svc.name }
