package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// scenario is one row or a few of what is promised.
type scenario struct {
	name  string
	title string
	run   func(b *bench, r *report) error
}

var scenarios = []scenario{
	{"pass-1k", "passing 200 answers of 1 KB to programs, without a timeout", pass("pass-1k", "/small", 1024, false)},
	{"pass-1k-timed", "passing 200 answers of 1 KB to browsers, with a timeout", pass("pass-1k-timed", "/small", 1024, true)},
	{"pass-1m", "passing 1 MiB with its length", pass("pass-1m", "/length/1048576", 1<<20, false)},
	{"pass-1m-chunked", "passing 1 MiB in chunks", pass("pass-1m-chunked", "/chunked/1048576", 1<<20, false)},
	{"pass-memory", "memory while large bodies pass", passMemory},
	{"replace", "the upstream answers 500, a page replaces it", replace},
	{"refused", "the upstream refuses connections", refused},
	{"held", "maintenance page, HTML", held("held", "")},
	{"held-gzip", "maintenance page, gzip", held("held-gzip", "gzip")},
	{"storm", "the page as often as anybody can ask, beside a file of its size", stormPage("storm", "")},
	{"storm-gzip", "the same with gzip, beside a file that is compressed already", stormPage("storm-gzip", "gzip")},
	{"storm-status", "what waiting pages ask, beside a file of its size", stormStatus},
	{"hang", "requests hanging until the timeout", hang},
	{"hosts", "10,000 hosts in candor.toml", hosts},
	{"idle", "memory while nothing happens", idle},
	{"poll", "50 status systems polled every 30 seconds", poll},
}

const (
	withCandor = "candor"
	plainCaddy = "plain"
	noWork     = "floor"
)

func (b *bench) proxy() string { return "reverse_proxy " + b.upstream }

// pass compares passing an answer on with and without the directive.
func pass(name, path string, body int, timed bool) func(*bench, *report) error {
	return func(b *bench, r *report) error {
		ask := program(path)
		if timed {
			ask = navigation(path)
		}
		with := contender{withCandor, &setup{site: "candor\n" + b.proxy()}, []string{ask}, 200, body}
		plain := contender{plainCaddy, &setup{caddy: true, site: b.proxy()}, []string{ask}, 200, body}
		rt := rate{
			contenders: []contender{with, plain, plain.again()},
			checks: []check{
				faster(withCandor, plainCaddy, atLeast(0.95)),
			},
		}
		if body >= 1<<20 {
			rt.conns = 16
			rt.checks = append(rt.checks, cheaper(withCandor, plainCaddy, nil))
			rt.checks = append(rt.checks, noise(plainCaddy)...)
			return rt.run(b, name, r)
		}
		// One is the closure that Caddy makes for every handler of a route. What
		// the collector throws away from pools, and asking for the figure, cost
		// fractions of an object. Tests beside the code count exactly.
		const most = 1.5
		rt.checks = append(rt.checks,
			cheaper(withCandor, plainCaddy, atMost(1.06)),
			check{what: "allocations more", subject: withCandor, against: plainCaddy, figure: allocs, compare: difference, gate: atMost(most)},
		)
		rt.checks = append(rt.checks, noise(plainCaddy)...)
		return rt.run(b, name, r)
	}
}

// replace compares a page in place of a 500 with Caddy's own recipe for it, and
// with passing the 500 on as it is.
func replace(b *bench, r *report) error {
	const recipe, bare = "handle_response+file_server", "the bare 500"
	ask := navigation("/500")
	global, err := b.branded()
	if err != nil {
		return err
	}
	with := &setup{global: global, site: "candor\n" + b.proxy()}
	page, err := b.pageOf(with, ask, 500)
	if err != nil {
		return err
	}
	base := contender{recipe, &setup{caddy: true, site: fmt.Sprintf(`reverse_proxy %s {
		@err status 500 502 503 504
		handle_response @err {
			root %s
			rewrite /%s
			file_server {
				status {rp.status_code}
			}
		}
	}`, b.upstream, filepath.Dir(page.file), filepath.Base(page.file))}, []string{ask}, 500, page.size}
	rt := rate{
		contenders: []contender{
			{withCandor, with, []string{ask}, 500, page.size},
			base, base.again(),
			{bare, &setup{caddy: true, site: b.proxy()}, []string{ask}, 500, 200},
			{noWork, page.floor(b.proxy()), []string{ask}, 500, page.size},
		},
		checks: []check{
			faster(withCandor, recipe, atLeast(1.8)),
			faster(withCandor, bare, atLeast(0.90)),
			cheaper(withCandor, recipe, nil),
			cheaper(withCandor, bare, nil),
			faster(noWork, bare, nil),
			faster(withCandor, noWork, atLeast(0.9)),
			cheaper(withCandor, noWork, nil),
			{what: "new upstream connections", subject: withCandor, figure: conns, gate: atMost(0.05)},
			{what: "new upstream connections", subject: recipe, figure: conns},
		},
	}
	rt.checks = append(rt.checks, noise(recipe)...)
	return rt.run(b, "replace", r)
}

