package caddymodule

import (
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// passHeader is how an upstream says that its answer must not be replaced.
const passHeader = "Candor-Pass"

// What of an upstream's answers is replaced.
const (
	replaceHTML  = "html"
	replaceAll   = "all"
	replaceEmpty = "empty"
	replaceProxy = "proxy"
	replaceNone  = "none"
)

type verdict int

const (
	verdictPass verdict = iota
	verdictReplace
	verdictWait // matched if no body comes
)

// rules says which answers are replaced, worked out once.
type rules struct {
	replace  string
	statuses [1000]bool
}

func newRules(replace string, statuses, except []string) (*rules, error) {
	if replace == "" {
		replace = replaceHTML
	}
	switch replace {
	case replaceHTML, replaceAll, replaceEmpty, replaceProxy, replaceNone:
	default:
		return nil, fmt.Errorf("replace: %q is none of html, all, empty, proxy, none", replace)
	}
	ru := &rules{replace: replace}
	if len(statuses) == 0 {
		statuses = []string{"5xx"}
	}
	if err := ru.mark("statuses", statuses, true); err != nil {
		return nil, err
	}
	if err := ru.mark("except", except, false); err != nil {
		return nil, err
	}
	return ru, nil
}

func (ru *rules) mark(option string, codes []string, v bool) error {
	for _, s := range codes {
		first, last := 0, 0
		if c, ok := strings.CutSuffix(s, "xx"); ok && len(c) == 1 {
			n, err := strconv.Atoi(c)
			if err != nil {
				return fmt.Errorf("%s: %q is neither a status code nor a class such as 5xx", option, s)
			}
			first, last = n*100, n*100+99
		} else {
			n, err := strconv.Atoi(s)
			if err != nil {
				return fmt.Errorf("%s: %q is neither a status code nor a class such as 5xx", option, s)
			}
			first, last = n, n
		}
		if first < 400 || last > 599 {
			return fmt.Errorf("%s: %s: only 400 to 599 are failures", option, s)
		}
		for i := first; i <= last; i++ {
			ru.statuses[i] = v && i != statusClientGone
		}
	}
	return nil
}

// statusClientGone is what Caddy writes when the client went away: nobody's outage.
const statusClientGone = 499

func (ru *rules) matches(code int) bool {
	return code >= 0 && code < len(ru.statuses) && ru.statuses[code]
}

// judge decides about an answer that a handler below has sent.
func (ru *rules) judge(code int, h http.Header, method string) verdict {
	if !ru.matches(code) || ru.replace == replaceProxy || ru.replace == replaceNone {
		return verdictPass
	}
	if v := h[passHeader]; len(v) > 0 && v[0] == "1" {
		return verdictPass
	}
	switch ru.replace {
	case replaceEmpty:
		switch cl := h["Content-Length"]; {
		case len(cl) > 0 && cl[0] == "0":
			return verdictReplace
		case len(cl) > 0:
			return verdictPass
		case method == http.MethodHead:
			return verdictReplace
		}
		return verdictWait
	case replaceHTML:
		if ct := h["Content-Type"]; len(ct) > 0 && !forPeople(ct[0]) {
			return verdictPass
		}
	}
	return verdictReplace
}

// forPeople reports whether a body of this type is written for people: HTML,
// plain text, or nobody knows.
func forPeople(contentType string) bool {
	switch contentType {
	case "", "text/html", "text/html; charset=utf-8", "text/plain; charset=utf-8":
		return true
	}
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		t, _, _ = strings.Cut(strings.ToLower(contentType), ";")
		t = strings.TrimSpace(t)
	}
	return t == "text/html" || t == "text/plain" || t == "application/xhtml+xml" || t == ""
}
