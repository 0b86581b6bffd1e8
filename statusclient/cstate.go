package statusclient

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"
)

func init() { register("cstate", adapter{new: newCstate, interval: time.Minute}) }

// maxIssues bounds how many pages are read for their text.
const maxIssues = 10

// cstate reads the JSON that a cState site is built with: its systems, what is
// unresolved, and the page of each of these for its text. Strings in that JSON
// are not escaped, so a quote in a title breaks it; then it is repaired, and where
// that fails, the site's feed has the text without the systems.
type cstate struct {
	client *Client
	bodies *memory[string]
}

// cstatePaths are what the address bar shows on the pages of a cState.
var cstatePaths = regexp.MustCompile(`/((issues|affected|categories)(/.*)?|index\.(json|xml|html))?/?$`)

func newCstate(_ BackendConfig, c *Client) (Backend, error) {
	c.base.Path = cstatePaths.ReplaceAllString(c.base.Path, "")
	return &cstate{client: c, bodies: newMemory[string]()}, nil
}

// PageURL is where people read the page.
func (b *cstate) PageURL() string { return pageURL(b.client.base.String()) }

// Fetch reads the home page, and of each open issue the page unless the site is
// as it was built before.
func (b *cstate) Fetch(ctx context.Context) (*Status, error) {
	r := b.client.Round(ctx)
	now := time.Now()
	body, _, err := r.rawJSON("/index.json")
	if err != nil {
		return nil, err
	}
	var home cstateHome
	if broken := unmarshalCstate(body, &home); broken != nil {
		return b.fromFeed(r, b.client.Errorf("%s", describeJSON(broken)), now)
	}
	if home.Is != "index" || !home.Systems.present {
		return nil, b.client.Errorf("answered JSON that is no home page of a cState")
	}
	issues := home.issues()
	for i := range issues[:min(len(issues), maxIssues)] {
		if err := b.body(r, &home, issues[i], now); err != nil {
			return nil, err
		}
	}
	st := home.status(issues, now)
	for _, m := range st.Maintenances {
		r.note(m.ID, string(m.State)) // which the clock decides
	}
	return r.Done(st)
}

// body reads the text of an issue. A page that is not there, or cannot be read
// for the quotes in it, leaves the issue without.
func (b *cstate) body(r *Round, home *cstateHome, n *cstateIssue, now time.Time) error {
	ref := n.ref(home.BaseURL)
	if ref == "" {
		return nil
	}
	text, _, err := b.bodies.get(r, ref, home.built(now), func(r *Round) (string, error) {
		body, _, err := r.rawJSON(ref)
		if err != nil {
			return "", err
		}
		var page cstateIssue
		_ = unmarshalCstate(body, &page)
		return page.Body, nil
	})
	if hasCode(err, http.StatusNotFound) {
		return nil
	}
	n.Body = text
	return err
}

// fromFeed is what to do when the JSON is beyond repair, which is why.
func (b *cstate) fromFeed(r *Round, why error, now time.Time) (*Status, error) {
	doc, err := r.XML("/index.xml")
	if err != nil {
		if r.ctx.Err() != nil {
			return nil, err
		}
		return nil, why
	}
	st, ok := readFeed(doc, b.client.base, now)
	if !ok {
		return nil, why
	}
	for i := range st.Incidents {
		r.note(st.Incidents[i].ID)
	}
	return r.Done(st)
}

// ref is where the page of an issue is as JSON, or "" if that is nowhere below
// the site.
func (n *cstateIssue) ref(base string) string {
	at, ok := strings.CutPrefix(n.Permalink, strings.TrimRight(base, "/")+"/")
	if u, err := url.Parse(at); !ok || err != nil || u.Path == "" {
		if n.Filename == "" {
			return ""
		}
		at = "issues/" + strings.TrimSuffix(n.Filename, ".md")
	} else {
		at = u.Path
	}
	at = "/" + strings.Trim(at, "/")
	if path.Clean(at) != at || at == "/" {
		return ""
	}
	return (&url.URL{Path: at + "/index.json"}).EscapedPath()
}

// unmarshalCstate reads JSON of a cState, repaired if need be.
func unmarshalCstate(body []byte, v any) error {
	err := json.Unmarshal(body, v)
	if err == nil {
		return nil
	}
	if json.Unmarshal(repairCstate(body), v) == nil {
		return nil
	}
	return err
}

// Interface guards
var (
	_ Backend   = (*cstate)(nil)
	_ pageOwner = (*cstate)(nil)
)
