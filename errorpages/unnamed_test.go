package errorpages

import (
	"strings"
	"testing"

	"github.com/candor-edge/candor/statusclient"
)

func TestAServiceWithoutATitleIsThisSite(t *testing.T) {
	b, err := NewBrand(BrandConfig{})
	if err != nil {
		t.Fatal(err)
	}
	tm, err := newTemplates(PagesConfig{}, "/.candor")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range samples() {
		p.Service = &Service{Name: "default", Brand: b}
		if p.Situation == nil {
			p.Situation = new(statusclient.Situation)
		}
		v, err := tm.view(p, b.languages[0])
		if err != nil {
			t.Fatal(err)
		}
		text, err := tm.render(FormatText, v)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if l := strings.TrimSpace(line); strings.HasPrefix(l, "this site is") || strings.HasPrefix(l, "this site did") || strings.Contains(l, "with This site") || strings.Contains(l, "default") {
				t.Errorf("%s/%s: %q", p.Cause, p.State(), l)
			}
		}
	}
}
