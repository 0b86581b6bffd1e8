package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// setup is a server to start: this binary or Caddy, and what is in its Caddyfile.
type setup struct {
	caddy  bool   // started from the binary of the other side
	floor  bool   // started from this program
	global string // global options
	site   string // directives of the one site
	held   bool   // every service is put into maintenance mode
	ready  string // a request that is answered once the server is up
}

// server is a setup that runs.
type server struct {
	*process
	addr    string
	admin   string
	bin     string
	config  string
	started time.Duration // from its start to its first answer
}

const caddyfile = `{
	admin %s
	auto_https off
	persist_config off
	storage file_system %s
	grace_period 1s
	log default {
		output discard
		level FATAL
	}
	%s
}
http://:%s {
	bind 127.0.0.1
	%s
}
`

// start runs a setup until stop, and returns when it answers.
func (b *bench) start(s *setup) (*server, error) {
	addr, err := b.freeAddr()
	if err != nil {
		return nil, err
	}
	srv := &server{addr: addr, bin: b.candor}
	if s.caddy {
		srv.bin = b.caddy
	}
	if srv.admin, err = b.freeAddr(); err != nil {
		return nil, err
	}
	home, err := os.MkdirTemp(b.dir, "server-")
	if err != nil {
		return nil, err
	}
	_, port, _ := strings.Cut(addr, ":")
	srv.config = filepath.Join(home, "Caddyfile")
	text := fmt.Sprintf(caddyfile, srv.admin, home, s.global, port, s.site)
	if err := os.WriteFile(srv.config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	begin := time.Now()
	args := []string{"run", "--config", srv.config, "--adapter", "caddyfile"}
	if s.floor {
		srv.bin, args = b.self, append([]string{"floor"}, args...)
	}
	if srv.process, err = b.spawn(serverCore, nil, srv.bin, args...); err != nil {
		return nil, err
	}
	if err := srv.await(b, s.ready); err != nil {
		b.stop(srv.process)
		return nil, err
	}
	srv.started = time.Since(begin)
	if s.held {
		if err := srv.hold(b); err != nil {
			b.stop(srv.process)
			return nil, err
		}
	}
	return srv, nil
}

const startLimit = time.Minute

// await returns when the server has answered a request.
func (s *server) await(b *bench, request string) error {
	for deadline := time.Now().Add(startLimit); time.Now().Before(deadline); {
		select {
		case <-s.ended:
			return s.failed()
		case <-b.ctx.Done():
			return b.ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
		if request == "" {
			request = program("/")
		}
		if _, _, err := s.ask(request); err == nil {
			return nil
		}
	}
	return fmt.Errorf("no answer within %s: %s", startLimit, s.stderr)
}

// hold turns maintenance mode on, as an operator does.
func (s *server) hold(b *bench) error {
	body := `{"services":["*"],"title":"New storage","message":"We move the disks."}`
	resp, err := s.call(b, http.MethodPost, "/candor/maintenance", body)
	if err != nil {
		return err
	}
	if !bytes.Contains(resp, []byte(`"id"`)) {
		return fmt.Errorf("maintenance mode was not turned on: %s", resp)
	}
	return nil
}

// call asks the admin endpoint.
func (s *server) call(b *bench, method, path, body string) ([]byte, error) {
	req, err := http.NewRequestWithContext(b.ctx, method, "http://"+s.admin+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := adminClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %.300s", method, path, resp.Status, out)
	}
	return out, err
}

var adminClient = &http.Client{Timeout: 10 * time.Second}

// allocations is the number of objects that the server has ever allocated.
func (s *server) allocations(b *bench) (float64, error) {
	out, err := s.call(b, http.MethodGet, "/debug/vars", "")
	if err != nil {
		return 0, err
	}
	var vars struct {
		Memstats struct{ Mallocs float64 }
	}
	if err := json.Unmarshal(out, &vars); err != nil {
		return 0, err
	}
	return vars.Memstats.Mallocs, nil
}

// goroutines is how many the server has now.
func (s *server) goroutines(b *bench) (float64, error) {
	out, err := s.call(b, http.MethodGet, "/debug/pprof/goroutine?debug=1", "")
	if err != nil {
		return 0, err
	}
	var n float64
	if _, err := fmt.Sscanf(string(out), "goroutine profile: total %g", &n); err != nil {
		return 0, errors.New("no goroutine profile")
	}
	return n, nil
}
