package statusclient

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"hash"
	"net/http"
	"strings"
)

// Round is all that an adapter reads for one Status. It always hands out whole
// bodies, also when the backend said "not modified", so an adapter that needs
// several documents never has to remember one. Done compares.
type Round struct {
	c   *Client
	ctx context.Context
	sum hash.Hash

	reads, most int // of details: so far, and at most
}

// Round begins one. It belongs to one goroutine and one call of Fetch.
func (c *Client) Round(ctx context.Context) *Round {
	return &Round{c: c, ctx: ctx, sum: sha256.New(), most: maxReads}
}

// JSON reads ref, a path and query below the configured URL, into v.
func (r *Round) JSON(ref string, v any) error {
	_, err := r.linkedJSON(ref, v)
	return err
}

// linkedJSON also returns the ref of the page that the answer names as the next
// one of a list, or "".
func (r *Round) linkedJSON(ref string, v any) (next string, err error) {
	body, next, err := r.rawJSON(ref)
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return "", r.c.Errorf("%s", describeJSON(err))
	}
	return next, nil
}

// rawJSON leaves what is meant to be JSON as it was sent.
func (r *Round) rawJSON(ref string) (body []byte, next string, err error) {
	a, err := r.c.get(r.ctx, ref, "application/json")
	if err != nil {
		return nil, "", err
	}
	body = bytes.TrimSpace(bytes.TrimPrefix(a.body, []byte("\ufeff")))
	switch {
	case len(body) == 0:
		return nil, "", r.c.Errorf("answered nothing (status code %d)", http.StatusOK)
	case body[0] == '<', a.html && body[0] != '{' && body[0] != '[':
		return nil, "", r.c.Errorf("answered HTML instead of JSON (status code %d)", http.StatusOK)
	}
	r.count(ref, body)
	return body, a.next, nil
}

// Text reads ref as it is, for formats of the adapter's own. accept is what to
// ask for, as in an Accept header.
func (r *Round) Text(ref, accept string) (string, error) {
	a, err := r.c.get(r.ctx, ref, accept)
	if err != nil {
		return "", err
	}
	r.count(ref, a.body)
	return string(a.body), nil
}

// note makes a part of what Done compares that is in no answer: what became of
// an answer by the clock alone, or where it came from.
func (r *Round) note(words ...string) {
	for _, w := range words {
		r.count("", []byte(w))
	}
}

// of is the same round with another client.
func (r *Round) of(c *Client) *Round { return &Round{c: c, ctx: r.ctx, sum: r.sum, most: r.most} }

func (r *Round) count(ref string, body []byte) {
	sum := sha256.Sum256(body)
	r.sum.Write([]byte(ref))
	r.sum.Write([]byte{0})
	r.sum.Write(sum[:])
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
