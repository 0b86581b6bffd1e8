package caddymodule_test

import (
	"errors"
	"io/fs"
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
