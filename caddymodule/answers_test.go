package caddymodule

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/candor-edge/candor/statusclient/board"
)

func TestWhichAnswersOfTheUpstreamAreReplaced(t *testing.T) {
	types := map[string]string{
		"html": "text/html; charset=utf-8", "HTML": "Text/HTML", "plain": "text/plain", "none": "",
		"xhtml": "application/xhtml+xml", "broken": "text/html; charset",
		"json": "application/json", "problem": "application/problem+json", "xml": "text/xml",
		"soap": "application/soap+xml; charset=utf-8", "grpc": "application/grpc", "pdf": "application/pdf", "rpc": "application/json-rpc",
	}
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		typed(503, types[strings.TrimPrefix(r.URL.Path, "/")], secretOfUpstream)(w, r)
	})
	forPeople := map[string]bool{"html": true, "HTML": true, "plain": true, "none": true, "xhtml": true, "broken": true}
	for replace, want := range map[string]func(kind string) bool{
		"html":  func(kind string) bool { return forPeople[kind] },
		"all":   func(string) bool { return true },
		"empty": func(string) bool { return false },
		"proxy": func(string) bool { return false },
		"none":  func(string) bool { return false },
	} {
		t.Run(replace, func(t *testing.T) {
			e := startEdge(t, "", fmt.Sprintf("candor {\nreplace %s\n}\nreverse_proxy %s", replace, up))
			for kind, ct := range types {
				a := e.get(e.h1, "/"+kind, nil)
				switch {
				case want(kind):
					a.isPage(t, 503)
				case a.body != secretOfUpstream || ct != "" && a.Header.Get("Content-Type") != ct: // net/http guesses a missing type
					t.Errorf("%s: not passed byte for byte: %v %q", kind, a.Header, a.body)
				}
			}
		})
	}
}

func TestEmptyAnswersAreToldFromOthers(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/length":
			w.Header().Set("Content-Length", "0")
			w.WriteHeader(503)
		case "/chunked":
			w.WriteHeader(503)
			_ = http.NewResponseController(w).Flush()
		case "/body":
			w.WriteHeader(503)
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, "body")
		}
	})
	handle(t, "twice", func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(503)
		w.WriteHeader(418) // the first counts
		return nil
	})
	e := startEdge(t, "", "candor {\nreplace empty\n}\ntest_below /twice twice\nreverse_proxy "+up)
	e.get(e.h1, "/twice", nil).isPage(t, 503)
	e.get(e.h1, "/length", nil).isPage(t, 503)
	e.get(e.h1, "/chunked", nil).isPage(t, 503)
	e.get(e.h2, "/chunked", navigation).isPage(t, 503)
	if a := e.get(e.h1, "/body", nil); a.StatusCode != 503 || a.body != "body" {
		t.Errorf("%d %q", a.StatusCode, a.body)
	}
}

func TestWhichErrorsOfTheEdgeAreReplaced(t *testing.T) {
	for option, codes := range map[string]map[int]bool{
		"replace html":                         {502: true, 500: true, 404: false, 401: false, 429: false},
		"replace proxy":                        {502: true, 500: true, 404: false},
		"replace empty":                        {502: true, 500: true},
		"replace none":                         {502: false, 500: false, 404: false},
		"statuses 5xx 429":                     {502: true, 429: true, 401: false, 404: false},
		"statuses 500 404":                     {502: false, 500: true, 404: true},
		"except 501":                           {500: true, 501: false},
		"statuses 5xx 4xx\nexcept 401 407 404": {500: true, 403: true, 404: false, 401: false},
	} {
		t.Run(option, func(t *testing.T) {
			e := startEdge(t, "", "candor {\n"+option+"\n}\nerror /{path.0} {path.0}")
			for code, replaced := range codes {
				e.load("", fmt.Sprintf("candor {\n%s\n}\nerror %d", option, code))
				a := e.get(e.h1, "/", navigation)
				if a.StatusCode != code {
					t.Errorf("code %d, want %d", a.StatusCode, code)
				}
				if got := a.Header.Get("Cache-Control") == "no-store"; got != replaced {
					t.Errorf("%d: replaced %v, want %v", code, got, replaced)
				}
			}
		})
	}
}

