package statusclient

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (f *fakeGitHub) allowed(w http.ResponseWriter, r *http.Request) bool {
	limit := 60
	switch auth := r.Header.Get("Authorization"); {
	case auth == "Bearer "+fakeToken:
		limit = 5000
	case auth != "":
		w.WriteHeader(http.StatusUnauthorized)
		return false
	case r.Header.Get("User-Agent") == "":
		w.WriteHeader(http.StatusForbidden)
		return false
	}
	if now := time.Now(); now.Sub(f.hour) >= time.Hour {
		f.hour, f.used = now, 0
	}
	f.used++
	w.Header().Set("X-RateLimit-Limit", strconv.Itoa(limit))
	w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(max(0, limit-f.used)))
	w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(f.hour.Add(time.Hour).Unix(), 10))
	if f.used > limit {
		f.refused++
		w.WriteHeader(http.StatusForbidden)
		return false
	}
	return true
}

func (f *fakeGitHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	f.asked[parts[len(parts)-1]]++
	if r.Host == "raw.githubusercontent.com" {
		if r.Header.Get("Authorization") != "" || len(parts) < 4 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		f.text(w, f.at(parts[2])[strings.Join(parts[3:], "/")])
		return
	}
	if r.Host != "api.github.com" || !f.allowed(w, r) {
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/repos/o/r/")
	if !ok {
		if path, ok = strings.CutPrefix(r.URL.Path, "/repositories/1000/"); !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
	}
	ref := r.URL.Query().Get("ref")
	dir, file := strings.CutPrefix(path, "contents/")
	switch {
	case path == "commits" && len(f.commits) > 0:
		f.rows(w, r, path, []any{map[string]any{"sha": fakeSHA(len(f.commits))}})
	case path == "commits":
		f.rows(w, r, path, nil)
	case file && strings.Contains(r.Header.Get("Accept"), "raw"):
		f.text(w, f.at(ref)[dir])
	case file:
		var rows []any
		for name, text := range f.at(ref) {
			if base, ok := strings.CutPrefix(name, dir+"/"); ok {
				rows = append(rows, map[string]any{
					"name": base, "path": name, "type": "file", "size": len(text), "sha": fmt.Sprintf("%x", sha256.Sum256([]byte(text))),
				})
			}
		}
		if rows == nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		json.NewEncoder(w).Encode(rows)
	case path == "issues":
		var rows []any
		for _, n := range f.issues {
			if n["state"] == "open" || r.URL.Query().Get("state") != "open" {
				rows = append(rows, n)
			}
		}
		f.rows(w, r, path, rows)
	case path == "labels":
		f.rows(w, r, path, []any{
			map[string]any{"name": "bug", "color": "d73a4a"}, map[string]any{"name": "Portal", "color": "171717"},
			map[string]any{"name": "down", "color": "FF4D4D"}, map[string]any{"name": "Mail", "color": "171717"},
		})
	case len(parts) > 1 && parts[len(parts)-1] == "comments":
		n, _ := strconv.Atoi(parts[len(parts)-2])
		f.rows(w, r, path, f.comments[n])
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (f *fakeGitHub) text(w http.ResponseWriter, s string) {
	if s == "" {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte(s))
}

// rows sends one page of a list.
func (f *fakeGitHub) rows(w http.ResponseWriter, r *http.Request, path string, rows []any) {
	page := max(1, first0(strconv.Atoi(r.URL.Query().Get("page"))))
	from, to := min(2*(page-1), len(rows)), min(2*page, len(rows))
	if to < len(rows) {
		q := r.URL.Query()
		q.Set("page", strconv.Itoa(page+1))
		w.Header().Set("Link", fmt.Sprintf(`<https://api.github.com/repositories/1000/%s?%s>; rel="next", <https://api.github.com/x>; rel="last"`, path, q.Encode()))
	}
	body, _ := json.Marshal(append([]any{}, slices.Clone(rows[from:to])...))
	etag := fmt.Sprintf(`"%x"`, sha256.Sum256(body))
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Write(body)
}
