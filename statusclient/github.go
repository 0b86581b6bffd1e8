package statusclient

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// githubInterval leaves half of the sixty requests an hour that GitHub answers
// without a token to what changed.
const githubInterval = 2 * time.Minute

// github is a repository on GitHub, or on a GitHub Enterprise server, as those see
// it who may read it.
type github struct {
	api  *Client
	raw  *Client // for files, where reading them is not counted; nil: the API has them too
	repo string  // of the API: /repos/OWNER/REPO
	home string  // for people
}

var githubRepo = regexp.MustCompile(`^/([A-Za-z0-9._-]+)/([A-Za-z0-9._-]+?)(\.git)?(/.*)?$`)

// checkGitHub judges the URL of a backend that is a repository.
func checkGitHub(cfg BackendConfig) error {
	u, err := parseBase(cfg.URL)
	if err == nil && !githubRepo.MatchString(u.Path) {
		err = errors.New("url must be that of a repository, as https://github.com/OWNER/REPO")
	}
	return err
}

func newGitHub(cfg BackendConfig, c *Client) (*github, error) {
	if err := checkGitHub(cfg); err != nil {
		return nil, err
	}
	m := githubRepo.FindStringSubmatch(c.base.Path)
	repo := "/" + m[1] + "/" + m[2]
	g := &github{repo: "/repos" + repo}
	home, api := *c.base, *c.base
	home.RawQuery, home.RawPath, home.Path = "", "", repo
	api.RawQuery, api.RawPath, api.Path = "", "", "/api/v3"
	g.home = home.String()
	if host := strings.TrimPrefix(strings.ToLower(c.base.Hostname()), "www."); host == "github.com" {
		api.Host, api.Path = "api.github.com", ""
		if cfg.Token == "" {
			g.raw = c.at(&url.URL{Scheme: api.Scheme, Host: "raw.githubusercontent.com", Path: repo})
		}
	}
	g.api = c.at(&api)
	g.api.own.Set("X-GitHub-Api-Version", "2022-11-28")
	if cfg.Token != "" {
		g.api.own.Set("Authorization", "Bearer "+cfg.Token)
	}
	return g, nil
}

// allowance is what is granted to those who ask a GitHub, which without a token is
// little, and one for all behind one address.
type allowance struct {
	api  *Client
	whom string
}

func (g *github) allowance() allowance {
	a := allowance{api: g.api}
	if g.api.own.Get("Authorization") == "" {
		a.whom = g.api.base.Host
	}
	return a
}

func (a allowance) scarce() bool                     { return a.api.scarce() }
func (a allowance) account() string                  { return a.whom }
func (a allowance) enough(sharers int) time.Duration { return a.api.enough(sharers) }

// file reads a file as it is at a commit.
func (g *github) file(r *Round, commit, path string) (string, error) {
	path = (&url.URL{Path: path}).EscapedPath()
	if g.raw != nil {
		return r.of(g.raw).Text("/"+commit+"/"+path, "text/plain, */*;q=0.1")
	}
	return r.Text(g.repo+"/contents/"+path+"?ref="+commit, "application/vnd.github.raw+json")
}

// githubIssue is an issue or, since GitHub lists them among issues, a pull
// request.
type githubIssue struct {
	Number      int64           `json:"number"`
	Title       string          `json:"title"`
	State       string          `json:"state"`
	Body        string          `json:"body"`
	Labels      []githubLabel   `json:"labels"`
	Comments    int             `json:"comments"`
	CreatedAt   instant         `json:"created_at"`
	UpdatedAt   instant         `json:"updated_at"`
	ClosedAt    instant         `json:"closed_at"`
	Author      githubAuthor    `json:"author_association"`
	URL         string          `json:"html_url"`
	PullRequest *map[string]any `json:"pull_request"`
}

type githubLabel struct {
	Name  string `json:"name"`
	Color string `json:"color"`
}

type githubComment struct {
	Body      string       `json:"body"`
	CreatedAt instant      `json:"created_at"`
	Author    githubAuthor `json:"author_association"`
}

// githubAuthor says what somebody is to the repository.
type githubAuthor string

// staff reports whether it is somebody who speaks for the repository: everybody
// else may open issues too.
func (a githubAuthor) staff() bool {
	return slices.Contains([]githubAuthor{"OWNER", "MEMBER", "COLLABORATOR"}, a)
}

// openIssues lists the issues that are open, newest first, without pull requests.
func (g *github) openIssues(r *Round) ([]githubIssue, error) {
	issues, err := linkedPages[githubIssue](r, g.repo+"/issues?state=open&per_page=100")
	return slices.DeleteFunc(issues, func(n githubIssue) bool { return n.PullRequest != nil }), err
}
