package statusclient

import (
	"fmt"
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
