package statusclient_test

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	sc "github.com/candor-edge/candor/statusclient"
)

// full is a status with something in every field that pages may show.
func full() sc.Status {
	text := sc.Text{Source: "*text*", Markup: sc.Markdown, HTML: "<em>text</em>", Plain: "text"}
	return sc.Status{
		Components: []sc.Component{{ID: "m", Name: "Mail", Group: "Core", Status: sc.Operational}},
		Incidents: []sc.Incident{{
			ID: "i", Title: "t", State: sc.Identified, Impact: sc.ImpactMinor, Components: []string{"m"}, Services: []string{"mail"},
			Updates: []sc.Update{{State: "identified", Text: text, At: noon}},
			Started: noon, NextUpdate: noon.Add(time.Hour), URL: "https://x.example",
		}},
		Maintenances: []sc.Maintenance{{
			ID: "w", Title: "t", State: sc.InProgress, From: noon, Until: noon.Add(2 * time.Hour), Components: []string{"m"},
			Services: []string{"mail"}, Updates: []sc.Update{{State: "x", Text: text, At: noon}}, URL: "https://x.example", Paths: sc.Paths{"/a"},
		}},
	}
}

func TestNothingNewIsTheSamePointer(t *testing.T) {
	t.Parallel()
	services := []sc.Service{{Name: "mail", Components: []string{"b/Mail"}}, {Name: "all"}, {Name: "none", Components: []string{"c/x"}}}
	first := sc.Merge(services, []sc.Input{source("b", full())}, nil, noon)
	later := source("b", full())
	later.Fetched, later.Failing, later.Error, later.URL = noon.Add(time.Hour), noon, "gone", "https://y.example"
	zone := time.FixedZone("elsewhere", 3600)
	later.Status.Incidents[0].Started = later.Status.Incidents[0].Started.In(zone)
	later.Status.Components[0].Status = sc.MajorOutage // is not in a situation
	second := sc.Merge(append(services, sc.Service{Name: "new"}), []sc.Input{later}, first, noon.Add(time.Minute))
	for name, s := range first.Situations {
		if second.Situations[name] != s {
			t.Errorf("%s has a new situation: %+v, was %+v", name, second.Situations[name], s)
		}
	}
	if got := second.Inputs["b"]; !reflect.DeepEqual(got, later) {
		t.Errorf("source is %+v", got)
	}
	if again := sc.Merge(services, []sc.Input{source("b", full())}, nil, noon); again.Situations["mail"].Version != first.Situations["mail"].Version {
		t.Error("the version is not reproducible")
	}
	if third := sc.Merge(services[:1], nil, second, noon); len(third.Situations) != 1 || third.Situations["mail"] == first.Situations["mail"] {
		t.Errorf("situations without sources: %+v", third.Situations)
	}
}

// Every field of what is shown makes a new version, whoever adds it.
func TestEveryFieldThatIsShownMakesANewVersion(t *testing.T) {
	t.Parallel()
	services := []sc.Service{{Name: "mail", Components: []string{"b/m"}}}
	first := sc.Merge(services, []sc.Input{source("b", full())}, nil, noon)
	n := 0
	for i := 0; ; i++ {
		s := full()
		at := i
		if !change(reflect.ValueOf(&s.Incidents[0]).Elem(), &at) && !change(reflect.ValueOf(&s.Maintenances[0]).Elem(), &at) {
			break
		}
		n++
		if reflect.DeepEqual(s, full()) {
			t.Fatalf("change %d changes nothing", i)
		}
		next := sc.Merge(services, []sc.Input{source("b", s)}, first, noon)
		if next.Situations["mail"] == first.Situations["mail"] {
			t.Errorf("unnoticed: %+v", s)
		}
	}
	if n < 30 {
		t.Errorf("only %d fields were changed", n)
	}
}

// change changes the field number n that it comes across, and counts n down.
func change(v reflect.Value, n *int) bool {
	if v.Type() == reflect.TypeFor[time.Time]() {
		if *n--; *n >= 0 {
			return false
		}
		v.Set(reflect.ValueOf(v.Interface().(time.Time).Add(-time.Millisecond)))
		if v.Interface().(time.Time).Year() < 1 {
			v.Set(reflect.ValueOf(noon))
		}
		return true
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if change(v.Field(i), n) {
				return true
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if change(v.Index(i), n) {
				return true
			}
		}
	case reflect.String:
		if *n--; *n >= 0 {
			return false
		}
		v.SetString(v.String() + "x" + strconv.Itoa(v.Len()))
		return true
	case reflect.Bool:
		if *n--; *n >= 0 {
			return false
		}
		v.SetBool(!v.Bool())
		return true
	default:
		panic(v.Kind())
	}
	return false
}

func TestHeldAndShownAreNotTheSame(t *testing.T) {
	t.Parallel()
	s := sc.Status{Maintenances: []sc.Maintenance{{ID: "w", State: sc.InProgress}}}
	services := []sc.Service{{Name: "s", Components: []string{"board/*"}}}
	shown := board(s)
	shown.Holds = false
	a := sc.Merge(services, []sc.Input{board(s)}, nil, noon)
	b := sc.Merge(services, []sc.Input{shown}, a, noon)
	if a.Situations["s"] == b.Situations["s"] {
		t.Error("one version for both")
	}
}

func TestServicesShareWhatTheyHaveInCommon(t *testing.T) {
	t.Parallel()
	k := sc.Merge([]sc.Service{
		{Name: "a", Components: []string{"b/Mail"}}, {Name: "b", Components: []string{"b/Core/Mail"}},
	}, []sc.Input{source("b", full())}, nil, noon)
	a, b := k.Situations["a"], k.Situations["b"]
	if &a.Incidents[0] != &b.Incidents[0] || a.Version == b.Version || a.Service != "a" {
		t.Errorf("a %+v, b %+v", a, b)
	}
}

func TestOddInputIsSurvived(t *testing.T) {
	t.Parallel()
	k := sc.Merge(nil, nil, nil, time.Time{})
	if len(k.Situations) != 0 || k.Situations == nil || k.Inputs == nil || !k.Next.IsZero() {
		t.Errorf("nothing makes %+v", k)
	}
	var many []sc.Input
	for i := range 130 {
		many = append(many, source("b"+strconv.Itoa(i), full()))
	}
	many = append(many, sc.Input{Name: "never"})
	s := sc.Merge([]sc.Service{{}, {Name: "s", Components: []string{"b129/m", "b129/m", "b64/m", "never/x"}}}, many, nil, time.Now())
	if got := s.Situations["s"].Backends; !reflect.DeepEqual(got, []string{"b64", "b129", "never"}) {
		t.Errorf("sources %q", got)
	}
	if got := s.Situations[""].Backends; len(got) != 131 {
		t.Errorf("%d sources", len(got))
	}
}
