package pass

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// memory is a storage.
type memory struct {
	mu     sync.Mutex
	values map[string][]byte
	fails  error
	lists  int
}

func (m *memory) Store(_ context.Context, key string, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails == nil {
		if m.values == nil {
			m.values = make(map[string][]byte)
		}
		m.values[key] = value
	}
	return m.fails
}

func (m *memory) Load(_ context.Context, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if b, ok := m.values[key]; ok || m.fails != nil {
		return b, m.fails
	}
	return nil, fs.ErrNotExist
}

func (m *memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails == nil {
		delete(m.values, key)
	}
	return m.fails
}

func (m *memory) List(_ context.Context, prefix string, _ bool) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lists++
	var keys []string
	for k := range m.values {
		if path.Dir(k) == prefix {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 && m.fails == nil {
		return nil, fs.ErrNotExist
	}
	return keys, m.fails
}

var now = time.Date(2026, 11, 22, 22, 0, 0, 0, time.UTC)

func linkTo(t testing.TB, r *Ring, s Store, service string, span time.Duration, now time.Time) string {
	t.Helper()
	link, _, err := r.Link(t.Context(), s, service, span, now)
	if err != nil {
		t.Fatal(err)
	}
	return link
}

func passFor(t testing.TB, r *Ring, s Store, service string, span time.Duration, now time.Time) string {
	t.Helper()
	p, _, err := r.Open(t.Context(), s, service, linkTo(t, r, s, service, span, now), now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestALinkOpensForAWhileAndItsPassIsValidForAsLongAsItSays(t *testing.T) {
	r := New()
	var s memory
	link, until, err := r.Link(t.Context(), &s, "portal", 4*time.Hour, now)
	if err != nil || !until.Equal(now.Add(15*time.Minute)) {
		t.Fatal(until, err)
	}
	for after, opens := range map[time.Duration]bool{0: true, 15*time.Minute - time.Second: true, 15 * time.Minute: false, time.Hour: false} {
		p, ends, err := r.Open(t.Context(), &s, "portal", link, now.Add(after))
		if (err == nil) != opens || err != nil && !errors.Is(err, ErrLink) {
			t.Errorf("opened after %s: %v", after, err)
		}
		if opens && (!ends.Equal(now.Add(after+4*time.Hour)) || !r.Valid("portal", p, ends.Add(-time.Second)) || r.Valid("portal", p, ends)) {
			t.Errorf("opened after %s, the pass ends at %s, or does not", after, ends)
		}
	}
}

func TestAPassIsForOneServiceAndNoLink(t *testing.T) {
	r := New()
	var s memory
	link := linkTo(t, r, &s, "portal", time.Hour, now)
	other := passFor(t, r, &s, "library", time.Hour, now)
	p := passFor(t, r, &s, "portal", time.Hour, now)
	if !r.Valid("portal", p, now) || !r.Valid("library", other, now) {
		t.Fatal("a pass is not valid")
	}
	if r.Valid("library", p, now) || r.Valid("portal", other, now) || r.Valid("portal", link, now) {
		t.Error("what is for something else is valid")
	}
	if _, _, err := r.Open(t.Context(), &s, "portal", p, now); err == nil {
		t.Error("a pass opens as a link")
	}
	if _, _, err := r.Open(t.Context(), &s, "library", link, now); err == nil {
		t.Error("a link opens for another service")
	}
	if again := passFor(t, r, &s, "portal", time.Hour, now); again == p {
		t.Error("two passes are the same")
	}
}

func TestWhateverIsChangedInAPassItIsNoPassAnyMore(t *testing.T) {
	r := New()
	var s memory
	p := passFor(t, r, &s, "portal", time.Hour, now)
	for i := range len(p) {
		for _, c := range "AZaz09-_=. \n\x00" {
			if changed := p[:i] + string(c) + p[i+1:]; changed != p && r.Valid("portal", changed, now) {
				t.Errorf("%q at %d is valid", c, i)
			}
		}
	}
	for _, changed := range []string{"", p[1:], p[:len(p)-1], p + "A", p + "=", " " + p, p + p, strings.ToUpper(p), "\n" + p[1:]} {
		if r.Valid("portal", changed, now) {
			t.Errorf("%q is valid", changed)
		}
	}
}

func TestKeysRotateWithoutCuttingOffValidPasses(t *testing.T) {
	r := New()
	var s memory
	day := func(n int) time.Time { return now.Add(time.Duration(n) * 24 * time.Hour) }
	long := passFor(t, r, &s, "portal", Longest, day(6)) // until day 36
	for n := 7; n < 36; n++ {
		if p := passFor(t, r, &s, "portal", time.Hour, day(n)); !r.Valid("portal", p, day(n)) {
			t.Fatalf("day %d: a new pass is not valid", n)
		}
		if !r.Valid("portal", long, day(n)) {
			t.Fatalf("day %d: a pass is cut off", n)
		}
	}
	if len(s.values) != 5 {
		t.Errorf("%d keys after five weeks, want one a week", len(s.values))
	}
	_ = passFor(t, r, &s, "portal", time.Hour, day(365))
	if len(s.values) != 1 {
		t.Errorf("%d keys are kept for ever", len(s.values))
	}
}

func TestEdgesOnOneStorageShareKeys(t *testing.T) {
	a, b := New(), New()
	var s memory
	link := linkTo(t, a, &s, "portal", time.Hour, now)
	p, _, err := b.Open(t.Context(), &s, "portal", link, now)
	if err != nil || !a.Valid("portal", p, now) || !b.Valid("portal", p, now) {
		t.Fatalf("a link that another edge has made: %v", err)
	}
	kept := passFor(t, b, &s, "library", time.Hour, now)
	if err := a.Revoke(t.Context(), &s, "portal"); err != nil {
		t.Fatal(err)
	}
	if a.Valid("portal", p, now) {
		t.Error("a pass outlives its end")
	}
	if err := b.Refresh(t.Context(), &s); err != nil || b.Valid("portal", p, now) {
		t.Errorf("a pass outlives its end on another edge: %v", err)
	}
	if _, _, err := b.Open(t.Context(), &s, "portal", link, now.Add(time.Minute)); err == nil {
		t.Error("a link outlives its end")
	}
	if !b.Valid("library", kept, now) {
		t.Error("another service's pass was ended")
	}
	if p := passFor(t, b, &s, "portal", time.Hour, now); !b.Valid("portal", p, now) {
		t.Error("no pass after the end of all")
	}
}

func TestANewLinkIsNotSignedWithAKeyThatAnotherEdgeHasEnded(t *testing.T) {
	a, b := New(), New()
	var s memory
	_ = linkTo(t, a, &s, "portal", time.Hour, now)
	if err := b.Revoke(t.Context(), &s, "portal"); err != nil {
		t.Fatal(err)
	}
	link := linkTo(t, a, &s, "portal", time.Hour, now) // a has not heard of it
	if _, _, err := b.Open(t.Context(), &s, "portal", link, now); err != nil {
		t.Error(err)
	}
}

func TestMadeUpLinksHaveTheStorageAskedOnceASecond(t *testing.T) {
	a, made := New(), New()
	var s memory
	link := linkTo(t, made, new(memory), "portal", time.Hour, now)
	for i := range 100 {
		if _, _, err := a.Open(t.Context(), &s, "portal", link, now.Add(time.Duration(i)*20*time.Millisecond)); err == nil {
			t.Fatal("it opens")
		}
	}
	if s.lists > 4 { // the folder, and what is above it
		t.Errorf("asked %d times in two seconds", s.lists)
	}
}

func TestAStorageThatFailsLeavesWhatIsKnown(t *testing.T) {
	r := New()
	var s memory
	p := passFor(t, r, &s, "portal", time.Hour, now)
	s.fails = errors.New("disk on fire")
	if r.Refresh(t.Context(), &s) == nil || r.Revoke(t.Context(), &s, "portal") == nil {
		t.Error("no error")
	}
	if _, _, err := r.Link(t.Context(), &s, "portal", time.Hour, now); !errors.Is(err, s.fails) {
		t.Error(err)
	}
	if !r.Valid("portal", p, now) {
		t.Error("a valid pass is cut off")
	}
	s.fails = nil
	if err := r.Revoke(t.Context(), &s, "portal"); err != nil || r.Valid("portal", p, now) || !r.Empty() {
		t.Errorf("%v", err)
	}
}

func TestNobodyWaitsForAStorageThatHangs(t *testing.T) {
	r := New()
	_ = r.lock(t.Context())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := r.Link(ctx, new(memory), "portal", time.Hour, now)
	if !errors.Is(err, context.Canceled) || r.Refresh(ctx, new(memory)) == nil || r.Revoke(ctx, new(memory), "portal") == nil {
		t.Error(err)
	}
}

func TestWhatIsNoKeyIsLeftAlone(t *testing.T) {
	r := New()
	var s memory
	p := passFor(t, r, &s, "portal", time.Hour, now)
	name := slices.Collect(maps.Keys(s.values))[0]
	other := strings.Replace(name, "-", "-0", 1)[:len(name)]
	for key, value := range map[string]string{
		root + "/.tmp123": "", root + "/readme": "x", root + "/ZZ-0000000000000000": "{}", root + "/6-0000000000000000": "{}",
		other:                              `{"service":"portal","created":"2026-11-22T22:00:00Z","secret":""}`,
		root + "/706f-0123456789abcdef":    "not JSON",
		root + "/707172-0123456789abcdef":  string(s.values[name]), // says another service
		root + "/706f72-0123456789abcdef/": "",
	} {
		_ = s.Store(t.Context(), key, []byte(value))
	}
	if err := r.Refresh(t.Context(), &s); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
	if err := r.Refresh(t.Context(), &s); err != nil {
		t.Errorf("told again: %v", err)
	}
	if !r.Valid("portal", p, now) || len(*r.keys.Load()) != 1 {
		t.Error("keys are lost, or too many")
	}
}

func TestPassesAreNeitherForNothingNorForEver(t *testing.T) {
	r := New()
	for span, ok := range map[time.Duration]bool{0: false, -time.Hour: false, time.Second: false, time.Minute: true, Longest: true, Longest + time.Second: false} {
		if _, _, err := r.Link(t.Context(), new(memory), "portal", span, now); (err == nil) != ok {
			t.Errorf("%s: %v", span, err)
		}
	}
}

func TestARingMayBeUsedByManyAtOnce(t *testing.T) {
	r := New()
	var s memory
	p := passFor(t, r, &s, "library", time.Hour, now)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				_, _, _ = r.Link(t.Context(), &s, "portal", time.Hour, now)
				_ = r.Refresh(t.Context(), &s)
				_ = r.Revoke(t.Context(), &s, "portal")
			}
		})
		wg.Go(func() {
			for range 500 {
				if !r.Valid("library", p, now) {
					t.Error("a valid pass is none")
				}
			}
		})
	}
	wg.Wait()
}

