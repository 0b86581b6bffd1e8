package caddymodule

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// TestEveryAnswerIsCountedOnce whichever way it takes: what pages say of others, and
// since when nobody gets through, stands on it.
func TestEveryAnswerIsCountedOnce(t *testing.T) {
	handle(t, "answers", func(w http.ResponseWriter, r *http.Request) error {
		switch r.URL.Path {
		case "/writes":
			_, err := io.WriteString(w, "fine")
			return err
		case "/flushes":
			return http.NewResponseController(w).Flush()
		case "/missing":
			w.WriteHeader(http.StatusNotFound)
		case "/returns-missing":
			return caddyhttp.Error(http.StatusNotFound, errors.New("no such course"))
		case "/typed":
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusInternalServerError)
		case "/fails":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/gone":
			w.WriteHeader(statusClientGone)
		case "/returns":
			return errors.New("no disk")
		}
		return nil
	})
	for _, replace := range []string{"html", "none"} {
		e := startEdge(t, "", fmt.Sprintf("candor portal {\nreplace %s\n}\ntest_below answers", replace))
		svc := running.newest().service("portal")
		for path, want := range map[string]struct{ answered, failed int }{
			"/writes": {1, 0}, "/flushes": {1, 0}, "/nothing": {1, 0}, "/missing": {1, 0}, "/returns-missing": {1, 0},
			"/typed": {0, 1}, "/fails": {0, 1}, "/returns": {0, 1}, "/gone": {0, 0},
		} {
			for name, h := range map[string]header{"timed": navigation, "not timed": nil} {
				before := svc.tally.Snapshot(time.Now())
				e.get(e.h1, path, h)
				after := svc.tally.Snapshot(time.Now())
				failed := 0
				for i, n := range after.Failures {
					failed += n - before.Failures[i]
				}
				if answered := after.Answers - before.Answers; answered != want.answered || failed != want.failed {
					t.Errorf("replace %s, %s, %s: %d answers and %d failures, want %v", replace, path, name, answered, failed, want)
				}
			}
		}
	}
}
