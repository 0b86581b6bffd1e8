package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	manyHosts = 10_000
	fewHosts  = 10
)

// hosts compares one site block for 10,000 services, each with a host and an
// upstream, with the same for 10: requests for all of their hosts in turn, and
// for hosts that nobody knows, which get a page.
func hosts(b *bench, r *report) error {
	few, err := b.hostsSetup(fewHosts)
	if err != nil {
		return err
	}
	many, err := b.hostsSetup(manyHosts)
	if err != nil {
		return err
	}
	known := []contender{
		{"10,000 hosts", many, hostRequests(manyHosts, "h%d.test"), 200, 1024},
		{"10 hosts", few, hostRequests(fewHosts, "h%d.test"), 200, 1024},
	}
	unknown := []contender{
		{"10,000 hosts, others", many, hostRequests(manyHosts, "unknown%d.test"), 503, 1},
		{"10 hosts, others", few, hostRequests(manyHosts, "unknown%d.test"), 503, 1},
	}
	rt := rate{
		contenders: []contender{known[0], known[1], known[1].again(), unknown[0], unknown[1]},
		checks: []check{
			faster(known[0].name, known[1].name, atLeast(0.80)),
			cheaper(known[0].name, known[1].name, nil),
			faster(unknown[0].name, unknown[1].name, atLeast(0.80)),
			{what: "ms to the first answer", subject: known[0].name, figure: start, gate: atMost(1000)},
			{what: "ms to the first answer", subject: known[1].name, figure: start},
		},
	}
	rt.checks = append(rt.checks, cheaper(unknown[0].name, unknown[1].name, nil))
	rt.checks = append(rt.checks, noise(known[1].name)...)
	if err := rt.run(b, "hosts", r); err != nil {
		return err
	}
	return b.reloads(many, r)
}

// hostsSetup writes a candor.toml with that many services.
func (b *bench) hostsSetup(n int) (*setup, error) {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "[[service]]\nname = \"s%d\"\ntitle = \"Service %[1]d\"\nhosts = [\"h%[1]d.test\"]\nupstream = %q\n\n", i, b.upstream)
	}
	dir, err := os.MkdirTemp(b.dir, "hosts-")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "candor.toml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return nil, err
	}
	return &setup{
		global: "candor " + file,
		site:   "candor\nreverse_proxy {\n\tdynamic candor\n}",
		ready:  program("/small", fmt.Sprintf("Host: h%d.test", n-1)),
	}, nil
}

// hostRequests are one for each of n hosts, in an order in which neighbours are
// far from each other in the file.
func hostRequests(n int, host string) []string {
	const stride = 7919 // a prime that divides none of the numbers of hosts
	out := make([]string, n)
	for i := range out {
		out[i] = program("/small", "Host: "+fmt.Sprintf(host, i*stride%n))
	}
	return out
}

// reloads measures how long `reload` takes, from the command's start to its end.
func (b *bench) reloads(s *setup, r *report) error {
	srv, err := b.start(s)
	if err != nil {
		return err
	}
	defer b.stop(srv.process)
	var took []float64
	for round := range b.rounds {
		cmd := exec.CommandContext(b.ctx, srv.bin, "reload", "--force", "--config", srv.config, "--adapter", "caddyfile", "--address", srv.admin)
		cmd.Env = srv.cmd.Env
		begin := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("reload: %w\n%s", err, out)
		}
		took = append(took, ms(time.Since(begin)))
		b.progress("  %d/%d reload %.0f ms", round+1, b.rounds, took[round])
		if err := srv.await(b, s.ready); err != nil {
			return fmt.Errorf("after a reload: %w", err)
		}
	}
	r.add("hosts", "ms to reload", "10,000 hosts", "", spreadOf(took), atMost(1000))
	return nil
}
