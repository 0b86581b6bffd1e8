package statusclient

import "time"

// pageOwner is a Backend whose status page for people is not simply at the
// configured URL. It may be asked at any time.
type pageOwner interface{ PageURL() string }

// pageURL is the status page for people, which may be known only after a while.
func (p *Poller) pageURL() string {
	if o, ok := p.backend.(pageOwner); ok {
		return o.PageURL()
	}
	return pageURL(p.cfg.URL)
}

// Found is what type "auto" found, or "": see Finder.
func (p *Poller) Found() string {
	if f, ok := p.backend.(Finder); ok {
		return f.Found()
	}
	return ""
}

// paced is a Backend that learns how often it is made to be asked; zero while it
// does not know.
type paced interface{ pace() time.Duration }

// thrifty is a Backend whose system grants so many requests an hour and says what
// is left. It may be asked at any time.
type thrifty interface {
	// scarce reports whether there are no more requests than the interval takes.
	scarce() bool

	// account names what the system counts requests by where that is not this
	// backend alone, else "".
	account() string

	// enough is the interval for which what is left will do, for so many backends.
	enough(sharers int) time.Duration
}

func (p *Poller) scarce() bool {
	b, ok := p.backend.(thrifty)
	return ok && b.scarce()
}

// IntervalOf is how often b is asked: what the operator wants, else what the system
// is made for. What type "auto" finds is known once it was fetched.
func (c BackendConfig) IntervalOf(b Backend) time.Duration {
	d := c.interval()
	if b, ok := b.(paced); ok && c.Interval == 0 {
		d = max(d, b.pace())
	}
	return d
}

// interval is that of the backend, unless it would soon have nothing left to ask
// with.
func (p *Poller) interval() time.Duration {
	d := p.cfg.IntervalOf(p.backend)
	if b, ok := p.backend.(thrifty); ok {
		d = max(d, b.enough(sharing.with(p, b.account())))
	}
	return d
}
