package statusclient

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

func init() {
	register("jayfk-statuspage", adapter{
		new: newJayfk, reads: []string{"token"}, interval: githubInterval, check: checkGitHub,
	})
}

// jayfk reads the convention of jayfk/statuspage in a repository's issues: the
// colour of a label, not its name, says whether it is a system or how bad it is;
// an incident has one of each and is by somebody who speaks for the repository.
// It knows no maintenance.
type jayfk struct {
	allowance
	repo     *github
	labels   *memory[[]githubLabel]
	comments *memory[[]githubComment]
}

// The colours that mean something, in lower case.
const (
	jayfkSystem        = "171717"
	jayfkInvestigating = "1192fc"
	jayfkDegraded      = "ffa500"
	jayfkMajor         = "ff4d4d"
)

func newJayfk(cfg BackendConfig, c *Client) (Backend, error) {
	repo, err := newGitHub(cfg, c)
	if err != nil {
		return nil, err
	}
	return &jayfk{allowance: repo.allowance(), repo: repo, labels: newMemory[[]githubLabel](), comments: newMemory[[]githubComment]()}, nil
}

// PageURL is the repository.
func (b *jayfk) PageURL() string { return b.repo.home }

// Fetch reads the open issues, labels once an hour, and the comments of each
// incident that changed.
func (b *jayfk) Fetch(ctx context.Context) (*Status, error) {
	r := b.repo.api.Round(ctx)
	issues, err := b.repo.openIssues(r)
	if err != nil {
		return nil, err
	}
	hour := time.Now().UTC().Truncate(time.Hour).String()
	labels, _, err := b.labels.get(r, "labels", hour, func(r *Round) ([]githubLabel, error) {
		return linkedPages[githubLabel](r, b.repo.repo+"/labels?per_page=100")
	})
	if err != nil {
		return nil, err
	}
	comments := make(map[int64][]githubComment)
	for i := range issues {
		n := &issues[i]
		if n.Comments == 0 || jayfkSeverity(n) == "" {
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
	return r.Done(jayfkStatus(issues, labels, comments))
}

// jayfkSeverity is the colour of how bad an incident is, or "" where the issue is
// no incident.
func jayfkSeverity(n *githubIssue) string {
	if !n.Author.staff() || len(jayfkSystems(n.Labels)) == 0 {
		return ""
	}
	for _, l := range n.Labels {
		switch c := strings.ToLower(l.Color); c {
		case jayfkInvestigating, jayfkDegraded, jayfkMajor:
			return c
		}
	}
	return ""
}

func jayfkSystems(labels []githubLabel) []string {
	var names []string
	for _, l := range labels {
		if strings.EqualFold(l.Color, jayfkSystem) && l.Name != "" && !slices.Contains(names, l.Name) {
			names = append(names, l.Name)
		}
	}
	return names
}

func jayfkStatus(issues []githubIssue, labels []githubLabel, comments map[int64][]githubComment) *Status {
	st := new(Status)
	severities := make(map[string]string) // by system: the worst
	names := jayfkSystems(labels)
	for i := range issues {
		n := &issues[i]
		severity := jayfkSeverity(n)
		if severity == "" {
			continue
		}
		in := n.jayfk(severity, comments[n.Number])
		for _, name := range in.Components {
			if severities[name] != jayfkMajor {
				severities[name] = severity
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		st.Incidents = append(st.Incidents, in)
	}
	for _, name := range names {
		c := Component{ID: name, Name: name, Status: Operational}
		switch severities[name] {
		case jayfkInvestigating, jayfkDegraded:
			c.Status = Degraded
		case jayfkMajor:
			c.Status = MajorOutage
		}
		st.Components = append(st.Components, c)
	}
	return st
}

func (n *githubIssue) jayfk(severity string, comments []githubComment) Incident {
	out := Incident{
		ID: strconv.FormatInt(n.Number, 10), Title: n.Title, State: Identified, Impact: ImpactMinor,
		Components: jayfkSystems(n.Labels), Started: n.CreatedAt.Time, URL: n.URL,
	}
	switch severity {
	case jayfkInvestigating:
		out.State = Investigating
	case jayfkMajor:
		out.Impact = ImpactCritical
	}
	for _, c := range slices.Backward(comments) { // oldest first
		if c.Author.staff() {
			out.Updates = append(out.Updates, Update{Text: Text{Source: c.Body, Markup: Markdown}, At: c.CreatedAt.Time})
		}
	}
	if n.Body != "" {
		out.Updates = append(out.Updates, Update{
			State: string(Investigating), Text: Text{Source: n.Body, Markup: Markdown}, At: n.CreatedAt.Time,
		})
	}
	return out
}

// Interface guards
var (
	_ Backend   = (*jayfk)(nil)
	_ pageOwner = (*jayfk)(nil)
	_ thrifty   = (*jayfk)(nil)
)
