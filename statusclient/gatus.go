package statusclient

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"sync"
	"time"
)

func init() { register("gatus", adapter{new: newGatus, measures: true}) }

// maxHistories bounds how many endpoints are asked in one round since when they
// fail.
const maxHistories = 10

// gatus reads a Gatus: endpoints and suites as components, announcements as
// incidents. While nothing is announced, an endpoint that fails its checks is an
// incident without text. Gatus tells nobody of maintenance.
type gatus struct {
	client *Client
	known  bool // who we are: then being turned away is an error

	mu    sync.Mutex
	since map[string]time.Time // by key of what fails: the begin, asked for once
}

// gatusPaths are what the address bar shows on the pages of a Gatus.
var gatusPaths = regexp.MustCompile(`/((endpoints|services|suites)/[^/]*|api(/v1(/.*)?)?)?/?$`)

func newGatus(cfg BackendConfig, c *Client) (Backend, error) {
	c.base.Path = gatusPaths.ReplaceAllString(c.base.Path, "")
	b := &gatus{client: c, since: make(map[string]time.Time)}
	for k := range cfg.Headers {
		b.known = b.known || http.CanonicalHeaderKey(k) == "Authorization" || http.CanonicalHeaderKey(k) == "Cookie"
	}
	return b, nil
}

// PageURL is where people read the page.
func (b *gatus) PageURL() string { return pageURL(b.client.base.String()) }

// Fetch reads the announcements and the newest result of everything. The
// announcements of a Gatus that shows its checks to nobody are read all the same.
func (b *gatus) Fetch(ctx context.Context) (*Status, error) {
	r := b.client.Round(ctx)
	var config gatusConfig
	if err := r.JSON("/api/v1/config", &config); err != nil {
		return nil, err
	}
	if !config.Announcements.present && config.Authenticated == nil && config.OIDC == nil {
		return nil, b.client.Errorf("answered JSON that is no configuration of a Gatus")
	}
	var endpoints []gatusEndpoint
	err := r.JSON("/api/v1/endpoints/statuses?page=1&pageSize=1", &endpoints)
	if hasCode(err, http.StatusUnauthorized) && !b.known {
		return r.Done(&Status{Incidents: gatusNews(config.Announcements.items, b.PageURL())})
	}
	if err != nil {
		return nil, err
	}
	var suites []gatusEndpoint
	err = r.JSON("/api/v1/suites/statuses?page=1&pageSize=1", &suites)
	if err != nil && !hasCode(err, http.StatusNotFound) { // older ones have none
		return nil, err
	}
	st := &Status{Incidents: gatusNews(config.Announcements.items, b.PageURL())}
	all := append(endpoints, suites...)
	for i := range all {
		st.Components = append(st.Components, all[i].component())
	}
	if !commented(st.Incidents) {
		b.alarms(r, st, all, len(endpoints))
	}
	return r.Done(st)
}

// alarms adds an incident for each component that fails. The first so many are
// endpoints, which have a history, the rest suites.
func (b *gatus) alarms(r *Round, st *Status, all []gatusEndpoint, endpoints int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	asked := 0
	for i := range all {
		e, c := &all[i], &st.Components[i]
		if c.Status != MajorOutage && c.Status != Degraded {
			delete(b.since, e.Key)
			continue
		}
		since, ok := b.since[e.Key]
		if !ok {
			since = e.last().Timestamp.Time
			if i < endpoints && asked < maxHistories {
				asked++
				since = b.history(r.ctx, e.Key, since)
			}
			if len(b.since) < keepComponents {
				b.since[e.Key] = since
			}
		}
		page := b.PageURL() + "/endpoints/"
		if i >= endpoints {
			page = b.PageURL() + "/suites/"
		}
		st.Incidents = append(st.Incidents, c.alarm(since, page))
		r.note(e.Key, since.String())
	}
}

// history is since when an endpoint fails, or else whatever is known. That it
// cannot be read is no reason to say nothing.
func (b *gatus) history(ctx context.Context, key string, known time.Time) time.Time {
	var e gatusEndpoint
	ref := "/api/v1/endpoints/" + url.PathEscape(key) + "/statuses?page=1&pageSize=1"
	if b.client.Round(ctx).JSON(ref, &e) != nil || len(e.Events.items) == 0 {
		return known
	}
	last := e.Events.items[len(e.Events.items)-1]
	if last.Type != "UNHEALTHY" || last.Timestamp.IsZero() {
		return known
	}
	return last.Timestamp.Time
}

// alarm is an incident of which nothing is known but that a check fails. It has a
// page of its own below page.
func (c *Component) alarm(since time.Time, page string) Incident {
	n := Incident{
		ID: c.ID + "@" + strconv.FormatInt(since.Unix(), 10), Title: c.Name + " is down",
		State: Investigating, Impact: ImpactMajor, Components: []string{c.ID}, Alerts: []string{c.ID},
		Started: since, URL: page + url.PathEscape(c.ID),
	}
	if c.Status == Degraded {
		n.Title, n.Impact = c.Name+" has degraded performance", ImpactMinor
	}
	return n
}

// Interface guards
var (
	_ Backend   = (*gatus)(nil)
	_ pageOwner = (*gatus)(nil)
)
