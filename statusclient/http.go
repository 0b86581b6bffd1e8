package statusclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/patrickmn/go-cache"
	"github.com/rs/zerolog"
)

// Limits of one request. An answer is measured as it is after decompression.
const (
	requestTimeout = 10 * time.Second
	maxBody        = 4 << 20
	maxRedirects   = 3
	maxRetries     = 2
	userAgent      = "Candor (+https://github.com/candor-edge/candor)"
)

// Client asks one backend over HTTP: with a timeout, retries, a limit on what is
// read, conditional requests, and errors that give nothing away. An adapter
// reads all it needs for one Status within one Round.
type Client struct {
	name    string
	base    *url.URL
	own     http.Header // what the adapter adds to every request; configured ones win
	headers map[string]string
	http    *retryablehttp.Client
	seen    *cache.Cache          // by request path and query: *answer
	granted atomic.Pointer[grant] // as last heard

	mu   sync.Mutex
	last [32]byte // digest of what the last finished Round read
}

func newClient(cfg BackendConfig, log zerolog.Logger, rt http.RoundTripper) (*Client, error) {
	base, err := parseBase(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("backend %s: %w", cfg.Name, err)
	}
	h := retryablehttp.NewClient()
	h.HTTPClient = &http.Client{Transport: rt, CheckRedirect: followOnSameHost}
	h.Logger = quietLogger{log.With().Str("backend", cfg.Name).Logger()}
	h.RetryMax = maxRetries
	h.RetryWaitMin, h.RetryWaitMax = 250*time.Millisecond, time.Second
	h.CheckRetry = worthRetrying
	h.ErrorHandler = retryablehttp.PassthroughErrorHandler
	return &Client{
		name: cfg.Name, base: base, own: make(http.Header), headers: cfg.Headers, http: h,
		// No janitor: its goroutine would outlive the client.
		seen: cache.New(keepAnswers, 0),
	}, nil
}

// at is a client of the same backend for another base. On another host it has no
// configured headers: they are for what stands in front of the configured URL.
func (c *Client) at(base *url.URL) *Client {
	out := &Client{name: c.name, base: base, own: make(http.Header), http: c.http, seen: cache.New(keepAnswers, 0)}
	if base.Host == c.base.Host {
		out.headers = c.headers
	}
	return out
}

// transport is one of our own, so that backends share neither connections nor
// settings with anything else in the process.
func transport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout:    5 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// Errorf makes a FetchError. The arguments must hold nothing secret.
func (c *Client) Errorf(format string, args ...any) error {
	return &FetchError{Backend: c.name, Cause: fmt.Sprintf(format, args...)}
}

// get does one GET of ref, a path and query below the configured URL, and
// returns the body of a 200, or of the 200 before when that is still the answer.
func (c *Client) get(ctx context.Context, ref, accept string) (*answer, error) {
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	before := c.recall(ref)
	req, err := c.request(ctx, ref, accept, before)
	if err != nil {
		return nil, c.Errorf("request cannot be made")
	}
	resp, err := c.http.Do(req)
	if resp != nil {
		defer resp.Body.Close()
	}
	if err != nil {
		return nil, c.failed(err, time.Since(start))
	}
	c.hear(resp.Header)
	switch {
	case resp.StatusCode == http.StatusNotModified && before != nil:
		before = before.confirmed(resp.Header, c.base)
		c.keep(ref, before)
		return before, nil
	case resp.StatusCode != http.StatusOK:
		return nil, c.refused(resp)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, c.failed(err, time.Since(start))
	case len(body) > maxBody:
		return nil, c.Errorf("answer is larger than %d MiB", maxBody>>20)
	}
	a := newAnswer(resp, body, c.base)
	c.keep(ref, a)
	return a, nil
}

func (c *Client) request(ctx context.Context, ref, accept string, before *answer) (*retryablehttp.Request, error) {
	rel, err := url.Parse(ref)
	if err != nil {
		return nil, err
	}
	u := *c.base
	u.RawPath = ""
	u.Path = strings.TrimRight(u.Path, "/") + rel.Path
	u.RawQuery = rel.RawQuery
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept", accept)
	for k, v := range c.own {
		req.Header[k] = v
	}
	for k, v := range c.headers {
		if http.CanonicalHeaderKey(k) == "Host" {
			req.Host = v
		}
		req.Header.Set(k, v)
	}
	before.condition(req.Header)
	return req, nil
}

func (c *Client) failed(err error, took time.Duration) error {
	return &FetchError{Backend: c.name, Cause: describe(err, took), err: contextCause(err)}
}

// worthRetrying says no to what a second try would only make worse, or which
// says itself when to come back.
func worthRetrying(ctx context.Context, resp *http.Response, err error) (bool, error) {
	var redirect redirectError
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err != nil:
		retry, _ := retryablehttp.ErrorPropagatedRetryPolicy(ctx, nil, err)
		return retry && !errors.As(err, &redirect), nil
	default:
		return resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented &&
			resp.Header.Get("Retry-After") == "", nil
	}
}
