package statusclient

import (
	"context"
	"maps"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

func init() { register("uptime-kuma", adapter{new: newKuma, interval: time.Minute, measures: true}) }

// kuma reads a status page of an Uptime Kuma, 1.19 or later: its monitors, the
// incidents pinned to it and the maintenances that run now. An incident there is
// one text, which is overwritten, and names no monitor; what is planned is not
// shown. While nobody has written that something is wrong, a monitor that is down
// is an incident without text.
type kuma struct {
	page  *Client
	beats *Client
	slug  string // "" is the page that the host shows by itself

	mu    sync.Mutex
	since map[string]time.Time // by monitor that is down: beats are forgotten before it is up again
}

// kumaPath is what the address bar shows on a status page.
var kumaPath = regexp.MustCompile(`^(.*?)/status/([^/]+)(/rss)?/?$`)

func newKuma(cfg BackendConfig, c *Client) (Backend, error) {
	b := &kuma{page: c, since: make(map[string]time.Time)}
	if m := kumaPath.FindStringSubmatch(c.base.Path); m != nil {
		c.base.Path, b.slug = m[1], m[2]
	}
	// Kuma forgets what it keeps for five minutes when a monitor changes, but not
	// when somebody writes an incident. The monitors need no such thing.
	b.beats = c.at(c.base)
	b.beats.headers = cfg.Headers
	c.own.Set("X-Apicache-Bypass", "1")
	return b, nil
}

// PageURL is where people read the page.
func (b *kuma) PageURL() string {
	home := strings.TrimRight(pageURL(b.page.base.String()), "/")
	if b.slug == "" {
		return home
	}
	return home + "/status/" + url.PathEscape(b.slug)
}

// Fetch reads the page and the newest heartbeats.
func (b *kuma) Fetch(ctx context.Context) (*Status, error) {
	r := b.page.Round(ctx)
	slug, err := b.find(r)
	if err != nil {
		return nil, err
	}
	var page kumaPage
	if err := r.JSON("/api/status-page/"+url.PathEscape(slug), &page); err != nil {
		return nil, err
	}
	if page.Config == nil || !page.Groups.present {
		return nil, b.page.Errorf("answered JSON that is no status page of an Uptime Kuma")
	}
	var beats kumaBeats
	if err := r.of(b.beats).JSON("/api/status-page/heartbeat/"+url.PathEscape(slug), &beats); err != nil {
		return nil, err
	}
	st := page.status(beats.last(), b.PageURL(), time.Now())
	if !commented(st.Incidents) {
		b.alarms(st, beats.List)
	}
	for _, m := range st.Maintenances {
		r.note(m.From.String(), m.Until.String()) // which of the slots, the clock decides
	}
	return r.Done(st)
}

// alarms adds an incident for each monitor that is down.
func (b *kuma) alarms(st *Status, beats map[string]kumaBeat) {
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.DeleteFunc(b.since, func(id string, _ time.Time) bool { return beats[id].status != 0 })
	seen := make(map[string]bool) // it may stand in several groups
	for i := range st.Components {
		c := &st.Components[i]
		if c.Status != MajorOutage || seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		since := beats[c.ID].since
		if known, ok := b.since[c.ID]; ok && since.IsZero() {
			since = known
		} else if len(b.since) < keepComponents {
			b.since[c.ID] = since
		}
		st.Incidents = append(st.Incidents, kumaAlarm(*c, since, b.PageURL()))
	}
}

// find is the slug. Where the address names none, Kuma knows which page it shows
// on that host.
func (b *kuma) find(r *Round) (string, error) {
	if b.slug != "" {
		return b.slug, nil
	}
	var entry struct {
		Type string `json:"type"`
		Slug string `json:"statusPageSlug"`
		Page string `json:"entryPage"`
	}
	if err := r.JSON("/api/entry-page", &entry); err != nil {
		return "", err
	}
	if entry.Type == "" {
		return "", b.page.Errorf("answered JSON that is not of an Uptime Kuma")
	}
	if slug, ok := strings.CutPrefix(entry.Page, "statusPage-"); ok && entry.Slug == "" {
		entry.Slug = slug
	}
	if entry.Slug == "" {
		return "", b.page.Errorf("shows no status page on this host; the url must end with the page's /status/ and name")
	}
	return entry.Slug, nil
}

// Interface guards
var (
	_ Backend   = (*kuma)(nil)
	_ pageOwner = (*kuma)(nil)
)
