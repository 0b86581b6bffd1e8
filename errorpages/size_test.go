package errorpages

import (
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/text/language"

	"github.com/candor-edge/candor/statusclient"
)

// onTheWire is how long the page is that a visitor gets, slots and all.
func onTheWire(t *testing.T, tt *templates, p *Page, tag language.Tag) int {
	t.Helper()
	v, err := tt.view(p, tag)
	check(t, err)
	b, err := tt.render(FormatHTML, v)
	check(t, err)
	f := newForm(b)
	return len(compress(&f).body)
}

func TestPagesAreSmallOnTheWire(t *testing.T) {
	const limit = 14_000
	tt := builtinPages(t)
	cfg := campus()
	for _, l := range tt.words.locales {
		cfg.Languages = append(cfg.Languages, l.tag.String()) // a page offers all of them
	}
	b, heavy := brand(t, cfg), brand(t, cfg)
	heavy.logo = noisyPNG(t, 31, 31)
	if n := len(heavy.logo.data); n < 3800 || n > inlineLogo {
		t.Fatalf("the logo has %d bytes", n)
	}
	noise := rand.New(rand.NewPCG(1, 2))
	incompressible := func(n int, from, to rune) statusclient.Incident {
		in := registration()
		in.Updates = nil
		for range n {
			var s strings.Builder
			for range 1200 {
				s.WriteRune(from + rune(noise.IntN(int(to-from))))
			}
			in.Updates = append(in.Updates, statusclient.Update{State: "identified", At: ago(1), Text: text(s.String())})
		}
		return in
	}
	most := func(p *Page) { // alternatives
		for range MaxAlternatives {
			var s strings.Builder
			for range maxAlternativeURL - len("https://a.example/") {
				s.WriteByte('0' + byte(noise.IntN('z'-'0')))
			}
			path := strings.Map(func(r rune) rune {
				if r == '?' || r == '\\' || r == '[' || r == ']' || r == '^' || r == '`' {
					return '-'
				}
				return r
			}, s.String())
			a := Alternative{Label: path[:maxAlternativeLabel], URL: "https://a.example/" + path}
			check(t, a.Check())
			p.Service.Alternatives = append(p.Service.Alternatives, a)
		}
	}
	pages := append(strainedPages(t),
		namedPage{"two incidents of five updates", page(b, incidents(long(5, 990, 0), long(5, 990, 1)), received(ReceivedUnknown), most)},
		namedPage{"five incidents of five updates", page(b, incidents(long(5, 990, 0), long(5, 990, 1), long(5, 990, 2), long(5, 990, 3), long(5, 990, 4)))},
		namedPage{"noise of letters", page(b, incidents(incompressible(5, '0', 'z'), incompressible(5, '0', 'z')))},
		namedPage{"noise of characters", page(b, incidents(incompressible(5, 0x4E00, 0x9FFF), incompressible(5, 0x4E00, 0x9FFF)))},
		namedPage{"noise and a large logo", page(heavy, incidents(incompressible(5, 0x4E00, 0x9FFF), incompressible(5, 0x4E00, 0x9FFF)))})
	largest := 0
	for _, p := range pages {
		n := onTheWire(t, tt, p.Page, language.English)
		largest = max(largest, n)
		if n >= limit {
			t.Errorf("%s: %d bytes with gzip", p.name, n)
		}
		if testing.Verbose() {
			t.Logf("%6d %s", n, p.name)
		}
	}
	t.Logf("the largest page takes %d bytes with gzip", largest)

	for _, l := range tt.words.locales {
		largest := 0
		for _, p := range pages[len(pages)-heavyPages:] {
			n := onTheWire(t, tt, p.Page, l.tag)
			largest = max(largest, n)
			if n >= limit {
				t.Errorf("%s in %s: %d bytes with gzip", p.name, l.tag, n)
			}
			if p.name == "two incidents of five updates" {
				t.Logf("%-7s %5d bytes with gzip, for %s", l.tag, n, p.name)
			}
		}
		t.Logf("%-7s %5d bytes with gzip at most", l.tag, largest)
	}
}

// heavyPages are at the end of the list.
const heavyPages = 5
