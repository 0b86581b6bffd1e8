package statusclient_test

import (
	"testing"
	"time"

	sc "github.com/candor-edge/candor/statusclient"
)

func window(id string, with ...func(*sc.Maintenance)) sc.Maintenance {
	m := sc.Maintenance{ID: id, Services: []string{"portal"}, From: noon}
	for _, w := range with {
		w(&m)
	}
	return m
}

func paths(list ...string) func(*sc.Maintenance) { return func(m *sc.Maintenance) { m.Paths = list } }
func readOnly(m *sc.Maintenance)                 { m.ReadOnly = true }
func until(end time.Time) func(*sc.Maintenance)  { return func(m *sc.Maintenance) { m.Until = end } }
func from(begin time.Time) func(*sc.Maintenance) { return func(m *sc.Maintenance) { m.From = begin } }
func situationOf(s sc.Status, at time.Time) *sc.Situation {
	return sc.Merge([]sc.Service{{Name: "portal"}}, []sc.Input{board(s)}, nil, at).Situations["portal"]
}

func TestWhoIsKeptOutByWhat(t *testing.T) {
	const get, post = true, false
	whole, enrol, grades := window("whole"), window("enrol", paths("/enrol/*")), window("grades", paths("/grades", "/marks/*"), readOnly)
	frozen := window("frozen", readOnly)
	for _, c := range []struct {
		windows []sc.Maintenance
		path    string
		safe    bool
		by      string
	}{
		{nil, "/", get, ""},
		{[]sc.Maintenance{whole}, "/", get, "whole"},
		{[]sc.Maintenance{enrol}, "/", post, ""},
		{[]sc.Maintenance{enrol}, "/enrol", get, "enrol"},
		{[]sc.Maintenance{enrol}, "/enrol/1", post, "enrol"},
		{[]sc.Maintenance{enrol}, "/enrolment", get, ""},
		{[]sc.Maintenance{frozen}, "/x", get, ""},
		{[]sc.Maintenance{frozen}, "/x", post, "frozen"},
		{[]sc.Maintenance{grades}, "/grades", get, ""},
		{[]sc.Maintenance{grades}, "/grades", post, "grades"},
		{[]sc.Maintenance{grades}, "/other", post, ""},
		{[]sc.Maintenance{enrol, grades, frozen}, "/marks/1", get, ""},
		{[]sc.Maintenance{frozen, enrol, grades}, "/enrol/1", post, "enrol"}, // what is closed altogether says so
		{[]sc.Maintenance{enrol, whole, frozen}, "/enrol", get, "whole"},
		{[]sc.Maintenance{window("short", paths("/a"), until(noon.Add(time.Hour))), window("open", paths("/a"))}, "/a", get, "open"},
		{[]sc.Maintenance{window("over", paths("/a"), until(noon.Add(time.Minute)))}, "/a", get, ""},
		{[]sc.Maintenance{window("later", paths("/a"), from(noon.Add(time.Hour)))}, "/a", get, ""},
		{[]sc.Maintenance{window("over", until(noon.Add(time.Minute))), enrol}, "/enrol", get, "enrol"},
	} {
		by, path := "", sc.ReadingsOf(c.path)
		// Merged a moment before: what ends by itself ends without another merge.
		if held := situationOf(sc.Status{Maintenances: c.windows}, noon).Holding(&path, c.safe, noon.Add(time.Minute)); held != nil {
			by = held.Hold.ID
		}
		if by != c.by {
			t.Errorf("%s, safe %v: kept out by %q, want %q", c.path, c.safe, by, c.by)
		}
	}
}

func TestAPartIsASituationOfItsOwn(t *testing.T) {
	enrol, mail := window("enrol", paths("/enrol/*")), window("mail", from(noon.Add(time.Hour)))
	sit := situationOf(sc.Status{Maintenances: []sc.Maintenance{enrol, mail}}, noon)
	if sit.Hold != nil || len(sit.Parts) != 1 || maintenanceIDs(sit) != "enrol mail" || sit.State() != sc.StateUp {
		t.Fatalf("%+v", sit)
	}
	part := sit.Parts[0]
	if part.Hold.ID != "enrol" || maintenanceIDs(part) != "mail" || part.State() != sc.StateMaintenance || part.Version == sit.Version {
		t.Errorf("%+v", part)
	}
	if sit.Waiting("enrol", noon) != part || sit.Waiting("", noon) != nil || sit.Waiting("mail", noon) != nil {
		t.Error("who waits for the part is told something else")
	}
	enrol.Paths = sc.Paths{"/enrol"}
	if other := situationOf(sc.Status{Maintenances: []sc.Maintenance{enrol, mail}}, noon); other.Version == sit.Version || other.Parts[0].Version == part.Version {
		t.Error("another scope has the same version")
	}
	frozen := situationOf(sc.Status{Maintenances: []sc.Maintenance{window("frozen", readOnly)}}, noon)
	if frozen.State() != sc.StateUp {
		t.Errorf("a service that can be looked at is %s", frozen.State())
	}
}
