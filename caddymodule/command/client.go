package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/caddyserver/caddy/v2"
)

// callTimeout bounds one call to the running instance.
const callTimeout = 10 * time.Second

// client talks to the admin endpoint of a running instance.
type client struct {
	addr string // as the user gave it
	base string
	as   string // who makes the edits, for the log
	http *http.Client
}

// newClient takes an address as Caddy's configuration has it.
func newClient(addr string) (*client, error) {
	na, err := caddy.ParseNetworkAddress(addr)
	if err == nil && !na.IsUnixNetwork() {
		_, err = url.Parse("http://" + na.JoinHostPort(0))
	}
	if err != nil || na.PortRangeSize() > 1 {
		return nil, usage("%q is not an address of an admin endpoint, such as localhost:2019 or unix//run/caddy.sock", addr)
	}
	c := &client{addr: addr, base: "http://" + na.JoinHostPort(0)}
	if na.IsUnixNetwork() {
		c.base = "http://127.0.0.1"
		na.Host, _, _ = strings.Cut(na.Host, "|") // the permissions are not part of the path
	}
	c.http = &http.Client{
		Timeout: callTimeout,
		Transport: &http.Transport{
			DisableKeepAlives: true,
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, na.Network, na.JoinHostPort(0))
			},
		},
	}
	return c, nil
}

// refusal is an error that the running instance sent.
type refusal struct {
	code    int
	Message string          `json:"error"`
	Current json.RawMessage `json:"current"` // what there is now, where somebody else was first
}

func (r *refusal) Error() string { return r.Message }

// refusedWith reports whether err is a refusal with this status code.
func refusedWith(err error, code int) bool {
	var r *refusal
	return errors.As(err, &r) && r.code == code
}

// call sends in, if any, and reads the answer into out, if any. It returns the
// status code.
func (c *client) call(ctx context.Context, method string, path string, in, out any, etag string) (int, error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return 0, err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+"/candor/"+path, body)
	if err != nil {
		return 0, err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.as != "" {
		req.Header.Set("Candor-As", c.as)
	}
	if etag != "" {
		req.Header.Set("If-Match", `"`+etag+`"`)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, c.unreachable(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 256<<20))
	switch {
	case err != nil:
		return 0, c.unreachable(err)
	case resp.StatusCode >= 400:
		return resp.StatusCode, c.refused(resp, answer)
	case out == nil:
		return resp.StatusCode, nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return 0, fmt.Errorf("what answers at %s is not Candor: its answer is not the JSON that was asked for", c.addr)
	}
	return resp.StatusCode, nil
}

func (c *client) get(ctx context.Context, path string, out any) error {
	_, err := c.call(ctx, http.MethodGet, path, nil, out, "")
	return err
}

// refused reads an error of the running instance, or of whatever answers there.
func (c *client) refused(resp *http.Response, answer []byte) error {
	r := &refusal{code: resp.StatusCode}
	if json.Unmarshal(answer, r) == nil && r.Message != "" {
		if resp.StatusCode == http.StatusForbidden {
			r.Message = fmt.Sprintf("the admin endpoint at %s does not let us in: %s", c.addr, r.Message)
		}
		return r
	}
	if resp.StatusCode == http.StatusNotFound {
		return fmt.Errorf("what answers at %s is another program, or a Caddy without Candor; "+
			"name the admin endpoint with --address", c.addr)
	}
	return fmt.Errorf("what answers at %s is not Caddy's admin endpoint (status code %d); "+
		"name that with --address", c.addr, resp.StatusCode)
}

// unreachable says what to do when nobody answers as expected.
func (c *client) unreachable(err error) error {
	var op *net.OpError
	var wrapped *url.Error
	switch {
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted; whether it was done is not known")
	case os.IsTimeout(err) || errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("the instance at %s did not answer within %s; whether it was done is not known", c.addr, c.http.Timeout)
	case errors.As(err, &op) && op.Op == "dial":
		return fmt.Errorf("no instance answers at %s (%w); start one with '%s', "+
			"or name its admin endpoint with --address or --config", c.addr, op.Err, starter())
	case errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET):
		return fmt.Errorf("the instance at %s closed the connection, as it does when it is given another configuration; "+
			"whether it was done is not known", c.addr)
	case errors.As(err, &wrapped):
		err = wrapped.Err
	}
	return fmt.Errorf("what answers at %s is not Caddy's admin endpoint: %w", c.addr, err)
}

// starter is the command that starts an instance.
func starter() string { return strings.TrimSuffix(program(), " candor") + " run" }
