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
