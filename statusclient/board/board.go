// Package board is the embedded backend: incidents and maintenance windows that
// people keep in Candor itself. It needs nothing but a place to store small
// values, and several edges may share that place: every edit is a record of its
// own, and all readers agree on which one counts.
package board

import (
	"context"
	"crypto/rand"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"github.com/candor-edge/candor/statusclient"
)

// Name is what the board is called among backends.
const Name = "board"

// Board holds what is stored, ready to be read without locks. It owns no storage:
// whoever calls brings it, and may bring another one next time. What is known
// moves along, see Tidy.
//
// All methods may be called at any time from any goroutine. Edits are made one
// after the other: first what others have stored is read, then the edit is
// stored, then published. An edit that returned no error survives a crash.
type Board struct {
	log    zerolog.Logger
	writer string // tells this board's records from those of other processes
	now    func() time.Time

	// turn is taken by who reads or writes storage; the fields below it are theirs.
	turn   chan struct{}
	top    map[ref]uint64 // highest version ever seen or tried
	stored map[ref][]stamp
	faulty map[string]bool  // keys that were reported as unreadable
	unread *ErrUnreadable   // what could not be loaded last time; nil: nothing
	logged map[edition]bool // edits whose entry the log has
	void   map[edition]bool // edits that have no entry for the log

	mark     string    // that was there at the last look
	unmarked bool      // an edit has not left its mark yet
	listed   time.Time // when everything stored was last looked through

	journal journal

	toldFailing atomic.Bool               // what subscribers know of the storage
	turnSince   atomic.Pointer[time.Time] // somebody reads or writes storage since then

	state  atomic.Pointer[state]
	health atomic.Pointer[health]

	subscribers statusclient.Subscribers
}

// state is what is known at one moment. It is never changed.
type state struct {
	records map[ref]*record
	shown   []shown
	next    time.Time // when Advance has something to do; zero: never
	status  *statusclient.Status
}

// health is how the storage does.
type health struct {
	read    time.Time // last time
	failing time.Time
	err     string
}

// New returns a board that knows nothing yet.
func New(log zerolog.Logger) *Board {
	b := &Board{
		log: log, writer: newID(), now: time.Now,
		turn: make(chan struct{}, 1), top: make(map[ref]uint64), faulty: make(map[string]bool),
		logged: make(map[edition]bool), void: make(map[edition]bool),
		journal: journal{entries: make(map[string]*Entry), count: -1},
	}
	b.state.Store(&state{status: new(statusclient.Status)})
	b.health.Store(new(health))
	return b
}

// newID returns a short random name of a-z and 2-7.
func newID() string { return strings.ToLower(rand.Text()[:idLen]) }

// Loaded reports whether the storage has been read at least once.
func (b *Board) Loaded() bool { return !b.health.Load().read.IsZero() }

// Status is what the board says now, as any backend would. It is never nil.
func (b *Board) Status() *statusclient.Status { return b.state.Load().status }

// Input is the board as an input to statusclient.Merge.
func (b *Board) Input() statusclient.Input {
	h := b.health.Load()
	return statusclient.Input{
		Name: Name, Holds: true, Status: b.Status(),
		Fetched: h.read, Failing: h.failing, Error: h.err,
	}
}

// Subscribe has f called whenever Status returns something new, or the storage
// begins or ceases to answer, soon after, on the goroutine that made the change: f
// must not block. It is not called again once cancel has returned, except by
// changes that were under way.
func (b *Board) Subscribe(f func()) (cancel func()) { return b.subscribers.Add(f) }

// locked calls f when it is this caller's turn, and then tells the subscribers
// if f has published something.
func (b *Board) locked(ctx context.Context, f func() error) error {
	select {
	case b.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	return b.inTurn(f)
}

// inTurn is locked for whoever has the turn already.
func (b *Board) inTurn(f func() error) error {
	before := b.Status()
	now := b.now()
	b.turnSince.Store(&now)
	err := func() error {
		defer func() {
			b.turnSince.Store(nil)
			<-b.turn
		}()
		return f()
	}()
	if b.Status() != before || b.failing() != b.toldFailing.Load() {
		b.tell()
	}
	return err
}

// failing reports whether the storage does not answer.
func (b *Board) failing() bool { return !b.health.Load().failing.IsZero() }

// tell tells the subscribers that there is something new.
func (b *Board) tell() {
	b.toldFailing.Store(b.failing())
	b.subscribers.Tell()
}
