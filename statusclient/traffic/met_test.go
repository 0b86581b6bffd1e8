package traffic

import (
	"bytes"
	"fmt"
	"math"
	"net/netip"
	"testing"
)

func address(n int) string {
	return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}).String()
}

func TestVisitorsAreCountedWellEnoughToBeRounded(t *testing.T) {
	for _, c := range []struct {
		visitors int
		off      float64 // at most, in parts of one
	}{{1, 0}, {2, 0}, {4, 0}, {5, 0}, {20, 0}, {100, 0.05}, {1000, 0.2}, {10_000, 0.2}, {100_000, 0.2}, {1_000_000, 0.2}} {
		worst := 0.0
		for round := range max(1, min(50, 200_000/c.visitors)) {
			reg := NewRegistry()
			var m met
			for n := range c.visitors {
				m.add(1, reg.Visitor(address(round*c.visitors+n), ""))
				if n%3 == 0 {
					m.add(1, reg.Visitor(address(round*c.visitors+n), "")) // the same once more
				}
			}
			worst = max(worst, math.Abs(float64(m.visitors(1)-c.visitors))/float64(c.visitors))
			_ = reg.Destruct()
		}
		t.Logf("%7d visitors: at most %.1f %% off", c.visitors, 100*worst)
		if worst > c.off {
			t.Errorf("%d visitors: %.1f %% off", c.visitors, 100*worst)
		}
	}
}

// TestAnotherProcessCannotTellWhoItWas takes what a process keeps of a visitor
// and asks others, which know every address, whose it is.
func TestAnotherProcessCannotTellWhoItWas(t *testing.T) {
	const addresses = 1 << 16
	a, b := NewRegistry(), NewRegistry()
	defer func() { _, _ = a.Destruct(), b.Destruct() }()
	same, sameShard := 0, 0
	for n := range addresses {
		va, vb := a.Visitor(address(n), "x"), b.Visitor(address(n), "x")
		if va == vb {
			same++
		}
		if va.shard() == vb.shard() {
			sameShard++
		}
	}
	if same > 0 {
		t.Errorf("%d of %d visitors are the same in two processes", same, addresses)
	}
	if off := math.Abs(float64(sameShard)/addresses*shards - 1); off > 0.1 {
		t.Errorf("the shards of two processes agree %.1f %% more or less often than by chance", 100*off)
	}
}

func TestSketchesOfTheSameVisitorsHaveNothingInCommon(t *testing.T) {
	reg := NewRegistry()
	defer func() { _ = reg.Destruct() }()
	fill := func(minute int64, r *Registry) []byte {
		var m met
		for n := range 2000 {
			m.add(minute, r.Visitor(address(n), ""))
		}
		out, err := m.sketches[0].seen.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		return out[8:]
	}
	first := fill(1, reg)
	for name, other := range map[string][]byte{"of another minute": fill(1, reg), "of another process": fill(1, NewRegistry())} {
		if bytes.Equal(first, other) {
			t.Fatalf("%s: the same sketch", name)
		}
		if r := correlation(first, other); math.Abs(r) > 0.2 {
			t.Errorf("%s: correlation %.2f", name, r)
		}
	}
	if r := correlation(first, first); r < 0.99 {
		t.Errorf("the test measures nothing: %.2f", r)
	}
}

func correlation(a, b []byte) float64 {
	var ma, mb, ab, aa, bb float64
	for i := range a {
		ma, mb = ma+float64(a[i])/float64(len(a)), mb+float64(b[i])/float64(len(b))
	}
	for i := range a {
		x, y := float64(a[i])-ma, float64(b[i])-mb
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	return ab / math.Sqrt(aa*bb)
}

func TestPeopleBehindOneAddressDiffer(t *testing.T) {
	reg := NewRegistry()
	defer func() { _ = reg.Destruct() }()
	seen := map[Visitor]bool{}
	for n := range 100 {
		for _, agent := range []string{"", "Firefox", "Chrome", "curl/8"} {
			v := reg.Visitor(address(n), agent)
			if seen[v] = true; v == 0 || v.shard() != reg.Visitor(address(n), "").shard() {
				t.Errorf("%s with %q is nobody, or counted in another shard than their answers", address(n), agent)
			}
		}
	}
	if len(seen) < 300 {
		t.Errorf("400 people are %d", len(seen))
	}
}

// Whoever has a network of IPv6 has as many addresses as they like, and anybody has
// as many browsers.
func TestNobodyAloneIsACrowd(t *testing.T) {
	for what, request := range map[string]func(n int) (address, agent string){
		"one address":          func(n int) (string, string) { return "203.0.113.1", fmt.Sprint("agent ", n) },
		"one network":          func(n int) (string, string) { return fmt.Sprintf("2001:db8::%x", n+1), "agent" },
		"one network's agents": func(n int) (string, string) { return fmt.Sprintf("2001:db8::%x", n+1), fmt.Sprint("agent ", n) },
	} {
		reg := NewRegistry()
		var m met
		for n := range 10_000 {
			m.add(1, reg.Visitor(request(n)))
		}
		if got := m.visitors(1); got > 16 || got < 12 {
			t.Errorf("%s is %d people", what, got)
		}
		_ = reg.Destruct()
	}
	reg := NewRegistry()
	defer func() { _ = reg.Destruct() }()
	if reg.Visitor("::ffff:10.0.0.1", "") == reg.Visitor("::ffff:10.0.0.2", "") || reg.Visitor("2001:db8:1::1", "") == reg.Visitor("2001:db8:2::1", "") {
		t.Error("two who have nothing in common are one")
	}
}
