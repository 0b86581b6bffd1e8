package statusclient

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/time/rate"
)

// fetchTimeout bounds one Fetch with all its requests.
const fetchTimeout = 30 * time.Second

// Poller asks one backend again and again and keeps the last good answer. What
// it knows is read without locks and never gets worse: a failed poll leaves the
// status as it was. It stores nothing; whoever wants to, does so when Subscribe
// calls and hands it back to Restore.
type Poller struct {
	cfg     BackendConfig
	backend Backend
	log     zerolog.Logger

	now atomic.Pointer[Snapshot]

	mu        sync.Mutex // for those who replace now, and for the fields below
	lost      bool       // an answer was fetched and could not be used
	published time.Time

	subscribers Subscribers

	refresh chan struct{}
	hints   *rate.Limiter // counts polls that were asked for
	hinted  bool          // the next poll is one; for the goroutine alone
	hasty   bool          // it was warned of; for the goroutine alone
	ctx     context.Context
	cancel  context.CancelFunc
	start   sync.Once
	done    chan struct{}
}

// NewPoller returns a poller that does nothing before Start. cfg must be valid.
// The backend belongs to the poller from here on.
func NewPoller(cfg BackendConfig, b Backend, log zerolog.Logger) *Poller {
	p := &Poller{
		cfg:     cfg,
		backend: b,
		log:     log.With().Str("backend", cfg.Name).Logger(),
		refresh: make(chan struct{}, 1),
		hints:   rate.NewLimiter(rate.Every(hintGap), maxHints),
		done:    make(chan struct{}),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.now.Store(&Snapshot{})
	return p
}

// Start begins polling, at once and then by the interval. Only the first call
// does anything, and none does after Stop.
func (p *Poller) Start() {
	p.start.Do(func() { go p.run() })
}

// Stop ends polling and returns when the goroutine is gone. Snapshot and Input
// still answer. It must not be called from a subscriber.
func (p *Poller) Stop() {
	p.cancel()
	p.start.Do(func() { close(p.done) })
	<-p.done
}

// Refresh asks for a poll now instead of at the next interval. It returns at
// once. Many calls make one poll; a backend that asked to be left alone is, two
// polls are at least half a second apart, and more once there were many.
func (p *Poller) Refresh() {
	select {
	case p.refresh <- struct{}{}:
	default:
	}
}

// Snapshot is the last good status and how asking goes, as of now.
func (p *Poller) Snapshot() Snapshot { return *p.now.Load() }

// Input is the snapshot as the merge wants it.
func (p *Poller) Input() Input {
	s := p.now.Load()
	out := Input{
		Name:    p.cfg.Name,
		URL:     public(p.pageURL()),
		Fetched: s.Fetched,
		Failing: s.Failing,
		Error:   s.Error,
		Status:  s.Status,

		Measured: measured(p.cfg.Type, p.backend),
	}
	if out.Status == nil {
		out.Status = new(Status)
	}
	return out
}

// Subscribe has f called after each change worth publishing or storing: another
// status, the first answer, a backend that starts to fail, fails for another
// reason or recovers, and every few minutes that an unchanged status was
// confirmed. f is called from the poller's goroutine, or from Restore's, and
// reads what it wants from Snapshot or Input. See Subscribers.Add.
func (p *Poller) Subscribe(f func()) (cancel func()) { return p.subscribers.Add(f) }

// Restore seeds the poller with a snapshot from storage, so that a cold start in
// the middle of an outage has words. The status keeps its age. It returns false,
// and changes nothing, where something as new is known already.
func (p *Poller) Restore(s Snapshot) bool {
	polled := s.bare()
	if s.Status == nil || s.Fetched.IsZero() == (polled != nil) {
		return false
	}
	now := time.Now().UTC()
	if s.Fetched.After(now) {
		s.Fetched = now // the clock was set back
	}
	p.mu.Lock()
	before := p.now.Load()
	next := *before
	if next.Status != nil && !s.Fetched.After(next.Fetched) {
		p.mu.Unlock()
		return false
	}
	next.polled, next.Fetched = polled, s.Fetched
	for _, r := range settle(s.Reports, polled, time.Time{}, now) {
		next.Reports = learn(next.Reports, r)
	}
	next.review(before, now)
	next.Changed = s.Changed
	p.now.Store(&next)
	p.mu.Unlock()
	p.publish()
	return true
}

func (p *Poller) run() {
	defer close(p.done)
	defer sharing.leave(p)
	for p.ctx.Err() == nil {
		wait, hold := p.poll()
		if !p.pause(wait, hold) {
			return
		}
	}
}

// pause waits until the next poll is due, or is asked for and hold has passed.
func (p *Poller) pause(wait, hold time.Duration) bool {
	due, free := time.NewTimer(wait), time.NewTimer(hold)
	defer due.Stop()
	defer free.Stop()
	select {
	case <-p.ctx.Done():
		return false
	case <-due.C:
		return true
	case <-free.C:
	}
	select {
	case <-p.ctx.Done():
		return false
	case <-due.C:
		return true
	case <-p.refresh:
		p.hinted = true
		return true
	}
}

// publish tells the subscribers that there is something new.
func (p *Poller) publish() {
	p.mu.Lock()
	p.published = time.Now()
	p.mu.Unlock()
	p.subscribers.Tell()
}
