package statusclient

import (
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// fakeFeed is the history.atom, or with rss the history.rss, of a Statuspage: the
// same life, told in the way of feeds.
type fakeFeed struct {
	*fakeStatuspage
	rss bool
}

var feedZone = time.FixedZone("CET", 3600)

// ServeHTTP lists everything there ever was, newest first.
func (f fakeFeed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests++
	if f.broken != 0 {
		w.WriteHeader(f.broken)
		return
	}
	var b strings.Builder
	if f.rss {
		b.WriteString(`<rss version="2.0"><channel><title>Status</title><link>https://status.example.edu</link>`)
	} else {
		b.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom"><title>Status</title><updated>2026-11-21T00:00:00Z</updated>`)
	}
	for _, n := range slices.Concat(f.maintenances, f.incidents) {
		f.entry(&b, n)
	}
	b.WriteString(map[bool]string{true: "</channel></rss>", false: "</feed>"}[f.rss])
	etag := fmt.Sprintf(`W/"%x"`, sha256.Sum256([]byte(b.String())))
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", map[bool]string{true: "application/rss+xml", false: "application/atom+xml; charset=utf-8"}[f.rss])
	fmt.Fprint(w, xml.Header, b.String())
}

// entry has its newest update's time as published, or its beginning while it is
// planned.
func (f fakeFeed) entry(b *strings.Builder, n *fakeIncident) {
	at := func(v any) time.Time {
		t, err := time.Parse(time.RFC3339, fmt.Sprint(v))
		if err != nil {
			panic(err)
		}
		return t
	}
	clock := func(t time.Time, layout string) string {
		return "<var data-var='time'>" + t.In(feedZone).Format(layout) + "</var>"
	}
	published := at(n.Updates[0]["display_at"])
	updated := published
	var content strings.Builder
	if n.Status == "scheduled" {
		published = at(n.ScheduledFor)
		fmt.Fprintf(&content, "<p><strong>THIS IS A SCHEDULED EVENT %s - %s CET</strong></p>",
			published.In(feedZone).Format("Jan <var data-var='date'>_2</var>, 15:04"), clock(at(n.ScheduledUntil), "15:04"))
	}
	for i, u := range n.Updates {
		label := strings.ReplaceAll(strings.ToUpper(fmt.Sprint(u["status"])[:1])+fmt.Sprint(u["status"])[1:], "_", " ")
		if i+1 < len(n.Updates) && n.Updates[i+1]["status"] == u["status"] {
			label = "Update"
		}
		t := at(u["display_at"])
		fmt.Fprintf(&content, "<p><small>%s %s CET</small><br><strong>%s</strong> - %s</p>",
			t.In(feedZone).Format("Jan <var data-var='date'>_2</var>,"), clock(t, "15:04"), label, u["body"])
	}
	var html strings.Builder
	xml.EscapeText(&html, []byte(content.String()))
	if !f.rss {
		fmt.Fprintf(b, `<entry><id>%s</id><published>%s</published><updated>%s</updated><link rel="alternate" href="https://status.example.edu/incidents/%s"/><title>%s</title><content type="html">%s</content></entry>`,
			n.ID, published.UTC().Format(time.RFC3339), updated.UTC().Format(time.RFC3339), n.ID, n.Name, html.String())
		return
	}
	if n.ScheduledFor != "" {
		published = at(n.ScheduledFor)
		fmt.Fprintf(b, "<item><maintenanceEndDate>%s</maintenanceEndDate>", at(n.ScheduledUntil).In(feedZone).Format(time.RFC1123Z))
	} else {
		b.WriteString("<item>")
	}
	fmt.Fprintf(b, "<title>%s</title><description>\n%s      </description><pubDate>%s</pubDate><guid isPermaLink=\"false\">%s</guid></item>",
		n.Name, html.String(), published.In(feedZone).Format(time.RFC1123Z), n.ID)
}
