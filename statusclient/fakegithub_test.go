package statusclient

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fakeGitHub is the repository o/r on both of GitHub's hosts: two rows a page,
// linked by the number of the repository, pull requests among issues, ETags, an
// allowance of requests an hour that is small without a token, and 401 for a
// wrong one.
type fakeGitHub struct {
	mu       sync.Mutex
	issues   []map[string]any    // newest first
	comments map[int][]any       // oldest first
	commits  []map[string]string // what files there were, by path; the last is the newest

	hour    time.Time
	used    int            // requests of the API in this hour
	refused int            // for there were too many
	asked   map[string]int // by the last word of the path
}

func newFakeGitHub() *fakeGitHub {
	return &fakeGitHub{comments: make(map[int][]any), asked: make(map[string]int)}
}

func githubTime() string { return time.Now().UTC().Format(time.RFC3339) }

// open opens an issue, or a pull request, with labels as NAME:COLOUR.
func (f *fakeGitHub) open(title string, body any, author string, pull bool, labels ...string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := map[string]any{
		"number": len(f.issues) + 1, "title": title, "state": "open", "body": body, "author_association": author,
		"created_at": githubTime(), "updated_at": githubTime(), "closed_at": nil, "comments": 0,
		"html_url": "https://github.com/o/r/issues/" + strconv.Itoa(len(f.issues)+1), "user": map[string]any{"login": "x"},
	}
	if pull {
		n["pull_request"] = map[string]any{"url": "x"}
	}
	list := []any{}
	for _, l := range labels {
		name, color, _ := strings.Cut(l, ":")
		list = append(list, map[string]any{"name": name, "color": color, "description": nil})
	}
	n["labels"] = list
	f.issues = append([]map[string]any{n}, f.issues...)
	return len(f.issues)
}

func (f *fakeGitHub) comment(number int, author, body string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.comments[number] = append(f.comments[number], map[string]any{
		"body": body, "created_at": githubTime(), "author_association": author,
	})
	n := f.issues[len(f.issues)-number]
	n["comments"], n["updated_at"] = len(f.comments[number]), githubTime()
}

func (f *fakeGitHub) close(number int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.issues[len(f.issues)-number]["state"] = "closed"
}

// commit adds files to those of the commit before; "" removes one.
func (f *fakeGitHub) commit(files map[string]string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	next := make(map[string]string)
	if len(f.commits) > 0 {
		for k, v := range f.commits[len(f.commits)-1] {
			next[k] = v
		}
	}
	for k, v := range files {
		next[k] = v
		if v == "" {
			delete(next, k)
		}
	}
	f.commits = append(f.commits, next)
}

func fakeSHA(n int) string { return fmt.Sprintf("%040x", n) }

// at is the tree of a commit.
func (f *fakeGitHub) at(sha string) map[string]string {
	n, err := strconv.ParseInt(sha, 16, 64)
	if err != nil || n < 1 || int(n) > len(f.commits) {
		return nil
	}
	return f.commits[n-1]
}
