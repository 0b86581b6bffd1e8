package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// In a storm everybody opens the same page, and every page that is open asks the
// edge how things are. Neither may cost the edge more than a file of that size does
// which a web server has lying about, compressed ahead where it is sent compressed.
const staticFile = "file_server, same bytes"

// stormPage compares the maintenance page with the file.
func stormPage(name, encoding string) func(*bench, *report) error {
	return func(b *bench, r *report) error {
		global, err := b.branded()
		if err != nil {
			return err
		}
		var more []string
		if encoding != "" {
			more = []string{"Accept-Encoding: " + encoding}
		}
		with := &setup{global: global, site: "candor\n" + b.proxy(), held: true}
		page, err := b.pageOf(with, navigation("/", more...), 503)
		if err != nil {
			return err
		}
		return b.againstFile(r, name, contender{withCandor, with, []string{navigation("/", more...)}, 503, page.size}, page.file, encoding)
	}
}

// stormStatus compares what waiting pages ask with the file. Every connection asks
// as a page does that has no answer yet, and so has to be told everything.
func stormStatus(b *bench, r *report) error {
	const path = "/.candor/status?waiting"
	with := &setup{site: "candor\n" + b.proxy(), held: true}
	srv, err := b.start(with)
	if err != nil {
		return err
	}
	resp, body, err := srv.ask(program(path))
	b.stop(srv.process)
	if err != nil {
		return err
	}
	if resp.Header.Get("Candor-Next") == "" {
		return fmt.Errorf("not the answer to a waiting page: %s", resp.Status)
	}
	file := filepath.Join(b.dir, "status.json")
	if err := os.WriteFile(file, []byte(body), 0o644); err != nil {
		return err
	}
	// The time until the next question has more digits when many wait.
	return b.againstFile(r, "storm-status", contender{withCandor, with, []string{program(path)}, 200, len(body)}, file, "")
}

// againstFile compares an answer of ours with Caddy's file server sending the same
// bytes.
func (b *bench) againstFile(r *report, name string, ours contender, file, encoding string) error {
	dir, base := filepath.Dir(file), filepath.Base(file)
	site, ask := fmt.Sprintf("root %s\nfile_server", dir), program("/"+base)
	if encoding != "" {
		if err := b.unpack(file, filepath.Join(dir, name+".html")); err != nil {
			return err
		}
		if err := os.Rename(file, filepath.Join(dir, name+".html.gz")); err != nil {
			return err
		}
		site = fmt.Sprintf("root %s\nfile_server {\n\t\tprecompressed gzip\n\t}", dir)
		ask = navigation("/"+name+".html", "Accept-Encoding: "+encoding)
	}
	static := contender{staticFile, &setup{caddy: true, site: site, ready: ask}, []string{ask}, 200, ours.body}
	rt := rate{
		contenders: []contender{ours, static, static.again()},
		checks: []check{
			faster(withCandor, staticFile, nil),
			cheaper(withCandor, staticFile, atMost(1)),
			{what: "allocations more", subject: withCandor, against: staticFile, figure: allocs, compare: difference},
		},
	}
	rt.checks = append(rt.checks, noise(staticFile)...)
	return rt.run(b, name, r)
}

// unpack writes what is in a compressed file to another one.
func (b *bench) unpack(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	var text strings.Builder
	if _, err := io.Copy(&text, io.LimitReader(z, 1<<20)); err != nil {
		return err
	}
	return os.WriteFile(to, []byte(text.String()), 0o644)
}
