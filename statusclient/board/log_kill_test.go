package board

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// checkLog compares the log with the board after a kill: it has what was
// acknowledged, and nothing that did not happen.
func checkLog(t *testing.T, b *Board, list []Entry, heard map[string]acknowledged) {
	t.Helper()
	bySubject := make(map[string][]Entry) // the newest first
	for _, e := range list {
		if e.Outcome != "" {
			t.Errorf("one editor after the other, and yet: %+v", e)
		}
		bySubject[e.Subject] = append(bySubject[e.Subject], e)
	}
	entriesOf := map[string]int{"on": 1, "edited": 2, "ending": 2, "ended": 3, "opened": 1}
	for id, last := range heard {
		if got, want := len(bySubject[id]), entriesOf[last.word]+last.count; got < want {
			t.Errorf("%s is %s, and the log has %d entries of it, want %d", id, last.word, got, want)
		}
	}
	for id, entries := range bySubject {
		w, werr := b.Window(id)
		in, ierr := b.Incident(id)
		switch newest := entries[0]; newest.Action {
		case "maintenance.create", "maintenance.edit":
			if werr != nil || w.Message != newest.New["message"] {
				t.Errorf("the log says %+v; there is %+v, %v", newest, w, werr)
			}
		case "maintenance.end":
			if werr == nil {
				t.Errorf("the log says that %s is over; there is %+v", id, w)
			}
		case "incident.open", "incident.update":
			if ierr != nil || len(in.Updates) < min(len(entries)-1, maxPosts) {
				t.Errorf("the log has %d entries; there is %+v, %v", len(entries), in, ierr)
			}
		default:
			t.Errorf("the log says %+v", newest)
		}
	}
}

// editorEnv names the folder in which TestEditAlongside edits, and what.
const editorEnv = "CANDOR_TEST_EDITOR"

const editsAlongside = 25

// TestEditAlongside is one of two processes that edit the same window without
// looking at what the other does. It says what has been acknowledged.
func TestEditAlongside(t *testing.T) {
	folder, id, ok := strings.Cut(os.Getenv(editorEnv), "|")
	if !ok {
		t.Skip("runs as a part of TestTheLogHasEveryEditOfTwoProcesses")
	}
	store := fileStore(folder)
	b := opened(t, store)
	for i := range editsAlongside {
		message := fmt.Sprint(b.writer, i)
		must[Window](t)(b.EditWindow(t.Context(), store, id, "", Window{Services: []string{"a"}, Message: message}))
		fmt.Println("acknowledged", message)
	}
}

func TestTheLogHasEveryEditOfTwoProcesses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store := fileStore(folder)
	b := opened(t, store)
	w := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
	said := make(chan string)
	for range 2 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestEditAlongside$")
		cmd.Env = append(os.Environ(), editorEnv+"="+folder+"|"+w.ID)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		go func() {
			lines := bufio.NewScanner(out)
			for lines.Scan() {
				if message, ok := strings.CutPrefix(lines.Text(), "acknowledged "); ok {
					said <- message
				}
			}
			_ = cmd.Wait()
			said <- ""
		}()
	}
	made := make(map[string]int)
	for ended := 0; ended < 2; {
		if message := <-said; message == "" {
			ended++
		} else {
			made[message] = 0
		}
	}
	if len(made) != 2*editsAlongside {
		t.Fatalf("%d edits were acknowledged", len(made))
	}
	list := logOf(t, opened(t, store), store, Query{})
	lost := 0
	for _, e := range list {
		if message := e.New["message"]; message != "" {
			made[message]++
		}
		if e.Outcome == Lost {
			lost++
		}
	}
	for message, times := range made {
		if times != 1 {
			t.Errorf("the log has %q %d times", message, times)
		}
	}
	// Of what counts, each goes on from the one before.
	before := ""
	for i := len(list) - 1; i >= 0; i-- {
		if e := list[i]; e.Outcome != Lost {
			if e.Action == "maintenance.edit" && e.Old["message"] != before {
				t.Errorf("%q was put in the place of %q, but %q was there", e.New["message"], e.Old["message"], before)
			}
			before = e.New["message"]
		}
	}
	if err := b.Refresh(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	if now := must[Window](t)(b.Window(w.ID)); now.Message != before {
		t.Errorf("the board says %q, the log %q", now.Message, before)
	}
	t.Logf("%d of %d edits were lost to another", lost, len(made))
}
