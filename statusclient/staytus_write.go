package statusclient

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// staytusEditor writes a Staytus, whose issues are marked in their first text. It
// says no with status code 200, wants ids to be numbers, and takes a status that
// it does not know for its own failure.
type staytusEditor struct {
	*staytus
	levels []staytusLevel // of services, as last listed
}

func newStaytusEditor(_ context.Context, cfg BackendConfig, c *Client) (editor, error) {
	cfg.Token, cfg.Secret = cfg.WriteToken, cfg.WriteSecret
	b, err := newStaytus(cfg, c)
	if err != nil {
		return nil, err
	}
	return &staytusEditor{staytus: b.(*staytus)}, nil
}

func (e *staytusEditor) knows() knows { return knows{credentials: true} }

func (e *staytusEditor) components(ctx context.Context) ([]Component, error) {
	services, err := staytusCall[[]staytusService](e.client.Round(ctx), "/api/v1/services/all")
	if err != nil {
		return nil, e.named(err)
	}
	e.levels = nil
	for _, s := range services {
		e.levels = append(e.levels, s.Status)
	}
	return staytusStatus(services, nil, e.PageURL()).Components, nil
}

// named says of which credentials it is that they are refused.
func (e *staytusEditor) named(err error) error {
	var fe *FetchError
	if errors.As(err, &fe) && fe.Cause == staytusDenied {
		return fe.because("refuses write_token and write_secret")
	}
	return err
}

// level is what the page calls a status. Every page may rename its own, and only
// tells of those that a service has.
func (e *staytusEditor) level(ctx context.Context, s ComponentStatus) (string, error) {
	if e.levels == nil {
		if _, err := e.components(ctx); err != nil {
			return "", err
		}
	}
	usual := map[ComponentStatus]string{
		Operational: "operational", Degraded: "degraded-performance", PartialOutage: "partial-outage",
		MajorOutage: "major-outage", UnderMaintenance: "maintenance",
	}[s]
	other := ""
	for _, l := range e.levels {
		if l.Permalink == usual {
			return usual, nil
		}
		if l.component() == s {
			other = l.Permalink
		}
	}
	return cmp.Or(other, usual), nil
}

func (e *staytusEditor) incidents(ctx context.Context) ([]posted, error) {
	issues, err := staytusCall[[]staytusIssue](e.client.Round(ctx), "/api/v1/issues/all")
	if err != nil {
		return nil, e.named(err)
	}
	var out []posted
	for i := range issues {
		if issues[i].State == string(Resolved) {
			continue
		}
		in, err := e.whole(ctx, issues[i].ID)
		switch {
		case errors.Is(err, ErrNoIncident): // was deleted in between
		case err != nil:
			return nil, err
		default:
			out = append(out, *in)
		}
	}
	return out, nil
}

// whole reads an issue with its updates, the first of which has the mark.
func (e *staytusEditor) whole(ctx context.Context, id int64) (*posted, error) {
	n, err := staytusCall[staytusIssue](e.client.Round(ctx), "/api/v1/issues/info?params="+url.QueryEscape(fmt.Sprintf(`{"issue":%d}`, id)))
	switch {
	case hasCode(err, http.StatusNotFound):
		return nil, ErrNoIncident
	case err != nil:
		return nil, e.named(err)
	}
	in := &posted{Incident: n.incident(nil, e.PageURL()), native: n.ID}
	for _, u := range n.Updates {
		if _, mark, _ := unmark(u.Text); mark != "" {
			in.mark = mark
		}
	}
	return in, nil
}

func (e *staytusEditor) incident(ctx context.Context, id string) (*posted, error) {
	issues, err := staytusCall[[]staytusIssue](e.client.Round(ctx), "/api/v1/issues/all")
	if err != nil {
		return nil, e.named(err)
	}
	i := slices.IndexFunc(issues, func(n staytusIssue) bool { return n.Identifier == id })
	if i < 0 {
		return nil, ErrNoIncident
	}
	return e.whole(ctx, issues[i].ID)
}

// act does one action and reads the data of its answer.
func (e *staytusEditor) act(ctx context.Context, action string, in any, data any) error {
	var answer staytusAnswer
	if err := e.client.send(ctx, http.MethodPost, "/api/v1/"+action, in, &answer); err != nil {
		return err
	}
	if err := answer.problem(e.client); err != nil {
		var fe *FetchError
		if why := e.client.complaint(fmt.Appendf(nil, `{"data":%s}`, answer.Data)); errors.As(err, &fe) && why != "" && fe.Cause != staytusDenied {
			fe.Cause += ": " + why
		}
		return e.named(err)
	}
	if data == nil {
		return nil
	}
	if err := json.Unmarshal(answer.Data, data); err != nil {
		return e.client.Errorf("%s", describeJSON(err))
	}
	return nil
}

// create gives all services of the issue one status, the worst: it takes no
// other. Those that are to have a better one get it afterwards. State, status and
// services have to be there.
func (e *staytusEditor) create(ctx context.Context, mark string, draft *Draft, set []*setting) (*posted, error) {
	services, worst := []string{}, Operational
	for _, s := range set {
		services = append(services, s.ID)
		if severity(s.to) > severity(worst) {
			worst = s.to
		}
	}
	if len(set) == 0 {
		worst = draft.Impact.component()
	}
	level, err := e.level(ctx, worst)
	if err != nil {
		return nil, err
	}
	var n staytusIssue
	err = e.act(ctx, "issues/create", map[string]any{
		"title": draft.Title, "initial_update": markPlain(draft.Message, mark), "state": draft.State,
		"services": services, "status": level, "notify": draft.Notify,
	}, &n)
	if err != nil {
		return nil, err
	}
	for _, s := range set {
		s.Status, s.made = worst, s.to == worst
	}
	return &posted{Incident: n.incident(nil, e.PageURL()), native: n.ID, mark: mark}, nil
}

func severity(s ComponentStatus) int {
	return slices.Index([]ComponentStatus{Operational, UnderMaintenance, Degraded, PartialOutage, MajorOutage}, s)
}

// update ends an issue with all its services well: which those are it does not
// tell.
func (e *staytusEditor) update(ctx context.Context, in *posted, p *UpdateDraft, set []*setting) error {
	body := map[string]any{"id": in.native, "text": p.Message, "state": p.State, "notify": p.Notify}
	if p.State == Resolved && len(set) == 0 {
		level, err := e.level(ctx, Operational)
		if err != nil {
			return err
		}
		body["status"] = level
	}
	return e.act(ctx, "issues/update", body, nil)
}

func (e *staytusEditor) set(ctx context.Context, s *setting, _ bool) error {
	level, err := e.level(ctx, s.to)
	if err != nil {
		return err
	}
	return e.act(ctx, "services/set_status", map[string]any{"service": s.ID, "status": level}, nil)
}

// Interface guards
var _ editor = (*staytusEditor)(nil)
