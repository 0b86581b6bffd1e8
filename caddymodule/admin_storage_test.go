package caddymodule_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/caddyserver/caddy/v2"
)

func TestAdminLeavesTheBoardAsItWasWhenStorageFails(t *testing.T) {
	o := startOperator(t, t.TempDir())
	t.Cleanup(func() { storageFails.Store(nil) })
	var w window
	o.call("POST", "/candor/maintenance", `{"services": ["portal"], "message": "one"}`).wants(201).into(&w)
	for _, c := range []struct {
		err  error
		code int
		says string
	}{
		{&fs.PathError{Op: "open", Path: "/secret/place", Err: syscall.EROFS}, 500, "read-only"},
		{&fs.PathError{Op: "write", Path: "/secret/place", Err: syscall.ENOSPC}, 507, "full"},
		{errors.New("redis://user:secret@host: no route"), 500, "log"},
	} {
		storageFails.Store(&c.err)
		path := "/candor/maintenance/" + w.ID
		for _, r := range []*reply{
			o.call("POST", "/candor/maintenance", `{"services": ["library"]}`),
			o.call("PUT", path, `{"services": ["portal"], "message": "two"}`),
			o.call("DELETE", path, ""),
			o.call("POST", "/candor/incidents", `{"services": ["*"], "title": "x"}`),
		} {
			r.wants(c.code).says(c.says, "nothing was changed")
			if strings.Contains(r.body, "secret") {
				t.Errorf("answer tells too much: %s", r.body)
			}
		}
		if list := o.windows(); len(list) != 1 || list[0].Message != "one" {
			t.Errorf("windows %+v", list)
		}
		if portal, library := o.visit("portal"), o.visit("library"); portal != 503 || library != 200 {
			t.Errorf("portal answers %d, library %d", portal, library)
		}
	}
	storageFails.Store(nil)
	o.call("DELETE", "/candor/maintenance/"+w.ID, "").wants(204)
}

func TestAdminKeepsWhatItAcknowledgedAcrossRestarts(t *testing.T) {
	root := t.TempDir()
	o := startOperator(t, root)
	o.call("POST", "/candor/maintenance", `{"services": ["portal"]}`).wants(201)
	o.load()
	if got := o.visit("portal"); got != 503 {
		t.Errorf("portal answers %d after a reload", got)
	}
	_ = caddy.Stop()
	o.load()
	if got := o.visit("portal"); got != 503 {
		t.Errorf("portal answers %d after a restart", got)
	}
}

// A folder in the place of a file is what neither a disk nor root can read.
func TestAdminNamesTheRecordThatCannotBeReadAndEditsTheOthers(t *testing.T) {
	o := startOperator(t, t.TempDir())
	var portal, library window
	o.call("POST", "/candor/maintenance", `{"services": ["portal"]}`).wants(201).into(&portal)
	o.call("POST", "/candor/maintenance", `{"services": ["library"]}`).wants(201).into(&library)
	broken := "candor/board/maintenance/" + library.ID + "/2-other"
	if err := os.Mkdir(filepath.Join(o.root, broken), 0o700); err != nil {
		t.Fatal(err)
	}
	o.call("DELETE", "/candor/maintenance/"+library.ID, "").wants(500).says(broken, "nothing was changed", "is a directory")
	o.call("GET", "/candor/maintenance/nosuchid", "").wants(500).says(broken)
	o.call("POST", "/candor/incidents/nosuchid/updates", `{"message": "x"}`).wants(500).says(broken)
	o.call("DELETE", "/candor/maintenance/"+portal.ID, "").wants(204)
	o.call("POST", "/candor/incidents", `{"services": ["portal"], "title": "x"}`).wants(201)
	if r := o.call("GET", "/candor/backends", ""); !strings.Contains(r.body, broken) {
		t.Errorf("nothing says what cannot be read: %s", r.body)
	}
	if portal, library := o.visit("portal"), o.visit("library"); portal != 200 || library != 503 {
		t.Errorf("portal answers %d, library %d", portal, library)
	}
}
