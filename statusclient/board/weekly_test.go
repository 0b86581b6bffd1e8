package board

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

func TestTimesOfTheWeekAreRead(t *testing.T) {
	for given, want := range map[string]string{
		"Sun 02:00-04:00": "Sun 02:00-04:00", "sunday 2:00 - 4:00": "Sun 02:00-04:00", " MON 00:00–24:00 ": "Mon 00:00-24:00",
		"Thurs 23:30-00:15": "Thu 23:30-00:15", "wed 22:00-06:00": "Wed 22:00-06:00",
		"": "", "Sun": "", "Su 02:00-04:00": "", "Someday 02:00-04:00": "", "Sun 02:00": "", "Sun 25:00-26:00": "", "Sun 02:60-04:00": "",
		"Sun 02:00-02:00": "", "Sun 24:00-01:00": "", "Sun 02:00-24:01": "", "Sunmon 02:00-04:00": "", "Sun 02:00-04:00 x": "", "Sun -1:00-04:00": "",
	} {
		w, err := parseWeekly(given)
		if (err == nil) != (want != "") || err == nil && w.String() != want {
			t.Errorf("%q is read as %q, %v", given, w, err)
		}
	}
}

func TestWeeklyWorkKeepsToTheClockAcrossItsChanges(t *testing.T) {
	const spring, autumn = "2026-03-29", "2026-10-25" // in Europe
	for _, c := range []struct{ zone, every, on, from, until string }{
		{"UTC", "Sun 02:00-04:00", spring, "02:00", "04:00"},
		{"UTC", "Sun 00:00-24:00", spring, "00:00", "1 00:00"},
		{"Asia/Kathmandu", "Mon 02:00-03:00", "2026-03-30", "-1 20:15", "-1 21:15"},

		{"Europe/Zurich", "Sun 02:00-04:00", "2026-03-22", "01:00", "03:00"},
		{"Europe/Zurich", "Sun 02:00-04:00", spring, "01:00", "02:00"}, // an hour that is not there
		{"Europe/Zurich", "Sun 02:00-04:00", "2026-04-05", "00:00", "02:00"},
		{"Europe/Zurich", "Sun 02:30-03:15", spring, "01:00", "01:15"},
		{"Europe/Zurich", "Sun 02:15-02:45", spring, "01:00", "01:30"}, // nothing would be left of it
		{"Europe/Zurich", "Sun 01:30-02:30", spring, "00:30", "01:00"},
		{"Europe/Zurich", "Sat 23:00-05:00", "2026-03-28", "22:00", "1 03:00"}, // midnight and the change
		{"Europe/Zurich", "Sun 02:00-04:00", autumn, "00:00", "03:00"},         // an hour that is there twice
		{"Europe/Zurich", "Sun 01:00-02:30", autumn, "-1 23:00", "00:30"},
		{"Europe/Zurich", "Sun 02:15-02:45", autumn, "00:15", "00:45"},
		{"Europe/Zurich", "Sun 02:30-03:00", autumn, "00:30", "02:00"},
		{"Europe/Zurich", "Sat 23:00-05:00", "2026-10-24", "21:00", "1 04:00"},

		{"America/New_York", "Sun 02:00-04:00", "2026-03-08", "07:00", "08:00"},
		{"America/New_York", "Sun 01:00-01:30", "2026-11-01", "05:00", "05:30"},
		{"America/New_York", "Sun 01:30-03:00", "2026-11-01", "05:30", "08:00"},
		{"Australia/Lord_Howe", "Sun 01:45-03:00", "2026-04-05", "-1 14:45", "-1 16:30"}, // by half an hour
		{"Australia/Lord_Howe", "Sun 02:15-02:45", "2026-10-04", "-1 15:30", "-1 15:45"},
		{"Africa/Cairo", "Fri 00:00-02:00", "2026-04-24", "-1 22:00", "-1 23:00"}, // at midnight
		{"Africa/Cairo", "Thu 23:00-00:30", "2026-04-23", "21:00", "22:00"},
		{"Africa/Cairo", "Thu 22:30-23:30", "2026-10-29", "19:30", "20:30"},
		{"Pacific/Apia", "Fri 02:00-04:00", "2011-12-30", "10:00", "12:00"}, // a day that was not there
	} {
		t.Run(strings.Join([]string{c.zone, c.every, c.on}, " "), func(t *testing.T) {
			day := must[time.Time](t)(time.Parse(time.DateOnly, c.on))
			moment := func(s string) time.Time {
				days := 0
				if before, after, ok := strings.Cut(s, " "); ok {
					days, s = map[string]int{"-1": -1, "1": 1}[before], after
				}
				clock := must[time.Time](t)(time.Parse("15:04", s))
				return day.AddDate(0, 0, days).Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute)
			}
			w, zone := must[weekly](t)(parseWeekly(c.every)), must[*time.Location](t)(zoneOf(c.zone))
			from, until := w.next(time.Time{}, day.Add(-36*time.Hour), zone)
			if !from.Equal(moment(c.from)) || !until.Equal(moment(c.until)) {
				t.Errorf("from %v until %v, that is %v to %v", from, until, from.In(zone), until.In(zone))
			}
			// Wherever within it somebody looks, it is the one that runs; then comes another week.
			if again, _ := w.next(time.Time{}, until.Add(-1), zone); !again.Equal(from) {
				t.Errorf("just before its end, the next one is %v", again)
			}
			following, _ := w.next(from, from, zone)
			if atEnd, _ := w.next(time.Time{}, until, zone); !atEnd.Equal(following) {
				t.Errorf("after it comes %v, or %v", atEnd, following)
			}
			if d := following.Sub(from); d < 6*24*time.Hour || d > 8*24*time.Hour {
				t.Errorf("the next one is %v later", d)
			}
		})
	}
}

