package board

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

const (
	storedWindow = `{"format":1,"id":"abcdefgh","kind":"maintenance","version":3,"writer":"w","at":"2026-03-02T12:00:00Z",` +
		`"value":{"services":["*"],"title":"T","from":"2026-03-02T12:00:00Z","changed":"2026-03-02T12:00:00Z"}}`
	storedIncident = `{"format":1,"id":"abcdefgh","kind":"incident","version":3,"writer":"w","at":"2026-03-02T12:00:00Z",` +
		`"value":{"title":"T","state":"identified","impact":"minor","services":["mail"],"started":"2026-03-02T12:00:00Z",` +
		`"updates":[{"state":"identified","message":"M","at":"2026-03-02T12:00:00Z"}]}}`
	storedDeletion = `{"format":1,"id":"abcdefgh","kind":"incident","version":3,"writer":"w","at":"2026-03-02T12:00:00Z","deleted":true}`
)

func TestRecordsThatAreNotWhatTheySayAreRefused(t *testing.T) {
	t.Parallel()
	window, incident, stamp := ref{kindMaintenance, "abcdefgh"}, ref{kindIncident, "abcdefgh"}, stamp{3, "w"}
	for name, data := range map[string]string{
		"nothing":             "",
		"null":                "null",
		"a list":              "[]",
		"half of it":          storedWindow[:len(storedWindow)/2],
		"zeros":               strings.Repeat("\x00", 100),
		"two of it":           storedWindow + storedWindow,
		"another format":      strings.Replace(storedWindow, `"format":1`, `"format":2`, 1),
		"another id":          strings.Replace(storedWindow, "abcdefgh", "bbcdefgh", 1),
		"another version":     strings.Replace(storedWindow, `"version":3`, `"version":4`, 1),
		"another writer":      strings.Replace(storedWindow, `"writer":"w"`, `"writer":"v"`, 1),
		"another kind":        storedIncident,
		"no value":            strings.Replace(storedDeletion, `,"deleted":true`, "", 1),
		"no services":         strings.Replace(storedWindow, `["*"]`, "[]", 1),
		"a long title":        strings.Replace(storedWindow, `"T"`, `"`+strings.Repeat("x", 201)+`"`, 1),
		"ends before it came": strings.Replace(storedWindow, `"title"`, `"until":"2020-01-01T00:00:00Z","title"`, 1),
		"too large":           storedWindow + strings.Repeat(" ", maxRecord),
	} {
		if r, err := decode(window, stamp, []byte(data)); err == nil {
			t.Errorf("%s: read as %+v", name, r)
		}
	}
	for name, data := range map[string]string{
		"no state":            strings.Replace(storedIncident, `"state":"identified","impact"`, `"impact"`, 1),
		"resolved, but when?": strings.Replace(storedIncident, `"state":"identified","impact"`, `"state":"resolved","impact"`, 1),
		"open, but over":      strings.Replace(storedIncident, `"title"`, `"resolved":"2026-03-02T12:00:00Z","title"`, 1),
		"a strange impact":    strings.Replace(storedIncident, "minor", "huge", 1),
	} {
		if r, err := decode(incident, stamp, []byte(data)); err == nil {
			t.Errorf("%s: read as %+v", name, r)
		}
	}
	newer := strings.Replace(storedWindow, `"title"`, `"colour":"red","title"`, 1)
	if _, err := decode(window, stamp, []byte(newer)); err != nil {
		t.Errorf("a field that newer code has: %v", err)
	}
	if r, err := decode(incident, stamp, []byte(storedDeletion)); err != nil || !r.deleted() {
		t.Errorf("a deletion: %+v, %v", r, err)
	}
}

func TestHostileTextIsCleanedBeforeAnybodySeesIt(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	const evil = "<script>alert(1)</script><img src=x onerror=y> javascript:alert(1) \x00\x1b[31m\u202eabc\u2066 http://\"><b>"
	if _, err := b.CreateWindow(t.Context(), store, Window{Services: []string{"*"}, Title: evil, Message: evil}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.OpenIncident(t.Context(), store, Draft{Services: []string{"*"}, Components: []string{evil}, Title: evil, Message: evil}); err != nil {
		t.Fatal(err)
	}
	for _, b := range []*Board{b, reopened(t, b, store)} {
		s := b.Status()
		m, in := s.Maintenances[0], s.Incidents[0]
		html := string(m.Updates[0].Text.HTML) + string(in.Updates[0].Text.HTML)
		if strings.Contains(html, "<script") || strings.Contains(html, "<img") || strings.Contains(html, "<b>") {
			t.Errorf("HTML is %s", html)
		}
		for _, text := range []string{m.Title, in.Title, in.Components[0], m.Updates[0].Text.Plain, in.Updates[0].Text.Plain, html} {
			if strings.ContainsAny(text, "\x00\x1b\u202e\u2066") || !utf8.ValidString(text) {
				t.Errorf("text is %q", text)
			}
		}
	}
}

// Whatever is read can be stored again, and says the same then.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{storedWindow, storedIncident, storedDeletion, "null", `{"format":1,"value":[]}`} {
		f.Add([]byte(s), true)
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, isWindow bool) {
		r := ref{kindIncident, "abcdefgh"}
		if isWindow {
			r.kind = kindMaintenance
		}
		rec, err := decode(r, stamp{3, "w"}, data)
		if err != nil {
			return
		}
		stored, err := rec.encode()
		if err != nil {
			t.Fatalf("%+v cannot be stored: %v", rec, err)
		}
		if again, err := decode(r, rec.stamp, stored); err != nil || !reflect.DeepEqual(again.said, rec.said) {
			t.Errorf("%s: %v", stored, err)
		}
		if rec.window != nil {
			rec.window.Running(time.Now())
		}
		if _, err := json.Marshal(rec.said); err != nil {
			t.Error(err)
		}
	})
}
