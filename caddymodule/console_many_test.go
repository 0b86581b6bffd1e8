package caddymodule

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/candor-edge/candor/statusclient/board"
)

// hall is an edge with a console, and 300 services of a hosting company.
func hall(t *testing.T) *edge {
	t.Helper()
	var toml strings.Builder
	toml.WriteString("[console]\noperators = [\"mueller\"]\npublishers = [\"student1\"]\n")
	for i := range 300 {
		fmt.Fprintf(&toml, "[[service]]\nname = \"shop%d\"\ntitle = \"Bücherei No. %d\"\n", i, i)
		if i == 77 {
			toml.WriteString("operators = [\"librarian\"]\n")
		}
	}
	return startEdge(t, "candor "+tomlFile(t, toml.String()), "handle_path /console/* {\n"+staff+"candor_console\n}\n"+
		"handle /shop5/* {\nroute {\ncandor shop5\nerror 502\n}\n}\n")
}

func TestOfManyServicesTheOverviewShowsThoseThatNeedSomebody(t *testing.T) {
	e := hall(t)
	m := e.as(t, "mueller")
	page := m.open("/").wants(200).reads("No trouble is known", "Services 300", "240 more")
	if n := strings.Count(page.body, `class="card tile"`); n != 60 {
		t.Errorf("%d services are listed", n)
	}
	for range 3 {
		e.visit("shop5")
	}
	a := running.newest()
	if _, err := a.pooled.board.OpenIncident(t.Context(), a.storage, board.Draft{Title: "Card payments fail", Services: []string{"shop299"}}); err != nil {
		t.Fatal(err)
	}
	e.hold("shop298", time.Hour)
	a.merge()
	page = m.open("/").wants(200).reads("Needs attention: 2")
	at := -1
	for _, name := range []string{"No. 5 ", "No. 299 ", "Offline and planned", "No. 298 ", "No. 0 "} {
		i := strings.Index(page.text(), name)
		if i <= at {
			t.Errorf("%q stands at %d, after %d:\n%s", name, i, at, page.text())
		}
		at = i
	}
}

func TestAServiceIsFoundByWordsOfItsTitleOrItsName(t *testing.T) {
	e := hall(t)
	m, l := e.as(t, "mueller"), e.as(t, "librarian")
	for query, want := range map[string]string{
		"no.+77": "3 77", "shop77": "1 77", "77+BÜCHEREI": "3 277", "%20shop29+": "11 29", "nothing": "0", "<script>": "0", "77%00": "0",
	} {
		page := m.open("/?q=" + query).wants(200)
		n, title, _ := strings.Cut(want, " ")
		if got := strings.Count(page.body, `class="card tile"`); fmt.Sprint(got) != n || title != "" && !strings.Contains(page.text(), "No. "+title) {
			t.Errorf("%s: %d, want %s", query, got, want)
		}
	}
	m.open("/?q=nothing").reads("There is no such service.", "Show all")
	l.open("/").wants(200).reads("No. 77").lacks("No. 78", "Find a service")
	l.open("/?q=shop").wants(200).lacks("No. 78")
	l.open("/maintenance/new").wants(200).lacks("No. 78")
}

func TestOfManyServicesThoseThatAreMeantAreLookedForInTheForm(t *testing.T) {
	e := hall(t)
	m := e.as(t, "mueller")
	for _, path := range []string{"/maintenance/new", "/incidents/new"} {
		page := m.open(path).wants(200).reads("Find a service", "All services").lacks("No. 77<")
		ask := func(step, find string) sheet {
			t.Helper()
			f := page.fill(path, "title", "New disks", "message", "Back soon.", "step", step, "find", find)
			return m.send("POST", path, f, nil).wants(200)
		}
		// Words are looked for, whichever button was pressed, and what was filled in stays.
		for step, words := range map[string]string{"change": "bücherei 77", "review": "77 bücherei"} {
			page = ask(step, words).reads("No. 77", "No. 277", "Back soon.").lacks("No. 78", "srcdoc")
			if chosen := page.form(path)["services"]; len(chosen) > 0 {
				t.Errorf("%s: %v is chosen by itself", path, chosen)
			}
		}
		ask("change", "shop").reads("No. 0", "240 more")
		// Whoever ticks one of what was found, goes on with it; whoever ticks none, does not.
		f := page.fill(path, "title", "New disks", "services", "shop77", "step", "review")
		if got := m.send("POST", path, f, nil).wants(200); got.preview() == "" || fmt.Sprint(got.form(path)["services"]) != "[shop77]" {
			t.Errorf("%s: %s", path, got.text())
		}
		f.Set("find", "no. 5 shop5")
		m.send("POST", path, f, nil).wants(200).reads("No. 5", "No. 77").lacks("srcdoc")
		f.Del("services")
		m.send("POST", path, f, nil).wants(200).reads("No. 5").lacks("srcdoc")
		f.Set("find", f.Get("sought"))
		m.send("POST", path, f, nil).wants(422).reads("Choose at least one service.", "No. 277").lacks("srcdoc")
		ask("review", "nothing").reads("There is no such service.").lacks("srcdoc")
		ask("review", "shop7 nothing").reads("There is no such service.").lacks("srcdoc")

		// What was chosen stays so while others are looked for.
		f = page.fill(path, "title", "New disks", "services", "shop277", "find", "no. 5 shop5", "step", "change")
		page = m.send("POST", path, f, nil).wants(200).reads("No. 277", "No. 5")
		if got := page.form(path)["services"]; len(got) != 1 || got[0] != "shop277" {
			t.Errorf("%s: %q are chosen", path, got)
		}
		// Names stand for themselves.
		page = ask("review", "shop9, shop10")
		if got := page.form(path)["services"]; fmt.Sprint(got) != "[shop10 shop277 shop9]" || page.preview() == "" {
			t.Errorf("%s: %q are meant", path, got)
		}
	}
	m.send("POST", "/maintenance/new", m.open("/maintenance/new").fill("/maintenance/new", "find", "*", "step", "review"), nil).wants(200).reads("All services", "Check before it goes out")
	// Nobody finds what is not theirs.
	l := e.as(t, "librarian")
	form := l.open("/maintenance/new").wants(200).fill("/maintenance/new", "find", "shop78", "step", "review")
	l.send("POST", "/maintenance/new", form, nil).wants(403).lacks("No. 78")
}

