package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/candor-edge/candor/caddymodule/command/campus"
)

// endings are the signals that end a demo.
var endings = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

const (
	firstPort = 8080
	sites     = 3 // after the control page

	// closing bounds how long whatever still runs may take to end.
	closing = 5 * time.Second
)

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

// findPorts opens the listener of the control page, and finds addresses for the
// apps on the ports after it.
func findPorts(ctx context.Context, listen string) (net.Listener, []string, error) {
	if listen != "" {
		host, port, err := loopback(listen)
		if err != nil {
			return nil, nil, err
		}
		return portsFrom(ctx, host, port)
	}
	var first error
	for port := firstPort; port < firstPort+100; port += sites + 1 {
		ln, addrs, err := portsFrom(ctx, "127.0.0.1", port)
		if err == nil {
			return ln, addrs, nil
		}
		first = cmp.Or(first, err)
	}
	return nil, nil, first
}

// loopback reads where to listen. What a demo offers needs no password, so it is
// for this machine alone.
func loopback(listen string) (host string, port int, err error) {
	host, p, err := net.SplitHostPort(listen)
	if err == nil {
		port, err = strconv.Atoi(p)
	}
	if err != nil || port < 1 || port > 65535-sites {
		return "", 0, usage("--listen %q is not an address such as :8080", listen)
	}
	if host == "" || host == "localhost" {
		host = "127.0.0.1"
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return "", 0, usage("--listen %s: a demo is for this machine alone; leave the host out", listen)
	}
	return host, port, nil
}

func portsFrom(ctx context.Context, host string, port int) (net.Listener, []string, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, nil, fmt.Errorf("%w; choose another port with --listen", err)
	}
	var addrs []string
	for i := 1; i <= sites; i++ {
		addr := net.JoinHostPort(host, strconv.Itoa(port+i))
		test, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
		if err != nil {
			_ = ln.Close()
			return nil, nil, fmt.Errorf("%w; choose another port with --listen", err)
		}
		_ = test.Close()
		addrs = append(addrs, addr)
	}
	return ln, addrs, nil
}

// freeAddress finds a port that nobody uses, on the host of like.
func freeAddress(ctx context.Context, like string) (string, error) {
	host, _, err := net.SplitHostPort(like)
	if err != nil {
		return "", err
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}