// refused compares a page for an upstream that refuses connections with Caddy's
// own recipe for it.
func refused(b *bench, r *report) error {
	const recipe = "handle_errors+file_server"
	ask := navigation("/")
	global, err := b.branded()
	if err != nil {
		return err
	}
	with := &setup{global: global, site: "candor\nreverse_proxy " + b.dead}
	page, err := b.pageOf(with, ask, 502)
	if err != nil {
		return err
	}
	base := contender{recipe, &setup{caddy: true, site: fmt.Sprintf(`reverse_proxy %s
	handle_errors {
		root %s
		rewrite /%s
		file_server
	}`, b.dead, filepath.Dir(page.file), filepath.Base(page.file))}, []string{ask}, 502, page.size}
	rt := rate{
		contenders: []contender{
			{withCandor, with, []string{ask}, 502, page.size},
			base, base.again(),
			{noWork, page.floor("reverse_proxy " + b.dead), []string{ask}, 502, page.size},
		},
		checks: []check{
			faster(withCandor, recipe, atLeast(1.45)),
			cheaper(withCandor, recipe, nil),
			faster(noWork, recipe, nil),
			faster(withCandor, noWork, atLeast(0.9)),
			cheaper(withCandor, noWork, nil),
		},
	}
	rt.checks = append(rt.checks, noise(recipe)...)
	return rt.run(b, "refused", r)
}

// held compares the maintenance page with respond sending the same body.
func held(name, encoding string) func(*bench, *report) error {
	return func(b *bench, r *report) error {
		global, err := b.branded()
		if err != nil {
			return err
		}
		with := &setup{global: global, site: "candor\n" + b.proxy(), held: true}
		page, err := b.pageOf(with, navigation("/"), 503)
		if err != nil {
			return err
		}
		body, err := os.ReadFile(page.file)
		if err != nil {
			return err
		}
		ask, recipe, encode, bound := navigation("/"), "respond", "", 2.1
		if encoding != "" {
			ask, recipe, encode, bound = navigation("/", "Accept-Encoding: "+encoding), "encode+respond", "encode "+encoding, 4.0
			if page, err = b.pageOf(with, ask, 503); err != nil {
				return err
			}
			page.size = min(page.size, 512) // others compress otherwise
		}
		base := contender{recipe, &setup{caddy: true, site: fmt.Sprintf(
			"%s\nheader Content-Type \"text/html; charset=utf-8\"\nrespond <<CANDOR_PAGE\n%s\nCANDOR_PAGE 503", encode, body)}, []string{ask}, 503, page.size}
		rt := rate{
			contenders: []contender{
				{withCandor, with, []string{ask}, 503, page.size},
				base, base.again(),
				{noWork, page.floor(""), []string{ask}, 503, page.size},
			},
			checks: []check{
				faster(withCandor, recipe, atLeast(bound)),
				cheaper(withCandor, recipe, nil),
				faster(noWork, recipe, nil),
				faster(withCandor, noWork, atLeast(0.9)),
				cheaper(withCandor, noWork, nil),
				{what: "allocations more", subject: withCandor, against: noWork, figure: allocs, compare: difference},
			},
		}
		rt.checks = append(rt.checks, noise(recipe)...)
		return rt.run(b, name, r)
	}
}

// page is an answer of ours in files, so that others can send the same.
type page struct {
	file     string // its body
	recorded string // all of it
	size     int    // of the body
}

// floor sends it in place of what fails below.
func (p page) floor(below string) *setup {
	return &setup{floor: true, site: "bench_floor * " + p.recorded + "\n" + below}
}

// pageOf asks a server of ours for its page.
func (b *bench) pageOf(s *setup, ask string, code int) (p page, err error) {
	srv, err := b.start(s)
	if err != nil {
		return p, err
	}
	defer b.stop(srv.process)
	resp, body, err := srv.ask(ask)
	if err != nil {
		return p, err
	}
	if resp.StatusCode != code || resp.Header.Get("Cache-Control") != "no-store" {
		return p, fmt.Errorf("not a page of ours: %s", resp.Status)
	}
	dir, err := os.MkdirTemp(b.dir, "page-")
	if err != nil {
		return p, err
	}
	p = page{file: filepath.Join(dir, "page.html"), recorded: filepath.Join(dir, "answer.json"), size: len(body)}
	if err := record(p.recorded, resp, body); err != nil {
		return p, err
	}
	return p, os.WriteFile(p.file, []byte(body), 0o600)
}
