package board

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/candor-edge/candor/statusclient"
)

// logOf is the log as one edge sees it.
func logOf(t *testing.T, b *Board, store Store, q Query) []Entry {
	t.Helper()
	list, err := b.Log(t.Context(), store, q)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func actions(list []Entry) []string {
	var s []string
	for _, e := range list {
		s = append(s, strings.TrimSpace(e.Action+" "+string(e.Outcome)))
	}
	return s
}

func TestTheLogHasEveryEdit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := fileStore(t.TempDir())
		b := opened(t, store)
		ctx := ActingAs(t.Context(), Actor{Name: "mueller", Claimed: true, From: "192.0.2.1"})
		tick := func() { time.Sleep(time.Minute) }
		end := time.Now().Add(time.Hour)
		w := must[Window](t)(b.CreateWindow(ctx, store, Window{Services: []string{"a", "b"}, Message: "one", Until: end}))
		tick()
		w.Until = end.Add(time.Hour)
		w = must[Window](t)(b.EditWindow(ctx, store, w.ID, "", w))
		tick()
		w.Services, w.Message = []string{"a", "c"}, ""
		w = must[Window](t)(b.EditWindow(ActingAs(ctx, Actor{Name: "tanaka", From: "console"}), store, w.ID, "", w))
		tick()
		must[Window](t)(b.EditWindow(ctx, store, w.ID, "", w)) // nothing changes
		if _, _, err := b.EndWindow(ctx, store, w.ID, ""); err != nil {
			t.Fatal(err)
		}
		tick()
		planned := must[Window](t)(b.CreateWindow(ctx, store, Window{Services: []string{"a"}, From: time.Now().Add(time.Hour)}))
		tick()
		if _, _, err := b.EndWindow(ctx, store, planned.ID, ""); err != nil {
			t.Fatal(err)
		}
		tick()
		in := must[Incident](t)(b.OpenIncident(ctx, store, Draft{Title: "x", Message: "first", Services: []string{"d"}}))
		for _, p := range []UpdateDraft{{Message: "second"}, {State: "resolved"}, {State: "monitoring"}} {
			tick()
			must[Incident](t)(b.UpdateIncident(ctx, store, in.ID, "", p))
		}
		if _, err := b.UpdateIncident(ctx, store, in.ID, "", UpdateDraft{State: "nonsense"}); err == nil {
			t.Error("a bad update is taken")
		}
		list := logOf(t, b, store, Query{})
		slices.Reverse(list)
		want := []string{
			"maintenance.create", "maintenance.extend", "maintenance.edit", "maintenance.end", "maintenance.create", "maintenance.cancel",
			"incident.open", "incident.update", "incident.resolve", "incident.reopen",
		}
		if !reflect.DeepEqual(actions(list), want) {
			t.Fatalf("%q\nwant %q", actions(list), want)
		}
		for i, want := range []Entry{
			{
				Who: "mueller", Claimed: true, From: "192.0.2.1", Services: []string{"a", "b"},
				New: map[string]string{
					"services": "a, b", "message": "one", "from": "2000-01-01T00:00:00Z", "until": "2000-01-01T01:00:00Z",
				},
			},
			{
				Who: "mueller", Claimed: true, From: "192.0.2.1", Services: []string{"a", "b"},
				Old: map[string]string{"until": "2000-01-01T01:00:00Z"}, New: map[string]string{"until": "2000-01-01T02:00:00Z"},
			},
			{
				Who: "tanaka", From: "console", Services: []string{"a", "b", "c"},
				Old: map[string]string{"services": "a, b", "message": "one"}, New: map[string]string{"services": "a, c"},
			},
		} {
			got := list[i]
			want.ID, want.At, want.Action, want.Subject = got.ID, got.At, got.Action, w.ID
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%+v\nwant %+v", got, want)
			}
		}
		if got := list[7]; !reflect.DeepEqual(got.New, map[string]string{"message": "second"}) || got.Old != nil {
			t.Errorf("an update is %+v", got)
		}
		for q, want := range map[Query]int{
			{Service: "d"}: 4, {Service: "b"}: 3, {Service: "a"}: 6, {Limit: 3}: 3,
			{Since: list[8].At}: 2, {Since: list[8].At.Add(time.Millisecond)}: 1, {Service: "nothing"}: 0,
		} {
			if got := logOf(t, b, store, q); len(got) != want {
				t.Errorf("%+v: %d entries, want %d", q, len(got), want)
			}
		}
		if again := logOf(t, opened(t, store), store, Query{}); !reflect.DeepEqual(again, logOf(t, b, store, Query{})) {
			t.Errorf("after a restart: %+v", again)
		}
	})
}

