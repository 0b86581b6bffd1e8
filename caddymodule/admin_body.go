package caddymodule

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/candor-edge/candor/statusclient/board"
)

// maxBody is far more than the longest message takes.
const maxBody = 1 << 20

// read decodes the body of a call into v, and takes nothing but that: what is
// misspelt must not be ignored where it says when a service goes away.
func (c *call) read(v any) error {
	body, err := c.given, c.givenErr
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return refuse(http.StatusRequestEntityTooLarge, "the body is larger than %d MiB", maxBody>>20)
	case err != nil:
		return refuse(http.StatusBadRequest, "the body cannot be read: %w", err)
	case len(body) == 0:
		return refuse(http.StatusBadRequest, "the body is empty; it has to be a JSON object")
	}
	if t, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "the body has to be application/json, and its Content-Type has to say so")
	}
	if first := strings.TrimLeft(string(body), " \t\r\n"); first == "" || first[0] != '{' {
		return refuse(http.StatusBadRequest, "the body has to be a JSON object")
	}
	dec := json.NewDecoder(strings.NewReader(string(body)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return refuse(http.StatusBadRequest, "%s", bodyProblem(err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return refuse(http.StatusBadRequest, "the JSON object is followed by something else")
	}
	return nil
}

// readNothing refuses a body where none belongs.
func (c *call) readNothing() error {
	if len(c.given) > 0 {
		return refuse(http.StatusBadRequest, "%s takes no body", c.r.Method)
	}
	return nil
}

// bodyProblem says what is wrong with a body in words of the API, not of Go.
func bodyProblem(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var moment *time.ParseError
	switch {
	case errors.As(err, &moment), strings.HasPrefix(err.Error(), "Time.UnmarshalJSON"):
		return "times are strings as in RFC 3339: 2026-11-22T22:00:00+01:00"
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Sprintf("%s cannot be a JSON %s", kind.Field, kind.Value)
	case errors.As(err, &syntax):
		return fmt.Sprintf("the body is not JSON: %v (at byte %d)", syntax, syntax.Offset)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the body is not JSON: it ends too early"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// precondition tells which ETag an edit has to be based on; empty is any.
// current is the one that there is now.
func (c *call) precondition(current string) (string, error) {
	lines := c.r.Header.Values("If-Match")
	if len(lines) == 0 {
		return "", nil
	}
	var wanted []string
	for tag := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		tag = strings.TrimSpace(tag)
		bare, weak := strings.CutPrefix(tag, "W/")
		switch {
		case tag == "*":
			return "", nil
		case len(bare) < 2 || bare[0] != '"' || bare[len(bare)-1] != '"':
			return "", refuse(http.StatusBadRequest, "If-Match takes an ETag as answers have it, in quotes, or *")
		case !weak: // a weak one never matches
			wanted = append(wanted, bare[1:len(bare)-1])
		}
	}
	if !slices.Contains(wanted, current) {
		return "", &board.ErrChanged{Current: current}
	}
	return current, nil
}

// etagged is what there is now, for whoever was not first.
type etagged struct {
	Error   string `json:"error"`
	Current any    `json:"current"`
}
