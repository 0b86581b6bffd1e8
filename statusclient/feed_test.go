package statusclient

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

func TestFeed(t *testing.T) {
	conform(t, conformance{
		typ: "feed", fixtures: "testdata/feed/*.*",
		now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC),
		serve: func(body []byte) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/xml")
				w.Write(body)
			})
		},
		says: map[string]string{
			"HTML":                        "answered HTML instead of XML (status code 200)",
			"HTML that claims to be JSON": "answered HTML instead of XML (status code 200)",
			"JSON of something else":      "answered something else than XML",
			"a JSON list":                 "answered something else than XML",
			"broken JSON":                 "answered something else than XML",
			"truncated JSON":              "answer ends in the middle of the XML",
		},
	})
}

func TestFeedTellsTheLifeOfAStatuspage(t *testing.T) {
	for name, rss := range map[string]bool{"history.atom": false, "history.rss": true} {
		t.Run(name, func(t *testing.T) {
			f := fakeFeed{newFakeStatuspage(), rss}
			length := "endless" // an Atom feed forgets the end once the work has begun
			if rss {
				length = "1h0m0s"
			}
			hour := func(n int) time.Time { return time.Date(2026, 12, 31, 23+n, 0, 0, 0, time.UTC) }
			const done = "Portal down resolved minor [] 4 Done.; "
			followFrom(t, hour(0), BackendConfig{Type: "feed", URL: "https://status.example.edu/" + name}, f, []event{
				{want: ""},
				{func() { f.open("i1", "Portal down", "We look into it.") }, "Portal down investigating minor [] 1 We look into it."},
				{func() { f.update("i1", "identified", "A disk is full.") }, "Portal down identified minor [] 2 A disk is full."},
				{func() { f.update("i1", "identified", "Still.") }, "Portal down identified minor [] 3 Still."},
				{func() { f.fail(502) }, "Portal down identified minor [] 3 Still.; answered with status code 502"},
				{func() { f.fail(0); f.update("i1", "resolved", "Done.") }, strings.TrimSuffix(done, "; ")},
				{func() { f.schedule("m1", "Mail", hour(1), hour(2)) }, done + "Mail scheduled 1h0m0s [] Planned."},
				{func() { time.Sleep(time.Hour); f.update("m1", "in_progress", "Begun.") }, done + "Mail in_progress " + length + " [] Begun."},
				{func() { f.update("m1", "completed", "Done.") }, done + "Mail completed " + length + " [] Done."},
			})
		})
	}
}

func TestFeedTakesAnEntryWithoutStateForOpenNoLongerThanADay(t *testing.T) {
	doc := `<rss version="2.0"><channel><item><guid>p</guid><title>Printers</title><description>Offline.</description><pubDate>%s</pubDate></item></channel></rss>`
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	asked := 0
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprintf(w, doc, now.Format(time.RFC1123Z))
	})
	followFrom(t, now, BackendConfig{Type: "feed", URL: "https://it.example.edu/feed?key=k"}, h, []event{
		{want: "Printers unknown minor [] 1 Offline."},
		{func() { time.Sleep(23 * time.Hour) }, "Printers unknown minor [] 1 Offline."},
		{func() { time.Sleep(time.Hour) }, ""},
	})
	if asked < 24*50 {
		t.Errorf("asked %d times", asked)
	}
}

func TestFeedAsksForTheAddressAsItStands(t *testing.T) {
	t.Parallel()
	for give, want := range map[string]struct{ asked, home string }{
		"/history.atom":          {"/history.atom", ""},
		"/history.rss":           {"/history.rss", ""},
		"/feed/":                 {"/feed/", ""},
		"/it/feed.xml":           {"/it/feed.xml", "/it"},
		"/a%20b/index.xml?x=1#f": {"/a%20b/index.xml?x=1", "/a%20b"},
		"/?feed=rss2&token=x":    {"/?feed=rss2&token=x", "/"},
		"":                       {"/", ""},
	} {
		var got string
		srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RequestURI }))
		b, err := New(BackendConfig{Name: "campus", Type: "feed", URL: srv.URL + give}, zerolog.Nop())
		if err != nil {
			t.Fatal(err)
		}
		b.Fetch(t.Context())
		srv.Close()
		if home := b.(pageOwner).PageURL(); got != want.asked || home != srv.URL+want.home {
			t.Errorf("%s: asked for %s, page is %s", give, got, home)
		}
	}
}

func TestFeedLinksLeadToTheirSite(t *testing.T) {
	t.Parallel()
	at, _ := url.Parse("https://it.example.edu/news/feed.xml?key=secret")
	for give, want := range map[string]string{
		"https://other.example/x?y=1":   "https://other.example/x?y=1",
		"/incidents/1/":                 "https://it.example.edu/incidents/1/",
		"incidents/1":                   "https://it.example.edu/news/incidents/1",
		"#top":                          "https://it.example.edu/news/feed.xml#top",
		"status.example.com/incident/1": "https://status.example.com/incident/1",
		"//cdn.example.edu/1":           "https://cdn.example.edu/1",
		"":                              "",
		":":                             "",
	} {
		if got := entryLink(give, at); got != want {
			t.Errorf("%q: %q, want %q", give, got, want)
		}
	}
}

func TestFeedClosesWhatItsTitleClosesAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, title := range []string{
		"[Resolved] Mail", "RESOLVED: Mail", "Mail (resolved)", "Mail - fixed", "Mail: Completed", "Resolved",
		"【已解决】邮件", "メール [復旧]", "Mail – behoben",
	} {
		if !saysClosed(title) {
			t.Errorf("%s is open", title)
		}
	}
	for _, title := range []string{
		"Names cannot be resolved", "Mail not fixed", "Fixed-line phones are down", "Mail", "", "[Update] Mail: slow",
		"Unresolved", "Mail: not resolved",
	} {
		if saysClosed(title) {
			t.Errorf("%s is closed", title)
		}
	}
}

// TestTimesOfPagesAreReadInTheirZone: what stands over an update has no year, and
// the zone by a name that means several.
func TestTimesOfPagesAreReadInTheirZone(t *testing.T) {
	at := func(s string) time.Time { return must(time.Parse(time.RFC3339, s)) }
	// By the one moment that is known for sure, names mean what they mean there.
	for _, tc := range []struct{ stamp, exact, other, limit, want string }{
		{"Nov 20, 08:00 UTC", "2026-11-20T08:00:40Z", "Nov 20, 07:30 UTC", "2026-11-20T08:00:40Z", "2026-11-20T07:30:00Z"},
		{"Nov 20, 00:00 PST", "2026-11-20T08:00:40Z", "Nov 19, 23:30 PST", "2026-11-20T08:00:40Z", "2026-11-20T07:30:00Z"},
		{"Nov 20, 08:00 CST", "2026-11-20T00:00:40Z", "Nov 20, 07:30 CST", "2026-11-20T08:00:40Z", "2026-11-19T23:30:00Z"}, // China's
		{"Nov 20, 13:30 IST", "2026-11-20T08:00:40Z", "Nov 20, 13:00 IST", "2026-11-20T08:00:40Z", "2026-11-20T07:30:00Z"},
		{"Jan 1, 00:10 CET", "2026-12-31T23:10:40Z", "Dec 31, 23:30 CET", "2026-12-31T23:10:40Z", "2026-12-31T22:30:00Z"},
		{"Nov 1, 00:30 PDT", "2026-11-01T07:30:40Z", "Nov 1, 03:30 PST", "2026-11-01T12:00:00Z", "2026-11-01T11:30:00Z"}, // the clock was changed in between
		{"Nov 20, 08:00 UTC", "2026-11-20T08:00:40Z", "Dec 24, 07:30 UTC", "2026-11-20T08:00:40Z", "2025-12-24T07:30:00Z"},
		{"Nov 20, 08:00 GMT", "2026-11-20T09:17:00Z", "Nov 20, 07:30 GMT", "2026-11-20T09:17:00Z", "2026-11-20T07:30:00Z"},
		{"Nov 20, 08:00 JST", "2026-11-20T09:17:00Z", "Nov 20, 07:30 JST", "2026-11-20T09:17:00Z", "2026-11-19T22:30:00Z"}, // fits nothing: as usual
	} {
		got := zoneOf(parseStamp(tc.stamp), at(tc.exact)).time(parseStamp(tc.other), at(tc.limit)).Format(time.RFC3339)
		if got != tc.want {
			t.Errorf("%s, where %s is %s: %s", tc.other, tc.stamp, tc.exact, got)
		}
	}
	// Where nothing is known, a name means what it does on most pages.
	for zone, hours := range map[string]time.Duration{
		"UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9,
		"AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
		"AKST": -9, "AKDT": -8, "HST": -10,
	} {
		limit := at("2026-11-20T12:00:00Z")
		if got, want := (pageZone{}).time(parseStamp("Nov 19, 12:00 "+zone), limit), limit.Add(-24*time.Hour-hours*time.Hour); !got.Equal(want) {
			t.Errorf("noon in %s is %s", zone, got)
		}
	}
	for _, nothing := range []string{"", "soon", "Nov 20", "Foo 20, 08:00 UTC", "Nov 0, 08:00 UTC", "Nov 32, 08:00 UTC", "Nov 20, 24:00 UTC", "Nov 20, 08:60 UTC"} {
		if parseStamp(nothing).ok {
			t.Errorf("%q is a time", nothing)
		}
	}
	// An event that ends the next day says only when.
	from, until := eventStamps("Nov 30, 23:30 - 01:00 UTC")
	if until = until.of(from); from.zone != "UTC" || until.in(2026, 0) != at("2026-12-01T01:00:00Z") {
		t.Errorf("%+v to %+v", from, until)
	}
}

