package statusclient_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	sc "github.com/candor-edge/candor/statusclient"
)

func TestUnmatchedNamesWhatNobodyKnows(t *testing.T) {
	t.Parallel()
	waiting := source("waiting", sc.Status{})
	waiting.Fetched = time.Time{}
	sources := []sc.Input{source("campus", campus()), waiting, board(sc.Status{}), source("feed", sc.Status{})}
	k := sc.Merge(nil, sources, nil, noon)
	const nothing = ""
	for ref, want := range map[string]string{
		"campus/Mail":          `backend campus has 2 components "campus/Mail", and all are meant; write "campus/Staff/Mail" or "campus/Students/Mail"`,
		"campus/Staff/Mail":    nothing,
		"campus/*":             nothing,
		"campus/1":             nothing,
		"campus/hidden":        nothing, // only an incident names it
		"campus/Cafe\u0301":    nothing,
		"campus/校园/教务系统":       nothing,
		"waiting/Anything":     nothing,
		"board/Anything":       nothing,
		"campus/WIKI":          `backend campus has no component "campus/WIKI"; did you mean "campus/Wiki"?`,
		"campus/Cafe":          `backend campus has no component "campus/Cafe"; did you mean "campus/Café"?`,
		"campus/TCP/IP":        `backend campus has no component "campus/TCP/IP"; did you mean "campus/TCP//IP"?`,
		"campus/Students/Mial": `backend campus has no component "campus/Students/Mial"; did you mean "campus/Students/Mail"?`,
		"campus/Stuff/Mail":    `backend campus has no component "campus/Stuff/Mail"; did you mean "campus/Staff/Mail"?`,
		"campus/教务系":           `backend campus has no component "campus/教务系"; did you mean "campus/教务系统"?`,
		"campus/Payroll":       `backend campus has no component "campus/Payroll"`,
		"campus/!":             `backend campus has no component "campus/!"`,
		"campus/":              `backend campus has no component "campus/"`,
		"campus":               `backend campus has no component "campus"; did you mean "campus/*"?`,
		"feed/Mail":            `backend feed has no component "feed/Mail"`,
		"Campus/Mail":          `component "Campus/Mail": there is no backend "Campus"; did you mean "campus/Mail"?`,
		"campsu/A//B":          `component "campsu/A//B": there is no backend "campsu"; did you mean "campus/A//B"?`,
		"elsewhere/Mail":       `component "elsewhere/Mail": there is no backend "elsewhere"`,
		"":                     `component "": there is no backend ""`,
	} {
		t.Run(ref, func(t *testing.T) {
			t.Parallel()
			got := k.Unmatched([]sc.Service{{Name: "s", Components: []string{ref}}})
			if want == nothing {
				if len(got) != 0 {
					t.Errorf("got %v", got)
				}
				return
			}
			if len(got) != 1 || got[0].String() != "service s: "+want {
				t.Errorf("got  %v\nwant service s: %s", got, want)
			}
		})
	}
}

// A name that several components have says more than was meant, unless these are one.
func TestUnmatchedTellsApartWhatSharesAName(t *testing.T) {
	t.Parallel()
	source := source("b", sc.Status{Components: []sc.Component{
		{ID: "1", Name: "A/B", Group: "X/Y"}, {ID: "2", Name: "A/B"},
		{ID: "3", Name: "Twice", Group: "X"}, {ID: "4", Name: "Twice", Group: "X"}, {ID: "5", Name: "Twice", Group: "Z"}, {ID: "6", Name: "Twice", Group: "V"},
		{ID: "7", Name: "Listed twice", Group: "X"}, {ID: "7", Name: "Listed twice", Group: "Z"},
		{ID: "8", Name: "Cafe\u0301", Group: "X"}, {ID: "9", Name: "Caf\u00e9", Group: "Z"},
		{ID: "Named", Name: "Hidden"}, {ID: "10", Name: "Hidden", Group: "X"}, {ID: "11", Name: "Named"},
	}})
	k := sc.Merge(nil, []sc.Input{source}, nil, noon)
	for ref, want := range map[string]string{
		"b/A//B":         `has 2 components "b/A//B", and all are meant; write "b/X//Y/A//B" or "b/2"`,
		"b/X//Y/A//B":    "",
		"b/Twice":        `has 4 components "b/Twice", and all are meant; write "b/3" or "b/4" or "b/Z/Twice"`,
		"b/X/Twice":      `has 2 components "b/X/Twice", and all are meant; write "b/3" or "b/4"`,
		"b/Z/Twice":      "",
		"b/Listed twice": "",
		"b/Café":         `has 2 components "b/Café", and all are meant; write "b/X/Café" or "b/Z/Café"`,
		"b/Hidden":       `has 2 components "b/Hidden", and all are meant; write "b/X/Hidden"`, // its id is another's name
		"b/3":            "",
		"b/*":            "",
	} {
		got := k.Unmatched([]sc.Service{{Name: "s", Components: []string{ref}}})
		if want == "" && len(got) == 0 {
			continue
		}
		if len(got) != 1 || got[0].String() != "service s: backend b "+want {
			t.Errorf("%s:\ngot  %v\nwant service s: backend b %s", ref, got, want)
		}
	}
}

// Whatever Unmatched suggests is a component that there is.
func TestUnmatchedIsQuickAndItsAdviceHelps(t *testing.T) {
	t.Parallel()
	var s sc.Status
	var services []sc.Service
	for i := range 5000 {
		s.Components = append(s.Components, sc.Component{ID: fmt.Sprint("id", i), Name: fmt.Sprintf("Tenant/%d", i), Group: "Hosts"})
		services = append(services, sc.Service{Name: fmt.Sprint(i), Components: []string{fmt.Sprintf("b/tennant %d", i), "b/" + strings.Repeat("x", 9000)}})
	}
	k := sc.Merge(services, []sc.Input{source("b", s)}, nil, noon)
	start := time.Now()
	found := k.Unmatched(services)
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %s", took)
	}
	advice := 0
	for i := range found {
		if found[i].Nearest != "" {
			advice++
			services[0].Components = []string{found[i].Nearest}
			if left := k.Unmatched(services[:1]); len(left) != 0 {
				t.Fatalf("advice does not help: %v", left)
			}
		}
	}
	if len(found) != 10000 || advice == 0 || advice > 20 {
		t.Errorf("found %d, advice for %d", len(found), advice)
	}
}