func TestAnUpstreamMayKeepItsAnswer(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Candor-Pass", "1")
		w.WriteHeader(503)
		_, _ = io.WriteString(w, "mine")
	})
	for _, site := range []string{"candor", "candor {\nreplace all\n}"} {
		e := startEdge(t, "", site+"\nreverse_proxy "+up)
		a := e.get(e.h1, "/", navigation)
		if a.StatusCode != 503 || a.body != "mine" {
			t.Errorf("%d %q", a.StatusCode, a.body)
		}
		if _, ok := a.Header["Candor-Pass"]; ok {
			t.Error("the header is for the edge alone")
		}
	}
}

func TestHeadersThatSurviveAReplacement(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Www-Authenticate", "Basic")
		h.Set("Retry-After", "7")
		h.Set("Access-Control-Allow-Origin", "https://app.example.edu")
		h.Set("Vary", "Origin")
		h.Set("X-Trace", "kept")
		h.Set("X-Internal", "dropped")
		h.Set("Set-Cookie", "sid=1")
		h.Set("Server", "nginx")
		w.WriteHeader(503)
	})
	e := startEdge(t, "", "header X-Request-Id 42\ncandor {\nkeep x-trace\n}\nreverse_proxy "+up)
	a := e.get(e.h1, "/", navigation)
	a.isPage(t, 503)
	want := header{
		"Www-Authenticate": "Basic", "Retry-After": "7", "Access-Control-Allow-Origin": "https://app.example.edu",
		"X-Trace": "kept", "X-Internal": "", "X-Request-Id": "42", "Server": "Caddy", "Via": "",
		"X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex",
	}
	for k, want := range want {
		if got := a.Header.Get(k); got != want {
			t.Errorf("%s %q, want %q", k, got, want)
		}
	}
	if v := strings.Join(a.Header.Values("Vary"), ","); !strings.Contains(v, "Origin") {
		t.Errorf("Vary %q lacks Origin", v)
	}
	if ps := a.Header.Get("Proxy-Status"); ps == "" || strings.Contains(ps, "127.0.0.1") {
		t.Errorf("Proxy-Status %q", ps)
	}
}

func TestHealthyAnswersPassByteForByte(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Set-Cookie", "a=1")
		h.Add("Set-Cookie", "b=2")
		h.Set("Etag", `"1"`)
		h.Set("Cache-Control", "max-age=60")
		h.Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/204":
			w.WriteHeader(204)
		case "/304":
			w.WriteHeader(304)
		case "/404":
			w.WriteHeader(404)
			_, _ = io.WriteString(w, "not here")
		default:
			_, _ = io.WriteString(w, "hello")
		}
	})
	with := startEdge(t, "", "candor\nreverse_proxy "+up)
	type seen struct {
		code int
		body string
		h    string
	}
	look := func(e *edge) map[string]seen {
		out := map[string]seen{}
		for _, path := range []string{"/", "/204", "/304", "/404"} {
			for _, m := range []string{"GET", "HEAD", "POST"} {
				for _, nav := range []header{nil, navigation} {
					for name, c := range map[string]*http.Client{"1": e.h1, "2": e.h2, "3": e.h3} {
						a := e.do(c, m, path, nil, nav)
						a.Header.Del("Date")
						a.Header.Del("Alt-Svc")
						if m == "HEAD" && name == "3" {
							a.Header.Del("Content-Length") // quic-go writes a 0 or not, by chance
						}
						out[name+m+path+fmt.Sprint(len(nav))] = seen{a.StatusCode, a.body, fmt.Sprint(a.Header)}
					}
				}
			}
		}
		return out
	}
	got := look(with)
	with.load("", "reverse_proxy "+up)
	for k, want := range look(with) {
		if got[k] != want {
			t.Errorf("%s:\nwith    %v\nwithout %v", k, got[k], want)
		}
	}
}

