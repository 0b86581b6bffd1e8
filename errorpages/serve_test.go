package errorpages

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestEveryAnswerIsWhole(t *testing.T) {
	r := rendererOf(t, PagesConfig{})
	p := page(brand(t, campus()), incidents(registration()))
	for f, lines := range oneOfEach {
		for _, encoding := range []string{"identity", "gzip, br"} {
			lines := lines + "\nAccept-Encoding: " + encoding + "\nRange: bytes=0-3\nIf-None-Match: *"
			get := serve(t, r, p, "POST", lines)
			if want := strconv.Itoa(get.Body.Len()); get.Header().Get("Content-Length") != want {
				t.Errorf("%s: Content-Length %q, body of %s", f, get.Header().Get("Content-Length"), want)
			}
			if want := map[bool]int{true: 200, false: 502}[f == FormatGRPC]; get.Code != want {
				t.Errorf("%s: code %d, want %d", f, get.Code, want)
			}
			body := get.Body.Bytes()
			if get.Header().Get("Content-Encoding") == "gzip" {
				body = gunzip(t, body)
			}
			if f != FormatNone && f != FormatGRPC && !bytes.Contains(body, []byte(p.Reference)) {
				t.Errorf("%s: no reference in %q", f, body)
			}
			if bytes.IndexByte(body, fillerByte) >= 0 || bytes.Contains(body, []byte(markReference)) {
				t.Errorf("%s: an unfilled slot", f)
			}
			if f == FormatGRPC {
				continue
			}
			head := serve(t, r, p, "HEAD", lines)
			if head.Body.Len() != 0 {
				t.Errorf("%s: HEAD has a body", f)
			}
			if a, b := show(get.Header()), show(head.Header()); a != b {
				t.Errorf("%s: HEAD has other headers:\n%s\n%s", f, a, b)
			}
		}
	}
}

func TestWhatIsLeftInTheHeadersIsKept(t *testing.T) {
	r := rendererOf(t, PagesConfig{})
	p := page(brand(t, campus()))
	p.RetryAfter = time.Minute
	w := httptest.NewRecorder()
	for key, value := range map[string]string{
		"Vary": "origin, accept", "Retry-After": "900", "Proxy-Status": "far; received-status=200",
		"Content-Encoding": "br", "Content-Type": "image/png", "Strict-Transport-Security": "max-age=1",
		"Cache-Control": "public", "Www-Authenticate": "Basic",
	} {
		w.Header().Set(key, value)
	}
	if _, err := r.Serve(w, request("GET", "Accept: application/json"), p); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"Vary":         "origin, accept, Accept-Encoding, Accept-Language, Hx-Request, Sec-Fetch-Dest, Sec-Fetch-Mode",
		"Retry-After":  "900",
		"Proxy-Status": "far; received-status=200|candor; error=destination_unavailable",
		"Content-Type": "application/problem+json", "Content-Encoding": "", "Cache-Control": "no-store",
		"Strict-Transport-Security": "max-age=1", "Www-Authenticate": "Basic",
	} {
		if got := strings.Join(w.Header()[key], "|"); got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
	var body struct{ Retry_After int }
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || body.Retry_After != 900 {
		t.Errorf("retry_after is %d, %v", body.Retry_After, err)
	}
	// A handler around us may change values in place.
	for _, values := range w.Header() {
		values[0] = "changed"
	}
	if got := show(serve(t, r, p, "GET", "Accept: application/json").Header()); strings.Contains(got, "changed") {
		t.Errorf("one answer's headers are in another's: %s", got)
	}
}

func TestRetryAfterIsNeverEarly(t *testing.T) {
	now := time.Date(2026, 11, 21, 14, 0, 0, 0, time.UTC)
	for give, want := range map[time.Duration]int{
		0: 0, -time.Hour: 0, time.Nanosecond: 1, time.Second: 1, 1001 * time.Millisecond: 2, 10000 * time.Hour: maxRetryAfter, math.MaxInt64: maxRetryAfter,
	} {
		if got := wholeSeconds(give); got != want {
			t.Errorf("%v: got %d, want %d", give, got, want)
		}
	}
	for give, want := range map[string]int{
		"30": 30, "0": 0, "99999999": maxRetryAfter, "Sat, 21 Nov 2026 14:01:00 GMT": 60, "Sat, 21 Nov 2026 13:00:00 GMT": 0,
	} {
		if got, ok := keptSeconds(give, now); got != want || !ok {
			t.Errorf("%q: got %d, %v, want %d", give, got, ok, want)
		}
	}
}

func TestARetryAfterThatSaysNothingIsNotKept(t *testing.T) {
	r := rendererOf(t, PagesConfig{})
	p := page(brand(t, campus()))
	for _, accept := range []string{"Accept: application/json", "Accept: text/html"} {
		for _, kept := range [][]string{{"-3", "5"}, {"soon"}, {""}, {"99999999999999999999"}} {
			for advice, want := range map[time.Duration]string{time.Minute: "60", 0: ""} {
				w := httptest.NewRecorder()
				w.Header()["Retry-After"] = kept
				p.RetryAfter = advice
				if _, err := r.Serve(w, request("GET", accept), p); err != nil {
					t.Fatal(err)
				}
				if got := strings.Join(w.Header()["Retry-After"], "|"); got != want {
					t.Errorf("%q with an advice of %v became %q, want %q", kept, advice, got, want)
				}
			}
		}
	}
	w := httptest.NewRecorder()
	w.Header()["Retry-After"] = []string{"7", "soon"}
	if _, err := r.Serve(w, request("GET", "Accept: text/html"), p); err != nil || strings.Join(w.Header()["Retry-After"], "|") != "7" {
		t.Errorf("of two, %q are kept, %v", w.Header()["Retry-After"], err)
	}
}

func TestCurlDecodesThePage(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	r := rendererOf(t, PagesConfig{})
	p := page(brand(t, campus()), incidents(registration()))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { _, _ = r.Serve(w, req, p) }))
	defer srv.Close()
	fetch := func(args ...string) []byte {
		out, err := exec.CommandContext(t.Context(), "curl", append(args, "-sSH", "Accept: text/html", srv.URL)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if plain, zipped := fetch(), fetch("--compressed"); !bytes.Equal(plain, zipped) || len(plain) == 0 {
		t.Errorf("%d bytes plain, %d compressed", len(plain), len(zipped))
	}
}
