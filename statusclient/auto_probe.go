package statusclient

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// probeTimeout is short: some systems leave a question open that they do not
// understand.
const probeTimeout = 5 * time.Second

// probe is a question that only one type answers so.
type probe struct {
	typ, ref string
	is       func(body []byte) bool
}

// kumaPages is followed by the slug of a page.
const kumaPages = "/api/status-page/"

// probes are in the order in which they are asked: what is sure of itself first.
var probes = []probe{
	{"cachet", "/api/v1/ping", isPong},
	{"cachet", "/api/ping", isPong},
	{"sorry", "/api/v1/status", has("page.state")},
	{"statuspage", "/api/v2/summary.json", has("page.id", "incidents")},
	{"openstatus", "/api/status/summary.json", has("page", "status.indicator", "components")},
	{"openstatus", "/feed/json", has("pageComponents", "statusReports")},
	{"instatus", "/summary.json", isInstatus},
	{"better-stack", "/index.json", func(b []byte) bool { return gjson.GetBytes(b, "data.type").Str == "status_page" }},
	{"cstate", "/index.json", func(b []byte) bool { return gjson.GetBytes(b, "is").Str == "index" && has("cStateVersion")(b) }},
	{"gatus", "/api/v1/config", has("announcements")},
	{"uptime-kuma", kumaPages, has("publicGroupList")}, // of the slug in the URL
	{"uptime-kuma", "/api/entry-page", isKumaEntry},    // of the host, without one
	{"alertmanager", "/api/v2/status", has("versionInfo", "cluster")},
}

func isPong(body []byte) bool { return gjson.GetBytes(body, "data").Str == "Pong!" }

var shouted = regexp.MustCompile(`^[A-Z]+$`)

func isInstatus(body []byte) bool {
	return shouted.MatchString(gjson.GetBytes(body, "page.status").Str)
}

// isKumaEntry is also one without a status page: then the adapter says what is
// missing.
func isKumaEntry(body []byte) bool {
	return has("type")(body) && (has("statusPageSlug")(body) || has("entryPage")(body))
}

// has takes null for something that is there: it is how some write an empty list.
func has(paths ...string) func([]byte) bool {
	return func(body []byte) bool {
		for _, r := range gjson.GetManyBytes(body, paths...) {
			if !r.Exists() {
				return false
			}
		}
		return true
	}
}

// byAnswers first asks for the page itself. While nobody answers there, nobody
// is asked anything else.
func (b *auto) byAnswers(ctx context.Context) (*finding, error) {
	page, err := b.client.probe(ctx, b.self(), "text/html, */*;q=0.8")
	switch {
	case err == nil && isFeed(page.body):
		if f := b.is("feed", "is a feed"); f != nil {
			return f, nil
		}
	case err != nil && !answered(err):
		return nil, err
	}
	for n := range probes {
		p := &probes[(b.from+n)%len(probes)]
		backend, c := b.as(p.typ)
		if backend == nil {
			continue
		}
		ref := p.ref
		if ref == kumaPages {
			m := kumaPath.FindStringSubmatch(b.client.base.Path)
			if m == nil {
				continue
			}
			ref += url.PathEscape(m[2])
		}
		a, err := c.probe(ctx, ref, "application/json")
		if ctx.Err() != nil {
			b.from = (b.from + n) % len(probes) // the next search goes on here
			return nil, b.client.failed(ctx.Err(), fetchTimeout)
		}
		var fe *FetchError
		if errors.As(err, &fe) && fe.RetryAfter > 0 {
			return nil, err
		}
		if err == nil && p.is(a.body) {
			return &finding{Backend: backend, typ: p.typ, how: "answers " + p.ref}, nil
		}
	}
	if err != nil {
		return nil, err
	}
	return nil, b.client.Errorf("answers as no system that can be told from others: its type must be named")
}

func (c *Client) probe(ctx context.Context, ref, accept string) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	return c.get(ctx, ref, accept)
}

// self is the ref of exactly the configured URL.
func (b *auto) self() string {
	ref := ""
	if p := b.client.base.Path; p == "" || strings.HasSuffix(p, "/") {
		ref = "/"
	}
	if q := b.client.base.RawQuery; q != "" {
		ref += "?" + q
	}
	return ref
}

// answered reports whether somebody is there who has only no such page: an API
// may be there all the same.
func answered(err error) bool {
	var fe *FetchError
	return errors.As(err, &fe) && fe.RetryAfter == 0 &&
		(fe.code != 0 && fe.code < 500 || strings.HasPrefix(fe.Cause, "redirects "))
}

var feedRoot = regexp.MustCompile(`^(?:\x{feff}|\s|<\?[^>]*>|<!--[^>]*-->|<!DOCTYPE[^>]*>)*<(?:\w+:)?(rss|feed|RDF)[\s>]`)

// isFeed goes by the root element: content types of feeds are as often wrong as
// right.
func isFeed(body []byte) bool { return feedRoot.Match(body[:min(len(body), 4096)]) }

var githubRepository = regexp.MustCompile(`^/[^/]+/[^/]+`)

// byAddress knows the addresses of systems that run in one place only, and of
// conventions for repositories on GitHub by a file that each has.
func (b *auto) byAddress(ctx context.Context) (*finding, error) {
	u := b.client.base
	switch host := u.Hostname(); {
	case host == "status.cloud.google.com", host == "www.google.com" && strings.HasPrefix(u.Path, "/appsstatus/"):
		return b.is("google-cloud", "by its address"), nil
	case strings.HasSuffix(host, ".status.io"), statusioPages.MatchString(u.Path):
		return b.is("statusio", "by its address"), nil
	case host != "github.com" && host != "www.github.com":
		return nil, nil
	}
	repository := githubRepository.FindString(u.Path)
	if repository == "" {
		return nil, b.client.Errorf("is on GitHub, but no repository: copy the address of one")
	}
	raw := b.client.at(&url.URL{Scheme: "https", Host: "raw.githubusercontent.com", Path: strings.TrimSuffix(repository, ".git")})
	for _, p := range []probe{{typ: "upptime", ref: "/HEAD/.upptimerc.yml"}, {typ: "statuskit", ref: "/HEAD/site/config.toml"}} {
		_, err := raw.probe(ctx, p.ref, "text/plain, */*")
		switch {
		case err == nil:
			if f := b.is(p.typ, "has "+strings.TrimPrefix(p.ref, "/HEAD/")); f != nil {
				return f, nil
			}
		case !hasCode(err, http.StatusNotFound):
			return nil, err
		}
	}
	return b.is("jayfk-statuspage", "is a repository on GitHub"), nil
}
