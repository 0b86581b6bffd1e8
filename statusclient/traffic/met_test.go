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
	seen := map[Visitor]string{}
	for _, agent := range []string{"", "Firefox", "Chrome", "curl/8"} {
		for n := range 100 {
			v, who := reg.Visitor(address(n), agent), fmt.Sprint(address(n), agent)
			if v == 0 || seen[v] != "" {
				t.Errorf("%s is %q", who, seen[v])
			}
			if seen[v] = who; v.shard() != reg.Visitor(address(n), "").shard() {
				t.Errorf("%s is counted in another shard than their answers", who)
			}
		}
	}
}
