package command

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

func showBackends(w io.Writer, backends []backendRow, now time.Time) {
	var rows [][]string
	for i := range backends {
		b := &backends[i]
		rows = append(rows, []string{
			b.Name, b.Type, relative(b.Fetched, now), b.health(now), fmt.Sprint(b.Incidents), fmt.Sprint(b.Maintenances),
		})
	}
	overview(w, []string{"BACKEND", "TYPE", "LAST WORD", "HEALTH", "INCIDENTS", "MAINTENANCES"}, rows)
}

// showMissing lists components that services name and that are not one of a backend.
func showMissing(w io.Writer, services []situation) {
	var rows [][]string
	for i := range services {
		for _, what := range services[i].Missing {
			rows = append(rows, []string{services[i].Service, what})
		}
	}
	if len(rows) > 0 {
		fmt.Fprintln(w)
		overview(w, []string{"SERVICE", "WHAT TO CHECK"}, rows)
	}
}

// showPlanned lists what is planned, whatever else there is to say of the services.
func showPlanned(w io.Writer, services []situation, now time.Time) {
	who := make(map[string][]string)
	var planned []*maintenance
	for i := range services {
		for j := range services[i].Upcoming {
			m := &services[i].Upcoming[j]
			if who[m.ID] == nil {
				planned = append(planned, m)
			}
			who[m.ID] = append(who[m.ID], services[i].Service)
		}
	}
	if len(planned) == 0 {
		return
	}
	slices.SortStableFunc(planned, func(a, b *maintenance) int { return a.From.Compare(b.From) })
	var rows [][]string
	for _, m := range planned {
		names := strings.Join(who[m.ID], ", ")
		if n := len(who[m.ID]); n > 1 && n == len(services) {
			names = "all services"
		}
		rows = append(rows, []string{when(m.From, now), when(m.Until, now), short(names) + m.scope(), short(m.name()) + m.every()})
	}
	fmt.Fprintln(w)
	overview(w, []string{"PLANNED FROM", "UNTIL", "SERVICES", "WHAT"}, rows)
}

// showDrills lists what is rehearsed.
func showDrills(w io.Writer, services []situation, now time.Time) {
	var rows [][]string
	for i := range services {
		if d := services[i].Drill; d != nil {
			rows = append(rows, []string{services[i].Service, d.what(), at(d.Until, now)})
		}
	}
	if len(rows) > 0 {
		fmt.Fprintln(w)
		overview(w, []string{"REHEARSED", "AS", "UNTIL"}, rows)
	}
}

func (b *backendRow) health(now time.Time) string {
	switch {
	case b.Error != "" && !b.Failing.IsZero():
		return "failing for " + span(now.Sub(b.Failing)) + ": " + short(b.Error)
	case b.Error != "":
		return "failing: " + short(b.Error)
	case b.Fetched.IsZero():
		return "not asked yet"
	}
	return "ok"
}

// showSituation tells everything about one service.
func showSituation(w io.Writer, s *situation, now time.Time) {
	fmt.Fprintf(w, "%s (%s): %s\n", s.Title, s.Service, s.State)
	if s.Unled {
		fmt.Fprintln(w, "\nNo directive leads to it: nobody meets it here.")
	}
	for _, what := range s.Missing {
		fmt.Fprintf(w, "\nTo check: %s\n", harmless(what))
	}
	if s.Hold != nil {
		fmt.Fprintf(w, "\nClosed for maintenance since %s\n", at(s.Hold.From, now))
		if s.Hold.Until.IsZero() {
			fmt.Fprintf(w, "  Lasts %s\n", s.Hold.lasts(now))
		}
		showMaintenance(w, s.Hold, now)
	}
	for i := range s.Incidents {
		in := &s.Incidents[i]
		fmt.Fprintf(w, "\nIncident: %s\n  %s, impact %s, since %s\n", harmless(in.Title), in.State, in.Impact, at(in.Started, now))
		if !in.NextUpdate.IsZero() {
			fmt.Fprintf(w, "  Next update promised for %s\n", at(in.NextUpdate, now))
		}
		showUpdates(w, in.Updates, now)
	}
	for i := range s.Components {
		c, since := &s.Components[i], ""
		if !c.Since.IsZero() {
			since = ", since " + at(c.Since, now)
		}
		fmt.Fprintf(w, "\nComponent %s, according to %s%s\n", c, c.Backend, since)
	}
	for i := range s.Maintenances {
		fmt.Fprintf(w, "\nMaintenance%s, %s since %s\n", s.Maintenances[i].scope(), strings.ReplaceAll(s.Maintenances[i].State, "_", " "), at(s.Maintenances[i].From, now))
		showMaintenance(w, &s.Maintenances[i], now)
	}
	for i := range s.Upcoming {
		fmt.Fprintf(w, "\nMaintenance%s planned for %s%s\n", s.Upcoming[i].scope(), at(s.Upcoming[i].From, now), s.Upcoming[i].every())
		showMaintenance(w, &s.Upcoming[i], now)
	}
	if d := s.Drill; d != nil {
		fmt.Fprintf(w, "\nRehearsed as %s until %s, for those who opened the link\n  To end it: %s drill %s --end\n",
			d.what(), at(d.Until, now), program(), s.Service)
	}
	if seen := s.Traffic.String(); seen != "-" {
		fmt.Fprintf(w, "\nIn the last five minutes: %s\n", seen)
	}
	if !s.Traffic.FailingSince.IsZero() {
		fmt.Fprintf(w, "Nobody gets through since %s\n", at(s.Traffic.FailingSince, now))
	}
	if len(s.Pages) > 0 {
		var counts []string
		for _, reason := range slices.Sorted(maps.Keys(s.Pages)) {
			counts = append(counts, fmt.Sprintf("%d %s", s.Pages[reason], strings.ReplaceAll(reason, "_", " ")))
		}
		fmt.Fprintf(w, "\nPages sent since the start: %s\n", strings.Join(counts, ", "))
	}
	for i := range s.Backends {
		if i == 0 {
			fmt.Fprintln(w)
		}
		b := &s.Backends[i]
		fmt.Fprintf(w, "According to %s: %s, last word %s\n", b.Name, b.health(now), relative(b.Fetched, now))
	}
}

func showMaintenance(w io.Writer, m *maintenance, now time.Time) {
	if m.Title != "" {
		fmt.Fprintf(w, "  %s\n", harmless(m.Title))
	}
	if !m.Until.IsZero() {
		fmt.Fprintf(w, "  Ends %s\n", at(m.Until, now))
	}
	if !m.Overdue.IsZero() {
		fmt.Fprintf(w, "  Overdue: it was promised to end %s\n", at(m.Overdue, now))
	}
	if m.Reminder {
		fmt.Fprintf(w, "  On for %s without an end: end it, or give it one with --until\n", span(now.Sub(m.From)))
	}
	showUpdates(w, m.Updates, now)
}

func showUpdates(w io.Writer, updates []update, now time.Time) {
	for _, u := range updates {
		fmt.Fprintf(w, "\n  %s\n", at(u.At, now))
		showText(w, u.Text)
	}
}

// showText prints what people wrote.
func showText(w io.Writer, s string) {
	for line := range strings.Lines(s) {
		fmt.Fprintln(w, strings.TrimRight("    "+harmless(line), " \n"))
	}
}
