package caddymodule

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// upload is a request's body that tells how it gets on. Closing it is left to
// the server, which closes the body itself when the handler returns: an early
// Close would block on a slow client, and spoil draining.
type upload struct {
	body    io.ReadCloser
	start   time.Time
	pending atomic.Bool
	began   atomic.Bool
	ended   atomic.Bool
	whole   atomic.Bool  // ended, and all of it was read
	last    atomic.Int64 // progress, in nanoseconds after start

	reading sync.Mutex  // held while body is read
	closed  atomic.Bool // to the handlers below
}

// Read implements io.Reader. A transport may go on reading after its round trip
// is over; once the handlers below are done, it gets nothing more.
func (u *upload) Read(p []byte) (int, error) {
	u.reading.Lock()
	defer u.reading.Unlock()
	if u.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	u.began.Store(true)
	u.pending.Store(true)
	n, err := u.body.Read(p)
	u.pending.Store(false)
	u.last.Store(int64(time.Since(u.start)))
	if err != nil {
		u.whole.Store(errors.Is(err, io.EOF))
		u.ended.Store(true)
	}
	return n, err
}

// Close does nothing; see upload.
func (u *upload) Close() error { return nil }

// An upload that is still coming in when the page is out is read on for a while:
// closing on a client that is still sending would reset the connection and take
// the page with it. HTTP/2 and HTTP/3 end the stream without harm.
const (
	drainUploadBytes = 256 << 20
	drainUploadTime  = 15 * time.Second
)

// uploadAwaitsGo reports whether the client will only send the body when it is
// told to, and was not.
func (x *exchange) uploadAwaitsGo() bool {
	return !x.upload.began.Load() && x.r.Header.Get("Expect") != ""
}

// endUpload settles what is left of the body of a request that got a page: it
// takes it from whoever still reads it, and drains it where that helps.
func (x *exchange) endUpload() {
	u := x.upload
	if u == nil {
		return
	}
	u.closed.Store(true)
	if x.r.ProtoMajor == 1 {
		// What is left of it would be taken for the client's next request: net/http
		// does not look, since Caddy has put a reader of its own around the body.
		defer func() { x.cut = x.cut || !u.whole.Load() }()
	}
	drain := x.r.ProtoMajor == 1 && !x.cut && !u.ended.Load() && !x.uploadAwaitsGo()
	deadline := time.Unix(1, 0)
	if drain {
		deadline = time.Now().Add(drainUploadTime)
	} else if !u.pending.Load() {
		return
	}
	if err := http.NewResponseController(x.ResponseWriter).SetReadDeadline(deadline); err != nil {
		return // then nothing bounds a read
	}
	u.reading.Lock()
	defer u.reading.Unlock()
	if drain {
		n, err := io.CopyN(io.Discard, u.body, drainUploadBytes+1)
		u.whole.Store(n <= drainUploadBytes && errors.Is(err, io.EOF))
	}
}
