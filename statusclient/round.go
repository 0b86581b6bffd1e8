package statusclient

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"hash"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/patrickmn/go-cache"
)

// What is remembered for conditional requests, per backend.
const (
	keepAnswers = time.Hour
	maxAnswers  = 16
	maxKept     = 1 << 20 // longer bodies are fetched anew each time
)

// Round is all that an adapter reads for one Status. It always hands out whole
// bodies, also when the backend said "not modified", so an adapter that needs
// several documents never has to remember one. Done compares.
type Round struct {
	c   *Client
	ctx context.Context
	sum hash.Hash
}

// Round begins one. It belongs to one goroutine and one call of Fetch.
func (c *Client) Round(ctx context.Context) *Round {
	return &Round{c: c, ctx: ctx, sum: sha256.New()}
}

// JSON reads ref, a path and query below the configured URL, into v.
func (r *Round) JSON(ref string, v any) error {
	a, err := r.c.get(r.ctx, ref, "application/json")
	if err != nil {
		return err
	}
	body := bytes.TrimSpace(bytes.TrimPrefix(a.body, []byte("\ufeff")))
	switch {
	case len(body) == 0:
		return r.c.Errorf("answered nothing (status code %d)", http.StatusOK)
	case body[0] == '<', a.html && body[0] != '{' && body[0] != '[':
		return r.c.Errorf("answered HTML instead of JSON (status code %d)", http.StatusOK)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return r.c.Errorf("%s", describeJSON(err))
	}
	sum := sha256.Sum256(body)
	r.sum.Write([]byte(ref))
	r.sum.Write([]byte{0})
	r.sum.Write(sum[:])
	return nil
}

// Done ends a round that was understood: it returns st, or ErrNotModified when
// every byte was as in the round that ended so before.
func (r *Round) Done(st *Status) (*Status, error) {
	sum := [32]byte(r.sum.Sum(nil))
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	if sum == r.c.last {
		return nil, ErrNotModified
	}
	r.c.last = sum
	return st, nil
}

// describeJSON leaves out what encoding/json quotes of the answer.
func describeJSON(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax) && strings.Contains(syntax.Error(), "unexpected end"):
		return "answer ends in the middle of the JSON"
	case errors.As(err, &kind) && kind.Field != "":
		return "answered JSON whose " + kind.Field + " is of another type than expected"
	case errors.As(err, &kind):
		return "answered JSON of another shape than expected"
	default:
		return "answer is not valid JSON"
	}
}

// answer is a body and what makes asking for it again cheap. It is immutable.
type answer struct {
	body         []byte
	html         bool
	etag         string
	lastModified string
}

func newAnswer(resp *http.Response, body []byte) *answer {
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return &answer{
		body:         body,
		html:         mediaType == "text/html" || mediaType == "application/xhtml+xml",
		etag:         resp.Header.Get("ETag"),
		lastModified: resp.Header.Get("Last-Modified"),
	}
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
