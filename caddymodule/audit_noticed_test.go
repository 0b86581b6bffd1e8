package caddymodule

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/candor-edge/candor/statusclient/board"
)

// entries are the log, the newest first.
func (e *edge) entries() []board.Entry {
	e.t.Helper()
	resp, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/candor/log", e.admin))
	if err != nil {
		e.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	var list []board.Entry
	if err == nil {
		err = json.Unmarshal(body, &list)
	}
	if err != nil {
		e.t.Fatalf("%v: %s", err, body)
	}
	return list
}

func TestTheLogHasWhatAFileTurnsOnAndOff(t *testing.T) {
	flag := filepath.Join(t.TempDir(), "MAINTENANCE")
	global := "candor " + tomlFile(t, fmt.Sprintf("[[service]]\nname = \"portal\"\nmaintenance_file = %q\n[[service]]\nname = \"library\"\nmaintenance_file = %[1]q", flag))
	e := startEdge(t, global, "candor portal\nrespond upstream")
	if err := os.WriteFile(flag, []byte("Deploying 3.2."), 0o600); err != nil {
		t.Fatal(err)
	}
	wait(t, "an entry", func() bool { return len(e.entries()) == 1 })
	on := e.entries()[0]
	if on.Action != "maintenance.on" || on.Who != "" || !strings.HasPrefix(on.From, "maintenance_file on ") ||
		fmt.Sprint(on.Services) != "[library portal]" || on.New["message"] != "Deploying 3.2." {
		t.Errorf("%+v", on)
	}
	// What lasts longer stands in front of it, and it is still there.
	w := e.hold("portal", 0)
	e.load(global, "candor portal\nrespond upstream\nheader X-Load 2")
	e.end(w.ID)
	if err := os.Remove(flag); err != nil {
		t.Fatal(err)
	}
	wait(t, "another entry", func() bool { return e.entries()[0].Action == "maintenance.off" })
	list := e.entries()
	if off := list[0]; off.Old["message"] != "Deploying 3.2." || len(off.New) > 0 || !slices.Contains(off.Services, "library") {
		t.Errorf("%+v", off)
	}
	if len(list) != 4 { // on, off, and the window
		t.Errorf("%+v", list)
	}
}
