package main

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"sync"
	"time"
)

// Requests that hang come spread over hangSpread, so that the moments at which
// their pages are due are spread as well.
const (
	hanging     = 500
	hangSpread  = time.Second
	hangTimeout = 4 * time.Second
)

// hang compares what 500 hanging requests hold with and without Candor, and how
// late its pages are after the timeout. Caddy has nothing that times out an
// upstream of every kind, so without Candor they hang until they are hung up on.
func hang(b *bench, r *report) error {
	setups := map[string]*setup{
		withCandor: {site: fmt.Sprintf("candor {\n\ttimeout %s\n}\n%s", hangTimeout, b.proxy())},
		plainCaddy: {caddy: true, site: b.proxy()},
	}
	all := map[string]*hangFigures{withCandor: {}, plainCaddy: {}, plainCaddy + again: {}}
	order := []string{withCandor, plainCaddy, plainCaddy + again}
	for round := range b.rounds {
		for i := range order {
			name := order[i]
			if round%2 == 1 {
				name = order[len(order)-1-i]
			}
			s := setups[name]
			if s == nil {
				s = setups[plainCaddy]
			}
			if err := b.hangOnce(s, name == withCandor, all[name]); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			f := all[name]
			b.progress("  %d/%d %-14s %6.1f MiB %6.0f goroutines %8.1f ms late", round+1, b.rounds, name,
				f.rss[round], f.goroutines[round], f.late[round])
		}
	}
	with, plain := all[withCandor], all[plainCaddy]
	r.add("hang", "RSS", withCandor, plainCaddy, pairwise(with.rss, plain.rss, ratio), atMost(1.05))
	r.add("hang", "RSS (noise)", plainCaddy+again, plainCaddy, pairwise(all[plainCaddy+again].rss, plain.rss, ratio), nil)
	r.add("hang", "goroutines", withCandor, plainCaddy, pairwise(with.goroutines, plain.goroutines, ratio), atMost(1.05))
	r.add("hang", "ms after the timeout, half", withCandor, "", spreadOf(with.lateHalf), nil)
	r.add("hang", "ms after the timeout, 99 %", withCandor, "", spreadOf(with.late), atMost(10))
	return nil
}

type hangFigures struct {
	rss        []float64 // MiB while all of them hang
	goroutines []float64
	late       []float64 // ms, 99 % are not later
	lateHalf   []float64
}

func (b *bench) hangOnce(s *setup, answered bool, f *hangFigures) error {
	srv, err := b.start(s)
	if err != nil {
		return err
	}
	defer b.stop(srv.process)
	warm := load{Addr: srv.addr, Conns: b.conns, Duration: warmUp, Requests: []string{navigation("/small")}, Status: 200}
	if _, err := b.load(warm); err != nil {
		return err
	}

	l := load{
		Addr: srv.addr, Conns: hanging, Spread: hangSpread, Once: true, Status: http.StatusGatewayTimeout,
		Duration: 2 * hangTimeout, Requests: []string{navigation("/hang")},
	}
	if !answered {
		l.Duration = hangTimeout // then they hang up
		l.Unanswered = true
	}
	var (
		wg     sync.WaitGroup
		result loadResult
		failed error
	)
	wg.Go(func() { result, failed = b.load(l) })
	defer wg.Wait()

	select {
	case <-time.After((hangSpread + hangTimeout) / 2):
	case <-b.ctx.Done():
		return b.ctx.Err()
	}
	n, err := srv.goroutines(b)
	if err != nil {
		return err
	}
	f.goroutines = append(f.goroutines, n)
	f.rss = append(f.rss, srv.rss())

	wg.Wait()
	late, half := math.NaN(), math.NaN()
	switch {
	case failed != nil:
		return failed
	case answered && result.Answers != hanging:
		return fmt.Errorf("%d of %d requests got a page", result.Answers, hanging)
	case answered:
		late, half = quantile(result.Took, 0.99)-ms(hangTimeout), quantile(result.Took, 0.5)-ms(hangTimeout)
		if quantile(result.Took, 0) < ms(hangTimeout) {
			return errors.New("a page came before the timeout")
		}
	}
	f.late, f.lateHalf = append(f.late, late), append(f.lateHalf, half)
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }
