package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	polledBackends = 50
	pollWindow     = 3 * 30 * time.Second // three polls of each, more or less
	settlePolls    = 40 * time.Second
)

// poll measures what asking 50 status systems of mixed makes costs, of 200
// components and 20 open incidents each, every 30 seconds: while nothing is new
// there, and while every poll of each finds another word on one incident. Beside
// it runs one that asks nobody.
func poll(b *bench, r *report) error {
	status, err := b.startRole("status")
	if err != nil {
		return err
	}
	const nobody, still, news = "asks nobody", "nothing new", "always news"
	servers := make(map[string]*server)
	for _, name := range []string{nobody, still, news} {
		s := &setup{site: "candor\n" + b.proxy()}
		if name != nobody {
			path := map[string]string{still: "still", news: "news"}[name]
			if s.global, err = b.polledSetup(status, path); err != nil {
				return err
			}
		}
		srv, err := b.start(s)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		defer b.stop(srv.process)
		servers[name] = srv
	}
	if err := b.sleep(settlePolls); err != nil {
		return err
	}
	for _, name := range []string{still, news} {
		if err := b.allPolled(servers[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	before, most := make(map[string]float64), make(map[string]float64)
	for name, srv := range servers {
		before[name] = srv.cpuSeconds()
	}
	for begin := time.Now(); time.Since(begin) < pollWindow; {
		if err := b.sleep(time.Second); err != nil {
			return err
		}
		for name, srv := range servers {
			most[name] = max(most[name], srv.rss())
		}
	}
	percent := func(name string) float64 {
		return 100 * (servers[name].cpuSeconds() - before[name]) / pollWindow.Seconds()
	}
	one := func(v float64) spread { return spreadOf([]float64{v}) }
	idle := percent(nobody)
	for _, name := range []string{still, news} {
		r.add("poll", "% of a core more", name, nobody, one(percent(name)-idle), atMost(1))
		r.add("poll", "MiB more, at most", name, nobody, one(most[name]-most[nobody]), atMost(60))
	}
	r.add("poll", "% of a core", nobody, "", one(idle), nil)
	r.add("poll", "MiB, at most", nobody, "", one(most[nobody]), nil)
	return nil
}

// polledSetup is a candor.toml with the backends, and services that stand on them.
func (b *bench) polledSetup(status, path string) (global string, err error) {
	types := slices.Sorted(maps.Keys(systems))
	var text strings.Builder
	for i := range polledBackends {
		typ := types[i%len(types)]
		url := fmt.Sprintf("http://%s/%s/%d-%s", status, path, i, typ)
		more := ""
		switch typ {
		case "uptime-kuma":
			url += "/status/campus"
		case "json":
			more = "[backend.json]\ncomponents = \"components\"\nincidents = \"incidents\"\nmarkup = \"markdown\"\n"
		}
		fmt.Fprintf(&text, "[[backend]]\nname = \"b%d\"\ntype = %q\nurl = %q\ninterval = \"30s\"\n%s", i, typ, url, more)
		fmt.Fprintf(&text, "[[service]]\nname = \"s%d\"\ncomponents = [\"b%[1]d/*\"]\n", i)
	}
	file := filepath.Join(b.dir, "polled-"+path+".toml")
	return "candor " + file, os.WriteFile(file, []byte(text.String()), 0o600)
}

// allPolled fails unless every backend was read in full.
func (b *bench) allPolled(srv *server) error {
	out, err := srv.call(b, "GET", "/candor/backends", "")
	if err != nil {
		return err
	}
	var backends []struct {
		Name, Type, Error     string
		Components, Incidents int
	}
	if err := json.Unmarshal(out, &backends); err != nil {
		return err
	}
	for _, s := range backends {
		least := polledComponents
		if s.Type == "alertmanager" { // which only knows what fails
			least = polledIncidents
		}
		if s.Name != "board" && (s.Error != "" || s.Components < least || s.Incidents < polledIncidents) {
			return fmt.Errorf("backend %s of type %s: %d components, %d incidents, %s", s.Name, s.Type, s.Components, s.Incidents, s.Error)
		}
	}
	if len(backends) != polledBackends+1 {
		return fmt.Errorf("%d backends", len(backends))
	}
	return nil
}
