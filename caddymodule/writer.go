package caddymodule

import (
	"bufio"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
)

// Header is the client's header map, but a private one while a timer may still
// write a page of its own, and a map for nobody once a page is out: trailers of
// the answer that was dropped must not hang on the page.
func (x *exchange) Header() http.Header {
	switch state := x.state.v.Load(); { // once: a timer may decide at this moment
	case state == replaced:
		return make(http.Header)
	case state == undecided && x.timed:
		return x.header
	}
	return x.ResponseWriter.Header()
}

// WriteHeader decides the answer. Informational codes go straight on.
func (x *exchange) WriteHeader(code int) {
	if x.timed {
		x.mu.Lock()
		defer x.mu.Unlock()
	}
	x.writeHeader(code)
}

func (x *exchange) writeHeader(code int) {
	switch {
	case x.state.is(replaced) || x.waiting != 0:
		return
	case x.state.is(passedOn):
		x.ResponseWriter.WriteHeader(code) // a second one is the handler's mistake; net/http says so
		return
	case code >= 100 && code < 200 && code != http.StatusSwitchingProtocols:
		x.inform(code)
		return
	case code < 100 || code > 999:
		code = http.StatusBadGateway // net/http sends no such code
	case x.ours:
		x.passOn(0)
		x.ResponseWriter.WriteHeader(code)
		return
	}
	switch x.h.rules.judge(code, x.Header(), x.r.Method) {
	case verdictReplace:
		x.replaceAnswer(code)
	case verdictWait:
		x.waiting = code
	default:
		x.passOn(code)
	}
}

// inform forwards an informational answer such as 103 Early Hints. It may run on
// a goroutine of the transport's.
func (x *exchange) inform(code int) {
	if !x.timed {
		x.ResponseWriter.WriteHeader(code)
		return
	}
	real := x.ResponseWriter.Header()
	clear(real)
	maps.Copy(real, x.header)
	x.ResponseWriter.WriteHeader(code)
}

// passOn lets the answer through, with code unless it is 0: then whoever comes
// next decides the code, as without Candor.
func (x *exchange) passOn(code int) {
	real := x.ResponseWriter.Header()
	if x.timed {
		clear(real)
		maps.Copy(real, x.header)
		x.stopTimerLocked()
	}
	delete(real, passHeader)
	if x.past != nil {
		x.past.mark(real)
		if !x.ours && code != http.StatusSwitchingProtocols {
			makePrivate(real)
		}
	}
	if x.upcoming != nil && code < 500 && !x.ours {
		real["Candor-Upcoming"] = x.upcoming
	}
	x.waiting = 0
	x.state.set(passedOn)
	if code != 0 {
		x.h.noteAnswer(x.svc, code, x.address, x.r.UserAgent())
		x.ResponseWriter.WriteHeader(code)
	}
}

// Write writes the body of an answer that is passed on and drops that of a replaced one.
func (x *exchange) Write(p []byte) (int, error) {
	if x.state.is(passedOn) {
		return x.ResponseWriter.Write(p)
	}
	x.commit(len(p) > 0)
	switch {
	case x.state.is(passedOn):
		return x.ResponseWriter.Write(p)
	case x.state.is(replaced):
		return x.drop(len(p))
	}
	return 0, nil // an empty write while waiting for a body
}

// ReadFrom is Write for a whole reader, so that files keep their fast path.
func (x *exchange) ReadFrom(r io.Reader) (int64, error) {
	x.commit(true)
	if x.state.is(passedOn) {
		return x.ResponseWriterWrapper.ReadFrom(r)
	}
	return io.Copy(dropper{x}, r)
}

// FlushError sends what is there. A handler that flushes first has decided on 200.
func (x *exchange) FlushError() error {
	x.commit(false)
	if x.state.is(passedOn) {
		return http.NewResponseController(x.ResponseWriter).Flush()
	}
	return nil
}

// commit settles an undecided answer because something of it is to be sent.
func (x *exchange) commit(body bool) {
	if !x.state.is(undecided) {
		return
	}
	if x.timed {
		x.mu.Lock()
		defer x.mu.Unlock()
		if !x.state.is(undecided) {
			return
		}
	}
	switch {
	case x.waiting == 0:
		x.writeHeader(http.StatusOK)
	case body:
		x.passOn(x.waiting)
	}
}

// Hijack hands the connection over: from here on it is none of Candor's business.
// Where there is none to hand over, nothing is decided.
func (x *exchange) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if x.timed {
		x.mu.Lock()
		defer x.mu.Unlock()
	}
	if x.state.is(replaced) {
		return nil, nil, errAnswered
	}
	c, rw, err := http.NewResponseController(x.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	if x.state.is(undecided) {
		x.passOn(0)
	}
	x.spoiled = true
	return c, rw, nil
}

// copyLateTrailers brings over the trailers of a handler that kept the header map
// it was given before the answer was decided.
func (x *exchange) copyLateTrailers() {
	if !x.timed || len(x.header) == 0 {
		return
	}
	real := x.ResponseWriter.Header()
	for k, v := range x.header {
		if strings.HasPrefix(k, http.TrailerPrefix) {
			real[k] = v
		}
	}
	for _, names := range x.header["Trailer"] {
		for name := range strings.SplitSeq(names, ",") {
			k := http.CanonicalHeaderKey(strings.TrimSpace(name))
			if v, ok := x.header[k]; ok {
				real[k] = v
			}
		}
	}
}

// dropLateTrailers does the opposite under a page. HTTP/1 sends none after a length.
func (x *exchange) dropLateTrailers() {
	if x.r.ProtoMajor == 1 {
		return
	}
	maps.DeleteFunc(x.ResponseWriter.Header(), func(k string, _ []string) bool { return strings.HasPrefix(k, http.TrailerPrefix) })
}

// Interface guards
var (
	_ http.ResponseWriter                       = (*exchange)(nil)
	_ io.ReaderFrom                             = (*exchange)(nil)
	_ http.Hijacker                             = (*exchange)(nil)
	_ interface{ FlushError() error }           = (*exchange)(nil)
	_ interface{ Unwrap() http.ResponseWriter } = (*exchange)(nil)
)
