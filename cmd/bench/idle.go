package main

import (
	"fmt"
	"time"
)

// settle is how long a server that was just started takes to come to rest.
const settle = 2 * time.Second

// idle compares what a server holds that has answered one request.
func idle(b *bench, r *report) error {
	names := []string{withCandor, plainCaddy, plainCaddy + again}
	setups := map[string]*setup{
		withCandor:         {site: "candor\n" + b.proxy()},
		plainCaddy:         {caddy: true, site: b.proxy()},
		plainCaddy + again: {caddy: true, site: b.proxy()},
	}
	rss := make(map[string][]float64)
	for round := range b.rounds {
		for _, name := range names {
			srv, err := b.start(setups[name])
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			err = b.sleep(settle)
			rss[name] = append(rss[name], srv.rss())
			b.stop(srv.process)
			if err != nil {
				return err
			}
			b.progress("  %d/%d %-14s %6.1f MiB", round+1, b.rounds, name, rss[name][round])
		}
	}
	r.add("idle", "MiB more", withCandor, plainCaddy, pairwise(rss[withCandor], rss[plainCaddy], difference), atMost(4))
	r.add("idle", "MiB more (noise)", plainCaddy+again, plainCaddy, pairwise(rss[plainCaddy+again], rss[plainCaddy], difference), nil)
	r.add("idle", "MiB", plainCaddy, "", spreadOf(rss[plainCaddy]), nil)
	return nil
}

// passMemory compares what a server holds while bodies of 32 MiB pass with what
// it holds while bodies of 1 MiB do: a body that is kept anywhere would show.
func passMemory(b *bench, r *report) error {
	const small, large, conns = 1 << 20, 32 << 20, 16
	for _, form := range []string{"length", "chunked"} {
		growth := make(map[string][]float64)
		for round := range b.rounds {
			for _, name := range []string{withCandor, plainCaddy} {
				s := &setup{caddy: name == plainCaddy, site: b.proxy()}
				if name == withCandor {
					s.site = "candor\n" + s.site
				}
				srv, err := b.start(s)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				var most [2]float64
				for i, size := range []int{small, large} {
					l := load{
						Addr: srv.addr, Conns: conns, Duration: b.duration, Status: 200, Body: size,
						Requests: []string{program(fmt.Sprintf("/%s/%d", form, size))},
					}
					if most[i], err = b.mostMemory(srv, l); err != nil {
						break
					}
				}
				b.stop(srv.process)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				growth[name] = append(growth[name], most[1]-most[0])
				b.progress("  %d/%d %-7s %-8s %6.1f MiB, %6.1f MiB", round+1, b.rounds, form, name, most[0], most[1])
			}
		}
		what := "MiB more with 32 MiB bodies, " + form
		r.add("pass-memory", what, withCandor, "", spreadOf(growth[withCandor]), atMost(8))
		r.add("pass-memory", what, plainCaddy, "", spreadOf(growth[plainCaddy]), nil)
	}
	return nil
}

// mostMemory is the most that a server was seen to hold under a load.
func (b *bench) mostMemory(srv *server, l load) (most float64, err error) {
	done := make(chan error, 1)
	go func() {
		_, err := b.load(l)
		done <- err
	}()
	for {
		select {
		case err := <-done:
			return most, err
		case <-time.After(50 * time.Millisecond):
			most = max(most, srv.rss())
		}
	}
}

func (b *bench) sleep(d time.Duration) error {
	select {
	case <-b.ctx.Done():
		return b.ctx.Err()
	case <-time.After(d):
		return nil
	}
}
