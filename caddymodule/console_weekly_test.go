package caddymodule

import (
	"strings"
	"testing"
	"time"

	"github.com/candor-edge/candor/statusclient/board"
)

func TestAWeeklyMaintenanceIsPlannedChangedAndStopped(t *testing.T) {
	e := desks(t)
	m := e.as(t, "mueller")
	soon := time.Now().UTC().AddDate(0, 0, 3) // on no clock is it today or tomorrow
	day, name, next := soon.Format("Mon"), soon.Format("Monday"), soon.AddDate(0, 0, 1).Format("Mon")
	form := m.open("/services/portal").fill("/maintenance/new", "message", "Updates.", "start", "weekly", "day", day, "open", "02:00", "close", "04:30", "step", "review")
	review := m.send("POST", "/maintenance/new", form, nil).wants(200).reads("Every week "+name+" 02:00–04:30", "Plan it")
	m.send("POST", "/maintenance/new", review.fill("/maintenance/new", "step", "confirm"), nil).wants(303)
	w := running.newest().pooled.board.Windows()[0]
	if w.Every != day+" 02:00-04:30" || w.Zone != "Europe/Zurich" {
		t.Fatalf("%+v", w)
	}
	m.open("/services/portal").reads("every week, " + name + " 02:00–04:30")
	path := "/maintenance/" + w.ID
	// The text alone; the time stays.
	form = m.open(path).fill(path, "message", "Updates, as always.", "day", day, "step", "review")
	review = m.send("POST", path, form, nil).wants(200)
	m.send("POST", path, review.fill(path, "step", "confirm"), nil).wants(303)
	now := running.newest().pooled.board.Windows()[0]
	if now.Every != w.Every || !now.From.Equal(w.From) || !now.Until.Equal(w.Until) || now.Message != "Updates, as always." {
		t.Errorf("%+v, was %+v", now, w)
	}
	// Another day, and then not any more.
	form = m.open(path).fill(path, "day", next, "step", "confirm")
	m.send("POST", path, form, nil).wants(303)
	if now = running.newest().pooled.board.Windows()[0]; now.Every != next+" 02:00-04:30" || now.From.Equal(w.From) {
		t.Errorf("%+v", now)
	}
	form = m.open(path).fill(path, "day", next, "start", "keep", "step", "confirm")
	m.send("POST", path, form, nil).wants(303)
	if once := running.newest().pooled.board.Windows()[0]; once.Every != "" || !once.From.Equal(now.From) || !once.Until.Equal(now.Until) {
		t.Errorf("%+v, was %+v", once, now)
	}
	m.send("POST", "/maintenance/new", m.open("/services/library").fill("/maintenance/new", "start", "weekly", "day", "Someday", "open", "25:00", "step", "review"), nil).
		wants(422).reads("Fill in the day of the week")
}

// A field for a time of the day knows no 24:00.
func TestAWeeklyMaintenanceUntilMidnightCanBeChanged(t *testing.T) {
	e := desks(t)
	m, a := e.as(t, "mueller"), running.newest()
	soon := time.Now().UTC().AddDate(0, 0, 3)
	for _, span := range []string{"22:00-24:00", "00:00-24:00"} {
		w, err := a.pooled.board.CreateWindow(t.Context(), a.storage, board.Window{
			Services: []string{"portal"}, Every: soon.Format("Mon ") + span, Zone: "Europe/Zurich",
		})
		if err != nil {
			t.Fatal(err)
		}
		a.merge()
		path := "/maintenance/" + w.ID
		form := m.open(path).fill(path, "message", "Updates.", "day", soon.Format("Mon"), "step", "review")
		if form.Get("close") != "00:00" {
			t.Errorf("the field has %q", form.Get("close"))
		}
		review := m.send("POST", path, form, nil).wants(200).reads(strings.ReplaceAll(span, "-", "–"))
		m.send("POST", path, review.fill(path, "step", "confirm"), nil).wants(303)
		now, err := a.pooled.board.Window(w.ID)
		if err != nil || now.Message != "Updates." || now.Every != w.Every || !now.From.Equal(w.From) || !now.Until.Equal(w.Until) {
			t.Errorf("%v, %+v, was %+v", err, now, w)
		}
		if _, _, err := a.pooled.board.EndWindow(t.Context(), a.storage, w.ID, ""); err != nil {
			t.Fatal(err)
		}
	}
}