func TestNoWeekIsLeftOutAndNoneComesTwice(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/Zurich", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo", "Africa/Casablanca", "Asia/Tehran", "Pacific/Chatham", "Pacific/Apia", "America/Sao_Paulo"} {
		zone := must[*time.Location](t)(zoneOf(name))
		for _, every := range []string{"Sun 02:00-04:00", "Sun 00:00-00:30", "Sat 23:30-00:30", "Mon 00:00-24:00", "Fri 02:15-02:30"} {
			w := must[weekly](t)(parseWeekly(every))
			from, until := w.next(time.Time{}, time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC), zone)
			for range 52 * 20 {
				next, end := w.next(from, until, zone)
				if gap := next.Sub(from); gap < 6*24*time.Hour || gap > 8*24*time.Hour || !end.After(next) || end.Sub(next) > 26*time.Hour {
					t.Fatalf("%s in %s: after %v comes %v to %v", every, name, from, next, end)
				}
				if local := next.In(zone); local.Hour()*60+local.Minute() != w.from {
					if start, _ := local.ZoneBounds(); !start.Equal(next) {
						t.Fatalf("%s in %s begins at %v", every, name, local)
					}
				}
				from, until = next, end
			}
		}
	}
}

func TestTheLifeOfAWeeklyWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it is Saturday, 1 January 2000, 00:00 UTC
		store, ctx := fileStore(t.TempDir()), t.Context()
		b := opened(t, store)
		sunday := time.Date(2000, 1, 2, 2, 0, 0, 0, time.UTC)
		week := 7 * 24 * time.Hour
		now := func(w Window, state bool, from time.Time, long time.Duration) {
			t.Helper()
			if w.Running(time.Now()) != state || !w.From.Equal(from) || w.Until.Sub(w.From) != long {
				t.Errorf("runs: %v, from %v for %v", w.Running(time.Now()), w.From, w.Until.Sub(w.From))
			}
		}
		made := must[Window](t)(b.CreateWindow(ctx, store, Window{Services: []string{"mail", "api"}, Every: "sunday 2:00-4:00", Message: "Updates."}))
		now(made, false, sunday, 2*time.Hour)
		if made.Every != "Sun 02:00-04:00" {
			t.Errorf("kept as %q", made.Every)
		}
		again, created, err := b.On(ctx, store, Window{Services: []string{"api", "mail"}, Every: "Sun 02:00-04:00", Title: "Patches"})
		if err != nil || created || again.ID != made.ID || again.Message != "Updates." || again.Title != "Patches" {
			t.Errorf("asked for twice: %+v %v %v", again, created, err)
		}
		merged := func() *statusclient.Situation {
			b.Advance()
			return statusclient.Merge([]statusclient.Service{{Name: "mail"}}, []statusclient.Input{b.Input()}, nil, time.Now()).Situations["mail"]
		}
		if sit := merged(); sit.Hold != nil || len(sit.Maintenances) != 1 || sit.Maintenances[0].Every != "Sun 02:00-04:00" {
			t.Errorf("planned: %+v", sit)
		}

		time.Sleep(time.Until(sunday))
		w := must[Window](t)(b.Window(made.ID))
		now(w, true, sunday, 2*time.Hour)
		if merged().Hold == nil {
			t.Error("nobody is kept out")
		}
		longer := must[Window](t)(b.Extend(ctx, store, Window{Services: w.Services}, time.Hour))
		now(longer, true, sunday, 3*time.Hour)
		if longer.Every == "" || !longer.Promised.Equal(sunday.Add(2*time.Hour)) {
			t.Errorf("extended: %+v", longer)
		}

		time.Sleep(3 * time.Hour)
		w = must[Window](t)(b.Window(made.ID))
		now(w, false, sunday.Add(week), 2*time.Hour) // as long as always
		if w.ETag != longer.ETag || !w.Promised.IsZero() {
			t.Errorf("nobody has changed it: %+v", w)
		}
		if sit := merged(); sit.Hold != nil || len(sit.Maintenances) != 1 || !sit.Maintenances[0].From.Equal(sunday.Add(week)) {
			t.Errorf("the next time: %+v", sit)
		}
		now(reopened(t, b, store).Windows()[0], false, sunday.Add(week), 2*time.Hour)

		time.Sleep(time.Until(sunday.Add(week + 30*time.Minute)))
		if merged().Hold == nil {
			t.Error("nobody is kept out the week after")
		}
		ended, ran, err := b.EndWindow(ctx, store, made.ID, longer.ETag)
		if err != nil || !ran || !ended.Until.Equal(time.Now()) {
			t.Errorf("ended: %+v, %v, %v", ended, ran, err)
		}
		now(must[Window](t)(b.Window(made.ID)), false, sunday.Add(2*week), 2*time.Hour)
		if merged().Hold != nil {
			t.Error("ended, and still closed")
		}

		time.Sleep(5*week + 30*time.Minute) // nobody looked for long
		b.Advance()
		b = reopened(t, b, store)
		w = must[Window](t)(b.Window(made.ID))
		now(w, true, sunday.Add(6*week), 2*time.Hour)
		w.Until = time.Now().Add(time.Minute)
		now(must[Window](t)(b.EditWindow(ctx, store, w.ID, w.ETag, w)), true, sunday.Add(6*week), time.Hour+time.Minute)
		time.Sleep(time.Minute)
		w = must[Window](t)(b.Window(made.ID))
		now(w, false, sunday.Add(7*week), 2*time.Hour) // what ended early does not begin again

		w.Every = "Mon 22:00-06:00"
		w.Zone = "America/New_York"
		w = must[Window](t)(b.EditWindow(ctx, store, w.ID, w.ETag, w))
		if local := w.From.In(must[*time.Location](t)(zoneOf(w.Zone))); local.Weekday() != time.Monday || local.Hour() != 22 || w.Until.Sub(w.From) != 8*time.Hour {
			t.Errorf("another time of the week: %v", local)
		}
		if err := b.Tidy(ctx, store); err != nil {
			t.Fatal(err)
		}
		if _, ran, err := b.EndWindow(ctx, store, w.ID, ""); ran || err != nil {
			t.Errorf("cancelled: %v %v", ran, err)
		}
		if _, err := b.Window(w.ID); !errors.Is(err, ErrNotFound) || len(b.Status().Maintenances) > 0 {
			t.Errorf("cancelled, and there: %v", err)
		}
	})
}

