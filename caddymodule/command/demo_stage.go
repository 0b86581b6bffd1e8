package command

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/candor-edge/candor/caddymodule/command/campus"
)

// endings are the signals that end a demo.
var endings = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// closing bounds how long whatever still runs may take to end.
const closing = 5 * time.Second

// stage is all that runs in a demo.
type stage struct {
	campus  *campus.Campus
	cancel  context.CancelFunc
	server  *http.Server // of the control page
	dir     string       // all that is stored
	control string       // URL of the control page
	links   campus.Links
	admin   string
}

// setStage starts everything, or nothing when it fails.
func setStage(ctx context.Context, listen string, debug bool) (_ *stage, err error) {
	ln, addrs, err := findPorts(ctx, listen)
	if err != nil {
		return nil, err
	}
	s := &stage{control: "http://" + ln.Addr().String(), links: make(campus.Links)}
	ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	defer func() {
		if err != nil {
			_ = ln.Close()
			_ = s.strike()
		}
	}()
	if s.dir, err = os.MkdirTemp("", "candor-demo-"); err != nil {
		return nil, err
	}
	// Caddy keeps an id of its installation beside what is stored.
	if err = os.Setenv("XDG_DATA_HOME", s.dir); err != nil {
		return nil, err
	}
	if s.campus, err = campus.Start(ctx); err != nil {
		return nil, err
	}
	for i, app := range s.campus.Apps() {
		s.links[app.Name] = "http://" + addrs[i]
	}
	if s.admin, err = freeAddress(ctx, addrs[0]); err != nil {
		return nil, err
	}
	if err = caddy.Run(demoConfig(s, addrs, debug)); err != nil {
		return nil, fmt.Errorf("cannot start: %w", err)
	}
	c, err := newClient(s.admin)
	if err != nil {
		return nil, err
	}
	s.server = &http.Server{
		Handler:           s.campus.Control(demoEdge{c}, s.links),
		ReadHeaderTimeout: 10 * time.Second,
	}
	go func() { _ = s.server.Serve(ln) }()
	return s, nil
}

// strike ends everything and removes what was stored.
func (s *stage) strike() error {
	s.cancel()
	if s.server != nil {
		_ = s.server.Close()
	}
	err := caddy.Stop()
	if s.campus != nil {
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			s.campus.Wait()
		}()
		select {
		case <-gone:
		case <-time.After(closing):
		}
	}
	if s.dir != "" {
		// Whatever was just being written may make the first attempt fail.
		for end := time.Now().Add(closing); ; time.Sleep(100 * time.Millisecond) {
			gone := os.RemoveAll(s.dir)
			if gone == nil || time.Now().After(end) {
				return errors.Join(err, gone)
			}
		}
	}
	return err
}
