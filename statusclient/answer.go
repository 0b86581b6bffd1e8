package statusclient

import (
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/patrickmn/go-cache"
)

// What is remembered for conditional requests, per backend.
const (
	keepAnswers = time.Hour
	maxAnswers  = 16
	maxKept     = 1 << 20 // longer bodies are fetched anew each time
)

// answer is a body and what makes asking for it again cheap. It is immutable.
type answer struct {
	body         []byte
	html         bool
	charset      string
	etag         string
	lastModified string
	next         string // ref of the next page of a list
}

func newAnswer(resp *http.Response, body []byte, base *url.URL) *answer {
	mediaType, params, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return &answer{
		body:         body,
		charset:      params["charset"],
		html:         mediaType == "text/html" || mediaType == "application/xhtml+xml",
		etag:         resp.Header.Get("ETag"),
		lastModified: resp.Header.Get("Last-Modified"),
		next:         nextRef(resp.Header, base),
	}
}

// confirmed is a with what a 304 says anew: a full page of a list stays as it is
// when another one begins behind it.
func (a *answer) confirmed(h http.Header, base *url.URL) *answer {
	if next := nextRef(h, base); next != "" && next != a.next {
		again := *a
		again.next = next
		return &again
	}
	return a
}

// condition makes a request conditional on a changing from what was seen.
func (a *answer) condition(h http.Header) {
	if a == nil {
		return
	}
	if a.etag != "" {
		h.Set("If-None-Match", a.etag)
	}
	if a.lastModified != "" {
		h.Set("If-Modified-Since", a.lastModified)
	}
}

func (c *Client) recall(ref string) *answer {
	if a, ok := c.seen.Get(ref); ok {
		return a.(*answer)
	}
	return nil
}

func (c *Client) keep(ref string, a *answer) {
	if len(a.etag) > 256 || len(a.lastModified) > 64 || a.etag+a.lastModified == "" || len(a.body) > maxKept {
		c.seen.Delete(ref)
		return
	}
	if _, known := c.seen.Get(ref); !known {
		c.seen.DeleteExpired()
		if c.seen.ItemCount() >= maxAnswers {
			return
		}
	}
	c.seen.Set(ref, a, cache.DefaultExpiration)
}
