package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// The server has a core of its own; what loads it and what it asks share another.
const (
	loadCore   = 0
	serverCore = 1
)

// bench is everything that lives as long as one run of the command.
type bench struct {
	*options
	ctx     context.Context
	dir     string // holds all files, and goes at the end
	self    string
	taskset string // "" where cores cannot be chosen
	running map[*process]bool
	taken   map[int]bool

	upstream string // address of the app
	dead     string // address where nothing listens
}

func newBench(ctx context.Context, o *options) (*bench, error) {
	b := &bench{options: o, ctx: ctx, running: map[*process]bool{}, taken: map[int]bool{}}
	var err error
	if b.self, err = os.Executable(); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp("", "candor-bench-"); err != nil {
		return nil, err
	}
	if runtime.NumCPU() > 1 {
		b.taskset, _ = exec.LookPath("taskset")
	}
	if err := b.prepare(); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *bench) prepare() (err error) {
	if b.candor == "" {
		b.progress("building the binary")
		if b.candor, err = b.build(); err != nil {
			return err
		}
	} else if b.candor, err = filepath.Abs(b.candor); err != nil {
		return err
	}
	if b.caddy == "" {
		b.caddy = b.candor
	} else if b.caddy, err = filepath.Abs(b.caddy); err != nil {
		return err
	}
	if b.dead, err = b.freeAddr(); err != nil {
		return err
	}
	b.upstream, err = b.startUpstream()
	return err
}

// close ends what still runs and leaves nothing behind.
func (b *bench) close() {
	for p := range b.running {
		b.stop(p)
	}
	_ = os.RemoveAll(b.dir)
}

// describe says what the figures were measured on.
func (b *bench) describe(w io.Writer) {
	pinned := "cores chosen by taskset"
	if b.taskset == "" {
		pinned = "cores NOT chosen: read CPU per request, not rps"
	}
	fmt.Fprintf(w, "%s/%s, %s, %d cores (%s), %d rounds of %s, %d connections\n",
		runtime.GOOS, runtime.GOARCH, runtime.Version(), runtime.NumCPU(), pinned, b.rounds, b.duration, b.conns)
}

// freeAddr finds a loopback address that nothing listens on. It stays below the
// ports that outgoing connections get: with thousands of them a second, one would
// take the port in the meantime, or even connect to itself.
func (b *bench) freeAddr() (string, error) {
	for range 1000 {
		port := 10000 + rand.IntN(20000)
		if b.taken[port] {
			continue
		}
		addr := fmt.Sprintf("127.0.0.1:%d", port)
		l, err := net.Listen("tcp", addr)
		if err != nil {
			continue
		}
		b.taken[port] = true
		return addr, l.Close()
	}
	return "", errors.New("no free port")
}

// load runs a load in a process of its own.
func (b *bench) load(l load) (loadResult, error) {
	var out bytes.Buffer
	p, err := b.spawn(loadCore, &out, b.self, "load")
	if err != nil {
		return loadResult{}, err
	}
	defer b.stop(p)
	if err := json.NewEncoder(p.stdin).Encode(l); err != nil {
		return loadResult{}, fmt.Errorf("load: %w", err)
	}
	<-p.ended
	var r loadResult
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		return r, p.failed()
	}
	if r.Wrong != "" {
		return r, errors.New(r.Wrong)
	}
	if r.Answers == 0 && !l.Unanswered {
		return r, errors.New("not a single answer")
	}
	return r, nil
}
