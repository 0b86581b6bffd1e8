package campus

import (
	"context"
	"errors"
	"io"
	"net/http"
	"syscall"
	"testing"
	"time"
)

func TestFaultsAreWhatTheySay(t *testing.T) {
	t.Parallel()
	app := open(t).App("courses")
	base := "http://" + app.Addr() + "/"
	set := func(f Fault) {
		t.Helper()
		if err := app.Set(f); err != nil {
			t.Fatal(err)
		}
	}
	for fault, contentType := range map[Fault]string{ErrorHTML: "text/html; charset=utf-8", ErrorJSON: "application/json"} {
		set(fault)
		if res, body := ask(t, "GET", base, nil); res.StatusCode != 500 || res.Header.Get("Content-Type") != contentType || body == "" {
			t.Error(fault, res.Status, body)
		}
	}

	set(Refused)
	if _, err := request(t, t.Context(), "GET", base, nil); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Error(err)
	}

	set(Hang)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := request(t, ctx, "GET", base, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	released := make(chan int)
	go func() {
		res, err := request(t, t.Context(), "GET", base, nil)
		if err != nil {
			released <- 0
			return
		}
		res.Body.Close()
		released <- res.StatusCode
	}()
	time.Sleep(100 * time.Millisecond) // until it hangs; if not, it is answered all the same
	set(OK)
	if code := <-released; code != 200 {
		t.Error("a request that hung got", code)
	}

	set(Drip)
	res, err := request(t, t.Context(), "GET", base, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.ReadFull(res.Body, make([]byte, 3)); n != 3 || res.StatusCode != 503 {
		t.Error(res.Status, n, err)
	}
	set(OK)
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Error("a drip does not end with the fault:", err)
	}
	res.Body.Close()

	set(Slow)
	start := time.Now()
	if res, _ := ask(t, "GET", base, nil); res.StatusCode != 200 || time.Since(start) < slowness {
		t.Error(res.Status, time.Since(start))
	}
	if err := app.Set("no such fault"); err == nil || app.Fault() != Slow {
		t.Error(err, app.Fault())
	}
}

func TestEverythingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c, err := Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for app, fault := range map[string]Fault{"courses": Hang, "library": Drip, "mail": OK} {
		if err := c.App(app).Set(fault); err != nil {
			t.Fatal(err)
		}
	}
	ended := make(chan struct{}, 3)
	for _, path := range []string{c.App("courses").Addr() + "/", c.App("library").Addr() + "/", c.App("mail").Addr() + "/events"} {
		go func() {
			if res, err := request(t, context.Background(), "GET", "http://"+path, nil); err == nil {
				_, _ = io.Copy(io.Discard, res.Body)
				res.Body.Close()
			}
			ended <- struct{}{}
		}()
	}
	time.Sleep(100 * time.Millisecond)
	cancel()
	for range 3 {
		select {
		case <-ended:
		case <-time.After(time.Minute):
			t.Fatal("a request goes on")
		}
	}
	c.Wait()
	if err := c.App("mail").Set(Refused); !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
	if _, err := request(t, context.Background(), "GET", "http://"+c.App("mail").Addr(), nil); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Error(err)
	}
}
