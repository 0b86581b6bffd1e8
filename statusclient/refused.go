package statusclient

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// longestRetryAfter keeps one wrong header from silencing a backend for good.
const longestRetryAfter = time.Hour

// retryAfter reads a Retry-After header in either of its forms.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if v == "" {
		return 0
	}
	var d time.Duration
	if sec, err := strconv.ParseUint(v, 10, 64); err == nil {
		d = time.Duration(min(sec, uint64(longestRetryAfter/time.Second))) * time.Second
	} else if t, err := http.ParseTime(v); err == nil {
		d = t.Sub(now)
	}
	return min(max(d, 0), longestRetryAfter)
}

// refused is the error for an answer that is no 200.
func (c *Client) refused(resp *http.Response) error {
	e := &FetchError{
		Backend: c.name, Cause: fmt.Sprintf("answered with status code %d", resp.StatusCode), code: resp.StatusCode,
	}
	now := time.Now()
	switch {
	case limited(resp):
		e.Cause = fmt.Sprintf("asks for fewer requests (status code %d)", resp.StatusCode)
		e.RetryAfter = max(retryAfter(resp.Header, now), rateReset(resp.Header, now))
	case resp.StatusCode == http.StatusServiceUnavailable:
		e.RetryAfter = retryAfter(resp.Header, now)
	}
	return e
}

// limited also knows 420, which Statuspage sends beside 429, and how GitHub says
// it: with a 403 that tells when to come back.
func limited(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusTooManyRequests, 420:
		return true
	case http.StatusForbidden:
		return resp.Header.Get("Retry-After") != "" || resp.Header.Get("X-RateLimit-Remaining") == "0"
	}
	return false
}

// rateReset is how long until there may be requests again, where nothing is left
// of what was allowed.
func rateReset(h http.Header, now time.Time) time.Duration {
	sec, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil || h.Get("X-RateLimit-Remaining") != "0" {
		return 0
	}
	return min(max(time.Unix(sec, 0).Sub(now), 0), longestRetryAfter)
}

// grant is how many requests a system still answers, and until when it counts.
type grant struct {
	left  int
	until time.Time
}

// hear remembers what a system says that it grants, if it does.
func (c *Client) hear(h http.Header) {
	n, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	if err != nil {
		return
	}
	sec, _ := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	c.granted.Store(&grant{left: n, until: time.Unix(sec, 0)})
}

// scarce reports whether what is left is needed for lists, and for as many requests
// as the longest detail may take.
func (c *Client) scarce() bool {
	g := c.granted.Load()
	return g != nil && g.left <= int(g.rest()/(githubInterval*3/2))+maxPages+2
}

// enough is the time between two lists for which what is left will do, and some
// more for details, if so many share it. What others behind the same address take
// makes it longer: the less is left, the slower all go, lest they be turned away
// and know nothing for the rest of the hour.
func (c *Client) enough(sharers int) time.Duration {
	g := c.granted.Load()
	if g == nil {
		return 0
	}
	rest := g.rest()
	most := rest * 5 / 4 // with jitter, there is more by then
	return min(rest*3/2/time.Duration(max(g.left, 1))*time.Duration(max(sharers, 1)), most)
}

// rest is how long the grant still counts.
func (g *grant) rest() time.Duration {
	return min(max(time.Until(g.until), 0), longestRetryAfter)
}

// hasCode reports whether err is an answer with this status code.
func hasCode(err error, code int) bool {
	var e *FetchError
	return errors.As(err, &e) && e.code == code
}
