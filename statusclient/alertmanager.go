package statusclient

import (
	"context"
	"net/url"
	"regexp"
	"strings"
)

func init() {
	register("alertmanager", adapter{new: newAlertmanager, reads: []string{"token"}, measures: true})
}

// alertmanager reads Prometheus Alertmanager, API v2: active alerts as
// incidents, one per alert name and component, and silences of a component as
// maintenance.
//
// What alerts are for the public is the operator's to say, in Alertmanager's own
// way: the filter and the receiver of its web page are in the address that it
// shows. Labels other than the component's, instances, generators, authors,
// links and mail addresses are not passed on. A token is for the proxy that asks
// for one.
type alertmanager struct {
	client *Client
	alerts string // the request
	view   amView // which alerts that is
}

// alertmanagerPaths are those of its web pages and of its API.
var alertmanagerPaths = regexp.MustCompile(`/(alerts|silences|status|settings|api(/v2(/.*)?)?|-/.*)?/?$`)

// Silences that are over are listed for days.
const alertmanagerSilences = "/api/v2/silences?expired=false"

func newAlertmanager(cfg BackendConfig, c *Client) (Backend, error) {
	c.base.Path = alertmanagerPaths.ReplaceAllString(c.base.Path, "")
	if cfg.Token != "" {
		c.own.Set("Authorization", "Bearer "+cfg.Token)
	}
	// Alerts that are not processed yet may turn out to be silenced.
	q := url.Values{"active": {"true"}, "silenced": {"false"}, "inhibited": {"false"}, "unprocessed": {"false"}}
	var view amView
	for _, given := range viewOf(cfg.URL) {
		for _, f := range given["filter"] {
			for _, m := range matchers(f) {
				q.Add("filter", m)
				view.filter(m)
			}
		}
		if receiver := given.Get("receiver"); receiver != "" {
			q.Set("receiver", receiver)
			view.receiver = view.anchored(receiver)
		}
	}
	return &alertmanager{client: c, alerts: "/api/v2/alerts?" + q.Encode(), view: view}, nil
}

// viewOf returns the queries of an address, also the one after "#" where the web
// page keeps its own.
func viewOf(address string) []url.Values {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	_, query, _ := strings.Cut(u.EscapedFragment(), "?")
	inFragment, _ := url.ParseQuery(query)
	return []url.Values{u.Query(), inFragment}
}

// matchers takes {a="b",c=~"d,e"}, as the web page writes it, apart: the API
// wants one at a time.
func matchers(filter string) []string {
	filter = strings.TrimSpace(filter)
	filter = strings.TrimSuffix(strings.TrimPrefix(filter, "{"), "}")
	var out []string
	start, quoted := 0, false
	add := func(end int) {
		if m := strings.TrimSpace(filter[start:end]); m != "" {
			out = append(out, m)
		}
	}
	for i := 0; i < len(filter); i++ {
		switch c := filter[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			add(i)
			start = i + 1
		}
	}
	add(len(filter))
	return out
}

// PageURL is empty: an Alertmanager is not a page for the public.
func (b *alertmanager) PageURL() string { return "" }

// Fetch reads two documents.
func (b *alertmanager) Fetch(ctx context.Context) (*Status, error) {
	var alerts []amAlert
	var silences []amSilence
	r := b.client.Round(ctx)
	if err := r.JSON(b.alerts, &alerts); err != nil {
		return nil, err
	}
	if err := r.JSON(alertmanagerSilences, &silences); err != nil {
		return nil, err
	}
	for i := range alerts {
		if alerts[i].Fingerprint == "" || alerts[i].Labels == nil {
			return nil, b.client.Errorf("answered JSON that is no list of alerts: one has no fingerprint or no labels")
		}
	}
	return r.Done(alertmanagerStatus(alerts, silences))
}

// Interface guards
var (
	_ Backend   = (*alertmanager)(nil)
	_ pageOwner = (*alertmanager)(nil)
)
