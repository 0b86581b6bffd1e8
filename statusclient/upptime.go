package statusclient

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

func init() {
	register("upptime", adapter{
		new: newUpptime, reads: []string{"token"}, interval: githubInterval, check: checkGitHub, measures: true,
	})
}

// upptime reads the repository of an Upptime: its sites from the summary that it
// commits, and open issues. Those labelled "status" are incidents, most of them
// opened by its robot; those labelled "maintenance" say in a comment from when
// until when.
type upptime struct {
	allowance
	repo     *github
	comments *memory[[]githubComment]
}

// upptimeSummary is where the sites are. HEAD is whatever the branch is called.
const upptimeSummary = "history/summary.json"

func newUpptime(cfg BackendConfig, c *Client) (Backend, error) {
	repo, err := newGitHub(cfg, c)
	if err != nil {
		return nil, err
	}
	return &upptime{allowance: repo.allowance(), repo: repo, comments: newMemory[[]githubComment]()}, nil
}

// PageURL is the repository.
func (b *upptime) PageURL() string { return b.repo.home }

// Fetch reads the open issues, the summary, and the comments of each issue that
// changed.
func (b *upptime) Fetch(ctx context.Context) (*Status, error) {
	r := b.repo.api.Round(ctx)
	issues, err := b.repo.openIssues(r)
	if err != nil {
		return nil, err
	}
	text, err := b.repo.file(r, "HEAD", upptimeSummary)
	if err != nil {
		return nil, err
	}
	var sites []upptimeSite
	if err := json.Unmarshal([]byte(text), &sites); err != nil {
		if strings.HasPrefix(strings.TrimSpace(text), "<") {
			return nil, b.repo.api.Errorf("answered HTML instead of JSON (status code 200)")
		}
		return nil, b.repo.api.Errorf("%s", describeJSON(err))
	}
	comments := make(map[int64][]githubComment)
	for i := range issues {
		n := &issues[i]
		if n.Comments == 0 || !n.labelled("status") && !n.labelled("maintenance") {
			continue
		}
		key := strconv.FormatInt(n.Number, 10)
		comments[n.Number], _, err = b.comments.get(r, key, settled(n.UpdatedAt.Time), func(r *Round) ([]githubComment, error) {
			return linkedPages[githubComment](r, fmt.Sprintf("%s/issues/%d/comments?per_page=100", b.repo.repo, n.Number))
		})
		if err != nil {
			return nil, err
		}
	}
	st := upptimeStatus(sites, issues, comments, time.Now())
	for _, m := range st.Maintenances {
		r.note(m.ID, string(m.State)) // which the clock decides
	}
	return r.Done(st)
}

// upptimeSite is a row of the summary. Its address is left there.
type upptimeSite struct {
	Name   string `json:"name"`
	Slug   string `json:"slug"`
	Status string `json:"status"`
}

func upptimeStatus(sites []upptimeSite, issues []githubIssue, comments map[int64][]githubComment, now time.Time) *Status {
	st := new(Status)
	slugs := make(map[string]bool)
	for _, s := range sites {
		slugs[s.Slug] = true
	}
	serviced := make(map[string]bool)
	for i := range issues {
		n := &issues[i]
		said := comments[n.Number]
		plan, planned := n.upptimePlan(said, now)
		switch {
		case planned:
			st.Maintenances = append(st.Maintenances, plan)
			for _, slug := range plan.Components {
				serviced[slug] = serviced[slug] || plan.State == InProgress
			}
		case n.labelled("status"):
			st.Incidents = append(st.Incidents, n.upptime(said, slugs))
		}
	}
	for _, s := range sites {
		c := Component{ID: s.Slug, Name: s.Name, Status: ComponentUnknown}
		switch s.Status {
		case "up":
			c.Status = Operational
		case "degraded":
			c.Status = Degraded
		case "down":
			c.Status = MajorOutage
		}
		if serviced[s.Slug] {
			c.Status = UnderMaintenance
		}
		st.Components = append(st.Components, c)
	}
	return st
}

func (n *githubIssue) labelled(name string) bool {
	return slices.ContainsFunc(n.Labels, func(l githubLabel) bool { return strings.EqualFold(l.Name, name) })
}

// Interface guards
var (
	_ Backend   = (*upptime)(nil)
	_ pageOwner = (*upptime)(nil)
	_ thrifty   = (*upptime)(nil)
)