// FuzzValid looks for anything that gets past without having been given.
func FuzzValid(f *testing.F) {
	r := New()
	var s memory
	p := passFor(f, r, &s, "portal", time.Hour, now)
	other := passFor(f, r, &s, "library", time.Hour, now)
	link := linkTo(f, r, &s, "portal", time.Hour, now)
	for _, seed := range []string{"", p, other, link, p[1:], strings.Repeat("A", tokenLen), strings.Repeat("\n", tokenLen), p[:tokenLen-1] + "="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if r.Valid("portal", text, now) != (text == p) {
			t.Errorf("%q", text)
		}
		var b scratch
		tok, ok := b.decode(text)
		if !ok {
			return
		}
		if raw := tok.encode(nil); string(raw) != string(b.raw[:payloadLen]) {
			t.Errorf("%q is read as %+v, which is written as %x", text, tok, raw)
		}
	})
}

func TestValidAllocatesNothing(t *testing.T) {
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("the race detector makes pools forget")
	}
	r := New()
	var s memory
	p := passFor(t, r, &s, "portal", time.Hour, now)
	if n := testing.AllocsPerRun(1000, func() { r.Valid("portal", p, now) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkValid(b *testing.B) {
	r := New()
	var s memory
	p := passFor(b, r, &s, "portal", time.Hour, now)
	b.ReportAllocs()
	for b.Loop() {
		if !r.Valid("portal", p, now) {
			b.Fatal("no pass")
		}
	}
}
