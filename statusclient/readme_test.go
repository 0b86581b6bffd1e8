package statusclient

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTheTableOfTypesIsThatOfTheAdapters(t *testing.T) {
	doc, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	particular := []string{"json", "secret", "timezone", "token"}
	for name, a := range adapters {
		_, row, ok := strings.Cut(string(doc), "\n| `"+name+"` |")
		row, _, _ = strings.Cut(row, "\n")
		cells := strings.Split(row, "|")
		if !ok || len(cells) != 5 {
			t.Errorf("%s has no row in the table of types", name)
			continue
		}
		interval := map[time.Duration]string{0: "30s", time.Minute: "60s", 2 * time.Minute: "2m", 5 * time.Minute: "5m"}[a.interval]
		if got := strings.TrimSpace(cells[2]); got != interval && name != "auto" {
			t.Errorf("%s is asked every %s, the table says %s", name, a.interval, got)
		}
		takes := slices.Concat(a.reads, a.needs)
		for _, key := range particular {
			if slices.Contains(takes, key) != strings.Contains(cells[3], "`"+key+"`") {
				t.Errorf("%s takes %v, the table says%s", name, takes, cells[3])
			}
		}
	}
	_, writing, _ := strings.Cut(string(doc), "\n## Credentials\n")
	for _, key := range []string{"write_token", "page_id", "write_secret"} {
		_, row, _ := strings.Cut(writing, "\n| `"+key+"` |")
		row, _, _ = strings.Cut(row, "\n")
		for name, a := range adapters {
			is := key == "write_token" && a.editor != nil || slices.Contains(a.writes, key)
			if is != strings.Contains(row, "`"+name+"`") {
				t.Errorf("that %s takes %s is %t, the table of credentials says otherwise", name, key, is)
			}
		}
	}
}
