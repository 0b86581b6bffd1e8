package traffic

import (
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

// tallies are those of n services that are used.
func tallies(b *testing.B, n int) (*Registry, []*Tally) {
	reg := NewRegistry()
	b.Cleanup(func() { _ = reg.Destruct() })
	all := make([]*Tally, n)
	for i := range all {
		all[i] = reg.Open(strconv.Itoa(i))
		all[i].Record(reg.Now(), Answered, reg.Visitor(address(i), ""))
	}
	return reg, all
}

// BenchmarkAnswered is what every request pays: the time, the visitor, the count.
func BenchmarkAnswered(b *testing.B) {
	for _, n := range []int{1, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			reg, all := tallies(b, n)
			b.Run("serial", func(b *testing.B) {
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					i++
					all[i%n].Record(reg.Now(), Answered, reg.Visitor(addresses[i&255], ""))
				}
			})
			b.Run("parallel", func(b *testing.B) {
				b.ReportAllocs()
				var start atomic.Int64
				b.RunParallel(func(pb *testing.PB) {
					i := int(start.Add(1) * 7919)
					for pb.Next() {
						i++
						all[i%n].Record(reg.Now(), Answered, reg.Visitor(addresses[i&255], ""))
					}
				})
			})
		})
	}
}

var addresses = func() (all [256]string) {
	for i := range all {
		all[i] = address(i * 7919)
	}
	return all
}()

// BenchmarkRecord is the count alone.
func BenchmarkRecord(b *testing.B) {
	reg, all := tallies(b, 1)
	now, v := reg.Now(), reg.Visitor(address(1), "")
	b.ReportAllocs()
	for b.Loop() {
		all[0].Record(now, Answered, v)
	}
}

// BenchmarkFailed is what a page pays: that it is counted, and what it tells.
func BenchmarkFailed(b *testing.B) {
	const agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
	for _, visitors := range []int{1, 3, 100, 100_000} {
		b.Run(strconv.Itoa(visitors), func(b *testing.B) {
			reg, all := tallies(b, 1)
			who := make([]string, visitors)
			for i := range who {
				who[i] = address(i)
			}
			var next atomic.Int64
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					now := reg.Now()
					all[0].Record(now, timeout, reg.Visitor(who[int(next.Add(1))%visitors], agent))
					all[0].Evidence(now)
				}
			})
		})
	}
}

func BenchmarkPoll(b *testing.B) {
	reg, all := tallies(b, 1)
	all[0].Record(reg.Now(), timeout, reg.Visitor(address(1), ""))
	b.ReportAllocs()
	for b.Loop() {
		all[0].Poll(reg.Now(), false, 1)
	}
}

func BenchmarkNow(b *testing.B) {
	reg, _ := tallies(b, 1)
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			_ = reg.Now()
		}
	})
	b.Run("time", func(b *testing.B) {
		for b.Loop() {
			_ = time.Now()
		}
	})
}
