// Command bench measures what Candor costs and what it saves. It starts this
// repository's binary with and without the candor directive, and with the
// recipes for the same job that Caddy has without Candor, and loads them in
// turn, round after round, so that a slow minute of the machine hits all of them.
//
//	go run ./cmd/bench                        # everything, some ten minutes
//	go run ./cmd/bench -only pass,held -rounds 9
//	go run ./cmd/bench -gate                  # exit 1 if something is below its gate
//
// What it prints are ratios: the median of the ratios of the single rounds. The
// absolute figures of a shared machine mean nothing. Where a page is sent, "floor"
// is a handler in the same Caddy that writes the same bytes and decides nothing:
// the share of it that Candor reaches is what Candor itself is good for. Of every
// scenario the baseline runs twice, as two processes of one configuration; what these two
// differ by is the noise, and nothing smaller is a difference.
//
// Limits. The server has one core, the load generator and the upstream share
// another; with one core for all, or without taskset, ratios shrink towards 1.
// The load generator is a closed loop of 64 keep-alive connections in Go, which
// takes a few microseconds a request: where "busy" is far below 100 %, it or
// somebody else on the machine was the limit and not the server, and CPU per
// answer is the figure to read. CPU and RSS come from /proc and are missing
// elsewhere. RSS of two different binaries also differs by how their files came
// to the disk; of one binary it does not. Logs are off on all sides.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// options are what the command line says.
type options struct {
	only     string
	rounds   int
	duration time.Duration
	conns    int
	gate     bool
	list     bool
	candor   string
	caddy    string
	page     int
	limit    time.Duration
}

func main() {
	if len(os.Args) > 1 {
		if role, ok := roles[os.Args[1]]; ok {
			if err := role(os.Args[2:]); err != nil {
				fmt.Fprintln(os.Stderr, "bench "+os.Args[1]+":", err)
				os.Exit(1)
			}
			return
		}
	}
	o, err := parse(os.Args[1:])
	if err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		os.Exit(2)
	}
	if o.list {
		for _, s := range scenarios {
			fmt.Printf("%-15s %s\n", s.name, s.title)
		}
		return
	}
	ok, err := measure(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	if o.gate && !ok {
		os.Exit(1)
	}
}

// roles are what this binary is when it starts itself: the load, the upstream and
// the floor are processes of their own, so that they can have a core of their own.
var roles = map[string]func(args []string) error{
	"load":     loadRole,
	"upstream": upstreamRole,
	"status":   statusRole,
	"floor":    floorRole,
}

func parse(args []string) (*options, error) {
	o := new(options)
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	fs.StringVar(&o.only, "only", "", "run only scenarios whose names begin with one of these, separated by commas")
	fs.IntVar(&o.rounds, "rounds", 5, "rounds that every scenario is measured in")
	fs.DurationVar(&o.duration, "duration", 2*time.Second, "length of one measurement")
	fs.IntVar(&o.conns, "conns", 64, "keep-alive connections")
	fs.BoolVar(&o.gate, "gate", false, "exit 1 if a ratio is below its gate")
	fs.BoolVar(&o.list, "list", false, "list the scenarios and exit")
	fs.StringVar(&o.candor, "candor", "", "measure this `binary` (default: built from this module)")
	fs.StringVar(&o.caddy, "caddy", "", "run what has no candor directive with this `binary` (default: the one that is measured)")
	fs.IntVar(&o.page, "page", 8192, "size in `bytes` of the page that is sent, by a template of that size; 0 is the built-in page")
	fs.DurationVar(&o.limit, "limit", time.Hour, "give up after that long")
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	switch {
	case fs.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q", fs.Arg(0))
	case o.rounds < 1 || o.rounds > 1000:
		return nil, errors.New("-rounds: between 1 and 1000")
	case o.duration < 50*time.Millisecond || o.duration > time.Minute:
		return nil, errors.New("-duration: between 50ms and 1m")
	case o.conns < 1 || o.conns > 512:
		return nil, errors.New("-conns: between 1 and 512")
	case len(chosen(o.only)) == 0:
		return nil, fmt.Errorf("-only: no scenario begins with %q; -list names them", o.only)
	}
	return o, nil
}

// measure runs the chosen scenarios and reports whether all gates were held.
func measure(o *options) (ok bool, err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()

	b, err := newBench(ctx, o)
	if err != nil {
		return false, err
	}
	defer b.close()
	b.describe(os.Stdout)

	var report report
	for _, s := range chosen(o.only) {
		b.progress("%s: %s", s.name, s.title)
		start := time.Now()
		if err := s.run(b, &report); err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			return false, fmt.Errorf("%s: %w", s.name, err)
		}
		b.progress("%s: %.0f s", s.name, time.Since(start).Seconds())
	}
	report.write(os.Stdout)
	return report.ok(), nil
}

// chosen are the scenarios that -only names by how their names begin.
func chosen(only string) []scenario {
	if only == "" {
		return scenarios
	}
	var out []scenario
	for _, s := range scenarios {
		for prefix := range strings.SplitSeq(only, ",") {
			if prefix = strings.TrimSpace(prefix); prefix != "" && strings.HasPrefix(s.name, prefix) {
				out = append(out, s)
				break
			}
		}
	}
	return out
}

// progress tells on stderr how it goes.
func (b *bench) progress(format string, args ...any) {
	_, _ = io.WriteString(os.Stderr, fmt.Sprintf(format, args...)+"\n")
}
