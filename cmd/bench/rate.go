package main

import (
	"encoding/json"
	"fmt"
	"time"
)

// contender is one server of a scenario and what it is asked.
type contender struct {
	name     string
	setup    *setup
	requests []string
	status   int // of every answer
	body     int // at least
}

// figures are what the rounds of one contender gave, in order.
type figures struct {
	rps    []float64
	cpu    []float64 // µs of the server per answer
	busy   []float64 // share of a core that the server had
	allocs []float64 // objects that the server allocated per answer
	rss    []float64 // MiB
	conns  []float64 // new connections to the upstream per answer
	start  []float64 // ms
}

// check is one line of the table: a figure of the subject, compared round by
// round with that of another contender.
type check struct {
	what    string
	subject string
	against string // "": the figure alone
	figure  func(*figures) []float64
	compare func(s, a float64) float64
	gate    *gate // nil: for information
	rate    bool  // means something only if the servers were the limit
}

// fullyBusy is the share of its core from which on a server was the limit.
const fullyBusy = 0.9

// loadBound reports whether a server had time to spare.
func (ch *check) loadBound(all map[string]*figures) bool {
	return ch.rate && (median(all[ch.subject].busy) < fullyBusy || median(all[ch.against].busy) < fullyBusy)
}

// faster gates the ratio of two rates.
func faster(subject, against string, g *gate) check {
	return check{"rps", subject, against, rps, ratio, g, true}
}

// cheaper shows what an answer costs the server, which holds on a busy machine too.
func cheaper(subject, against string, g *gate) check {
	return check{what: "CPU per answer", subject: subject, against: against, figure: cpu, compare: ratio, gate: g}
}

func rps(f *figures) []float64    { return f.rps }
func cpu(f *figures) []float64    { return f.cpu }
func allocs(f *figures) []float64 { return f.allocs }
func conns(f *figures) []float64  { return f.conns }
func start(f *figures) []float64  { return f.start }

// rate is a scenario in which contenders are loaded in turn.
type rate struct {
	contenders []contender
	conns      int // 0: what -conns says
	checks     []check
}

const warmUp = 300 * time.Millisecond

// run measures all contenders, each in a fresh process in every round: the luck
// of a process is part of the noise. Every other round goes backwards, so that
// nobody always comes first.
func (rt *rate) run(b *bench, name string, rep *report) error {
	all := make(map[string]*figures)
	for _, c := range rt.contenders {
		all[c.name] = new(figures)
	}
	for round := range b.rounds {
		for i := range rt.contenders {
			if round%2 == 1 {
				i = len(rt.contenders) - 1 - i
			}
			c := &rt.contenders[i]
			if err := rt.once(b, c, all[c.name]); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			f := all[c.name]
			b.progress("  %d/%d %-28s %7.0f rps %7.1f µs %3.0f%% busy", round+1, b.rounds, c.name,
				f.rps[round], f.cpu[round], f.busy[round]*100)
		}
	}
	for _, c := range rt.contenders {
		rep.details = append(rep.details, detail{name, c.name, all[c.name]})
	}
	for _, ch := range rt.checks {
		what := ch.what
		if ch.loadBound(all) {
			what += " (server not busy)"
		}
		rep.add(name, what, ch.subject, ch.against, ch.spread(all), ch.gate)
	}
	return nil
}

func (ch *check) spread(all map[string]*figures) spread {
	subject := ch.figure(all[ch.subject])
	if ch.against == "" {
		return spreadOf(subject)
	}
	return pairwise(subject, ch.figure(all[ch.against]), ch.compare)
}

// once measures one contender in one round.
func (rt *rate) once(b *bench, c *contender, f *figures) error {
	srv, err := b.start(c.setup)
	if err != nil {
		return err
	}
	defer b.stop(srv.process)

	l := load{Addr: srv.addr, Conns: rt.conns, Duration: warmUp, Requests: c.requests, Status: c.status, Body: c.body}
	if l.Conns == 0 {
		l.Conns = b.options.conns
	}
	if _, err := b.load(l); err != nil {
		return err
	}
	l.Duration = b.duration

	before, err := b.read(srv)
	if err != nil {
		return err
	}
	result, err := b.load(l)
	if err != nil {
		return err
	}
	after, err := b.read(srv)
	if err != nil {
		return err
	}
	n, used := float64(result.Answers), after.cpu-before.cpu
	f.rps = append(f.rps, n/result.Elapsed.Seconds())
	f.cpu = append(f.cpu, used*1e6/n)
	f.busy = append(f.busy, used/result.Elapsed.Seconds())
	f.allocs = append(f.allocs, (after.allocs-before.allocs)/n)
	f.rss = append(f.rss, srv.rss())
	f.conns = append(f.conns, float64(after.conns-before.conns)/n)
	f.start = append(f.start, float64(srv.started.Microseconds())/1e3)
	return nil
}

// reading is what is read before and after a load.
type reading struct {
	cpu    float64
	allocs float64
	conns  int64
}

func (b *bench) read(srv *server) (r reading, err error) {
	if r.allocs, err = srv.allocations(b); err != nil {
		return r, err
	}
	app := server{addr: b.upstream}
	_, body, err := app.ask(program("/stats"))
	if err != nil {
		return r, fmt.Errorf("the upstream: %w", err)
	}
	var stats upstreamStats
	if err := json.Unmarshal([]byte(body), &stats); err != nil {
		return r, fmt.Errorf("the upstream: %w", err)
	}
	r.conns, r.cpu = stats.Conns, srv.cpuSeconds()
	return r, nil
}

// again is the same contender as another process, for the noise.
func (c contender) again() contender {
	c.name += again
	return c
}

const again = ", again"

// noise says what two processes of one configuration differ by.
func noise(name string) []check {
	return []check{
		{what: "rps, noise", subject: name + again, against: name, figure: rps, compare: ratio},
		{what: "CPU per answer, noise", subject: name + again, against: name, figure: cpu, compare: ratio},
	}
}
