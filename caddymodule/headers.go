package caddymodule

import (
	"net/http"
	"slices"
)

// savedHeader remembers a header map without allocating: most have a handful of
// fields when a request reaches Candor.
type savedHeader struct {
	n    int
	few  [12]field
	many []field
}

type field struct {
	key    string
	values []string
}

func (s *savedHeader) save(h http.Header) {
	for k, v := range h {
		s.add(k, v)
	}
}

func (s *savedHeader) add(key string, values []string) {
	if s.n < len(s.few) {
		s.few[s.n] = field{key, values}
	} else {
		s.many = append(s.many, field{key, values})
	}
	s.n++
}

func (s *savedHeader) at(i int) *field {
	if i < len(s.few) {
		return &s.few[i]
	}
	return &s.many[i-len(s.few)]
}

func (s *savedHeader) reset() {
	clear(s.few[:min(s.n, len(s.few))])
	clear(s.many)
	s.many, s.n = s.many[:0], 0
}

// aboutBody are the fields that describe the body they came with, or how to keep
// it: none of them may stand on a page that replaces that body.
var aboutBody = []string{
	"Accept-Ranges", "Age", "Cache-Control", "Cdn-Cache-Control", "Clear-Site-Data",
	"Cloudflare-Cdn-Cache-Control", "Content-Digest", "Content-Disposition", "Content-Encoding",
	"Content-Language", "Content-Length", "Content-Location", "Content-Range", "Content-Type", "Digest", "Etag",
	"Expires", "Last-Modified", "Link", "Location", "Pragma", "Refresh", "Repr-Digest",
	"Surrogate-Control", "Trailer", "Transfer-Encoding", "X-Accel-Expires",
}

// survives reports whether a replacement keeps a field of the upstream's: who may
// ask, and when to ask again.
func survives(key string) bool {
	switch key {
	case "Www-Authenticate", "Retry-After",
		"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers",
		"Access-Control-Allow-Methods", "Access-Control-Expose-Headers", "Access-Control-Max-Age":
		return true
	}
	return false
}

// maxSurvivors is how many there can be, with the Vary of the Access-Control ones.
const maxSurvivors = 9 + maxKeep

// restore makes real what it was before the handlers below touched it, plus
// those of their fields that survive. below may be real itself.
func (x *exchange) restore(real, below http.Header) {
	var kept [maxSurvivors]field
	n := 0
	_, origin := below["Access-Control-Allow-Origin"]
	for k, v := range below {
		if survives(k) || origin && k == "Vary" || slices.Contains(x.h.keep, k) { // Vary may say Origin
			kept[n] = field{k, v}
			n++
		}
	}
	clear(real)
	for i := range x.saved.n {
		if f := x.saved.at(i); !slices.Contains(aboutBody, f.key) {
			real[f.key] = f.values
		}
	}
	for _, f := range kept[:n] {
		real[f.key] = f.values
	}
}
