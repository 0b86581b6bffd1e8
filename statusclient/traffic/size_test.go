package traffic

import (
	"runtime"
	"strconv"
	"testing"
)

// TestWindowsAreSmall measures what services take, in bytes each.
func TestWindowsAreSmall(t *testing.T) {
	const services = 500
	for _, c := range []struct {
		name  string
		limit int
		use   func(w *Tally, reg *Registry)
	}{
		{"idle", 512, func(*Tally, *Registry) {}},
		{"answering", 2048, func(w *Tally, reg *Registry) {
			for i := range 100 {
				w.Record(reg.Now(), Answered, reg.Visitor(address(i), ""))
			}
		}},
		{"failing for three", 8192, func(w *Tally, reg *Registry) {
			for i := range 3 {
				w.Record(reg.Now(), Answered, reg.Visitor(address(i), ""))
				fail(w, reg, i)
			}
		}},
		{"failing for all, pages waiting", 8448, func(w *Tally, reg *Registry) {
			w.Record(reg.Now(), Answered, reg.Visitor(address(0), ""))
			for i := range 1000 {
				fail(w, reg, i)
			}
			w.Evidence(reg.Now())
			w.Poll(reg.Now(), false, 1)
		}},
	} {
		reg := NewRegistry()
		names := make([]string, services)
		for i := range names {
			names[i] = "service-" + strconv.Itoa(i)
		}
		before := heap()
		for _, name := range names {
			c.use(reg.Open(name), reg)
		}
		size := int(heap()-before) / services
		runtime.KeepAlive(reg)
		_ = reg.Destruct()
		t.Logf("%5d bytes: %s", size, c.name)
		if size > c.limit {
			t.Errorf("%s: %d bytes, at most %d", c.name, size, c.limit)
		}
	}
}

// fail counts a visitor in every sketch that there can be at once.
func fail(w *Tally, reg *Registry, n int) {
	v, at := reg.Visitor(address(n), ""), offset(reg.Now(), w.base)
	w.fail(at, timeout, v)
	m := &w.failures.Load().met
	for minute := range sketches {
		m.add(at-minute*int64(60e9), v)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
