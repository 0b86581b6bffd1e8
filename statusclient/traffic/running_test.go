package traffic

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestRequestsUnderWayAreCounted(t *testing.T) {
	reg := NewRegistry()
	defer func() { _ = reg.Destruct() }()
	w := reg.Open("portal")
	if w.Running() != 0 {
		t.Error("something runs")
	}
	var under []*Lane
	for i := range uint32(20) {
		under = append(under, w.Enter(i))
	}
	if got := w.Running(); got != 20 {
		t.Errorf("%d run, want 20", got)
	}
	again := reg.Open("portal") // as a reload does
	reg.Close(w)
	for i, l := range under {
		l.Leave()
		if got := again.Running(); got != 19-i {
			t.Errorf("%d run, want %d", got, 19-i)
		}
	}
}

func TestRestingForgetsNoRequestThatIsUnderWay(t *testing.T) {
	reg := NewRegistry()
	defer func() { _ = reg.Destruct() }()
	w := reg.Open("portal")
	stream := w.Enter(3)
	w.rest(time.Now().Add(time.Hour))
	if got := w.Running(); got != 1 {
		t.Errorf("%d run, want the stream", got)
	}
	stream.Leave()
	w.rest(time.Now().Add(2 * time.Hour))
	if w.running.Load() != nil {
		t.Error("a service that rests keeps its lanes")
	}
	w.Enter(3).Leave()
	if got := w.Running(); got != 0 {
		t.Errorf("%d run, want none", got)
	}
}

func TestManyEnterAndLeaveAtOnce(t *testing.T) {
	reg := NewRegistry()
	defer func() { _ = reg.Destruct() }()
	w := reg.Open("portal")
	var wg sync.WaitGroup
	for n := range uint32(8) {
		wg.Go(func() {
			for range 1000 {
				l := w.Enter(n)
				if w.Running() < 1 {
					t.Error("a request that is under way is not counted")
				}
				l.Leave()
			}
		})
	}
	wg.Wait()
	if got := w.Running(); got != 0 {
		t.Errorf("%d run", got)
	}
}

// BenchmarkEnter is what every request pays to be counted while it is under way.
func BenchmarkEnter(b *testing.B) {
	for _, n := range []int{1, 10_000} {
		reg, all := tallies(b, n)
		_ = reg
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.Run("serial", func(b *testing.B) {
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					all[i].Enter(1).Leave()
					if i++; i == n {
						i = 0
					}
				}
			})
			b.Run("parallel", func(b *testing.B) {
				b.ReportAllocs()
				var next atomic.Uint32
				b.RunParallel(func(pb *testing.PB) {
					lane := next.Add(1)
					i := int(lane) * 7919 % n
					for pb.Next() {
						all[i].Enter(lane).Leave()
						if i++; i == n {
							i = 0
						}
					}
				})
			})
		})
	}
}
