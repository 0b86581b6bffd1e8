package caddymodule

import (
	"context"
	"maps"
	"net/http"
	"time"

	"github.com/candor-edge/candor/errorpages"
)

// phase says what the timer of an exchange waits for.
type phase int

const (
	phaseOff     phase = iota
	phaseAnswer        // for an answer's header, or for request body to be read
	phaseFlush         // for the end of a replaced answer's body, with the page kept back
	phaseDiscard       // for the end of a replaced answer's body
	phaseSever         // for it once more, after it has been cut off
)

func (x *exchange) startTimer() {
	if x.header == nil {
		x.header = make(http.Header, 16)
	}
	maps.Copy(x.header, x.ResponseWriter.Header())
	if x.started.IsZero() {
		x.started = time.Now()
	}
	x.mu.Lock()
	x.phase = phaseAnswer
	x.timer.Reset(x.limit)
	x.mu.Unlock()
}

func (x *exchange) stopTimer() {
	x.mu.Lock()
	x.stopTimerLocked()
	x.mu.Unlock()
}

// stopTimerLocked makes a tick that is already on its way do nothing.
func (x *exchange) stopTimerLocked() {
	if x.phase != phaseOff {
		x.phase = phaseOff
		x.timer.Stop()
	}
}

// tick is the timer's goroutine. The page is written here, not by whoever is
// below: not every handler returns when its request is cancelled.
func (x *exchange) tick() {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch x.phase {
	case phaseAnswer:
		if left := x.limit - x.sinceProgress(); left > 0 {
			x.timer.Reset(left)
			return
		}
		x.phase = phaseOff
		if x.state.is(undecided) {
			x.giveUp()
		}
	case phaseFlush:
		x.flush()
		x.phase = phaseDiscard
		x.timer.Reset(discardTime - flushTime)
	case phaseDiscard:
		if left := discardTime - time.Since(x.replacedAt); left > 0 {
			x.timer.Reset(left)
			return
		}
		x.phase = phaseOff
		if x.cutOff(); x.cancel == nil {
			x.phase = phaseSever
			x.timer.Reset(severTime)
		}
	case phaseSever:
		x.phase = phaseOff
		x.sever()
	}
}

func (x *exchange) sinceProgress() time.Duration {
	d := time.Since(x.started)
	if x.upload != nil {
		d -= time.Duration(x.upload.last.Load())
	}
	return d
}

// giveUp answers in the upstream's place. A Read of the request's body that is
// still pending means that it is the client who is late.
func (x *exchange) giveUp() {
	f := failure{cause: errorpages.CauseTimeout, code: http.StatusGatewayTimeout}
	late := x.upload != nil && x.upload.pending.Load()
	if late {
		f = failure{cause: errorpages.CauseUpload, code: http.StatusRequestTimeout}
	}
	if x.attempts != nil {
		f.received = errorpages.ReceivedUnknown
	}
	if x.r.ProtoMajor == 1 {
		// Whoever is below may take long to let go of this connection, and a
		// stalled upload may go on on it.
		x.saved.add("Connection", connectionClose)
	}
	if x.cancel != nil {
		// What reverse_proxy takes for a client that went away it does not try again.
		// It hears of it first: a client may take its time over the page.
		x.cancel(context.Canceled)
	}
	x.send(x.asked.request(), f, nil)
	x.flush()
	switch {
	case x.cancel == nil:
		x.letGo()
		x.phase = phaseSever
		x.timer.Reset(severTime)
	case late:
		x.cut = x.r.ProtoMajor == 1
		_ = http.NewResponseController(x.ResponseWriter).SetReadDeadline(time.Unix(1, 0))
	}
}

var connectionClose = []string{"close"}
