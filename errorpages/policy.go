package errorpages

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/candor-edge/candor/statusclient"
)

// policy is the Content-Security-Policy of a page: nothing from outside, and of
// what is inside only what the template wrote, and its assets. A page asks its own origin
// whether the service is back.
func policy(page []byte, p *Page, ancestors string, a *assets) (string, error) {
	var scripts, styles []string
	if !scripted(p) {
		var err error
		if scripts, styles, err = hashes(page); err != nil {
			return "", err
		}
	}
	own, others := a.sources()
	if own != "" {
		styles = append(styles, own)
	}
	return "default-src 'none'" +
		sources("script-src", scripts) +
		sources("style-src", styles) +
		others +
		"; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors " + ancestors, nil
}

func sources(directive string, list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "; " + directive + " " + strings.Join(list, " ")
}

// hashes returns the sources of the scripts and styles that are inline in a page.
func hashes(page []byte) (scripts, styles []string, err error) {
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end
			return scripts, styles, nil
		case html.StartTagToken:
			into := &scripts
			switch name, _ := z.TagName(); string(name) {
			case "style":
				into = &styles
			case "script":
			default:
				continue
			}
			if z.Next() != html.TextToken {
				continue
			}
			text := z.Text()
			if marked(text) {
				return nil, nil, errors.New("the reference and the time of an answer cannot stand in a script or a style")
			}
			sum := sha256.Sum256(text)
			if src := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !slices.Contains(*into, src) {
				*into = append(*into, src)
			}
		}
	}
}

// scripted reports whether a text from outside brings a script or a style along.
// It has been cleaned of them; should that ever fail, no hash is to vouch for
// them, and the page does without its own.
func scripted(p *Page) bool {
	bad := func(updates []statusclient.Update) bool {
		return slices.ContainsFunc(updates, func(u statusclient.Update) bool {
			text := strings.ToLower(string(u.Text.HTML))
			return strings.Contains(text, "<script") || strings.Contains(text, "<style")
		})
	}
	s := p.Situation
	return s.Hold != nil && bad(s.Hold.Updates) ||
		slices.ContainsFunc(s.Incidents, func(i statusclient.Incident) bool { return bad(i.Updates) }) ||
		slices.ContainsFunc(s.Maintenances, func(m statusclient.Maintenance) bool { return bad(m.Updates) })
}

// frameAncestors makes the source list of a configuration one of CSP.
func frameAncestors(list string) (string, error) {
	fields := strings.Fields(list)
	if len(fields) == 0 {
		return "'none'", nil
	}
	for i, f := range fields {
		switch f = strings.ToLower(f); {
		case f == "none" || f == "'none'":
			if len(fields) > 1 {
				return "", errors.New("none cannot stand beside others")
			}
			fields[i] = "'none'"
		case f == "self":
			fields[i] = "'self'"
		case strings.ContainsFunc(f, func(c rune) bool { return c == ';' || c == ',' || c < '!' || c > '~' }):
			return "", errors.New("must be a list of sources such as https://intranet.example.edu, separated by spaces")
		}
	}
	return strings.Join(fields, " "), nil
}
