package statusclient

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

// cstateHome is /index.json, as far as it is read. What has no value is written
// "<no value>".
type cstateHome struct {
	Is       string             `json:"is"`
	BaseURL  string             `json:"baseURL"`
	Systems  list[cstateSystem] `json:"systems"`
	Pinned   list[cstateIssue]  `json:"pinnedIssues"`
	Date     string             `json:"buildDate"`
	Clock    string             `json:"buildTime"`
	Timezone string             `json:"buildTimezone"`
}

type cstateSystem struct {
	Name       string            `json:"name"`
	Category   string            `json:"category"`
	Status     string            `json:"status"`
	Unresolved list[cstateIssue] `json:"unresolvedIssues"`
}

type cstateIssue struct {
	Title     string       `json:"title"`
	CreatedAt string       `json:"createdAt"`
	Permalink string       `json:"permalink"`
	Severity  string       `json:"severity"`
	Affected  list[string] `json:"affected"`
	Filename  string       `json:"filename"`
	Body      string       `json:"body"`

	pinned  bool
	systems []string // under which it stands
}

// built names the build, once it is so long ago that no other can bear its
// minute; else it is "".
func (h *cstateHome) built(now time.Time) string {
	zone, err := time.LoadLocation(h.Timezone)
	if err != nil {
		return ""
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", h.Date+" "+h.Clock, zone)
	if err != nil || now.Sub(t) < 2*time.Minute {
		return ""
	}
	return t.String()
}

// created keeps its zone, in which the rest of the page is, too. Go's own form
// ends with the zone's name, or the offset once more if it has none.
func (n *cstateIssue) created() time.Time {
	f := strings.Fields(n.CreatedAt)
	if len(f) < 3 {
		return zonedTime(n.CreatedAt, time.UTC)
	}
	t, _ := time.Parse("2006-01-02 15:04:05.999999999 -0700", strings.Join(f[:3], " "))
	return t
}

// id is the name of the file, which stays the same when the title does not.
func (n *cstateIssue) id() string {
	if name := strings.TrimSuffix(n.Filename, ".md"); name != "" && name != "index" && name != "_index" {
		return name
	}
	return n.Permalink
}

// What begins on one line, as all of a theme's JSON does: a string, and a list of
// strings. The string may end lines later.
var (
	cstateString = regexp.MustCompile(`^(\s*"[A-Za-z]+":\s*)"(.*)$`)
	cstateList   = regexp.MustCompile(`^(\s*"[A-Za-z]+":\s*)\[\s*"(.*)"\s*\](\s*,?\s*)$`)
	cstateEnd    = regexp.MustCompile(`"\s*(,?)\s*$`)
)

// repairCstate escapes what the theme does not: quotes, line ends and control
// characters in titles and descriptions.
func repairCstate(body []byte) []byte {
	lines := strings.Split(string(body), "\n")
	var out []string
	for i := 0; i < len(lines); i++ {
		line := strings.TrimRight(lines[i], "\r")
		if json.Valid([]byte("{" + strings.TrimRight(line, " \t,") + "}")) {
			out = append(out, line)
			continue
		}
		if m := cstateList.FindStringSubmatch(line); m != nil {
			b, _ := json.Marshal(strings.Split(m[2], `", "`))
			out = append(out, m[1]+string(b)+m[3])
			continue
		}
		m := cstateString.FindStringSubmatch(line)
		if m == nil {
			out = append(out, line)
			continue
		}
		value := []string{m[2]}
		for !cstateEnd.MatchString(value[len(value)-1]) && i+1 < len(lines) {
			i++
			value = append(value, strings.TrimRight(lines[i], "\r"))
		}
		text := strings.Join(value, "\n")
		end := cstateEnd.FindStringSubmatchIndex(text)
		if end == nil {
			return body
		}
		b, _ := json.Marshal(text[:end[0]])
		out = append(out, m[1]+string(b)+text[end[2]:end[3]])
	}
	return []byte(strings.Join(out, "\n"))
}
