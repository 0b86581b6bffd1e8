package caddymodule

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/candor-edge/candor/caddymodule/command"
	"github.com/candor-edge/candor/statusclient"
)

// checkTimeout bounds asking one backend.
const checkTimeout = 30 * time.Second

// answered is what came of asking one backend.
type answered struct {
	input  statusclient.Input
	typ    string // and how it was found
	every  time.Duration
	haste  string // why that is not wise, or ""
	took   time.Duration
	err    error
	writes string // what it says to who signs in to write, "" where nobody can
	denied error
}

// askAll asks all backends at once, lest those that are silent add up.
func askAll(ctx context.Context, backends []statusclient.BackendConfig) []answered {
	all := make([]answered, len(backends))
	var wg sync.WaitGroup
	for i := range backends {
		wg.Go(func() { all[i] = ask(ctx, &backends[i]) })
	}
	wg.Wait()
	return all
}

// ask asks a backend as its poller would, and where it can be written, signs in and
// writes nothing.
func ask(ctx context.Context, cfg *statusclient.BackendConfig) answered {
	a := answered{input: statusclient.Input{Name: cfg.Name, Status: new(statusclient.Status)}, typ: cfg.Type}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	began := time.Now()
	b, err := statusclient.New(*cfg, zerolog.Nop())
	var st *statusclient.Status
	if err == nil {
		st, err = b.Fetch(ctx)
	}
	if err != nil {
		a.err, a.input.Failing, a.input.Error = err, timeNow(), err.Error()
		return a
	}
	st.Clean()
	a.took, a.input.Status, a.input.Fetched = time.Since(began), st, timeNow()
	a.every, a.haste = cfg.IntervalOf(b), cfg.Haste(b)
	if finder, ok := b.(statusclient.Finder); ok {
		a.typ = finder.Found()
	}
	w, err := statusclient.NewWriter(*cfg, zerolog.Nop())
	if w != nil && err == nil {
		a.writes, err = w.Check(ctx)
	}
	a.denied = err
	return a
}

// finding is for people. of is how many of its components services name.
func (a *answered) finding(of string) command.Finding {
	f := command.Finding{Kind: "backend", Name: a.input.Name, OK: a.err == nil && a.denied == nil}
	own := func(err error) string { return strings.TrimPrefix(err.Error(), "backend "+a.input.Name+": ") }
	if a.err != nil {
		f.Result = a.typ + ": " + own(a.err)
		return f
	}
	f.Result = fmt.Sprintf("%s, %s, in %s, asked every %s", a.typ, summary(a.input.Status, of), a.took.Round(time.Millisecond), a.every)
	if a.haste != "" {
		f.Result += "; " + a.haste
	}
	switch {
	case a.denied != nil:
		f.Result += "; cannot be written: " + own(a.denied)
	case a.writes != "":
		f.Result += "; " + a.writes
	}
	if f.OK {
		f.Result = "ok: " + f.Result
	}
	return f
}

func checkBoard(input statusclient.Input) command.Finding {
	f := command.Finding{Kind: "backend", Name: input.Name, OK: input.Error == "", Result: input.Error}
	if f.OK {
		f.Result = "ok: " + summary(input.Status, "")
	}
	return f
}

func summary(st *statusclient.Status, of string) string {
	open := 0
	for i := range st.Incidents {
		if st.Incidents[i].State.Open() {
			open++
		}
	}
	return fmt.Sprintf("components %d%s, open incidents %d, maintenances %d", len(st.Components), of, open, len(st.Maintenances))
}

// named says how many components of a backend services name, and how many of these
// are slips.
func named(services []statusclient.Service, backend string, slips map[string]bool) string {
	refs, missing := make(map[string]bool), 0
	for i := range services {
		for _, ref := range services[i].Components {
			if of, name, _ := strings.Cut(ref, "/"); of != backend || refs[ref] {
				continue
			} else if name == "*" {
				return " (services name all)"
			}
			if refs[ref] = true; slips[ref] {
				missing++
			}
		}
	}
	if missing > 0 {
		return fmt.Sprintf(" (services name %d, %d of them not there)", len(refs), missing)
	}
	return fmt.Sprintf(" (services name %d)", len(refs))
}

// unmatched is the part of a warning that does not name the service again.
func unmatched(u statusclient.Unmatched) string {
	return strings.TrimPrefix(u.String(), "service "+u.Service+": ")
}