func TestWhatIsPlannedForManyIsOnAPageOfItsOwn(t *testing.T) {
	e := hall(t)
	a := running.newest()
	for i := range 30 {
		w := board.Window{Services: []string{fmt.Sprintf("shop%d", i)}, Title: fmt.Sprintf("Work %d.", i), From: time.Now().Add(time.Duration(i+1) * time.Hour)}
		if _, err := a.pooled.board.CreateWindow(t.Context(), a.storage, w); err != nil {
			t.Fatal(err)
		}
	}
	a.merge()
	m := e.as(t, "mueller")
	m.open("/").wants(200).reads("Work 0.", "Work 4.", "25 more").lacks("<b dir=\"auto\">Work 5.")
	m.open("/maintenance").wants(200).reads("Work 0.", "Work 29.")
	e.as(t, "librarian").open("/maintenance").wants(200).lacks("Work 5.")
}

func TestAPollIsAnsweredToWhomItIsForUntilSomethingChanges(t *testing.T) {
	e := hall(t)
	m := e.as(t, "mueller")
	etag := ""
	same := func() bool {
		now := m.send("GET", "/", nil, header{"If-None-Match": etag})
		etag = now.Header.Get("Etag")
		return now.StatusCode == 304 && now.body == ""
	}
	// Time alone makes it another page now and then.
	unchanged := func() { t.Helper(); wait(t, "a page that stays the same", same) }
	unchanged()
	for name, other := range map[string]sheet{
		"somebody else": e.as(t, "student1").send("GET", "/", nil, header{"If-None-Match": etag}),
		"a search":      m.send("GET", "/?q=shop", nil, header{"If-None-Match": etag}),
		"a language":    m.send("GET", "/services/shop1", nil, header{"If-None-Match": etag}),
		"made up":       m.send("GET", "/", nil, header{"If-None-Match": `"x.y"`}),
		"no ETag":       m.send("GET", "/", nil, header{"If-None-Match": "*"}),
	} {
		if other.StatusCode != 200 {
			t.Errorf("%s: %d", name, other.StatusCode)
		}
	}
	a := running.newest()
	for name, change := range map[string]func(){
		"a service that fails": func() { e.visit("shop5") },
		"a rehearsal":          func() { e.as(t, "").drill("shop9") },
		"an incident": func() {
			if _, err := a.pooled.board.OpenIncident(t.Context(), a.storage, board.Draft{Title: "x", Services: []string{"shop299"}}); err != nil {
				t.Fatal(err)
			}
			a.merge()
		},
		"a window": func() { e.hold("shop8", time.Hour) },
	} {
		unchanged()
		change()
		if same() {
			t.Errorf("%s is no news", name)
		}
	}
}

func TestAConsoleOfNothingSaysHowAServiceComesToBe(t *testing.T) {
	const roles = "[console]\noperators = [\"mueller\"]\nviewers = [\"head-of-it\"]\n"
	const site = "handle_path /console/* {\n" + staff + "candor_console\n}\n"
	e := startEdge(t, "candor "+tomlFile(t, roles), site)
	for _, name := range []string{"mueller", "head-of-it"} {
		e.as(t, name).open("/").wants(200).reads("No trouble is known", "There is no service yet.", "No incident is open.").lacks("Find a service")
	}
	e.as(t, "mueller").open("/maintenance").wants(200).reads("Nothing is offline, and nothing is planned.")
	e.load("candor "+tomlFile(t, roles), site+"handle {\ncandor portal\n}\n")
	e.as(t, "mueller").open("/").wants(200).reads("portal").lacks("There is no service yet.", "Find a service")
}
