package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// cpuSeconds is what a process has used of all cores, to the nanosecond. It is
// no number where there is no /proc.
func (p *process) cpuSeconds() float64 {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.cmd.Process.Pid))
	if len(tasks) == 0 {
		return math.NaN()
	}
	total := 0.0
	for _, name := range tasks {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // the thread has ended
		}
		ns, _, _ := strings.Cut(string(b), " ")
		n, _ := strconv.ParseFloat(ns, 64)
		total += n / 1e9
	}
	return total
}

// rss is the memory that a process holds, in MiB; no number where there is no
// /proc. The cheaper figures that the kernel has are rounded per core.
func (p *process) rss() float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", p.cmd.Process.Pid))
	if err != nil {
		return math.NaN()
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == "Rss:" {
			if kib, err := strconv.ParseFloat(f[1], 64); err == nil {
				return kib / 1024
			}
		}
	}
	return math.NaN()
}
