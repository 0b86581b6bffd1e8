package board

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// markKey is where every edit leaves a value that was not there before, so that
// who shares the storage reads one small value to know that there is nothing new.
// It is no lock and decides nothing: where two leave theirs at once, either of
// them makes everybody look.
const markKey = root + "/mark"

const (
	// lookAnyway is how long a mark that stays the same is believed: whoever was
	// killed before it could leave one has made an edit all the same.
	lookAnyway = 30 * time.Second

	// patience is how long a storage may take before it counts as unreachable.
	patience = 10 * time.Second
)

// Look takes in what others have stored since the last look. Call it about once a
// second: where nobody has stored anything it loads one small value, nothing else.
// What it returns has been logged, as by Refresh.
func (b *Board) Look(ctx context.Context, store Store) error {
	return b.locked(ctx, func() error {
		if b.unmarked {
			b.leaveMark(ctx, store)
		}
		data, err := store.Load(ctx, markKey)
		switch {
		case errors.Is(err, fs.ErrNotExist) && b.mark != "":
			err = errors.New("what was in it is gone")
		case errors.Is(err, fs.ErrNotExist):
			err = nil
		}
		if err != nil {
			if err = fmt.Errorf("board: load %s: %w", markKey, err); ctx.Err() == nil {
				b.note(err)
			}
			return err
		}
		if b.Loaded() && string(data) == b.mark && b.now().Sub(b.listed) < lookAnyway {
			b.note(nil)
			return nil
		}
		if err := b.refresh(ctx, store); err != nil {
			return err
		}
		b.mark = string(data) // which was there before the rest was read
		return nil
	})
}

// leaveMark has others look, and this board, too: an edit of somebody else may
// have lost its mark to this one. One that cannot be left is left later.
func (b *Board) leaveMark(ctx context.Context, store Store) {
	err := store.Store(ctx, markKey, []byte(newID()))
	if b.unmarked = err != nil; b.unmarked {
		b.log.Debug().Err(err).Msg("board: others are told of an edit later")
	}
}

// Unanswered reports a storage that has not answered somebody for long as one that
// cannot be read. It does not wait for it.
func (b *Board) Unanswered() {
	since := b.turnSince.Load()
	if since == nil || b.now().Sub(*since) < patience || b.failing() {
		return
	}
	b.note(fmt.Errorf("board: no answer for %s", patience))
	b.tell()
}