func TestEveryFormatHasTheSameCodeAndIsNeverStored(t *testing.T) {
	e := startEdge(t, "", "candor\nreverse_proxy "+deadAddr(t))
	for name, want := range map[string]struct {
		h     header
		ctype string
		empty bool
	}{
		"navigation":     {navigation, "text/html; charset=utf-8", false},
		"old browser":    {header{"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"}, "text/html; charset=utf-8", false},
		"script's fetch": {header{"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Accept": "*/*"}, "application/problem+json", false},
		"htmx":           {header{"HX-Request": "true", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, "text/html; charset=utf-8", false},
		"image":          {header{"Sec-Fetch-Dest": "image", "Accept": "image/avif,*/*;q=0.8"}, "", true},
		"style":          {header{"Sec-Fetch-Dest": "style", "Accept": "text/css,*/*;q=0.1"}, "", true},
		"script":         {header{"Sec-Fetch-Dest": "script", "Accept": "*/*"}, "", true},
		"curl":           {header{"Accept": "*/*"}, "text/plain; charset=utf-8", false},
		"xml client":     {header{"Accept": "application/xml"}, "text/plain; charset=utf-8", false},
		"upgrade":        {header{"Connection": "keep-alive, Upgrade", "Upgrade": "websocket"}, "text/plain; charset=utf-8", false},
	} {
		for _, m := range []string{"GET", "HEAD"} {
			a := e.do(e.h1, m, "/", nil, want.h)
			if a.StatusCode != 502 || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Content-Type") != want.ctype {
				t.Errorf("%s %s: %d %v", m, name, a.StatusCode, a.Header)
			}
			if (a.body == "") != (want.empty || m == "HEAD") {
				t.Errorf("%s %s: %d bytes of body", m, name, len(a.body))
			}
			if m == "HEAD" && !want.empty && a.Header.Get("Content-Length") == "" {
				t.Errorf("%s: HEAD tells no length", name)
			}
		}
	}
}

func TestGRPCClientsGetTrailersNotHTML(t *testing.T) {
	e := startEdge(t, "", "candor\nreverse_proxy "+deadAddr(t))
	a := e.do(e.h2, "POST", "/edu.Exams/Register", strings.NewReader("\x00\x00\x00\x00\x00"), header{"Content-Type": "application/grpc", "Te": "trailers"})
	if a.StatusCode != 200 || a.Header.Get("Grpc-Status") != "14" || a.Header.Get("Content-Type") != "application/grpc" || a.body != "" {
		t.Errorf("%d %v %q", a.StatusCode, a.Header, a.body)
	}
}

func TestOneCodeForCDNsThatReplaceSome(t *testing.T) {
	e := startEdge(t, "", fmt.Sprintf("candor portal {\nunify 503\nstatuses 5xx 429\n}\nreverse_proxy /dead %s\nerror /429 429\nreverse_proxy %s", deadAddr(t), upstream(t, failing(500))))
	a := e.get(e.h1, "/dead", navigation)
	a.isPage(t, 503)
	e.get(e.h1, "/", navigation).isPage(t, 503)
	e.get(e.h1, "/429", navigation).isPage(t, 429)
}

func TestAClientThatWentAwayIsNobodysOutage(t *testing.T) {
	started := make(chan struct{}, 1)
	up := upstream(t, func(_ http.ResponseWriter, r *http.Request) {
		started <- struct{}{}
		<-r.Context().Done()
	})
	e := startEdge(t, "", "candor\nreverse_proxy "+up)
	for _, c := range []*http.Client{e.h1, e.h2, e.h3} {
		for _, method := range []string{"GET", "POST"} {
			before := len(e.logs.lines("handled request"))
			ctx, cancel := context.WithCancel(t.Context())
			req, _ := http.NewRequestWithContext(ctx, method, e.url("/"), nil)
			for k, v := range navigation {
				req.Header.Set(k, v)
			}
			go func() { <-started; cancel() }()
			if resp, err := c.Do(req); err == nil {
				t.Fatal("answered", resp.StatusCode)
			}
			wait(t, "an access log line", func() bool { return len(e.logs.lines("handled request")) > before })
		}
	}
	if lines := e.logs.lines("answer replaced"); len(lines) != 0 {
		t.Errorf("taken for failures: %v", lines)
	}
	for _, l := range e.logs.lines("handled request") {
		if l["status"] != 499.0 {
			t.Errorf("logged as %v", l["status"])
		}
	}
}

func TestAnErrorAfterTheClientHasGoneIsNotCounted(t *testing.T) {
	started := make(chan struct{}, 1)
	handle(t, "patient", func(_ http.ResponseWriter, r *http.Request) error {
		started <- struct{}{}
		<-r.Context().Done()
		return caddyhttp.Error(http.StatusBadGateway, errors.New("broken pipe"))
	})
	e := startEdge(t, "", "candor portal\ntest_below patient")
	ctx, cancel := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, "GET", e.url("/"), nil)
	go func() { <-started; cancel() }()
	if resp, err := e.h1.Do(req); err == nil {
		t.Fatal("answered", resp.StatusCode)
	}
	e.logs.handled(t, 1)
	for _, svc := range running.newest().services() {
		if s := svc.tally.Snapshot(time.Now()); !s.Since.IsZero() {
			t.Errorf("%s is said to fail since %v", svc.name, s.Since)
		}
	}
}

