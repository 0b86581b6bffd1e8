package statusclient

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// maxPages bounds one list: what is further back is of no interest to anybody
// who stands in front of a broken page.
const maxPages = 10

// linkedPages reads a JSON list whose answers name the next page in a Link
// header, as GitHub's do.
func linkedPages[T any](r *Round, ref string) ([]T, error) {
	var all []T
	for range maxPages {
		var page []T
		next, err := r.linkedJSON(ref, &page)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if next == "" || next == ref {
			break
		}
		ref = next
	}
	return all, nil
}

// numberedPages reads the pages 1, 2, … of ref until more says that there are no
// more. The links that systems put into answers are not followed: some name
// another host or scheme, some drop the query.
func numberedPages[T any](r *Round, ref string, more func(page *T) bool) ([]T, error) {
	var all []T
	join := "?"
	if strings.Contains(ref, "?") {
		join = "&"
	}
	for n := 1; n <= maxPages; n++ {
		at := ref
		if n > 1 {
			at = fmt.Sprintf("%s%spage=%d", ref, join, n)
		}
		var page T
		if err := r.JSON(at, &page); err != nil {
			return nil, err
		}
		all = append(all, page)
		if !more(&page) {
			break
		}
	}
	return all, nil
}

var linkNext = regexp.MustCompile(`<([^<>]*)>\s*;[^<]*\brel="?next\b`)

// nextRef is where a Link header says that the next page is, as a path and query
// below base, or "" when that is not on the same host.
func nextRef(h http.Header, base *url.URL) string {
	m := linkNext.FindStringSubmatch(h.Get("Link"))
	if m == nil {
		return ""
	}
	u, err := url.Parse(m[1])
	if err != nil || u.Hostname() != base.Hostname() {
		return ""
	}
	below, ok := strings.CutPrefix(u.EscapedPath(), strings.TrimRight(base.EscapedPath(), "/")+"/")
	if !ok {
		return ""
	}
	return "/" + below + "?" + u.RawQuery
}
