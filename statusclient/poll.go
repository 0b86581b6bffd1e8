package statusclient

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"runtime/debug"
	"time"
)

const (
	jitter       = 0.1             // of every wait, in both directions
	maxBackoff   = 5 * time.Minute // or the interval, where that is longer
	minGap       = time.Second / 2 // between two polls, however often somebody asks
	maxHints     = 10              // polls at that pace, before they are hintGap apart
	hintGap      = 5 * time.Second
	echo         = 5 * time.Second // after it was asked for in vain: some tell first and publish then
	confirmEvery = 5 * time.Minute // a confirmed status is published, so that what is stored does not age
	maxError     = 300
)

// poll asks once and returns when to ask next, and for how long not to ask even
// if somebody wants it.
func (p *Poller) poll() (wait, hold time.Duration) {
	// What was asked for up to here is what this poll answers.
	hinted := p.hinted
	select {
	case <-p.refresh:
		hinted = true
	default:
	}
	if p.hinted = false; hinted {
		p.hints.Allow()
	}
	ctx, cancel := context.WithTimeout(p.ctx, fetchTimeout)
	defer cancel()
	began := time.Now().UTC()
	st, err := p.fetch(ctx)
	if p.ctx.Err() != nil {
		return 0, 0
	}
	now := time.Now().UTC()

	p.mu.Lock()
	before := p.now.Load()
	next := *before
	next.Took = now.Sub(began)
	switch {
	case err == nil:
		next.Fetched, p.lost = now, false
		if before.polled == nil || !reflect.DeepEqual(before.polled, st) {
			next.polled = st
		}
	case errors.Is(err, ErrNotModified) && before.polled != nil && !p.lost:
		next.Fetched, err = now, nil
	case errors.Is(err, ErrNotModified):
		err = fmt.Errorf("backend %s: answered that nothing is new, but nothing is known", p.cfg.Name)
	}
	if err == nil {
		next.Failing, next.Error, next.Failures = time.Time{}, "", 0
	} else {
		next.Error = cleanLine(err.Error(), maxError)
		next.Failures++
		if next.Failing.IsZero() {
			next.Failing = now
		}
	}
	if err != nil {
		began = time.Time{}
	}
	next.Reports = settle(next.Reports, next.polled, began, now)
	next.review(before, now)
	wait, hold = p.delay(next.Failures, err)
	if hinted && err == nil && next.polled == before.polled && !p.scarce() {
		wait = max(hold, min(wait, echo))
	}
	if at := unsettled(next.Reports, now); !at.IsZero() && !p.scarce() {
		wait = max(hold, min(wait, at.Sub(now)))
	}
	next.Next = now.Add(wait)
	p.now.Store(&next)
	stale := now.Sub(p.published) >= confirmEvery
	p.mu.Unlock()

	p.logChange(before, &next)
	if haste := p.cfg.Haste(p.backend); haste != "" && !p.hasty {
		p.hasty = true
		p.log.Warn().Msg(haste)
	}
	if worthPublishing(before, &next) || err == nil && stale {
		p.publish()
	}
	return wait, hold
}

// fetch runs the adapter. An adapter that panics has failed, no more.
func (p *Poller) fetch(ctx context.Context) (st *Status, err error) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		// The value may quote anything; the runtime's own do not.
		cause := ""
		if re, ok := r.(runtime.Error); ok {
			cause = ": " + re.Error()
		}
		st, err = nil, fmt.Errorf("backend %s: its adapter panicked%s", p.cfg.Name, cause)
		p.mu.Lock()
		p.lost = true
		first := p.now.Load().Failing.IsZero()
		p.mu.Unlock()
		if first {
			p.log.Error().Bytes("stack", debug.Stack()).Msg("adapter of a backend panicked")
		}
	}()
	st, err = p.backend.Fetch(ctx)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return nil, fmt.Errorf("backend %s: answered nothing", p.cfg.Name)
	}
	st.cleanAfter(p.now.Load().polled)
	st.linkPublic()
	return st, nil
}

func (p *Poller) delay(failures int, err error) (wait, hold time.Duration) {
	interval := p.interval()
	wait = interval
	for range min(failures, 20) - 1 {
		wait = min(2*wait, max(maxBackoff, interval))
	}
	wait = time.Duration(float64(wait) * (1 - jitter + 2*jitter*rand.Float64()))
	if hold = minGap; p.hints.Tokens() < 1 {
		hold = hintGap
	}
	if p.scarce() {
		hold = wait // hints have to wait, or there is nothing left to ask with
	}
	var fe *FetchError
	if errors.As(err, &fe) && fe.RetryAfter > 0 {
		hold = max(hold, time.Duration(float64(fe.RetryAfter)*(1+jitter*rand.Float64())))
	}
	return max(wait, hold), hold
}

// logChange writes one line when something began or ended, none per poll.
func (p *Poller) logChange(before, now *Snapshot) {
	switch {
	case before.Failing.IsZero() && !now.Failing.IsZero():
		p.log.Warn().Str("error", now.Error).Msg("backend cannot be read")
	case !before.Failing.IsZero() && now.Failing.IsZero():
		p.log.Info().Dur("failing_for", now.Fetched.Sub(before.Failing)).Msg("backend can be read again")
	}
	old, st := before.Status, now.Status
	if old == nil {
		old = new(Status)
	}
	if st == nil || reflect.DeepEqual(old.Incidents, st.Incidents) && reflect.DeepEqual(old.Maintenances, st.Maintenances) {
		return
	}
	open := 0
	for i := range st.Incidents {
		if st.Incidents[i].State.Open() {
			open++
		}
	}
	p.log.Info().Int("open_incidents", open).Int("maintenances", len(st.Maintenances)).Msg("incidents changed")
}

func worthPublishing(before, now *Snapshot) bool {
	return before.Status != now.Status || before.Failing != now.Failing || before.Error != now.Error
}