func TestTheLogLeadsFromTheReferenceToTheCause(t *testing.T) {
	up := upstream(t, failing(500))
	e := startEdge(t, "", fmt.Sprintf("log_append ref {http.candor.reference}\nlog_append why {http.candor.reason}\ncandor portal {\nunify 503\n}\nreverse_proxy /dead %s\nreverse_proxy %s", deadAddr(t), up))
	for path, want := range map[string]struct {
		reason   string
		upstream any
	}{"/dead": {"unreachable", nil}, "/exam": {"upstream_error", 500.0}} {
		a := e.do(e.h1, "POST", path, nil, header{"Accept": "application/json"})
		ref := problemOf(t, a)["reference"].(string)
		find := func(msg string) (found map[string]any) {
			for _, l := range e.logs.lines(msg) {
				if l["reference"] == ref || fmt.Sprint(l["candor"]) != "<nil>" && l["candor"].(map[string]any)["reference"] == ref {
					found = l
				}
			}
			return found
		}
		wait(t, "the access log line", func() bool { return find("handled request") != nil })
		l, access := find("answer replaced"), find("handled request")
		if l == nil {
			t.Fatal("no line for", ref)
		}
		if l["level"] != "error" || l["service"] != "portal" || l["reason"] != want.reason || l["upstream_status"] != want.upstream || l["duration"] == nil || l["status"] != 503.0 {
			t.Errorf("%s: %v", path, l)
		}
		if path == "/dead" && !strings.Contains(fmt.Sprint(l["error"]), "connection refused") {
			t.Errorf("the reason is lost: %v", l)
		}
		if c := access["candor"].(map[string]any); c["reason"] != want.reason || c["upstream_status"] != want.upstream || access["status"] != 503.0 {
			t.Errorf("access log: %v", access)
		}
		if access["ref"] != ref || access["why"] != want.reason {
			t.Errorf("placeholders: %v %v", access["ref"], access["why"])
		}
	}
}

func TestRetryAfter(t *testing.T) {
	e := startEdge(t, "", "candor portal\nreverse_proxy "+deadAddr(t))
	between := func(a *answer, low, high int) {
		t.Helper()
		var s int
		if _, err := fmt.Sscan(a.Header.Get("Retry-After"), &s); err != nil || s < low || s > high {
			t.Errorf("Retry-After %q, want %d to %d", a.Header.Get("Retry-After"), low, high)
		}
	}
	seen := map[string]bool{}
	for range 40 {
		a := e.get(e.h1, "/", navigation)
		between(a, 120, 132)
		seen[a.Header.Get("Retry-After")] = true
	}
	if len(seen) < 3 {
		t.Errorf("not spread: %v", seen)
	}
	e.hold("portal", time.Hour)
	between(e.get(e.h1, "/", navigation), 3595, 3970)

	app := running.newest()
	for _, w := range app.pooled.board.Windows() { // an end as far away as it may be
		if _, err := app.pooled.board.EditWindow(t.Context(), app.storage, w.ID, "", board.Window{
			Services: w.Services, Until: time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC),
		}); err != nil {
			t.Fatal(err)
		}
	}
	wait(t, "the other end", func() bool { return len(e.get(e.h1, "/", navigation).Header.Get("Retry-After")) != len("3600") })
	between(e.get(e.h1, "/", navigation), 9_999_999, 9_999_999)
}

func TestHealthIsAnsweredByTheEdgeWhileHeldBack(t *testing.T) {
	e := startEdge(t, "", "candor portal {\nhealth /healthz 204\n}\nrespond upstream")
	if a := e.get(e.h1, "/healthz", nil); a.body != "upstream" {
		t.Errorf("live: %d %q", a.StatusCode, a.body)
	}
	e.hold("portal", time.Hour)
	for _, m := range []string{"GET", "HEAD"} {
		if a := e.do(e.h1, m, "/healthz?deep=1", nil, nil); a.StatusCode != 204 {
			t.Errorf("%s held back: %d", m, a.StatusCode)
		}
	}
	e.do(e.h1, "POST", "/healthz", nil, nil).isPage(t, 503)
	e.get(e.h1, "/healthz/x", nil).isPage(t, 503)
}