func TestOfTwoCrossingEditsTheLogHasBoth(t *testing.T) {
	t.Parallel()
	s, store := newSpy(t)
	a, b := opened(t, store), opened(t, store)
	w := must[Window](t)(a.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	s.failStore = func(string) error {
		s.failStore = nil
		must[Window](t)(b.EditWindow(t.Context(), store, w.ID, w.ETag, Window{Services: []string{"a"}, Message: "of b"}))
		return nil
	}
	must[Window](t)(a.EditWindow(t.Context(), store, w.ID, w.ETag, Window{Services: []string{"a"}, Message: "of a"}))
	winner, loser := "of a", "of b"
	if b.writer > a.writer {
		winner, loser = loser, winner
	}
	check := func(edits int) {
		t.Helper()
		for _, edge := range []*Board{a, b, opened(t, store)} {
			list := logOf(t, edge, store, Query{})
			if len(list) != edits {
				t.Fatalf("%d entries, want %d", len(list), edits)
			}
			for _, e := range list {
				if (e.Outcome == Lost) != (e.New["message"] == loser) {
					t.Errorf("%q: outcome %q, but %q counts", e.New["message"], e.Outcome, winner)
				}
			}
		}
	}
	check(3)
	for i := range 6 { // until nothing but the log has them
		must[Window](t)(b.EditWindow(t.Context(), store, w.ID, "", Window{Services: []string{"a"}, Message: fmt.Sprint(i)}))
	}
	check(9)
}

// The one that sorts first goes on from its own edit, and has not seen the other's.
func TestAnEditIsLostWhenALaterOneWasMadeWithoutIt(t *testing.T) {
	t.Parallel()
	r, at := ref{kindIncident, "i"}, time.Unix(0, 0)
	key := func(v uint64, w string, bv uint64, bw string) string {
		return logKey(editKey{edition{r, stamp{v, w}}, stamp{bv, bw}}.id(at))
	}
	for name, c := range map[string]struct{ keys, lost []string }{
		"none":                    {keys: []string{key(1, "a", 0, "0"), key(2, "b", 1, "a"), key(3, "a", 2, "b")}},
		"the lower writer":        {keys: []string{key(1, "a", 0, "0"), key(2, "b", 1, "a"), key(2, "a", 1, "a")}, lost: []string{key(2, "a", 1, "a")}},
		"a later one without it":  {keys: []string{key(1, "a", 0, "0"), key(2, "b", 1, "a"), key(2, "a", 1, "a"), key(3, "a", 2, "a")}, lost: []string{key(2, "b", 1, "a")}},
		"two in a row":            {keys: []string{key(2, "a", 1, "x"), key(3, "a", 2, "a"), key(4, "b", 1, "x")}, lost: []string{key(2, "a", 1, "x"), key(3, "a", 2, "a")}},
		"what is too old to tell": {keys: []string{key(4, "a", 3, "b"), key(2, "a", 1, "a"), key(2, "b", 1, "a")}},
	} {
		l := parseLog(c.keys)
		got := []string{}
		for id := range l.lost() {
			got = append(got, logKey(id))
		}
		slices.Sort(got)
		slices.Sort(c.lost)
		if !slices.Equal(got, c.lost) {
			t.Errorf("%s: %q, want %q", name, got, c.lost)
		}
	}
}

func TestAnEditWhoseEntryIsNotInTheLogYetIsThere(t *testing.T) {
	t.Parallel()
	s, store := newSpy(t)
	full := func(key string) error {
		if strings.HasPrefix(key, logRoot) {
			return errors.New("full")
		}
		return nil
	}
	s.failStore = full
	a := opened(t, store)
	w := must[Window](t)(a.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	for i := range 6 { // nothing is removed before the log has it
		must[Window](t)(a.EditWindow(t.Context(), store, w.ID, "", Window{Services: []string{"a"}, Message: fmt.Sprint(i)}))
	}
	for _, edge := range []*Board{a, opened(t, store)} {
		if n := len(logOf(t, edge, store, Query{})); n != 7 {
			t.Errorf("%d entries while the log cannot be written", n)
		}
	}
	s.failStore = nil
	b := opened(t, store) // a was killed
	for i := range 6 {
		must[Window](t)(b.EditWindow(t.Context(), store, w.ID, "", Window{Services: []string{"a"}, Message: fmt.Sprint("b", i)}))
	}
	if stamps := b.stored[ref{kindMaintenance, w.ID}]; len(stamps) != keepVersions {
		t.Errorf("%d records are stored", len(stamps))
	}
	if n := len(logOf(t, b, store, Query{})); n != 13 {
		t.Errorf("%d entries", n)
	}
}

func TestAnEditElsewhereIsInTheLogBeforeItIsMade(t *testing.T) {
	t.Parallel()
	s, store := newSpy(t)
	b := opened(t, store)
	outcome := func() string { return strings.Join(actions(logOf(t, opened(t, store), store, Query{Limit: 1})), "") }
	during := func(context.Context) error {
		if got := outcome(); got != "pass.revoke unknown" {
			t.Errorf("meanwhile: %s", got)
		}
		return nil
	}
	if err := b.Attempt(t.Context(), store, Entry{Action: "pass.revoke", Services: []string{"a"}}, during); err != nil || outcome() != "pass.revoke" {
		t.Errorf("%v, %s", err, outcome())
	}
	refused := errors.New("refused")
	err := b.Attempt(t.Context(), store, Entry{Action: "backend.post"}, func(context.Context) error { return refused })
	if !errors.Is(err, refused) || !slices.Contains(actions(logOf(t, b, store, Query{})), "backend.post failed") {
		t.Errorf("%v, %q", err, actions(logOf(t, b, store, Query{})))
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no answer":  {fmt.Errorf("post: %w", context.DeadlineExceeded), "backend.post unknown"},
		"some of it": {&statusclient.WriteError{Done: []string{"incident"}, Undone: []string{"component"}, Err: refused}, "backend.post unknown"},
		"perhaps":    {&statusclient.WriteError{Unknown: []string{"incident"}, Err: refused}, "backend.post unknown"},
		"none of it": {&statusclient.WriteError{Undone: []string{"incident"}, Err: refused}, "backend.post failed"},
	} {
		err := b.Attempt(t.Context(), store, Entry{Action: "backend.post", Subject: name}, func(context.Context) error { return c.err })
		i := slices.IndexFunc(logOf(t, b, store, Query{}), func(e Entry) bool { return e.Subject == name })
		if got := actions(logOf(t, b, store, Query{}))[i]; !errors.Is(err, c.err) || got != c.want {
			t.Errorf("%s: %v, %q", name, err, got)
		}
	}
	s.failStore = func(string) error { return errors.New("full") }
	err = b.Attempt(t.Context(), store, Entry{Action: "backend.post"}, func(context.Context) error {
		t.Error("it is made although the log does not have it")
		return nil
	})
	if err == nil || b.Record(t.Context(), store, Entry{Action: "x"}) == nil {
		t.Error("a log that cannot be written is no error")
	}
}

func TestWhatLiesAroundInTheLogIsSkipped(t *testing.T) {
	t.Parallel()
	store := memStore{}
	b := opened(t, store)
	must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	good := logOf(t, b, store, Query{})[0]
	other := "20200101T000000.000000Z-" + newID()
	for _, key := range []string{logRoot + "/x.tmp", logRoot + "/" + good.ID + ".tmp", logRoot + "/a/" + good.ID, logKey(other), logKey(other) + suffixDone} {
		store[key] = store[logKey(good.ID)]
	}
	for _, edge := range []*Board{b, opened(t, store)} {
		list := logOf(t, edge, store, Query{})
		if len(list) != 2 || !reflect.DeepEqual(list[0], good) || list[1].ID != other || list[1].Outcome != Unreadable {
			t.Errorf("%+v", list)
		}
	}
}

func TestAnEntryThatCannotBeReadHidesNoOther(t *testing.T) {
	t.Parallel()
	s, store := newSpy(t)
	b := opened(t, store)
	w := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	must[Window](t)(b.EditWindow(t.Context(), store, w.ID, "", Window{Services: []string{"a"}, Message: "two"}))
	if _, _, err := b.EndWindow(t.Context(), store, w.ID, ""); err != nil {
		t.Fatal(err)
	}
	if err := b.Record(t.Context(), store, Entry{Action: "drill.start", Services: []string{"a"}}); err != nil {
		t.Fatal(err)
	}
	whole := logOf(t, b, store, Query{})
	broken := []string{whole[0].ID, whole[2].ID}
	s.failLoad = func(key string) error {
		for _, id := range broken {
			if key == logKey(id) {
				return os.ErrPermission
			}
		}
		if strings.HasPrefix(key, root+"/") && key != markKey {
			return os.ErrPermission // nor are the records readable that have copies of them
		}
		return nil
	}
	want := slices.Clone(whole)
	for _, i := range []int{0, 2} {
		want[i] = Entry{ID: whole[i].ID, At: whole[i].At, Subject: whole[i].Subject, Outcome: Unreadable}
	}
	fresh := New(zerolog.Nop())
	for range 2 {
		if got := logOf(t, fresh, store, Query{Service: "a"}); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v\nwant %+v", got, want)
		}
	}
	s.failLoad = nil
	if got := logOf(t, fresh, store, Query{}); !reflect.DeepEqual(got, whole) {
		t.Errorf("%+v\nwant %+v", got, whole)
	}
}

// Whatever is read can be stored again, and says the same then.
func FuzzDecodeEntry(f *testing.F) {
	const id = "20260302T120000.000000Z-maintenance-abcdefgh-3-w-2-v"
	f.Add(id, []byte(`{"id":"`+id+`","at":"2026-03-02T12:00:00Z","who":"m","claimed":true,"from":"::1","action":"maintenance.edit",`+
		`"subject":"abcdefgh","services":["*"],"old":{"message":"a"},"new":{"message":"b\u202e"}}`))
	f.Add("20260302T120000.000000Z-abcdefgh", []byte(`{"id":"20260302T120000.000000Z-abcdefgh","at":"2026-03-02T12:00:00Z","outcome":"unknown","new":null}`))
	f.Add(id, []byte(`{"id":"`+id+`","at":"2026-03-02T12:00:00Z","outcome":"lost"}`))
	f.Add(id, []byte(`null`))
	f.Fuzz(func(t *testing.T, id string, data []byte) {
		parseEdit(id)
		parseLog([]string{logKey(id), id, logKey(id) + suffixDone}).lost()
		e, err := decodeEntry(id, data)
		if err != nil {
			return
		}
		e.Concerns("a")
		stored, err := e.encode()
		if err != nil || len(stored) > maxEntry {
			t.Fatalf("%+v: %d bytes, %v", e, len(stored), err)
		}
		again, err := decodeEntry(id, stored)
		if err != nil {
			t.Fatalf("%s: %v", stored, err)
		}
		if restored, err := again.encode(); err != nil || string(restored) != string(stored) {
			t.Errorf("%s\nthen %s, %v", stored, restored, err)
		}
	})
}
