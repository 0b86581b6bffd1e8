// Package pass lets people past a service in maintenance mode: a link that can be
// opened for a while, and the pass that its opening gives to whoever opens it, for
// as long as the link says. Both are signed; nothing is kept of them but the keys,
// which edges on one storage share.
package pass

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

const (
	// OpenFor is how long a link can be opened.
	OpenFor = 15 * time.Minute

	// Longest is for how long a pass may be at most.
	Longest = 30 * 24 * time.Hour

	// Shortest is for how long a pass is at least.
	Shortest = time.Minute

	// rotateAfter is how long a key signs. It is kept until what it has signed last
	// is over.
	rotateAfter = 7 * 24 * time.Hour

	// skew is how wrong the clocks of two edges may be.
	skew = time.Hour
)

// ErrLink is said of every link that does not open, whatever is wrong with it.
var ErrLink = errors.New("the link is not valid, or no longer")

// Link makes a link to passes of a service, each for the time span, and tells until
// when it can be opened. What it returns is a secret.
func (r *Ring) Link(ctx context.Context, s Store, service string, span time.Duration, now time.Time) (string, time.Time, error) {
	return r.link(ctx, s, service, OpenFor, span, now)
}

// LinkUntil makes a link that can be opened until a time, to passes that are valid
// for as long as it is from now on until then.
func (r *Ring) LinkUntil(ctx context.Context, s Store, service string, until, now time.Time) (string, error) {
	link, _, err := r.link(ctx, s, service, until.Sub(now), until.Sub(now), now)
	return link, err
}

func (r *Ring) link(ctx context.Context, s Store, service string, open, span time.Duration, now time.Time) (string, time.Time, error) {
	if span < Shortest || span > Longest {
		return "", time.Time{}, fmt.Errorf("a pass is for one minute at least and %d days at most", Longest/(24*time.Hour))
	}
	k, err := r.signer(ctx, s, service, now)
	if err != nil {
		return "", time.Time{}, err
	}
	until := now.Add(open).Truncate(time.Second)
	t := token{kind: kindLink, key: k.id, until: until.Unix(), span: uint32(span / time.Second)}
	_, _ = rand.Read(t.nonce[:]) // never fails
	return k.sign(&t), until, nil
}

// Open takes a link and gives a pass for it, another one each time, and tells until
// when that is valid. A link that another edge has just made is looked for in the
// storage, but not more often than once a second.
func (r *Ring) Open(ctx context.Context, s Store, service, link string, now time.Time) (string, time.Time, error) {
	id, ok := keyOf(link)
	if !ok {
		return "", time.Time{}, ErrLink
	}
	if r.key(id) == nil {
		r.look(ctx, s, now)
	}
	t, k := r.verify(service, link, kindLink, now)
	if k == nil {
		return "", time.Time{}, ErrLink
	}
	until := now.Add(time.Duration(t.span) * time.Second).Truncate(time.Second)
	p := token{kind: kindPass, key: k.id, until: until.Unix()}
	_, _ = rand.Read(p.nonce[:])
	return k.sign(&p), until, nil
}

// Valid reports whether a pass lets its holder past a service. It asks nobody.
func (r *Ring) Valid(service, pass string, now time.Time) bool {
	_, k := r.verify(service, pass, kindPass, now)
	return k != nil
}

// verify reads a token of a kind. Its key is nil if it is not one for this service,
// or not any more.
func (r *Ring) verify(service, text string, kind byte, now time.Time) (token, *key) {
	if len(text) != tokenLen {
		return token{}, nil
	}
	b := scratches.Get().(*scratch)
	defer scratches.Put(b)
	t, ok := b.decode(text)
	if !ok || t.kind != kind || now.Unix() >= t.until {
		return token{}, nil
	}
	k := r.key(t.key)
	if k == nil || k.service != service || !k.signed(b) {
		return token{}, nil
	}
	return t, k
}
