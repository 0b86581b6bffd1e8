package errorpages

import (
	"strings"
	"testing"

	"github.com/candor-edge/candor/statusclient"
)

// TestNothingStandsInPlaceOfABeginningThatNobodyKnows: a monitor that is down for
// long, and most incidents of monitors, have none.
func TestNothingStandsInPlaceOfABeginningThatNobodyKnows(t *testing.T) {
	b, err := NewBrand(BrandConfig{})
	if err != nil {
		t.Fatal(err)
	}
	tm, err := newTemplates(PagesConfig{}, "/.candor")
	if err != nil {
		t.Fatal(err)
	}
	p := page(b, func(p *Page) {
		p.Situation = &statusclient.Situation{Incidents: []statusclient.Incident{
			{ID: "1", Title: "Portal is down", State: statusclient.Investigating, Impact: statusclient.ImpactMajor},
		}}
	})
	v, err := tm.view(p, b.languages[0])
	if err != nil {
		t.Fatal(err)
	}
	for format, want := range map[Format]string{FormatText: "Looking for the cause · Major disruption\n", FormatHTML: "<span>Major disruption</span> </p>"} {
		if got, err := tm.render(format, v); err != nil || !strings.Contains(string(got), want) {
			t.Errorf("%v: %v\n%s", format, err, got)
		}
	}
}
