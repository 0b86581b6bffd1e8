package campus

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// open starts a campus that must be gone when the test is over.
func open(t *testing.T) *Campus {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c, err := Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			c.Wait()
		}()
		select {
		case <-gone:
		case <-time.After(time.Minute):
			t.Error("listeners or connections are left behind")
		}
	})
	return c
}

// client follows no redirects and keeps no connections.
var client = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func request(t *testing.T, ctx context.Context, method, url string, form url.Values) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return client.Do(req)
}

// ask expects an answer and returns its code and body.
func ask(t *testing.T, method, url string, form url.Values) (*http.Response, string) {
	t.Helper()
	res, err := request(t, t.Context(), method, url, form)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestEveryAppHasAPageAnAPIAFormAndEvents(t *testing.T) {
	t.Parallel()
	c := open(t)
	for name, want := range map[string]struct {
		title, action string
		form          url.Values
		after         string // in the page afterwards
	}{
		"courses": {"Exam registration", "/register", url.Values{"exam": {"PHY-130"}}, "Withdraw from Electrodynamics"},
		"library": {"Library catalogue", "/reserve", url.Values{"book": {"b3"}}, "Give back the reservation of Gödel"},
		"mail":    {"Inbox", "/send", url.Values{"to": {"lena"}, "subject": {"<b>Page 7</b>"}}, "&lt;b&gt;Page 7&lt;/b&gt;"},
	} {
		t.Run(name, func(t *testing.T) {
			app := c.App(name)
			base := "http://" + app.Addr()
			res, body := ask(t, "GET", base+"/", nil)
			if res.StatusCode != 200 || !strings.Contains(body, want.title) || strings.Contains(body, want.after) {
				t.Error(res.Status, body)
			}
			if strings.Contains(body, "src=\"http") || strings.Contains(body, "href=\"http") {
				t.Error("the page asks elsewhere")
			}
			if res, body := ask(t, "GET", base+app.API, nil); res.StatusCode != 200 || !json.Valid([]byte(body)) {
				t.Error(res.Status, body)
			}
			if res, _ := ask(t, "POST", base+want.action, want.form); res.StatusCode != 303 {
				t.Error(res.Status)
			}
			if res, _ := ask(t, "POST", base+want.action, url.Values{}); res.StatusCode != 400 {
				t.Error("an empty form:", res.Status)
			}
			if _, body := ask(t, "GET", base+"/", nil); !strings.Contains(body, want.after) {
				t.Error(body)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			events, err := request(t, ctx, "GET", base+"/events", nil)
			if err != nil {
				t.Fatal(err)
			}
			defer events.Body.Close()
			line, err := bufio.NewReader(events.Body).ReadString('\n')
			if err != nil || !strings.HasPrefix(line, "data: {") {
				t.Error(line, err)
			}
		})
	}
}

func TestTheCatalogueIsSearched(t *testing.T) {
	t.Parallel()
	base := "http://" + open(t).App("library").Addr()
	if _, body := ask(t, "GET", base+"/?q=woolf+room", nil); !strings.Contains(body, "A Room of One") || strings.Contains(body, "Kuhn") {
		t.Error(body)
	}
	if _, body := ask(t, "GET", base+"/api/books?q=no+such+book", nil); strings.Join(strings.Fields(body), "") != `{"books":[]}` {
		t.Error(body)
	}
}
