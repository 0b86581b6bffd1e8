package campus

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// What is waited for and shown of an answer.
const (
	patience  = 5 * time.Second
	maxAnswer = 16 << 10
)

// answer shows what a program gets where a person gets a page. It is fetched
// through the edge while the visitor waits.
type answer struct {
	Card   card
	URL    string
	Status string // empty: no answer
	Code   int
	Header []string // those that matter to programs
	Body   string
	Failed string
	Took   time.Duration
	Page   bool // the edge answered, not the app
}

// shown are the headers that say something about the answer.
var shown = []string{"Content-Type", "Retry-After", "Cache-Control", "Proxy-Status", "Vary"}

// newClient follows nothing and asks only where it is told to.
func newClient() *http.Client {
	return &http.Client{
		// A program on this machine: no proxy, and no name server for
		// *.localhost, which browsers take for this machine too.
		Transport: &http.Transport{DisableKeepAlives: true, DialContext: dialLocal},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

func dialLocal(ctx context.Context, network, addr string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(addr); err == nil && strings.HasSuffix(host, ".localhost") {
		addr = net.JoinHostPort("localhost", port)
	}
	return new(net.Dialer).DialContext(ctx, network, addr)
}

func (c *control) answer(w http.ResponseWriter, r *http.Request) error {
	app := c.campus.App(r.PathValue("app"))
	if app == nil {
		http.NotFound(w, r)
		return nil
	}
	a := &answer{Card: card{App: app, Now: app.Fault().Info(), Link: c.links[app.Name]}}
	a.URL = a.Card.Link + app.API
	start := time.Now()
	if err := c.fetch(r.Context(), a); err != nil {
		a.Failed = "The connection failed: " + err.Error()
		if errors.Is(err, context.DeadlineExceeded) {
			a.Failed = fmt.Sprintf("No answer within %s. Programs may wait as long as they like: "+
				"the edge cuts short what people wait for, and leaves long reports alone.", patience)
		}
	}
	a.Took = time.Since(start).Round(time.Millisecond)
	return render(w, http.StatusOK, "answer.html", a)
}

func (c *control) fetch(ctx context.Context, a *answer) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "candor-demo")
	res, err := c.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	a.Status, a.Code = res.Status, res.StatusCode
	for _, name := range shown {
		if v := res.Header.Values(name); len(v) > 0 {
			a.Header = append(a.Header, name+": "+strings.Join(v, ", "))
		}
	}
	a.Page = strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json")
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	a.Body = pretty(body)
	return err
}

// pretty lays JSON out; anything else stays as it is.
func pretty(body []byte) string {
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", "  "); err != nil {
		return strings.ToValidUTF8(string(body), "\uFFFD")
	}
	return b.String()
}

// Lines are those of the body, the ones that tell about the outage marked.
func (a *answer) Lines() []line {
	var out []line
	for text := range strings.Lines(a.Body) {
		key, _, _ := strings.Cut(strings.TrimSpace(text), ":")
		telling := a.Page && slices.Contains([]string{`"state"`, `"received"`, `"retry_after"`, `"reference"`, `"title"`}, key)
		out = append(out, line{strings.TrimRight(text, "\n"), telling})
	}
	return out
}

// line is one of an answer's body.
type line struct {
	Text    string
	Telling bool
}
