package board

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTheLogIsBounded(t *testing.T) {
	t.Parallel()
	store := memStore{}
	b := opened(t, store)
	for i := range maxEntries + spareEntries + 100 {
		if err := b.Record(t.Context(), store, Entry{Action: "x.y", Subject: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(store); n > maxEntries+spareEntries || n < maxEntries {
		t.Errorf("%d entries are stored", n)
	}
	if err := b.Tidy(t.Context(), store); err != nil || len(store) != maxEntries {
		t.Errorf("%d entries are stored, %v", len(store), err)
	}
	if b.journal.oldest == "" {
		t.Error("a full log does not know how old it is")
	}
	long := strings.Repeat("\u2028\"", 10_000)
	e := Entry{Action: long, Subject: long, Who: long, Old: map[string]string{}, New: map[string]string{}}
	for i := range 1000 {
		name := fmt.Sprint("s", i, long)
		e.Services, e.Old[name], e.New[name] = append(e.Services, name), long, long
	}
	data, err := e.encode()
	if err != nil || len(data) > maxEntry {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

func TestAFullLogDoesNotTakeBackWhatIsTooOldForIt(t *testing.T) {
	t.Parallel()
	store := memStore{}
	b := opened(t, store)
	b.now = func() time.Time { return time.Now().Add(-time.Hour) }
	old := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	b.now = time.Now
	for range maxEntries + 1 {
		if err := b.Record(t.Context(), store, Entry{Action: "x.y"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Tidy(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	again := opened(t, store)
	if err := again.Tidy(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	list := logOf(t, again, store, Query{})
	if len(list) != maxEntries || slices.ContainsFunc(list, func(e Entry) bool { return e.Subject == old.ID }) {
		t.Errorf("%d entries", len(list))
	}
	must[Window](t)(again.EditWindow(t.Context(), store, old.ID, "", Window{Services: []string{"a"}, Message: "new"}))
	if list := logOf(t, again, store, Query{Limit: 1}); list[0].Subject != old.ID || list[0].Outcome != "" {
		t.Errorf("%+v", list)
	}
}

func TestAnEntryOfManyServicesMayConcernAnyOfThem(t *testing.T) {
	t.Parallel()
	store := fileStore(t.TempDir())
	b := opened(t, store)
	var many []string
	for i := range maxNames {
		many = append(many, fmt.Sprintf("service-%04d", i))
	}
	must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: many}))
	for _, name := range []string{many[0], many[maxNames-1]} {
		if len(logOf(t, b, store, Query{Service: name})) != 1 {
			t.Errorf("%s is not found", name)
		}
	}
}

func TestEditsOfOneMillisecondStandInTheirOrder(t *testing.T) {
	t.Parallel()
	b, store := opened(t, memStore{}), memStore{}
	b.now = func() time.Time { return time.Unix(0, 0) }
	w := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	for i := range 12 {
		must[Window](t)(b.EditWindow(t.Context(), store, w.ID, "", Window{Services: []string{"a"}, Message: fmt.Sprint(i)}))
	}
	for i, e := range logOf(t, b, store, Query{Limit: 12}) {
		if e.New["message"] != fmt.Sprint(11-i) {
			t.Errorf("entry %d is %q", i, e.New["message"])
		}
	}
}