func TestFeedQuirks(t *testing.T) {
	entry := func(published, title, content string) string {
		return `<entry><id>` + title + `</id><title>` + title + `</title><published>` + published + `</published><updated>` + published + `</updated>
			<content type="html">` + html.EscapeString(content) + `</content></entry>`
	}
	tree := func(entries ...string) object {
		return object{"/history.atom": `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>` + strings.Join(entries, "") + `</feed>`}
	}
	update := func(at, label, text string) string {
		return "<p> <small>" + at + "</small> <br> <strong>" + label + "</strong> - " + text + " </p> "
	}
	today := "2026-11-20T11:00:00Z"
	quirks := map[string]quirk{
		"a cause that is told after the end": {
			tree: tree(entry(today, "I", update("Nov 20, 11:00 UTC", "Investigating", "cause")+update("Nov 20, 11:00 UTC", "Resolved", "done"))),
			want: "I resolved minor [] 2 cause",
		},
		"an update is as before": {
			tree: tree(entry(today, "I", update("Nov <var data-var='date'> 20</var>, <var data-var='time'>11:00</var> UTC", "Update", "still")+update("Nov 20, 10:00 UTC", "Identified", "x"))),
			want: "I identified minor [] 2 still",
		},
		"labels in any case": {tree: tree(entry(today, "I", update("Nov 20, 11:00 UTC", "MONITORING", "x"))), want: "I monitoring minor [] 1 x"},
		"work that was completed": {
			tree: tree(entry(today, "M", update("Nov 20, 11:00 UTC", "Completed", "done")+update("Nov 20, 10:00 UTC", "In progress", "x"))), want: "M completed endless [] done",
		},
		"work that is over by its title": {
			tree: tree(entry(today, "[Completed] M", update("Nov 20, 10:00 UTC", "In progress", "x"))), want: "[Completed] M completed endless [] x",
		},
		"an event that is announced": {
			tree: tree(strings.Replace(entry("2026-11-21T03:00:00Z", "M", "<p><strong>THIS IS A SCHEDULED EVENT Nov <var>21</var>, <var>03:00</var> - <var>04:30</var> UTC</strong></p>"+
				update("Nov 20, 10:00 UTC", "Scheduled", "x")), "<updated>2026-11-21T03", "<updated>2026-11-20T10", 1)),
			want: "M scheduled 1h30m0s [] x",
		},
		"an event over two days": {
			tree: tree(entry("2026-11-21T16:30:00Z", "M", "<p><strong>THIS IS A SCHEDULED EVENT Nov 21, 16:30 UTC &nbsp;-&nbsp; Nov 22, 16:30 UTC</strong></p>")), want: "M scheduled 24h0m0s [] -",
		},
		"an entry without a state is open for a day": {tree: tree(entry("2026-11-19T12:00:01Z", "I", "<p>x</p>")), want: "I unknown minor [] 1 x"},
		"and no longer":                        {tree: tree(entry("2026-11-19T11:59:59Z", "I", "<p>x</p>"))},
		"an entry of tomorrow without a state": {tree: tree(entry("2026-11-21T12:00:00Z", "I", "<p>x</p>"))},
		"what goes on is before what is over":  {tree: tree(entry(today, "A: fixed", "x"), entry(today, "B", "y")), want: "B unknown minor [] 1 y; A: fixed resolved minor [] 1 x"},
	}
	for _, word := range []string{"Investigating", "Identified", "Monitoring", "Resolved", "Postmortem"} {
		quirks["label "+word] = quirk{tree: tree(entry(today, "I", update("Nov 20, 11:00 UTC", word, "x"))), want: "I " + strings.ToLower(word) + " minor [] 1 x"}
	}
	for word, state := range map[string]string{"Scheduled": "scheduled", "In progress": "in_progress", "Verifying": "verifying", "Completed": "completed"} {
		quirks["label "+word] = quirk{tree: tree(entry(today, "M", update("Nov 20, 11:00 UTC", word, "x"))), want: "M " + state + " endless [] x"}
	}
	for _, word := range []string{"resolved", "Completed", "fixed", "behoben", "gelöst", "abgeschlossen", "résolu", "已解决", "已恢复", "解決済み", "復旧"} {
		quirks["a title that ends with "+word] = quirk{tree: tree(entry(today, "I: "+word, "x")), want: "I: " + word + " resolved minor [] 1 x"}
	}
	conformance{typ: "feed", url: "http://status.example.edu/history.atom"}.hold(t, quirks)
}

func FuzzFeed(f *testing.F) {
	files, _ := filepath.Glob("testdata/feed/*.*")
	for _, name := range files {
		f.Add(must(os.ReadFile(name)), "")
	}
	f.Add([]byte("<rss><channel/></rss>"), "utf-16")
	at, _ := url.Parse("https://status.example.edu/feed")
	f.Fuzz(func(t *testing.T, b []byte, label string) {
		doc, err := decodeXML(b, label)
		if err != nil {
			return
		}
		if st, ok := readFeed(doc, at, time.Unix(1795000000, 0)); ok {
			checkPublishable(t, st)
		}
	})
}
