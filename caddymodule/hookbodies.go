package caddymodule

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// maxUnproven is how many bodies are read at once of senders who may be anybody.
const maxUnproven = 64

// unproven are those that are being read, wherever hooks are mounted.
var unproven bodies

// bodies are read at the same time, up to maxUnproven. When there is one more, the one
// that takes longest is given up: an honest sender is done in no time, and so cannot
// be kept out by slow ones.
type bodies struct {
	mu      sync.Mutex
	reading []*hookBody // the oldest first
}

// hookBody is one of them, from enter to leave.
type hookBody struct {
	conn    *http.ResponseController
	givenUp bool
}

func (b *bodies) enter(w http.ResponseWriter) *hookBody {
	body := &hookBody{conn: http.NewResponseController(w)}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.reading) == maxUnproven {
		oldest := b.reading[0]
		b.reading = b.reading[1:]
		oldest.givenUp = true
		// It has not left, so this is still its own connection, or stream.
		_ = oldest.conn.SetReadDeadline(time.Unix(1, 0))
	}
	b.reading = append(b.reading, body)
	return body
}

// leave reports whether the body was read in peace.
func (b *bodies) leave(body *hookBody) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.reading, body); i >= 0 {
		b.reading = slices.Delete(b.reading, i, i+1)
	}
	return !body.givenUp
}
