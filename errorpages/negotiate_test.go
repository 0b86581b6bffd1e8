package errorpages

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const (
	chrome     = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
	firefox60  = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	chromeImg  = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
	safariImg  = "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5"
	axios      = "application/json, text/plain, */*"
	jQueryJSON = "application/json, text/javascript, */*; q=0.01"
)

func TestNegotiateGivesEachClientWhatItCanRead(t *testing.T) {
	tests := []struct {
		name string
		give string // header lines, "; " and ", " as on the wire, one per line
		want Format
	}{
		{"a browser that navigates", "Accept: " + chrome + "\nSec-Fetch-Dest: document\nSec-Fetch-Mode: navigate", FormatHTML},
		{"a frame", "Accept: " + chrome + "\nSec-Fetch-Dest: iframe", FormatHTML},
		{"an old frame", "Sec-Fetch-Dest: frame", FormatHTML},
		{"an embedded page", "Accept: */*\nSec-Fetch-Dest: embed", FormatHTML},
		{"an object", "Sec-Fetch-Dest: object", FormatHTML},
		{"a navigation that names no destination", "Accept: */*\nSec-Fetch-Mode: navigate", FormatHTML},
		{"a browser before Sec-Fetch", "Accept: " + firefox60, FormatHTML},
		{"a text browser", "Accept: text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01", FormatHTML},
		{"HTML as good as JSON", "Accept: application/json, text/html", FormatHTML},
		{"HTML as good as XML", "Accept: application/xml, text/html", FormatHTML},
		{"capital letters", "Accept: TEXT/HTML", FormatHTML},
		{"XHTML alone", "Accept: application/xhtml+xml", FormatHTML},
		{"a script that inserts HTML", "Accept: text/html, */*\nSec-Fetch-Dest: empty\nSec-Fetch-Mode: cors", FormatHTML},
		{"HTML, but JSON rather", "Accept: text/html;q=0.5, application/json", FormatProblem},
		{"HTML refused", "Accept: text/html;q=0, application/json;q=0.1", FormatProblem},
		{"HTML refused, anything else", "Accept: text/html;q=0.0, */*", FormatText},

		{"axios", "Accept: " + axios, FormatProblem},
		{"axios in a browser", "Accept: " + axios + "\nSec-Fetch-Dest: empty\nSec-Fetch-Mode: cors", FormatProblem},
		{"jQuery", "Accept: " + jQueryJSON, FormatProblem},
		{"fetch without Accept", "Accept: */*\nSec-Fetch-Dest: empty\nSec-Fetch-Mode: cors", FormatProblem},
		{"fetch from elsewhere by an old browser", "Accept: */*\nSec-Fetch-Mode: cors", FormatProblem},
		{"a beacon", "Accept: */*\nSec-Fetch-Dest: empty\nSec-Fetch-Mode: no-cors", FormatProblem},
		{"a font is no fetch though its mode is cors", "Accept: */*\nSec-Fetch-Dest: font\nSec-Fetch-Mode: cors", FormatNone},
		{"JSON", "Accept: application/json", FormatProblem},
		{"problem details", "Accept: application/problem+json", FormatProblem},
		{"a vendor's JSON", "Accept: application/vnd.api+json, application/json;q=0.9", FormatProblem},
		{"a vendor's JSON alone", "Accept: application/vnd.api+json;ext=\"a,b;q=0\";q=0.7", FormatProblem},
		{"application of any kind", "Accept: application/*", FormatProblem},
		{"two lines", "Accept: text/plain;q=0.2\nAccept: application/json", FormatProblem},
		{"JSON by name beside refused problem details", "Accept: application/problem+json;q=0, application/json", FormatText},
		{"JSON worse than anything else", "Accept: application/json;q=0.2, */*", FormatText},
		{"fetch for text", "Accept: text/plain\nSec-Fetch-Dest: empty", FormatText},
		{"fetch that refuses JSON", "Accept: application/*;q=0, */*\nSec-Fetch-Dest: empty", FormatText},

		{"curl", "Accept: */*", FormatText},
		{"no Accept", "", FormatText},
		{"an empty Accept", "Accept: ", FormatText},
		{"plain text", "Accept: text/plain", FormatText},
		{"text of any kind", "Accept: text/*", FormatText},
		{"XML", "Accept: application/xml", FormatText},
		{"a PDF", "Accept: application/pdf", FormatText},
		{"an event stream", "Accept: text/event-stream", FormatText},
		{"nonsense", "Accept: ;;;,,/,q=1,text,\"", FormatText},
		{"weights that are none", "Accept: text/html;q=high, application/json;q=2", FormatText},

		{"a script", "Accept: */*\nSec-Fetch-Dest: script", FormatNone},
		{"a style sheet", "Accept: text/css,*/*;q=0.1\nSec-Fetch-Dest: style", FormatNone},
		{"an image", "Accept: " + chromeImg + "\nSec-Fetch-Dest: image", FormatNone},
		{"a video", "Sec-Fetch-Dest: video", FormatNone},
		{"a track", "Sec-Fetch-Dest: track", FormatNone},
		{"a worker", "Sec-Fetch-Dest: worker", FormatNone},
		{"a service worker", "Sec-Fetch-Dest: serviceworker", FormatNone},
		{"an image before Sec-Fetch", "Accept: " + safariImg, FormatNone},
		{"a style sheet before Sec-Fetch", "Accept: text/css,*/*;q=0.1", FormatNone},
		{"an unknown destination", "Accept: */*\nSec-Fetch-Dest: hologram", FormatText},

		{"htmx", "Accept: */*\nHX-Request: true\nSec-Fetch-Dest: empty\nSec-Fetch-Mode: cors", FormatFragment},
		{"htmx 4", "Accept: text/html\nHX-Request: true\nHX-Request-Type: partial\nSec-Fetch-Dest: empty\nSec-Fetch-Mode: cors", FormatFragment},
		{"htmx that follows a link", "Accept: text/html\nHX-Request: true\nHX-Boosted: true\nSec-Fetch-Dest: empty", FormatHTML},
		{"htmx that goes back", "Accept: */*\nHX-Request: true\nHX-History-Restore-Request: true", FormatHTML},
		{"htmx that makes HTML of JSON", "Accept: application/json\nHX-Request: true", FormatProblem},
		{"something else that sends its header", "Accept: */*\nHX-Request: false", FormatText},

		{"a WebSocket", "Connection: keep-alive, Upgrade\nUpgrade: websocket", FormatUpgrade},
		{"a WebSocket in capitals", "Connection: UPGRADE\nUpgrade: WebSocket\nSec-Fetch-Dest: websocket", FormatUpgrade},
		{"an upgrade that Connection does not name", "Accept: */*\nConnection: keep-alive\nUpgrade: websocket", FormatText},
		{"an offer of HTTP/2", "Accept: */*\nConnection: Upgrade, HTTP2-Settings\nUpgrade: h2c", FormatText},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Negotiate(request("GET", tt.give)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestNegotiateKnowsProtocolsInsideHTTP(t *testing.T) {
	tests := []struct {
		method, give string
		want         Format
	}{
		{"POST", "Content-Type: application/grpc\nTe: trailers", FormatGRPC},
		{"POST", "Content-Type: application/grpc+proto", FormatGRPC},
		{"POST", "Content-Type: application/grpc-web-text; charset=utf-8", FormatGRPC},
		{"POST", "Content-Type: Application/GRPC;x=y", FormatGRPC},
		{"POST", "Content-Type: application/grpcx", FormatText},
		{"GET", "Content-Type: application/grpc", FormatText},
		{"POST", "HX-Request: true\nHX-Boosted: true\nAccept: text/html", FormatFragment},
		{"POST", "Content-Type: application/json\nAccept: application/json", FormatProblem},
	}
	for _, tt := range tests {
		if got := Negotiate(request(tt.method, tt.give)); got != tt.want {
			t.Errorf("%s %q: got %s, want %s", tt.method, tt.give, got, tt.want)
		}
	}
	r := request("CONNECT", "")
	r.Header[":protocol"] = []string{"websocket"}
	if got := Negotiate(r); got != FormatUpgrade {
		t.Errorf("WebSocket over HTTP/2: got %s", got)
	}
}

func TestNegotiateAllocatesNothing(t *testing.T) {
	for _, accept := range []string{chrome, axios, "*/*", safariImg} {
		r := request("GET", "Accept: "+accept+"\nAccept-Encoding: gzip, deflate, br, zstd\nConnection: keep-alive")
		if n := testing.AllocsPerRun(100, func() {
			_ = Negotiate(r)
			_ = acceptsGzip(r.Header["Accept-Encoding"])
		}); n != 0 {
			t.Errorf("%q: %v allocations", accept, n)
		}
	}
}

func TestNegotiateIsBounded(t *testing.T) {
	for _, part := range []string{"text/html;q=0.1,", `"`, ";q=", ",", "a/b;", " ", `\`} {
		r := request("GET", "")
		huge := strings.Repeat(part, 1<<20/len(part))
		r.Header = http.Header{"Accept": {huge}, "Accept-Encoding": {huge}, "Upgrade": {huge}, "Connection": {huge}}
		least := time.Hour
		for tries := 0; tries < 50 && least > 50*time.Millisecond; tries++ { // a busy machine makes some of them slow
			start := time.Now()
			_ = Negotiate(r)
			_ = acceptsGzip(r.Header["Accept-Encoding"])
			least = min(least, time.Since(start))
		}
		if least > 50*time.Millisecond {
			t.Errorf("%q: took %v at least", part, least)
		}
	}
}

func FuzzNegotiate(f *testing.F) {
	f.Add(chrome, "gzip, deflate", "de-CH,de;q=0.9", "document")
	f.Add(axios, "gzip;q=0", "*", "empty")
	f.Add(`a/b;c="\",q=`, ";q=0.", "zh-Hans-", "")
	m := newMatcher(tags("en", "zh-Hans", "de"))
	f.Fuzz(func(t *testing.T, accept, encoding, lang, dest string) {
		r := request("GET", "")
		r.Header = http.Header{"Accept": {accept}, "Accept-Encoding": {encoding}, "Sec-Fetch-Dest": {dest}, "Connection": {accept}, "Upgrade": {dest}}
		if got := Negotiate(r); got >= formats {
			t.Errorf("format %d", got)
		}
		acceptsGzip(r.Header["Accept-Encoding"])
		if i := m.index([]string{lang}); i < 0 || i > 2 {
			t.Errorf("language %d", i)
		}
	})
}

// request has the header lines of text.
func request(method, text string) *http.Request {
	r := httptest.NewRequest(method, "http://portal.example.edu/", nil)
	for line := range strings.SplitSeq(text, "\n") {
		if key, value, ok := strings.Cut(line, ": "); ok {
			r.Header.Add(key, value)
		}
	}
	return r
}
