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
	headers                 [len(asking)][]string
}

// asking are the request's headers that decide over a page.
var asking = [...]string{
	"Accept", "Accept-Encoding", "Accept-Language", "Access-Control-Request-Headers",
	"Access-Control-Request-Method", "Connection", "Content-Type", "Cookie", "Hx-Boosted", "Hx-History-Restore-Request",
	"Hx-Request", "Origin", "Sec-Fetch-Dest", "Sec-Fetch-Mode",
	"Upgrade", "User-Agent",
}

func (a *asked) remember(r *http.Request) {
	a.method, a.host, a.path, a.proto = r.Method, r.Host, r.URL.Path, r.ProtoMajor
	a.uri = originalURI(r)
	for i, k := range asking {
		a.headers[i] = r.Header[k]
	}
}

// request is the request as far as it was remembered.
func (a *asked) request() *http.Request {
	h := make(http.Header, len(asking))
	for i, k := range asking {
		if a.headers[i] != nil {
			h[k] = a.headers[i]
		}
	}
	return &http.Request{Method: a.method, RequestURI: a.uri, Host: a.host, URL: &url.URL{Path: a.path}, ProtoMajor: a.proto, Header: h}
}
