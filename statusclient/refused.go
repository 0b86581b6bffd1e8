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

// reserve is how many requests details leave for lists.
const reserve = 15

// hear remembers how many requests are left, where the system says so.
func (c *Client) hear(h http.Header) {
	if n, err := strconv.ParseInt(h.Get("X-RateLimit-Remaining"), 10, 32); err == nil && n >= 0 {
		c.left.Store(n + 1)
	}
}

// scarce reports whether what is left should be kept for what matters most.
func (c *Client) scarce() bool {
	n := c.left.Load()
	return n > 0 && n-1 <= reserve
}

// hasCode reports whether err is an answer with this status code.
func hasCode(err error, code int) bool {
	var e *FetchError
	return errors.As(err, &e) && e.code == code
}
