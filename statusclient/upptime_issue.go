package statusclient

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// upptime translates an issue with the label "status". Only those who may do so
// can give it that.
func (n *githubIssue) upptime(comments []githubComment, slugs map[string]bool) Incident {
	out := Incident{
		ID: strconv.FormatInt(n.Number, 10), Title: upptimeTitle(n.Title), State: Investigating, Impact: ImpactMajor,
		Updates: n.upptimeUpdates(comments, string(Investigating)), Started: n.CreatedAt.Time, URL: n.URL,
	}
	if strings.Contains(strings.ToLower(n.Title), "degraded") {
		out.Impact = ImpactMinor
	}
	for _, l := range n.Labels {
		if slugs[l.Name] {
			out.Components = append(out.Components, l.Name)
		}
	}
	// The robot says so a moment before it closes the issue.
	if i := len(comments) - 1; i >= 0 && comments[i].solved() {
		out.State, out.Resolved = Resolved, comments[i].CreatedAt.Time
	}
	return out
}

// upptimePlan translates an issue that says when work begins and ends. Whoever
// takes the template for one gives it the label, so it counts for those only who
// speak for the repository.
func (n *githubIssue) upptimePlan(comments []githubComment, now time.Time) (Maintenance, bool) {
	if !n.labelled("status") && (!n.labelled("maintenance") || !n.Author.staff()) {
		return Maintenance{}, false
	}
	keys := upptimeKeys(n.Body)
	from, until := upptimeTime(keys["start"]), upptimeTime(keys["end"])
	if from.IsZero() || until.IsZero() {
		return Maintenance{}, false
	}
	m := Maintenance{
		ID: strconv.FormatInt(n.Number, 10), Title: upptimeTitle(n.Title), State: InProgress,
		From: from, Until: until, Updates: n.upptimeUpdates(comments, ""), URL: n.URL,
	}
	switch {
	case now.Before(from):
		m.State = Scheduled
	case !now.Before(until):
		m.State = Completed // the robot closes it at its next run
	}
	for _, slug := range strings.Split(keys["expectedDown"]+","+keys["expectedDegraded"], ",") {
		if slug = strings.TrimSpace(slug); slug != "" && !slices.Contains(m.Components, slug) {
			m.Components = append(m.Components, slug)
		}
	}
	return m, true
}

// upptimeUpdates are what people wrote: comments, and the body without what the
// robot put there, which has the address of the site in it.
func (n *githubIssue) upptimeUpdates(comments []githubComment, state string) []Update {
	var out []Update
	for _, c := range slices.Backward(comments) { // oldest first
		if c.Author.staff() && !c.solved() {
			out = append(out, Update{Text: Text{Source: c.Body, Markup: Markdown}, At: c.CreatedAt.Time})
		}
	}
	body := upptimeRobot.ReplaceAllString(upptimeComment.ReplaceAllString(n.Body, ""), "")
	if strings.TrimSpace(body) != "" {
		out = append(out, Update{State: state, Text: Text{Source: body, Markup: Markdown}, At: n.CreatedAt.Time})
	}
	return out
}

// solved reports whether it is how the robot says that a site is back.
func (c *githubComment) solved() bool { return strings.HasPrefix(c.Body, "**Resolved:**") }

var (
	upptimeSign    = regexp.MustCompile(`^[🛑⚠\x{FE0F}\s]+`)
	upptimeComment = regexp.MustCompile(`(?s)<!--.*?-->`)
	upptimeRobot   = regexp.MustCompile("(?m)^In \\[`[0-9a-f]+`\\]\\(.*\\*\\*.*$|^- (HTTP code|Response time): .*$")
)

func upptimeTitle(s string) string { return upptimeSign.ReplaceAllString(s, "") }

// upptimeKeys reads the lines "key: value" of the first HTML comment.
func upptimeKeys(body string) map[string]string {
	keys := make(map[string]string)
	_, rest, _ := strings.Cut(body, "<!--")
	block, _, ok := strings.Cut(rest, "-->")
	if !ok {
		return keys
	}
	for line := range strings.Lines(block) {
		if key, value, ok := strings.Cut(line, ":"); ok {
			keys[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return keys
}

// upptimeForms are what people write for a script to read. It runs in UTC.
var upptimeForms = []string{
	time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, "2006-01-02 15:04",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04 -0700",
	"2006-01-02 15:04:05 UTC", "2006-01-02 15:04 UTC", time.DateOnly, "2006/01/02 15:04:05", "2006/01/02 15:04", "2006/01/02",
	time.RFC1123, time.RFC1123Z, "January 2, 2006 15:04:05", "January 2, 2006 15:04", "Jan 2, 2006 15:04:05", "Jan 2, 2006 15:04",
}

func upptimeTime(s string) time.Time {
	s = strings.Trim(s, `"'`)
	for _, form := range upptimeForms {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
