package statusclient

import (
	"net/url"
	"strings"
)

// maxAgain is how often a path is decoded again: no app is known to do it twice.
const maxAgain = 2

// Readings are the paths that an app may take a request's for. Nobody knows how it
// reads them: whether it takes out parameters, or escapes that were escaped.
type Readings struct {
	paths [2 * (1 + maxAgain)]string
	n     int
}

// ReadingsOf returns the readings of a decoded path. Of an ordinary one there is one,
// and nothing is allocated.
func ReadingsOf(p string) (r Readings) {
	for range 1 + maxAgain {
		r.add(CleanPath(p))
		if strings.IndexByte(p, ';') >= 0 {
			r.add(bare(p))
		}
		again := decoded(p)
		if again == p {
			break
		}
		p = again
	}
	return r
}

func (r *Readings) add(p string) {
	r.paths[r.n] = p
	r.n++
}

// Plain is the path as most apps read it.
func (r *Readings) Plain() string { return r.paths[0] }

// decoded takes escapes out of a path, and leaves what is none.
func decoded(p string) string {
	if strings.IndexByte(p, '%') < 0 {
		return p
	}
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		if p[i] == '%' && i+2 < len(p) {
			if c, err := url.PathUnescape(p[i : i+3]); err == nil {
				b.WriteString(c)
				i += 2
				continue
			}
		}
		b.WriteByte(p[i])
	}
	return b.String()
}
