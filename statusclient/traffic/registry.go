// Package traffic is what the edge itself saw: per service, how many requests
// were answered and how many failed in the last five minutes, how many visitors
// that were, and how many pages wait for the service to come back.
//
// No address is kept. A visitor is a hash with a seed that only this process
// has; what counts visitors keeps less than the hash, under a salt of its own
// that is thrown away after six minutes.
package traffic

import (
	"hash/maphash"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Registry has the tally of every service. It outlives configurations: a
// reload opens the tallies it needs before the old configuration closes them.
type Registry struct {
	clock *clock
	seed  maphash.Seed
	base  time.Time

	mu      sync.Mutex
	tallies map[string]*Tally
}

const (
	// forgetAfter is how long a tally is kept that no configuration has open:
	// long enough for whoever takes a site out and puts it back.
	forgetAfter = 30 * time.Minute

	// maxClosed bounds how many of them there are.
	maxClosed = 1024

	// longAgo is more than any clock is set back.
	longAgo = 10 * 365 * 24 * time.Hour
)

// NewRegistry makes an empty registry. Destruct ends it.
func NewRegistry() *Registry {
	return &Registry{
		clock:   newClock(),
		seed:    maphash.MakeSeed(),
		base:    time.Now().Add(-longAgo),
		tallies: make(map[string]*Tally),
	}
}

// Now is the time, at most a quarter of a second late, for a twentieth of what
// time.Now costs. It carries a monotonic reading: what is counted by it does not
// care how the wall clock is set.
func (r *Registry) Now() time.Time { return r.clock.now() }

// Open returns the tally of a service, a new one where there is none. Keep it
// for as long as the configuration lives and Close it then.
func (r *Registry) Open(service string) *Tally {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.tallies[service]
	if w == nil {
		w = &Tally{base: r.base, born: offset(time.Now(), r.base)}
		r.tallies[service] = w
	}
	w.users++
	return w
}

// Close gives a tally back that Open returned. It may still be recorded to.
func (r *Registry) Close(w *Tally) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w.users--
	w.closed = time.Now()
}

// Tidy forgets the tallies that nobody has had open for long, and takes the
// memory of those where nothing happens. Call it about once a minute.
func (r *Registry) Tidy() {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, closed := time.Now(), 0
	for name, w := range r.tallies {
		w.rest(now)
		if w.users > 0 {
			continue
		}
		if closed++; closed > maxClosed || now.Sub(w.closed) > forgetAfter {
			delete(r.tallies, name)
		}
	}
}

// Destruct ends the registry: with that it is a caddy.Destructor.
func (r *Registry) Destruct() error {
	r.clock.stop()
	return nil
}

// Visitor tells visitors apart without knowing them. Zero is nobody: the edge
// itself.
type Visitor uint64

// perPlace is how many visitors are told apart at one address, or in one network of
// IPv6: anybody has as many browsers as they like, and nobody alone is a crowd.
const perPlace = 16

// Visitor is for who has this address, as the edge believes it to be, and sends
// this User-Agent: people behind one address are several visitors where their
// browsers differ. For an answered request agent may be left out; for failures it
// must be given always or never, or one person is two.
func (r *Registry) Visitor(address, agent string) Visitor {
	place, apart := maphash.String(r.seed, address), uint64(0)
	if agent != "" {
		apart = maphash.String(r.seed, agent)
	}
	if strings.IndexByte(address, ':') >= 0 {
		one := place
		if place = r.network(address, one); place != one {
			apart ^= one
		}
	}
	const spread = 0x9e3779b97f4a7c15 // over all bits
	v := place ^ apart%perPlace*spread
	return Visitor(v&^(shards-1) | place&(shards-1) | 1<<63)
}

// Machine is for a request that no person has made: what it meets is counted, and
// no page tells a visitor of it.
const Machine Visitor = 1

// IsPerson reports whether a User-Agent is one of a browser. Monitors, crawlers and
// scripts have names of their own, or an address to complain at.
func IsPerson(agent string) bool {
	return strings.HasPrefix(agent, "Mozilla/") && !strings.Contains(agent, "://")
}

// network is a hash of the IPv6 network that an address is in: whoever has one
// address there has all of them.
func (r *Registry) network(address string, otherwise uint64) uint64 {
	addr, err := netip.ParseAddr(address)
	if err != nil || !addr.Is6() || addr.Is4In6() {
		return otherwise
	}
	b := addr.As16()
	return maphash.Bytes(r.seed, b[:8])
}

// shard is the same for all requests from one address, or one network of IPv6.
func (v Visitor) shard() uint64 { return uint64(v) & (shards - 1) }
