package statusclient

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// maxAnswered bounds what is read of an answer to a write.
const maxAnswered = 1 << 20

// send makes one change at ref: in is the JSON that is sent, out, if any, takes
// the answer. It is sent once, whatever comes back, and follows no redirect:
// that would make a question of it, which any page answers.
func (c *Client) send(ctx context.Context, method, ref string, in, out any) error {
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	body, err := json.Marshal(in)
	if err != nil {
		return c.Errorf("request cannot be made")
	}
	made, err := c.request(ctx, ref, "application/json", nil)
	if err != nil {
		return c.Errorf("request cannot be made")
	}
	req := made.Request
	req.Method, req.Body, req.ContentLength = method, io.NopCloser(bytes.NewReader(body)), int64(len(body))
	req.Header.Set("Content-Type", "application/json")
	once := *c.http.HTTPClient
	once.CheckRedirect = func(*http.Request, []*http.Request) error {
		return redirectError("redirects what is written; configure the address that it redirects to")
	}
	resp, err := once.Do(req)
	if resp != nil {
		defer resp.Body.Close()
	}
	if err != nil {
		return c.failed(err, time.Since(start))
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswered))
	switch {
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		e := c.refused(resp).(*FetchError)
		if why := c.complaint(answer); why != "" {
			e.Cause += ": " + why
		}
		return e
	case err != nil:
		return c.failed(err, time.Since(start))
	}
	answer = bytes.TrimSpace(answer)
	switch {
	case resp.StatusCode == http.StatusNoContent:
		return nil
	case len(answer) > 0 && answer[0] == '<':
		return c.Errorf("answered HTML instead of JSON (status code %d)", resp.StatusCode)
	case out == nil:
		out = new(json.RawMessage)
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return c.Errorf("%s", describeJSON(err))
	}
	return nil
}

// complaint is what a system says is wrong with what was sent: without that,
// nobody could mend it. It is left out where it quotes anything of ours that is
// not meant for everybody.
func (c *Client) complaint(answer []byte) string {
	var said []string
	say := func(r gjson.Result) {
		if s := cleanLine(r.String(), 200); s != "" && r.Type == gjson.String && len(said) < 3 {
			said = append(said, s)
		}
	}
	if !gjson.ValidBytes(answer) {
		return ""
	}
	for _, path := range []string{"message", "error", "data.message", "errors.#.meta.details|@flatten", "errors.#.detail"} {
		r := gjson.GetBytes(answer, path)
		if r.IsArray() {
			r.ForEach(func(_, v gjson.Result) bool { say(v); return true })
		} else {
			say(r)
		}
		if len(said) > 0 {
			break
		}
	}
	for _, path := range []string{"errors", "data.errors"} {
		if fields := gjson.GetBytes(answer, path); len(said) == 0 && fields.IsObject() {
			fields.ForEach(func(field, v gjson.Result) bool {
				for _, one := range v.Array() {
					if one.Type == gjson.String {
						said = append(said, cleanLine(field.String()+" "+one.String(), 200))
					}
				}
				return len(said) < 3
			})
		}
	}
	text := cleanLine(strings.Join(said, "; "), 300)
	if c.private(text) {
		return ""
	}
	return text
}

// pageless puts into words that a list is not there, where only page_id can be wrong.
func (c *Client) pageless(err error) error {
	if hasCode(err, http.StatusNotFound) {
		return c.Errorf("does not know page_id (status code 404), or write_token may not see that page")
	}
	return err
}

// private reports whether text quotes a header, the address or an address.
func (c *Client) private(text string) bool {
	secrets := []string{"://", strings.Trim(c.base.Path, "/")}
	for _, v := range c.own {
		secrets = append(secrets, v...)
	}
	for _, v := range c.headers {
		secrets = append(secrets, v)
	}
	for _, s := range secrets {
		for word := range strings.FieldsSeq(s) {
			// Short words, such as Bearer, are in texts that have nothing to hide.
			if len(word) > 7 && strings.Contains(text, word) || word == "://" && strings.Contains(text, word) {
				return true
			}
		}
	}
	return false
}
