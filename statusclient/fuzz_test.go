package statusclient

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// fuzzTree fuzzes a decoder with all documents of fixtures as serveTree has
// them, and what is in the data member of each. decode returns nil for what it
// refuses. What it returns must be fit to be published and kept.
func fuzzTree(f *testing.F, fixtures string, decode func(b []byte) *Status) {
	f.Helper()
	files, _ := filepath.Glob(fixtures)
	if len(files) == 0 {
		f.Fatalf("no fixtures in %s", fixtures)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		var tree map[string]json.RawMessage
		json.Unmarshal(b, &tree)
		for _, doc := range tree {
			f.Add([]byte(doc))
			var text string
			if json.Unmarshal(doc, &text) == nil {
				f.Add([]byte(text))
			}
			var envelope struct{ Data json.RawMessage }
			if json.Unmarshal(doc, &envelope) == nil && envelope.Data != nil {
				f.Add([]byte(envelope.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if st := decode(b); st != nil {
			checkPublishable(t, st)
		}
	})
}

// checkPublishable holds that a status is the same after it was stored and read
// back, and that what is in it is safe.
func checkPublishable(t *testing.T, st *Status) {
	t.Helper()
	st.Clean()
	once, err := json.Marshal(st)
	if err != nil {
		t.Fatal(err)
	}
	snap, err := DecodeSnapshot(must(EncodeSnapshot(Snapshot{Status: st, Fetched: time.Unix(1, 0)})))
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := json.Marshal(snap.Status); !bytes.Equal(once, again) {
		t.Errorf("kept as\n%s\nread as\n%s", once, again)
	}
	for _, n := range st.Incidents {
		for _, u := range n.Updates {
			checkHTML(t, u.Text.HTML)
		}
	}
	for _, m := range st.Maintenances {
		for _, u := range m.Updates {
			checkHTML(t, u.Text.HTML)
		}
	}
}
