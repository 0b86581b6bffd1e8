package statusclient

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
)

func sample() *Status {
	st := &Status{
		Components: []Component{{ID: "c1", Name: "Mail", Group: "Campus", Status: MajorOutage}},
		Incidents: []Incident{{
			ID: "i1", Title: "Mail is down", State: Identified, Impact: ImpactMajor, Components: []string{"c1"},
			Started: time.Date(2026, 11, 20, 8, 0, 0, 500, time.UTC), URL: "https://status.example.edu/incidents/i1",
			Updates: []Update{{State: "identified", Text: Text{Source: "A <b>disk</b> is < full.", Markup: Mixed}}},
		}},
		Maintenances: []Maintenance{{ID: "m1", State: Scheduled, Until: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}},
	}
	st.Clean()
	return st
}

func TestSnapshotComesBackAsItWent(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.FixedZone("", 3600))
	want := Snapshot{Status: sample(), Fetched: at.UTC(), Changed: at.Add(-time.Hour).UTC()}
	b, err := EncodeSnapshot(Snapshot{
		Status: want.Status, Fetched: at, Changed: want.Changed, Failing: at, Error: "x", Failures: 3, Took: 1, Next: at,
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeSnapshot(b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if h := got.Status.Incidents[0].Updates[0].Text.HTML; h != "A <b>disk</b> is &lt; full." {
		t.Errorf("text is %q", h)
	}
}

func TestEncodeSnapshotRefusesWhatSaysNothing(t *testing.T) {
	t.Parallel()
	for _, s := range []Snapshot{{}, {Status: new(Status)}, {Fetched: time.Now()}} {
		if b, err := EncodeSnapshot(s); err == nil {
			t.Errorf("%+v became %s", s, b)
		}
	}
}

func TestDecodeSnapshotRefusesWhatIsNotOne(t *testing.T) {
	t.Parallel()
	good := string(must(EncodeSnapshot(Snapshot{Status: sample(), Fetched: time.Unix(1e9, 0)})))
	for name, tc := range map[string]struct{ give, want string }{
		"nothing":          {"", "not valid JSON"},
		"half":             {good[:len(good)/2], "not valid JSON"},
		"noise":            {"\x00\x01\x02", "not valid JSON"},
		"another format":   {strings.Replace(good, `"format":1`, `"format":2`, 1), "format 2, this program reads 1"},
		"no format":        {`{"status":{},"fetched":"2026-01-01T00:00:00Z"}`, "format 0"},
		"no status":        {`{"format":1,"fetched":"2026-01-01T00:00:00Z"}`, "holds no status"},
		"null status":      {`{"format":1,"fetched":"2026-01-01T00:00:00Z","status":null}`, "holds no status"},
		"no time":          {`{"format":1,"status":{}}`, "holds no status"},
		"a bad time":       {`{"format":1,"fetched":"yesterday","status":{}}`, "snapshot: "},
		"unknown members":  {strings.Replace(good, `"format":1`, `"format":1,"extra":1`, 1), "snapshot: "},
		"another shape":    {`{"format":1,"fetched":"2026-01-01T00:00:00Z","status":[]}`, "another type"},
		"something behind": {good + "{}", "not valid JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := DecodeSnapshot([]byte(tc.give)); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}

func FuzzDecodeSnapshot(f *testing.F) {
	f.Add(must(EncodeSnapshot(Snapshot{Status: sample(), Fetched: time.Unix(1e9, 0), Changed: time.Unix(1e8, 0)})))
	f.Add([]byte(`{"format":1,"fetched":"2026-01-01T00:00:00+01:00","status":{"incidents":[{"updates":[{"text":{"source":"<b>\u202e","markup":"html"}}]}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := DecodeSnapshot(b)
		if err != nil {
			return
		}
		once, err := EncodeSnapshot(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeSnapshot(once)
		if err != nil {
			t.Fatalf("%v in %s", err, once)
		}
		if twice := must(EncodeSnapshot(again)); !bytes.Equal(once, twice) {
			t.Errorf("%s\nbecame\n%s", once, twice)
		}
		for _, n := range s.Status.Incidents {
			for _, u := range n.Updates {
				checkHTML(t, u.Text.HTML)
			}
		}
	})
}
