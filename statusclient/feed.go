package statusclient

import (
	"bytes"
	"cmp"
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
)

func init() { register("feed", adapter{new: newFeed, interval: time.Minute}) }

// feed reads any Atom or RSS feed of incidents: the history of a Statuspage or of
// what imitates one with its whole timeline, a blog with one text per entry. A
// feed knows no components.
type feed struct {
	client *Client
	ref    string   // path and query of the feed
	at     *url.URL // where the feed is, for links that are relative to it
	home   string
}

// feedFile is how the address of a feed ends where its page ends before.
var feedFile = regexp.MustCompile(`(?i)/(history\.(atom|rss)|[^/]*\.(xml|atom|rss)|feed|rss|atom)/?$`)

func newFeed(_ BackendConfig, c *Client) (Backend, error) {
	at := *c.base
	b := &feed{client: c, ref: at.RequestURI(), at: &at}
	home := at
	home.Path, home.RawPath = feedFile.ReplaceAllString(at.Path, ""), ""
	b.home = pageURL(home.String())
	c.base.Path, c.base.RawPath, c.base.RawQuery = "", "", ""
	return b, nil
}

// PageURL is the page that most likely has the feed.
func (b *feed) PageURL() string { return b.home }

// Fetch reads one document.
func (b *feed) Fetch(ctx context.Context) (*Status, error) {
	r := b.client.Round(ctx)
	doc, err := r.XML(b.ref)
	if err != nil {
		return nil, err
	}
	st, ok := readFeed(doc, b.at, time.Now())
	if !ok {
		return nil, b.client.Errorf("answered XML that is neither Atom nor RSS")
	}
	for i := range st.Incidents {
		// Which entries are still taken for open depends on the time, too.
		r.note(st.Incidents[i].ID)
	}
	return r.Done(st)
}

// readFeed translates a document that XML has read, as of now.
func readFeed(doc []byte, at *url.URL, now time.Time) (*Status, bool) {
	f, err := gofeed.NewParser().Parse(bytes.NewReader(doc))
	if err != nil || f.FeedType != "atom" && f.FeedType != "rss" {
		return nil, false
	}
	st := new(Status)
	for _, item := range f.Items {
		e := newEntry(item, at)
		switch {
		case e.planned():
			st.Maintenances = append(st.Maintenances, e.maintenance())
		case e.relevant(now):
			st.Incidents = append(st.Incidents, e.incident())
		}
	}
	// Whatever the order of the feed, what goes on must not be what is cut off.
	slices.SortStableFunc(st.Incidents, func(a, b Incident) int {
		return cmp.Or(compareBool(b.State.Open(), a.State.Open()), latest(&b).Compare(latest(&a)))
	})
	slices.SortStableFunc(st.Maintenances, func(a, b Maintenance) int {
		return cmp.Or(compareBool(a.State == Completed, b.State == Completed), b.From.Compare(a.From))
	})
	return st, true
}

func latest(n *Incident) time.Time {
	if len(n.Updates) > 0 {
		return n.Updates[0].At
	}
	return n.Started
}

// compareBool puts false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// entryLink is where an entry leads. Feeds have links that are relative to a site
// root, and some that only lack the scheme.
func entryLink(link string, at *url.URL) string {
	link = strings.TrimSpace(link)
	if host, _, _ := strings.Cut(link, "/"); strings.Contains(host, ".") && !strings.Contains(host, ":") {
		return "https://" + link
	}
	u, err := url.Parse(link)
	if link == "" || err != nil {
		return ""
	}
	u = at.ResolveReference(u)
	if u.RawQuery == at.RawQuery {
		u.RawQuery = ""
	}
	return u.String()
}
