package caddymodule

import (
	"net/http"
	"net/url"
)

// asked is what a page needs to know of a request, put aside before the handlers
// below get it: a timer must not read what they may be changing.
type asked struct {
	method, host, path, uri string
	proto                   int
	fields                  [16]field // as many as asking knows
	n                       int
}

// asking reports whether a request's field decides over a page.
func asking(key string) bool {
	switch key {
	case "Accept", "Accept-Encoding", "Accept-Language", "Access-Control-Request-Headers",
		"Access-Control-Request-Method", "Connection", "Content-Type", "Cookie", "Hx-Boosted", "Hx-History-Restore-Request",
		"Hx-Request", "Origin", "Sec-Fetch-Dest", "Sec-Fetch-Mode",
		"Upgrade", "User-Agent":
		return true
	}
	return false
}

func (a *asked) remember(r *http.Request) {
	a.method, a.host, a.path, a.proto = r.Method, r.Host, r.URL.Path, r.ProtoMajor
	a.uri = originalURI(r)
	for k, v := range r.Header {
		if asking(k) {
			a.fields[a.n] = field{k, v}
			a.n++
		}
	}
}

// request is the request as far as it was remembered.
func (a *asked) request() *http.Request {
	h := make(http.Header, a.n)
	for _, f := range a.fields[:a.n] {
		h[f.key] = f.values
	}
	return &http.Request{Method: a.method, RequestURI: a.uri, Host: a.host, URL: &url.URL{Path: a.path}, ProtoMajor: a.proto, Header: h}
}
