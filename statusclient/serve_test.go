package statusclient

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

func serveJSON(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Write(body)
	})
}

// serveTree answers from a fixture that is an object of documents by path, as
// {"/api/v1/incidents": {…}, "/api/v1/incidents?page=2": {…}, "/raw/a.md": "…"}:
// the longest that the request's path and query end with, wherever the system is
// mounted, else without the query. A string is sent as it is. What the tree does
// not have is a 404. Bytes that are no such object answer every path.
func serveTree(body []byte) http.Handler {
	var tree map[string]json.RawMessage
	if json.Unmarshal(body, &tree) != nil {
		return serveJSON(body)
	}
	find := func(target string) (doc json.RawMessage) {
		best := ""
		for path := range tree {
			if strings.HasPrefix(path, "/") && strings.HasSuffix(target, path) && len(path) > len(best) {
				best = path
			}
		}
		return tree[best]
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		doc := find(r.URL.RequestURI())
		if doc == nil {
			doc = find(r.URL.Path)
		}
		var text string
		switch {
		case doc == nil:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
		case bytes.HasPrefix(doc, []byte(`"`)) && json.Unmarshal(doc, &text) == nil:
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.Write([]byte(text))
		default:
			serveJSON(doc).ServeHTTP(w, r)
		}
	})
}
