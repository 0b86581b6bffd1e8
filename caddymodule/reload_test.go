package caddymodule

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"
)

// TestRequestsUnderWayOutliveAReload has the old configuration cleaned up while
// an upstream still thinks: Caddy does not wait for such requests.
func TestRequestsUnderWayOutliveAReload(t *testing.T) {
	came, goOn := make(chan struct{}, 16), make(chan struct{}, 16)
	addr := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		came <- struct{}{}
		select {
		case <-goOn:
		case <-r.Context().Done():
		}
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/fails" {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = w.Write([]byte("late"))
	})
	site := "candor portal\nreverse_proxy " + addr
	for name, next := range map[string]string{"with Candor": site + "\nheader X-New yes", "without Candor": "respond new"} {
		t.Run(name, func(t *testing.T) {
			e := startEdge(t, "", site)
			answers := make(chan string, 4)
			ask := func(c *http.Client, path string) {
				resp, err := c.Get(e.url(path))
				if err != nil {
					answers <- err.Error()
					return
				}
				defer resp.Body.Close()
				b, _ := io.ReadAll(resp.Body)
				if resp.StatusCode != http.StatusOK {
					b = nil // a page
				}
				answers <- fmt.Sprintf("%s %d %s", path, resp.StatusCode, b)
			}
			for _, path := range []string{"/works", "/fails"} {
				go ask(e.h1, path)
				go ask(e.h2, path)
			}
			for range cap(answers) {
				<-came
			}
			e.load("", next)
			time.Sleep(50 * time.Millisecond) // the old configuration is cleaned up meanwhile
			for range cap(answers) {
				goOn <- struct{}{}
			}
			got := map[string]int{}
			for range cap(answers) {
				got[<-answers]++
			}
			if got["/works 200 late"] != 2 || got["/fails 500 "] != 2 || len(came) > 0 {
				t.Errorf("%v, and %d asked again", got, len(came))
			}
		})
	}
}