func TestWhatIsWrongWithWeeklyWindows(t *testing.T) {
	store := fileStore(t.TempDir())
	b := opened(t, store)
	later := time.Now().Add(time.Hour)
	for field, w := range map[string]Window{
		"every": {Every: "Sun 02:00"}, "zone": {Every: "Sun 02:00-04:00", Zone: "Mars/Base"},
		"every ": {Every: "Sun 02:00-04:00", Until: later}, "every  ": {Every: "Sun 02:00-04:00", From: later},
		"zone ": {Zone: "Europe/Zurich"}, "zone  ": {Every: "Sun 02:00-04:00", Zone: "Local"}, "zone   ": {Every: "Sun 02:00-04:00", Zone: "../etc/passwd"},
	} {
		w.Services = []string{"mail"}
		var wrong *ErrInvalid
		if _, err := b.CreateWindow(t.Context(), store, w); !errors.As(err, &wrong) || wrong.Field != strings.TrimSpace(field) {
			t.Errorf("%+v: %v", w, err)
		}
	}
}

func FuzzWeekly(f *testing.F) {
	f.Add("Sun 02:00-04:00", int64(1_770_000_000), uint8(1))
	f.Add("thursday 23:59–0:00", int64(1_790_000_000), uint8(2))
	names := []string{"UTC", "Europe/Zurich", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia"}
	f.Fuzz(func(t *testing.T, every string, unix int64, z uint8) {
		w, err := parseWeekly(every)
		if err != nil || unix < 0 || unix > 1<<34 {
			return
		}
		if same, err := parseWeekly(w.String()); err != nil || same != w {
			t.Fatalf("%q is written as %q, which is %v, %v", every, w, same, err)
		}
		zone, err := zoneOf(names[int(z)%len(names)])
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(unix, 0)
		from, until := w.next(time.Time{}, now, zone)
		if !until.After(from) || !until.After(now) || from.Sub(now) > 9*24*time.Hour {
			t.Fatalf("%s in %s at %v is %v to %v", w, zone, now, from, until)
		}
	})
}
