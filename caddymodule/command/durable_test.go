package command_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestAToggleOutlivesAKill kills whole processes at any moment after they have
// acknowledged something: what was acknowledged is in force when the next one
// answers its first visitor.
func TestAToggleOutlivesAKill(t *testing.T) {
	kills := 5
	if n, err := strconv.Atoi(os.Getenv("CANDOR_KILLS")); err == nil {
		kills = n / 10
	}
	storage := filepath.Join(t.TempDir(), "storage")
	known := "" // the message of the window; empty: none is there
	toggles := 0
	for range kills {
		p := startProcess(t, storage)
		wanted := known // what was under way
		begun := false
		for n := toggles; ; n++ {
			var list []maintenanceJSON
			if p.tryCall("GET", "/candor/maintenance", nil, &list) != nil {
				break
			}
			// Only now: before, this process would have been asked about the one before it.
			if !begun {
				begun = true
				time.AfterFunc(rand.N(300*time.Millisecond), func() { _ = p.cmd.Process.Kill() })
			}
			method, path := "POST", "/candor/maintenance"
			var body any = maintenanceJSON{Services: []string{"portal"}, Message: fmt.Sprint("toggle ", n)}
			wanted = fmt.Sprint("toggle ", n)
			if len(list) > 0 && n%3 == 0 {
				method, path, body, wanted = "DELETE", path+"/"+list[0].ID, nil, ""
			}
			if p.tryCall(method, path, body, nil) != nil {
				break
			}
			known, toggles = wanted, n+1
		}
		_ = p.cmd.Wait()

		next := startProcess(t, storage)
		code := next.visit()
		var list []maintenanceJSON
		next.call("GET", "/candor/maintenance", nil, &list, "")
		now := ""
		if len(list) > 0 {
			now = list[0].Message
		}
		if now != known && now != wanted || len(list) > 1 {
			t.Fatalf("acknowledged was %q, under way was %q; there is %+v", known, wanted, list)
		}
		if (code == 503) != (now != "") {
			t.Fatalf("a visitor gets %d, with the maintenance %q", code, now)
		}
		if log, _ := os.ReadFile(next.log); strings.Contains(string(log), "cannot be read") {
			t.Fatalf("damaged: %s", log)
		}
		known = now
		next.kill()
	}
	t.Logf("%d kills, %d toggles", kills, toggles)
}

// candor runs a command that talks to the process.
func (p *process) candor(args ...string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.CommandContext(p.t.Context(), self, append(args, "--address", p.admin)...)
	cmd.Args[0] = "candor"
	out, err := cmd.CombinedOutput()
	return string(out), err
}
