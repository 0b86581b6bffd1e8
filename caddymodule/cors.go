package caddymodule

import (
	"net/http"
	"slices"
	"strings"
)

// allowedOrigin returns the request's Origin if it may read what the edge itself
// answers, else "".
func (a *App) allowedOrigin(r *http.Request) string {
	if len(a.corsOrigins) == 0 {
		return ""
	}
	origin := r.Header.Get("Origin")
	if origin == "" || origin == "null" {
		return ""
	}
	if a.corsOrigins[0] == "*" || slices.Contains(a.corsOrigins, strings.ToLower(origin)) {
		return origin
	}
	return ""
}

// allowOrigin lets a script of that origin read the answer, unless the upstream
// has already said who may.
func allowOrigin(h http.Header, origin string) {
	if _, ok := h["Access-Control-Allow-Origin"]; ok {
		return
	}
	h["Access-Control-Allow-Origin"] = []string{origin}
	delete(h, "Access-Control-Allow-Credentials") // the upstream's, for an origin that it did not name
	h["Access-Control-Expose-Headers"] = []string{"Retry-After"}
	h.Add("Vary", "Origin")
}

// isPreflight reports whether a browser asks whether it may ask.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

// answerPreflight says yes, so that the browser sends the request itself and its
// script gets to read why that failed; refused preflights are reported as a
// network error without a reason.
func answerPreflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", r.Header.Get("Access-Control-Request-Method"))
	if v := r.Header.Get("Access-Control-Request-Headers"); v != "" {
		h.Set("Access-Control-Allow-Headers", v)
	}
	h.Del("Access-Control-Expose-Headers")
	h.Add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
