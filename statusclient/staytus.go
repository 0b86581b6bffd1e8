package statusclient

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

func init() {
	register("staytus", adapter{
		new: newStaytus, needs: []string{"token", "secret"}, editor: newStaytusEditor, writes: []string{"write_secret"},
	})
}

// staytus reads a Staytus with an API token, without which it tells nothing:
// services, and issues that are not resolved. Its maintenances are not in its
// API, nor does it say which services an issue is about, unless it is a version
// that does.
type staytus struct {
	client *Client
	issues *memory[staytusIssue]
}

// staytusPaths are what the address bar shows on the pages of a Staytus.
var staytusPaths = regexp.MustCompile(`/((issue|maintenance)/[^/]*|history|subscribe|login|admin(/.*)?|api(/.*)?)?/?$`)

func newStaytus(cfg BackendConfig, c *Client) (Backend, error) {
	c.base.Path = staytusPaths.ReplaceAllString(c.base.Path, "")
	c.own.Set("X-Auth-Token", cfg.Token)
	c.own.Set("X-Auth-Secret", cfg.Secret)
	return &staytus{client: c, issues: newMemory[staytusIssue]()}, nil
}

// PageURL is where people read the page.
func (b *staytus) PageURL() string { return pageURL(b.client.base.String()) }

// Fetch reads the two lists, and of each open issue that changed its updates.
func (b *staytus) Fetch(ctx context.Context) (*Status, error) {
	r := b.client.Round(ctx)
	services, err := staytusCall[[]staytusService](r, "/api/v1/services/all")
	if err != nil {
		return nil, err
	}
	issues, err := staytusCall[[]staytusIssue](r, "/api/v1/issues/all")
	if err != nil {
		return nil, err
	}
	var open []staytusIssue
	for _, n := range issues {
		if n.State == string(Resolved) {
			continue
		}
		full, ok, err := b.issues.get(r, n.Identifier, settled(n.UpdatedAt.Time), func(r *Round) (staytusIssue, error) {
			params := fmt.Sprintf(`{"issue":%d}`, n.ID)
			return staytusCall[staytusIssue](r, "/api/v1/issues/info?params="+url.QueryEscape(params))
		})
		switch {
		case hasCode(err, http.StatusNotFound):
			continue // was deleted in between
		case err != nil:
			return nil, err
		case ok:
			n.Updates = full.Updates
		}
		open = append(open, n)
	}
	return r.Done(staytusStatus(services, open, b.PageURL()))
}

// staytusCall reads what one action answers. Most failures come with status code
// 200 and only say so inside.
func staytusCall[T any](r *Round, ref string) (data T, err error) {
	var answer staytusAnswer
	if err := r.JSON(ref, &answer); err != nil {
		return data, err
	}
	if err := answer.problem(r.c); err != nil {
		return data, err
	}
	if err := json.Unmarshal(answer.Data, &data); err != nil {
		return data, r.c.Errorf("%s", describeJSON(err))
	}
	return data, nil
}

// staytusDenied is how wrong credentials are refused.
const staytusDenied = "refuses token and secret"

// staytusAnswer is what is around every answer.
type staytusAnswer struct {
	Status string          `json:"status"`
	Data   json.RawMessage `json:"data"`
}

func (a *staytusAnswer) problem(c *Client) error {
	e := &FetchError{Backend: c.name, refused: true}
	switch a.Status {
	case "success":
		return nil
	case "access-denied":
		e.Cause = staytusDenied
	case "not-found":
		e.Cause, e.code = "does not know what it has listed", http.StatusNotFound
	case "":
		return c.Errorf("answered JSON that is nothing of Staytus: status is missing")
	case "parameter-error", "validation-error", "error":
		e.Cause = "answered with an error of its own: " + a.Status
	case "internal-server-error":
		return c.Errorf("answered with an error of its own: %s", a.Status)
	default:
		e.Cause = "answered with an error of its own"
	}
	return e
}

func staytusStatus(services []staytusService, issues []staytusIssue, home string) *Status {
	st := new(Status)
	types := map[string]string{
		"operational": "ok", "degraded-performance": "minor", "partial-outage": "minor", "major-outage": "major",
		"maintenance": "maintenance",
	}
	for _, s := range services {
		if s.Status.Type != "" {
			types[s.Status.Permalink] = s.Status.Type
		}
		st.Components = append(st.Components, Component{ID: s.Permalink, Name: s.Name, Status: s.Status.component()})
	}
	for i := range issues {
		st.Incidents = append(st.Incidents, issues[i].incident(types, home))
	}
	return st
}

func (l staytusLevel) component() ComponentStatus {
	switch l.Type {
	case "ok":
		return Operational
	case "minor":
		if strings.Contains(l.Permalink, "partial") {
			return PartialOutage
		}
		return Degraded
	case "major":
		return MajorOutage
	case "maintenance":
		return UnderMaintenance
	}
	return ComponentUnknown
}

func (l staytusLevel) impact(types map[string]string) Impact {
	switch types[l.Permalink] {
	case "ok":
		return ImpactNone
	case "minor":
		if strings.Contains(l.Permalink, "partial") {
			return ImpactMajor
		}
		return ImpactMinor
	case "major":
		if l.Permalink == "major-outage" {
			return ImpactCritical
		}
		return ImpactMajor
	case "maintenance":
		return ImpactMaintenance
	}
	return ImpactUnknown
}

func (n *staytusIssue) incident(types map[string]string, home string) Incident {
	out := Incident{
		ID: n.Identifier, Title: n.Title, State: IncidentState(n.State), Impact: n.Level.impact(types),
		Started: n.CreatedAt.Time, URL: home + "/issue/" + url.PathEscape(n.Identifier),
	}
	for _, s := range n.Services {
		out.Components = append(out.Components, s.Permalink)
	}
	for _, u := range slices.Backward(n.Updates) { // oldest first
		out.Updates = append(out.Updates, Update{State: u.State, Text: Text{Source: unmarked(u.Text), Markup: Plain}, At: u.CreatedAt.Time})
	}
	return out
}

// Interface guards
var (
	_ Backend   = (*staytus)(nil)
	_ pageOwner = (*staytus)(nil)
)
