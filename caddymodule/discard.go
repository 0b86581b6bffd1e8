package caddymodule

import (
	"net/http"
	"strconv"
	"time"

	"github.com/quic-go/quic-go/http3"
)

// A replaced answer's own body is read for this much and this long, so that a
// short one leaves its connection usable; then it is cut off, so that an endless
// or stalled one cannot hold the client's connection.
const (
	discardBytes = 64 << 10
	discardTime  = 200 * time.Millisecond
)

// flushTime is how long the last bytes of a page are kept back while the body of
// the answer that it replaces comes. Most come whole with their header; a visitor
// who had the page before that would ask again while the upstream's connection is
// not free yet, and cost it another one.
const flushTime = 2 * time.Millisecond

// errDiscarded stops whoever writes a body that nobody wants. reverse_proxy takes
// this error for a client that lost interest, which it logs at debug level only.
var errDiscarded = &http3.Error{Remote: true, ErrorCode: http3.ErrCodeRequestCanceled}

func (x *exchange) drop(n int) (int, error) {
	x.dropped += int64(n)
	if x.dropped > discardBytes || time.Since(x.replacedAt) > discardTime {
		return 0, errDiscarded
	}
	return n, nil
}

// dropper is drop as a Writer, without ReadFrom.
type dropper struct{ x *exchange }

func (d dropper) Write(p []byte) (int, error) { return d.x.drop(len(p)) }

// short reports whether the answer says of itself that its body will be read to
// the end. Where it does not, and the request has no context of its own that could
// stop it, the client is told to take another connection: its next request on this
// one would be in the way of letGo, and may be somebody else's, behind a balancer.
func (x *exchange) short() bool {
	if x.r.Method == http.MethodHead {
		return true
	}
	cl := x.Header()["Content-Length"]
	if len(cl) == 0 {
		return false
	}
	n, err := strconv.ParseUint(cl[0], 10, 63)
	return err == nil && n <= discardBytes
}

// cutOff ends a body that has stalled; nothing calls Write then.
func (x *exchange) cutOff() {
	if x.cancel != nil {
		x.cancel(errDiscarded)
		return
	}
	x.cut = true
	x.letGo()
}

// letGo cancels a request without a context of its own through its connection: a
// read deadline in the past makes net/http give up on the client, who has the
// whole page by now. It does not where the client's next request has come already;
// then sever ends that connection before long, so that it is asked again elsewhere.
func (x *exchange) letGo() {
	_ = http.NewResponseController(x.ResponseWriter).SetReadDeadline(time.Unix(1, 0))
}

// severTime is how long a connection may wait for what cutOff should have ended.
const severTime = time.Second

func (x *exchange) sever() {
	x.spoiled = true
	x.closeConnection()
}

// closeConnection keeps a connection that was cut off from being used again.
func (x *exchange) closeConnection() {
	conn, _, err := http.NewResponseController(x.ResponseWriter).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}
