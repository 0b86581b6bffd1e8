package statusclient

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

func init() {
	register("statuskit", adapter{
		new: newStatuskit, reads: []string{"token"}, interval: githubInterval, check: checkGitHub,
	})
}

// statuskit reads the repository of a Netlify StatusKit site: the list of systems
// in its configuration, and a file for each incident. What the site does not
// publish, drafts and what lies ahead, is left out.
type statuskit struct {
	allowance
	repo  *github
	files *memory[string]
	lists *memory[[]githubFile]
}

// Where a StatusKit keeps things, and how many incidents are read in one round of
// a site that is new to us: they say nothing of their age from outside.
const (
	statuskitConfig    = "site/config.toml"
	statuskitIncidents = "site/content/incidents"
	statuskitFiles     = 150
)

func newStatuskit(cfg BackendConfig, c *Client) (Backend, error) {
	repo, err := newGitHub(cfg, c)
	if err != nil {
		return nil, err
	}
	return &statuskit{allowance: repo.allowance(), repo: repo, files: newMemory[string](), lists: newMemory[[]githubFile]()}, nil
}

// PageURL is the repository: where the site is, it does not know.
func (b *statuskit) PageURL() string { return b.repo.home }

var gitCommit = regexp.MustCompile(`^[0-9a-f]{40,64}$`)

// Fetch asks for the newest commit, and reads what it changed.
func (b *statuskit) Fetch(ctx context.Context) (*Status, error) {
	r := b.repo.api.Round(ctx)
	r.most = statuskitFiles
	var commits []struct {
		SHA string `json:"sha"`
	}
	if err := r.JSON(b.repo.repo+"/commits?path=site&per_page=1", &commits); err != nil {
		return nil, err
	}
	if len(commits) == 0 || !gitCommit.MatchString(commits[0].SHA) {
		return nil, b.repo.api.Errorf("answered JSON that is no StatusKit: nothing is below site")
	}
	commit := commits[0].SHA
	list, ok, err := b.lists.get(r, "incidents", commit, func(r *Round) (files []githubFile, err error) {
		err = r.JSON(b.repo.repo+"/contents/"+statuskitIncidents+"?ref="+commit, &files)
		return files, absent(err)
	})
	if err == nil && !ok {
		err = b.repo.api.Errorf("grants too few requests to begin with; a token would help")
	}
	if err != nil {
		return nil, err
	}
	read := func(path, version string) (string, error) {
		text, _, err := b.files.get(r, path, version, func(r *Round) (string, error) {
			text, err := b.repo.file(r, commit, path)
			return text, absent(err)
		})
		return text, err
	}
	config, err := read(statuskitConfig, commit)
	if err != nil {
		return nil, err
	}
	var incidents []statuskitIncident
	now := time.Now()
	for _, f := range list {
		slug, ok := strings.CutSuffix(f.Name, ".md")
		if !ok || f.Type != "file" || slug == "_index" || strings.ContainsAny(f.Name, "/\\") {
			continue
		}
		text, err := read(statuskitIncidents+"/"+f.Name, f.SHA)
		if err != nil {
			return nil, err
		}
		if n := readStatuskit(slug, text); n.public(now) {
			incidents = append(incidents, n)
			r.note(slug) // the clock alone may have published it
		}
	}
	slices.SortStableFunc(incidents, func(a, b statuskitIncident) int { return b.date.Compare(a.date) })
	return r.Done(statuskitStatus(statuskitSystems(config), incidents))
}

// absent takes a file that is not there for an empty one.
func absent(err error) error {
	if hasCode(err, http.StatusNotFound) {
		return nil
	}
	return err
}

// statuskitSeverity is what a word means for a component and for an incident. A
// site shows what has no severity as maintenance.
func statuskitSeverity(word string) (ComponentStatus, Impact) {
	switch word {
	case "", "under-maintenance":
		return UnderMaintenance, ImpactMaintenance
	case "degraded-performance":
		return Degraded, ImpactMinor
	case "partial-outage":
		return PartialOutage, ImpactMajor
	case "major-outage":
		return MajorOutage, ImpactCritical
	}
	return ComponentUnknown, ImpactUnknown
}

// badness orders statuses, so that a system of several incidents has the worst.
var badness = []ComponentStatus{Operational, UnderMaintenance, ComponentUnknown, Degraded, PartialOutage, MajorOutage}

func statuskitStatus(systems []string, incidents []statuskitIncident) *Status {
	st := new(Status)
	status := make(map[string]ComponentStatus)
	for _, n := range incidents {
		component, impact := statuskitSeverity(n.severity)
		for _, s := range n.systems {
			if status[s] == "" && !slices.Contains(systems, s) {
				systems = append(systems, s)
			}
			if slices.Index(badness, component) > slices.Index(badness, status[s]) {
				status[s] = component
			}
		}
		if impact == ImpactMaintenance {
			st.Maintenances = append(st.Maintenances, Maintenance{
				ID: n.slug, Title: n.title, State: InProgress, From: n.date, Components: n.systems, Updates: n.updates,
			})
			continue
		}
		st.Incidents = append(st.Incidents, Incident{
			ID: n.slug, Title: n.title, State: n.state(), Impact: impact, Components: n.systems, Updates: n.updates,
			Started: n.date,
		})
	}
	for _, s := range systems {
		c := Component{ID: s, Name: s, Status: status[s]}
		if c.Status == "" {
			c.Status = Operational
		}
		st.Components = append(st.Components, c)
	}
	return st
}

// Interface guards
var (
	_ Backend   = (*statuskit)(nil)
	_ pageOwner = (*statuskit)(nil)
	_ thrifty   = (*statuskit)(nil)
)
